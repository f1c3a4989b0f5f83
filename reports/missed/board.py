"""应参, 已参 and 未参 of a region: by category, by place, by reason; each number sums to a list."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from enrollment.models import Campaign, NotEnrolling, Region
from enrollment.ports import Reason
from reports.appraisal.page import stage_now
from reports.missed.queries import Count, marked_counts
from reports.missed.rules import excused
from reports.sections import Reward
from subsidies.rosters.words import LIST_NAMES

NONE, HINT = "none", "hint"


@dataclass
class Sums:
    """Of a category or a place. marked = should + excused; should = enrolled + missed."""

    enrolled: int = 0
    excused: int = 0
    missed: int = 0
    said: int = 0  # of those missed: why has been said

    @property
    def should(self) -> int:
        return self.enrolled + self.missed

    @property
    def marked(self) -> int:
        return self.should + self.excused

    @property
    def not_enrolled(self) -> int:
        return self.missed + self.excused

    @property
    def rate_bp(self) -> int | None:
        return self.enrolled * 10_000 // self.should if self.should else None


@dataclass(frozen=True)
class CategoryLine:
    key: str
    name: str
    tracked_only: bool  # the notice names it and grants it nothing
    sums: Sums


@dataclass(frozen=True)
class PlaceLine:
    """A place below the region, or the region itself for whom no place below holds."""

    region: Region
    sums: Sums
    fen: int | None


@dataclass(frozen=True)
class ReasonLine:
    """`key`: a reason, NONE or HINT; `hints`: list kinds with people, of HINT only."""

    key: str
    name: str
    people: int
    hints: tuple[tuple[str, int], ...] = ()


@dataclass
class Board:
    campaign: Campaign
    region: Region
    at: datetime
    category: str
    total: Sums
    categories: list[CategoryLine]
    places: list[PlaceLine]
    reasons: list[ReasonLine]
    excused: dict[str, Reason]
    reward: Reward | None
    in_several: int = field(default=0)  # marks beyond the first of each person

    @property
    def chosen(self) -> Sums:
        """Of the category that is looked at, else of all."""
        found = (line.sums for line in self.categories if line.key == self.category)
        return next(found, Sums()) if self.category else self.total

    @property
    def fen(self) -> int | None:
        return self.reward.fen * self.chosen.missed if self.reward else None

    @property
    def excused_names(self) -> str:
        return "、".join(str(NotEnrolling.Reason(key).label) for key in self.excused)


def read_board(campaign: Campaign, region: Region, at: datetime, category: str = "") -> Board:
    """Live, from marks, registrations and payments. Source: docs/RULES.md R-260, R-261."""
    counts = marked_counts(campaign, region, at)
    out = excused(campaign.policy)
    by_category: dict[str, Sums] = defaultdict(Sums)
    for row in counts:
        _add(by_category[row.category], row, out)
    reward = missed_reward(campaign, at)
    chosen = [row for row in counts if row.category == category]
    total = by_category.pop("", Sums())
    return Board(
        campaign=campaign,
        region=region,
        at=at,
        category=category,
        total=total,
        categories=_categories(campaign, by_category),
        places=_places(region, chosen, out, reward),
        reasons=_reasons(chosen, out),
        excused=out,
        reward=reward,
        in_several=sum(sums.marked for sums in by_category.values()) - total.marked,
    )


def missed_reward(campaign: Campaign, at: datetime) -> Reward | None:
    """What each missed person costs by the appraisal of the stage that runs, else of any."""
    appraisal = campaign.policy["appraisal"]
    costs = (
        [
            r
            for r in appraisal.rewards
            if r.per == "missed_hardship" and r.deduct and r.to == "region"
        ]
        if appraisal
        else []
    )
    if not costs:
        return None
    now = stage_now(appraisal, campaign, at).key
    return next((reward for reward in costs if reward.stage == now), costs[0])


def _add(sums: Sums, row: Count, out: dict[str, Reason]) -> None:
    if row.enrolled:
        sums.enrolled += row.people
    elif row.reason in out:
        sums.excused += row.people
    else:
        sums.missed += row.people
        sums.said += row.people if row.reason else 0


def _categories(campaign: Campaign, found: dict[str, Sums]) -> list[CategoryLine]:
    """All that the notice marks people with, in its order; what it no longer names at the end."""
    rules = campaign.policy["subsidies"].categories
    lines = [
        CategoryLine(rule.key, rule.name, not rule.grants, found.get(rule.key, Sums()))
        for rule in rules
        if not rule.without_roster or rule.key in found
    ]
    known = {rule.key for rule in rules}
    return lines + [CategoryLine(key, key, False, found[key]) for key in sorted(set(found) - known)]


def _places(
    region: Region, rows: Iterable[Count], out: dict[str, Reason], reward: Reward | None
) -> list[PlaceLine]:
    below = list(region.children.order_by("position", "id"))
    ids = {child.pk: child for child in below}
    units = dict(Region.objects.within(region).values_list("pk", "path"))
    depth = len(region.path.strip("/").split("/"))
    sums: dict[int, Sums] = defaultdict(Sums)
    for row in rows:
        parts = units[row.unit_id].strip("/").split("/")
        _add(sums[int(parts[depth]) if len(parts) > depth else region.pk], row, out)
    places = [child for child in below if child.pk in sums or child.kind != Region.Kind.SCHOOL]
    if region.pk in sums and ids:
        places.append(region)
    return [
        PlaceLine(place, sums[place.pk], reward.fen * sums[place.pk].missed if reward else None)
        for place in places
    ]


def _reasons(rows: Iterable[Count], out: dict[str, Reason]) -> list[ReasonLine]:
    """Of people who are not enrolled: what was said, what lists suggest, and the rest."""
    said: dict[str, int] = defaultdict(int)
    hints: dict[str, int] = defaultdict(int)
    for row in rows:
        if not row.enrolled:
            said[row.reason or (HINT if row.hint else NONE)] += row.people
            if row.hint:
                hints[row.hint] += row.people
    lines = [
        ReasonLine(str(key), str(label), said[key])
        for key, label in NotEnrolling.Reason.choices
        if said[key]
    ]
    listed = tuple((str(LIST_NAMES[key]), hints[key]) for key in LIST_NAMES if hints[key])
    return [*lines, ReasonLine(HINT, "", said[HINT], listed), ReasonLine(NONE, "", said[NONE])]


def suggestion(kind: str) -> str:
    """The reason that a list of this kind suggests; the kinds are called alike."""
    return kind if kind in NotEnrolling.Reason.values else ""


def words_of(keys: Iterable[str], campaign: Campaign) -> list[str]:
    names: dict[str, Any] = {r.key: r.name for r in campaign.policy["subsidies"].categories}
    return [names.get(key, key) for key in keys]
