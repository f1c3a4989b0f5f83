"""Children who are known without a number yet, and the number that joins them at the desk."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from config.lib.idnumber import Verdict
from config.lib.names import last4
from config.lib.siv import head_hash
from enrollment.access import top_region
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Identity, Resident, User

PROVISIONAL = ("birth_certificate", "guardian")  # kinds of papers that a number replaces
SHOWN = 5


def who_may_be_meant(campaign: Campaign, verdict: Verdict, by: User) -> list[Resident]:
    """Children of the user's region without a number, born on the day and of the sex that a new
    number tells. Source: docs/RULES.md R-301."""
    if verdict.born_on is None or verdict.kind in PROVISIONAL:
        return []
    found = Resident.objects.belonging_to(top_region(by, campaign)).filter(
        Q(sex=verdict.sex) | Q(sex=""),
        born_on=verdict.born_on,
        identities__current=True,
        identities__kind__in=PROVISIONAL,
    )
    return list(found.select_related("village", "household").order_by("pinyin", "pk")[:SHOWN])


@transaction.atomic
def join_number(
    *, campaign: Campaign, resident_id: int, verdict: Verdict, by: User, now: datetime
) -> Resident:
    """The number becomes the child's current one; the paper of before stays theirs.

    Errors: Refused where the child is none of those that may be meant, or somebody holds it.
    """
    child = next(
        (each for each in who_may_be_meant(campaign, verdict, by) if each.pk == resident_id), None
    )
    if child is None or Identity.objects.filter(kind=verdict.kind, number=verdict.number).exists():
        raise Refused(_("This number cannot join that child; look it up again."))
    Identity.objects.filter(resident=child, current=True).update(current=False)
    Identity.objects.create(
        resident=child,
        kind=verdict.kind,
        number=verdict.number,
        head4=verdict.number[:4],
        last4=last4(verdict.number),
        head=head_hash(verdict.number),
        known_at=now,
    )
    AuditEntry.objects.create(
        at=now,
        by=by,
        action="join_number",
        campaign=campaign,
        object_kind="resident",
        object_id=child.pk,
    )
    return child
