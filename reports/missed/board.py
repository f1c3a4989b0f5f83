"""应参, 已参 and 未参 of a region: by category, by place, by reason; each number sums to a list."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from enrollment.models import Campaign, NotEnrolling, Region
from enrollment.ports import Reason
from reports.appraisal.page import stage_now
from reports.missed.queries import HINT, NONE, Count, Counted, counts_now
from reports.missed.rules import excused
from reports.sections import Reward
from subsidies.rosters.words import LIST_NAMES


@dataclass
class Sums:
    """Of a category or a place. should = enrolled + missed; whoever is excused stands apart."""

    enrolled: int = 0
    excused: int = 0
    missed: int = 0
    said: int = 0  # of those missed: why has been said
    waiting: int = 0  # of those: what was said would excuse, and nobody has confirmed it

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
    own: bool

    @property
    def query(self) -> str:
        """Of the address of its lists."""
        return f"region={self.region.pk}&own=1" if self.own else f"region={self.region.pk}"


@dataclass(frozen=True)
class ReasonLine:
    """`key`: a reason, NONE or HINT; `hints`: kind, name and people of each list, of HINT only."""

    key: str
    name: str
    people: int
    excused: int = 0  # of the people: confirmed
    waiting: int = 0  # and not, though it would excuse them
    hints: tuple[tuple[str, str, int], ...] = ()


@dataclass
class Board:
    """`live`: counted just now; else `at` is the instant of the roll-ups. `rows`: who bears the
    category that is looked at, by unit."""

    campaign: Campaign
    region: Region
    at: datetime
    live: bool
    category: str
    rows: list[Count]
    total: Sums
    categories: list[CategoryLine]
    places: list[PlaceLine]
    reasons: list[ReasonLine]
    excused: dict[str, Reason]
    reward: Reward | None
    in_several: int  # marks beyond the first of each person

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


def read_board(campaign: Campaign, region: Region, now: datetime, category: str = "") -> Board:
    """Source: docs/RULES.md R-260, R-261, R-302."""
    return arrange(campaign, region, counts_now(campaign, region, now, category), category)


def arrange(campaign: Campaign, region: Region, counted: Counted, category: str = "") -> Board:
    """The board of what was counted with this category."""
    by_category: dict[str, Sums] = defaultdict(Sums)
    for row in counted.rows:
        _add(by_category[row.category], row)
    reward = missed_reward(campaign, counted.at)
    chosen = [row for row in counted.rows if row.category == category]
    total = by_category.pop("", Sums())
    return Board(
        campaign=campaign,
        region=region,
        at=counted.at,
        live=counted.live,
        category=category,
        rows=chosen,
        total=total,
        categories=_categories(campaign, by_category),
        places=_places(region, chosen, reward),
        reasons=_reasons(chosen),
        excused=excused(campaign.policy),
        reward=reward,
        in_several=sum(sums.marked for sums in by_category.values()) - total.marked,
    )


def boards_of_categories(
    campaign: Campaign, region: Region, now: datetime
) -> tuple[Board, dict[str, Board]]:
    """The board of all, and of each category; what is counted live is counted once."""
    counted = counts_now(campaign, region, now, "")
    board = arrange(campaign, region, counted)
    keys = [line.key for line in board.categories]
    if counted.live:
        return board, {key: arrange(campaign, region, counted, key) for key in keys}
    return board, {key: read_board(campaign, region, now, key) for key in keys}


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


def _add(sums: Sums, row: Count) -> None:
    if row.enrolled:
        sums.enrolled += row.people
    elif row.excused:
        sums.excused += row.people
    else:
        sums.missed += row.people
        sums.said += row.people if row.reason else 0
        sums.waiting += row.people if row.waiting else 0


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


def _places(region: Region, rows: Iterable[Count], reward: Reward | None) -> list[PlaceLine]:
    below = list(region.children.order_by("position", "id"))
    ids = {child.pk: child for child in below}
    units = dict(Region.objects.within(region).values_list("pk", "path"))
    depth = len(region.path.strip("/").split("/"))
    sums: dict[int, Sums] = defaultdict(Sums)
    for row in rows:
        parts = units[row.unit_id].strip("/").split("/")
        _add(sums[int(parts[depth]) if len(parts) > depth else region.pk], row)
    places = [child for child in below if child.pk in sums or child.kind != Region.Kind.SCHOOL]
    if region.pk in sums and ids:
        places.append(region)
    return [
        PlaceLine(
            region=place,
            sums=sums[place.pk],
            fen=reward.fen * sums[place.pk].missed if reward else None,
            own=place.pk == region.pk,
        )
        for place in places
    ]


def _reasons(rows: Iterable[Count]) -> list[ReasonLine]:
    """Of people who are not enrolled: what was said, what lists suggest, and the rest."""
    said: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    hints: dict[str, int] = defaultdict(int)
    for row in rows:
        if not row.enrolled:
            found = said[row.reason or (HINT if row.hint else NONE)]
            found[0] += row.people
            found[1] += row.people if row.excused else 0
            found[2] += row.people if row.waiting else 0
            if row.hint:
                hints[row.hint] += row.people
    lines = [
        ReasonLine(str(key), str(label), said[key][0], said[key][1], said[key][2])
        for key, label in NotEnrolling.Reason.choices
        if said[key][0]
    ]
    listed = tuple((key, str(LIST_NAMES[key]), hints[key]) for key in LIST_NAMES if hints[key])
    hinted = ReasonLine(HINT, "", said[HINT][0], hints=listed)
    return [*lines, hinted, ReasonLine(NONE, "", said[NONE][0])]


def suggestion(kind: str) -> str:
    """The reason that a list of this kind suggests; the kinds are called alike."""
    return kind if kind in NotEnrolling.Reason.values else ""


def words_of(keys: Iterable[str], campaign: Campaign) -> list[str]:
    names: dict[str, str] = {r.key: r.name for r in campaign.policy["subsidies"].categories}
    return [names.get(key, key) for key in keys]
