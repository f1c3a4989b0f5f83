"""What only the dashboard's page needs beside its board: words, drawings, links."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from config.states import STATES
from enrollment import clock
from enrollment.access import Role, region_of, top_region
from enrollment.models import Campaign, Region, User
from quotas.models import insurance_word
from reports.progress import drawing
from reports.progress.board import Board
from reports.progress.exports import cut_off
from reports.progress.places import PRIOR, Base
from reports.progress.todo import waiting

REGISTRATIONS = "registrations"  # in addresses, beside the slugs of reported sets
SEES_PAYMENTS = (Role.CLERK, Role.BUREAU, Role.ADMIN, Role.AUDITOR)
HEADLINE_BAR = 374
COLUMN_BAR = 170
PARTS = {
    Region.Level.CITY: pgettext_lazy("column", "City"),
    Region.Level.COUNTY: pgettext_lazy("column", "County"),
    Region.Level.TOWNSHIP: pgettext_lazy("column", "Township"),
    Region.Level.VILLAGE: pgettext_lazy("column", "Village"),
}
WHOLES = {
    Region.Level.PROVINCE: pgettext_lazy("total", "Whole province"),
    Region.Level.CITY: pgettext_lazy("total", "Whole city"),
    Region.Level.COUNTY: pgettext_lazy("total", "Whole county"),
}
# Endings of names, longest first: a tile has room for what tells places apart.
ENDINGS = ("街道", "社区", "镇", "乡", "村")


def context(board: Board, user: User) -> dict[str, Any]:
    now = clock.now(board.campaign)
    required, checkpoint = board.requirement.required_bp, board.requirement.checkpoint_bp
    gap, forecast = board.total.gap, board.forecast
    trend = _trend(board)
    day = f"{board.today:%Y-%m-%d}" if board.is_past else ""
    return {
        "board": board,
        "document": board.campaign.policy["document"],
        "document_short": board.campaign.policy["document"].number.rpartition("〕")[2],
        "sets": set_choices(board.campaign, board.reported_bases),
        "cut_off": cut_off(board),
        "now_cut_off": cut_off(board, now=True),
        "above": [(region, seen(board.campaign, user, region)) for region in board.above],
        "base_word": _base_word(board),
        "base_short": _base_short(board.base),
        "part_base_short": _base_short(board.part_base),
        "part_word": _part_word(board),
        "whole_word": WHOLES.get(Region.Level(board.region.level), pgettext("progress", "Total")),
        "today_word": pgettext("tick", "then") if board.is_past else pgettext("tick", "today"),
        "required_short": short(required),
        "checkpoint_short": short(checkpoint),
        "gap_size": None if gap is None else abs(gap),
        "days_early": -(forecast.late_days or 0) if forecast else 0,
        "idle_places": _idle_places(board),
        "state_words": [(STATES[state].word, count) for state, count in board.states],
        "up_word": pgettext("rank", "up"),
        "down_word": pgettext("rank", "down"),
        "day_query": f"&day={day}" if day else "",
        "keep_query": f"?day={day}" if day else "",
        "open_query": _open_query(board, user),
        "waiting": [] if board.is_past else waiting(board.campaign, board.region, user, now),
        "table_rows": [board.sum_of_parts, *board.parts],
        "progress_url": reverse("progress", args=[board.campaign.slug]),
        "people_url": reverse("people", args=[board.campaign.slug]),
        "tiles": [(place, short_name(place.name)) for place in board.in_tree_order],
        "trend": trend,
        "trend_drawing": drawing.draw_trend(trend),
        "newest_days": board.days[::-1],
        "column_ticks": drawing.ticks(required, checkpoint, COLUMN_BAR),
        "headline_ticks": drawing.ticks(required, checkpoint, HEADLINE_BAR, 74, at_end=56),
        "headline_bar": HEADLINE_BAR,
    }


def _idle_places(board: Board) -> list[tuple[str, int | str]]:
    """Where most idle villages are; inside one township the first villages themselves."""
    if len({village.parent_id for village in board.idle}) == 1:
        return [(short_name(village.name), "") for village in board.idle[:3]]
    return [(short_name(name), count) for name, count in board.idle_places]


def short_name(name: str) -> str:
    """A place's name without the word for its kind, where two characters remain."""
    ending = next((e for e in ENDINGS if name.endswith(e) and len(name) - len(e) >= 2), "")
    return name.removesuffix(ending)


def short(basis_points: int | None) -> str:
    """One decimal, rounded down, none where it is zero: 7761 → 77.6, 9600 → 96."""
    if basis_points is None:
        return ""
    whole, tenth = divmod(basis_points // 10, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)


def _trend(board: Board) -> list[drawing.TrendDay]:
    if board.start is None:
        return []
    checkpoints = board.campaign.policy["checkpoints"]
    return drawing.trend(board.days, board.total.base, checkpoints, board.start, board.today)


def seen(campaign: Campaign, user: User, region: Region) -> bool:
    return region_of(user).contains(region) and campaign.region.contains(region)


def set_choices(campaign: Campaign, reported: Sequence[Base]) -> list[tuple[str, str]]:
    """What the dashboard can show: registrations, and each set of reported figures.

    A set is called by its insurance; where that says not which one, by its title. A superior's
    stands beside one's own of the same insurance and is no choice. Empty where nothing is reported.
    """
    owned = {base.insurance for base in reported if base.level == "own"}
    reported = [b for b in reported if b.level == "own" or b.insurance not in owned]
    if not reported:
        return []
    own = _("%(insurance)s, registered") % {"insurance": insurance_word(campaign.insurance)}
    insurances = [base.insurance for base in reported]
    return [(REGISTRATIONS, own)] + [
        (
            base.slug,
            _("%(insurance)s, reported")
            % {
                "insurance": insurance_word(base.insurance)
                if insurances.count(base.insurance) == 1
                else base.title
            },
        )
        for base in reported
    ]


def _base_short(base: Base) -> str:
    return (
        pgettext("progress", "Last year") if base.slug == PRIOR else pgettext("progress", "Target")
    )


def _base_word(board: Board) -> str:
    return _("Enrolled last year (people)") if board.base.slug == PRIOR else _("Target (people)")


def _part_word(board: Board) -> str:
    levels = {Region.Level(place.region.level) for place in board.parts if place.region}
    return (
        str(PARTS.get(levels.pop(), pgettext("progress", "Place")))
        if len(levels) == 1
        else pgettext("progress", "Place")
    )


def _open_query(board: Board, user: User) -> str | None:
    """How the list of open payments is narrowed to this region; None where it cannot be."""
    if user.role not in SEES_PAYMENTS:
        return None
    if board.region == top_region(user, board.campaign):
        return ""
    if board.region.level == Region.Level.TOWNSHIP:
        return f"?township={board.region.pk}"
    return None
