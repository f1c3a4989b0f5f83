"""Every write of this app."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Registration, Resident, User
from subsidies.models import Entitlement


@transaction.atomic
def mark_hardship(
    *,
    campaign: Campaign,
    resident: Resident,
    category: str,
    recognised_on: date,
    source: str,
    by: User,
    now: datetime,
) -> Entitlement:
    """Mark a person, before they are registered, with a category of the notice.

    Errors: Refused for a category the notice does not have, or for someone registered already:
    their parts are fixed, and re-pricing them belongs to rosters.
    """
    if campaign.policy["subsidies"].of(category) is None:
        raise Refused(_("The notice has no hardship category “%(key)s”.") % {"key": category})
    if Registration.objects.standing().filter(campaign=campaign, resident=resident).exists():
        raise Refused(_("This person is registered already; the mark would come too late."))
    row, created = Entitlement.objects.get_or_create(
        campaign=campaign,
        resident=resident,
        category=category,
        ended_at=None,
        defaults={
            "recognised_on": recognised_on,
            "source": source,
            "known_at": now,
            "marked_by": by,
        },
    )
    if created:
        AuditEntry.objects.create(
            at=now,
            by=by,
            action="mark_hardship",
            campaign=campaign,
            object_kind="resident",
            object_id=resident.pk,
            facts={"category": category},
        )
    return row
