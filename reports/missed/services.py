"""A reminders list with telephone numbers is one act that is kept; so is each reason, said or
confirmed."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.http import Http404

from enrollment.access import top_region
from enrollment.models import AuditEntry, Campaign, Region, Resident, User
from enrollment.services import not_enrolling
from reports.missed.queries import Listed
from reports.missed.rules import excused

REMINDERS = "take_out_reminders"  # AuditEntry.action


def give_reason(
    *, campaign: Campaign, ids: Collection[int], reason: str, note: str, by: User, at: datetime
) -> int:
    """A reason for these people, or without one what was said is taken back; how many changed.

    Errors: Http404 where one of them is outside the user's region; Refused.
    """
    _check_all_are_near(campaign, ids, by)
    if not reason:
        return not_enrolling.take_back(campaign=campaign, resident_ids=ids, by=by, at=at)
    return not_enrolling.say_why(
        campaign=campaign, resident_ids=ids, reason=reason, note=note, by=by, at=at
    )


def confirm_reason(*, campaign: Campaign, ids: Collection[int], by: User, at: datetime) -> int:
    """What takes these people out of 应参, confirmed; how many. Source: docs/RULES.md R-316.

    Errors: Http404 where one of them is outside the user's region; Refused.
    """
    _check_all_are_near(campaign, ids, by)
    return not_enrolling.confirm(
        campaign=campaign, resident_ids=ids, reasons=excused(campaign.policy), by=by, at=at
    )


def _check_all_are_near(campaign: Campaign, ids: Collection[int], by: User) -> None:
    here = top_region(by, campaign).path
    found = Resident.objects.filter(
        Q(village__path__startswith=here)
        | Q(school__path__startswith=here)
        | Q(registrations__campaign=campaign, registrations__unit__path__startswith=here),
        pk__in=ids,
    ).distinct()
    if found.count() != len(set(ids)):
        raise Http404


@transaction.atomic
def reveal_phones(
    *, campaign: Campaign, region: Region, people: Collection[Listed], by: User, at: datetime
) -> dict[int, str]:
    """Person → telephone, of those who have one. `at` is real time."""
    phones = {each.resident_id: each.phone_number() for each in people if each.phone}
    AuditEntry.objects.create(
        at=at,
        by=by,
        action=REMINDERS,
        campaign=campaign,
        object_kind="region",
        object_id=region.pk,
        facts={"people": len(people), "phones": len(phones)},
    )
    return phones
