"""Every write of the appraisal: who is disqualified, who no longer, and who was in time."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Institution, Region, User
from reports.appraisal.queries import in_time
from reports.models import Disqualification, InTime
from reports.sections import Stage


@transaction.atomic
def disqualify(
    *,
    campaign: Campaign,
    region: Region,
    reason: str,
    by: User,
    now: datetime,
    institution: Institution | None = None,
) -> Disqualification:
    """Take a unit's claim to rewards and commendation, with a reason (R-122).

    With `institution`, of that region, only this one's claim (R-201).
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
    same = Disqualification.objects.live().filter(
        campaign=campaign, region=region, institution=institution
    )
    if same.exists():
        named = institution.name if institution else region.name
        raise Refused(_("%(region)s is disqualified already.") % {"region": named})
    row = Disqualification.objects.create(
        campaign=campaign,
        region=region,
        institution=institution,
        reason=reason.strip(),
        at=now,
        by=by,
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


@transaction.atomic
def say_who_was_in_time(
    *,
    campaign: Campaign,
    stage: Stage,
    said: Mapping[int, bool | None],
    why: str,
    by: User,
    now: datetime,
) -> int:
    """Keep for each region id whether it was in time; None takes back. How many words are new.

    Errors: Refused without saying from where it is known; what is said already changes nothing.
    Source: docs/RULES.md R-121.
    """
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    known = in_time(campaign, stage)
    new = {pk: word for pk, word in said.items() if known.get(pk) != word}
    if not new:
        return 0
    if not why.strip():
        raise Refused(_("Say from where it is known who was in time."))
    InTime.objects.bulk_create(
        InTime(
            campaign=campaign,
            stage=stage.key,
            region_id=pk,
            in_time=word,
            why=why.strip(),
            at=now,
            by=by,
        )
        for pk, word in new.items()
    )
    AuditEntry.objects.create(
        at=now,
        by=by,
        action="say_who_was_in_time",
        why=why.strip(),
        campaign=campaign,
        object_kind="stage",
        facts={"stage": stage.key, "said": {str(pk): word for pk, word in new.items()}},
    )
    return len(new)


def _note(row: Disqualification, action: str, *, by: User, now: datetime, why: str) -> None:
    AuditEntry.objects.create(
        at=now,
        by=by,
        action=action,
        why=why,
        campaign=row.campaign,
        object_kind="disqualification",
        object_id=row.pk,
        facts={"region": row.region_id, "institution": row.institution_id},
    )
