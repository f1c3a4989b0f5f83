"""The calendar of a campaign; it only shows."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from enrollment import clock
from enrollment.access import READERS, Role, allow
from enrollment.http import Request, campaign_of
from enrollment.models import Campaign, User
from reports.follow_up import calendar
from reports.rankings.queries import visible_rankings

NEXT, PAST = 12, 6


@require_GET
@allow(*READERS, Role.DEPARTMENT, Role.TAX)
def follow_up(request: Request, slug: str) -> HttpResponse:
    """What the notice has reported, circulated, ranked and appraised: last, next, to whom."""
    campaign = campaign_of(request, slug)
    now = clock.now(campaign)
    found = calendar.entries(campaign.policy)
    ordered = [_told(due, entry, now) for due, entry in calendar.in_order(found)]
    frozen = _frozen(campaign, request.user)
    for each in ordered:
        each["ranking"] = frozen.get((each["entry"].key, each["due"].at))
    return render(
        request,
        "reports/follow_up.html",
        {
            "tab": "follow_up",
            "now": now,
            "rows": [_row(entry, now, frozen) for entry in found],
            "coming": [each for each in ordered if each["days"] is not None][:NEXT],
            "past": [each for each in reversed(ordered) if each["days"] is None][:PAST],
            "document": campaign.policy["document"],
            "sees_rankings": request.user.role in READERS,
        },
    )


def _told(due: calendar.Due, entry: calendar.Entry, now: Any) -> dict[str, Any]:
    """`days` until it is due; null where it has passed."""
    return {
        "due": due,
        "entry": entry,
        "kind": calendar.kind_word(entry.kind),
        "days": due.days_from(now) if due.at > now else None,
    }


def _row(entry: calendar.Entry, now: Any, frozen: dict[Any, int]) -> dict[str, Any]:
    last, coming = entry.last(now), entry.next(now)
    return {
        "entry": entry,
        "kind": calendar.kind_word(entry.kind),
        "last": last,
        "ranking": frozen.get((entry.key, last.at)) if last else None,
        "next": coming,
        "days": coming.days_from(now) if coming else None,
        "left": sum(1 for due in entry.dues if due.at > now),
    }


def _frozen(campaign: Campaign, user: User) -> dict[Any, int]:
    """(key, cut-off) → the ranking that was frozen, of those the user sees."""
    if user.role not in READERS:
        return {}
    rows = visible_rankings(campaign, user).filter(region=campaign.region)
    first = rows.order_by("target_set__shown_first", "-pk")  # the set shown first wins
    return {(row.kind, row.as_of): row.pk for row in first}
