"""Every write of the appraisal: who is disqualified, and who is no longer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Region, User
from reports.models import Disqualification


@transaction.atomic
def disqualify(
    *, campaign: Campaign, region: Region, reason: str, by: User, now: datetime
) -> Disqualification:
    """Take a unit's claim to rewards and commendation, with a reason (R-122).

    Errors: Refused without a reason, for a region outside the campaign's, or disqualified already.
    """
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    if not reason.strip():
        raise Refused(_("A disqualification needs a reason."))
    if region.pk == campaign.region_id or not campaign.region.contains(region):
        raise Refused(
            _("%(region)s is no place below %(top)s.")
            % {"region": region.name, "top": campaign.region.name}
        )
    if Disqualification.objects.live().filter(campaign=campaign, region=region).exists():
        raise Refused(_("%(region)s is disqualified already.") % {"region": region.name})
    row = Disqualification.objects.create(
        campaign=campaign, region=region, reason=reason.strip(), at=now, by=by
    )
    _note(row, "disqualify", by=by, now=now, why=row.reason)
    return row


@transaction.atomic
def lift_disqualification(
    row: Disqualification, *, why: str, by: User, now: datetime
) -> Disqualification:
    """End it; the row stays. Errors: Refused without a reason, or where it is ended already."""
    row = Disqualification.objects.select_for_update().get(pk=row.pk)
    if not why.strip():
        raise Refused(_("Lifting a disqualification needs a reason."))
    if row.ended_at:
        raise Refused(_("The disqualification has been lifted already."))
    row.ended_at, row.ended_by, row.ended_why = now, by, why.strip()
    row.save(update_fields=["ended_at", "ended_by", "ended_why"])
    _note(row, "lift_disqualification", by=by, now=now, why=row.ended_why)
    return row


def _note(row: Disqualification, action: str, *, by: User, now: datetime, why: str) -> None:
    AuditEntry.objects.create(
        at=now,
        by=by,
        action=action,
        why=why,
        campaign=row.campaign,
        object_kind="disqualification",
        object_id=row.pk,
        facts={"region": row.region_id},
    )
