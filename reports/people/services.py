"""The one write of this page: an act with a reason, logged."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Identity, Resident, User
from reports.people.person import SHOWN


@transaction.atomic
def show_number(*, campaign: Campaign, resident: Resident, by: User, why: str, at: datetime) -> str:
    """The full current number; who asked, when and why stays. `at` is real time.

    Errors: Refused without a reason, or where no number is known.
    """
    if len(why.strip()) < 2:
        raise Refused(_("Say why the full number is needed; the reason is kept."))
    identity = Identity.objects.filter(resident=resident, current=True).first()
    if identity is None:
        raise Refused(_("No number of this person is known."))
    AuditEntry.objects.create(
        at=at,
        by=by,
        action=SHOWN,
        campaign=campaign,
        object_kind="resident",
        object_id=resident.pk,
        why=why.strip()[:300],
    )
    return identity.number.reveal()
