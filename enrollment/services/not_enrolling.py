"""Saying why somebody is not enrolled, confirming it, taking it back.

Source: docs/RULES.md R-262, R-316.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment import changes
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, NotEnrolling, User


@transaction.atomic
def say_why(
    *,
    campaign: Campaign,
    resident_ids: Collection[int],
    reason: str,
    note: str,
    by: User,
    at: datetime,
) -> int:
    """The same reason for these people, in place of what stood; how many now have another.

    `at` is the campaign's clock. Errors: Refused for a reason that is none.
    """
    if reason not in NotEnrolling.Reason.values:
        raise Refused(_("Choose a reason."))
    note = note.strip()[:200]
    standing = _standing(campaign, resident_ids)
    same = {row.resident_id for row in standing if (row.reason, row.note) == (reason, note)}
    wanted = sorted(set(resident_ids) - same)
    _end(campaign, wanted, by, at)
    NotEnrolling.objects.bulk_create(
        NotEnrolling(campaign=campaign, resident_id=pk, reason=reason, note=note, by=by, at=at)
        for pk in wanted
    )
    _tell("say_why_not_enrolled", campaign, wanted, by, at, {"reason": reason})
    return len(wanted)


@transaction.atomic
def take_back(*, campaign: Campaign, resident_ids: Collection[int], by: User, at: datetime) -> int:
    """End the standing reasons of these people; how many there were."""
    found = sorted(row.resident_id for row in _standing(campaign, resident_ids))
    _end(campaign, found, by, at)
    _tell("take_back_why_not_enrolled", campaign, found, by, at, {})
    return len(found)


@transaction.atomic
def confirm(
    *,
    campaign: Campaign,
    resident_ids: Collection[int],
    reasons: Collection[str],
    by: User,
    at: datetime,
) -> int:
    """Somebody else confirms what was said of these people, where it is of the reasons; how many.

    Errors: Refused where nothing of it can be confirmed by this user.
    """
    waiting = [
        row
        for row in _standing(campaign, resident_ids)
        if row.reason in reasons and row.approved_at is None
    ]
    rows = [row for row in waiting if row.by_id != by.pk]
    if waiting and not rows:
        raise Refused(_("Whoever said the reason cannot confirm it; somebody else has to."))
    if not rows:
        raise Refused(_("Nothing of this waits to be confirmed."))
    NotEnrolling.objects.filter(pk__in=[row.pk for row in rows]).update(
        approved_at=at, approved_by=by
    )
    found = sorted(row.resident_id for row in rows)
    _tell("confirm_why_not_enrolled", campaign, found, by, at, {})
    return len(found)


def _standing(campaign: Campaign, resident_ids: Collection[int]) -> list[NotEnrolling]:
    rows = NotEnrolling.objects.filter(campaign=campaign, ended_at=None)
    # Important: in one order, so that two who say it at once wait for, not block, each other.
    return list(rows.filter(resident_id__in=resident_ids).order_by("pk").select_for_update())


def _end(campaign: Campaign, resident_ids: list[int], by: User, at: datetime) -> None:
    NotEnrolling.objects.filter(
        campaign=campaign, resident_id__in=resident_ids, ended_at=None
    ).update(ended_at=at, ended_by=by)


def _tell(
    action: str, campaign: Campaign, ids: list[int], by: User, at: datetime, facts: dict[str, str]
) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=at, by=by, action=action, campaign=campaign,
            object_kind="resident", object_id=pk, facts=facts,
        )
        for pk in ids
    )  # fmt: skip
    for pk in ids:  # one by one: who has heard of a person looks at that person only
        changes.append(changes.REASON_SAID, campaign_id=campaign.pk, resident_id=pk, at=at)
