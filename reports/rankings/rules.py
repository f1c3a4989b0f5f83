"""Who ranks where, and what follows: values in, values out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from enrollment.facts import ZONE
from enrollment.sections import Window
from reports.sections import Consequence, RankingRule


@dataclass(frozen=True)
class Unit:
    """What a unit brings into a ranking. `counted` follows the policy's basis; persons."""

    region_id: int
    name: str
    position: int
    target: int
    registered: int
    counted: int


@dataclass(frozen=True)
class Previous:
    """Where a unit stood in the ranking before."""

    rank: int
    counted: int
    was_last: bool


@dataclass(frozen=True)
class Placed:
    """A unit with its place. `rate_bp` is rounded down; ties are judged on the exact rate."""

    unit: Unit
    rate_bp: int
    rank: int
    tied: bool
    last: bool
    previous: Previous | None
    consequences: tuple[Consequence, ...]

    @property
    def added(self) -> int:
        return self.unit.counted - (self.previous.counted if self.previous else 0)


def rate_bp(counted: int, target: int) -> int:
    """Basis points of the target, rounded down; a target of zero is reached by nobody missing."""
    return counted * 10_000 // target if target else 10_000


def place(
    units: Iterable[Unit], previous: dict[int, Previous], consequences: Sequence[Consequence]
) -> list[Placed]:
    """Order by exact rate, best first; equal rates share a rank and the next rank is skipped.

    All who share the lowest rate are last, unless everybody does.
    Source: docs/RULES.md R-30 (ranking), R-31 (ties, assumed), R-32 (consequences).
    """
    ordered = sorted(units, key=lambda unit: (-_exact(unit), unit.position))
    if not ordered:
        return []
    lowest = _exact(ordered[-1])
    all_equal = _exact(ordered[0]) == lowest
    placed: list[Placed] = []
    for index, unit in enumerate(ordered):
        rate = _exact(unit)
        same_as_before = index > 0 and _exact(ordered[index - 1]) == rate
        same_as_next = index + 1 < len(ordered) and _exact(ordered[index + 1]) == rate
        rank = placed[-1].rank if same_as_before else index + 1
        last = rate == lowest and not all_equal
        before = previous.get(unit.region_id)
        placed.append(
            Placed(
                unit=unit,
                rate_bp=rate_bp(unit.counted, unit.target),
                rank=rank,
                tied=same_as_before or same_as_next,
                last=last,
                previous=before,
                consequences=tuple(c for c in consequences if _follows(c, unit, last, before)),
            )
        )
    return placed


def _exact(unit: Unit) -> Fraction:
    """The exact rate: two decimals would tie units that are not equal."""
    return Fraction(unit.counted, unit.target) if unit.target else Fraction(1)


def _follows(consequence: Consequence, unit: Unit, last: bool, before: Previous | None) -> bool:
    if consequence.when == "last":
        return last
    finished = unit.counted >= unit.target
    return last and not finished and before is not None and before.was_last


def due_instants(
    rule: RankingRule, window: Window, since: datetime, now: datetime
) -> list[datetime]:
    """Every cut-off of the rule after `since`, up to `now`, inside its window; oldest first.

    Source: docs/RULES.md R-33.
    """
    day = max(window.start, since.astimezone(ZONE).date())
    day += timedelta(days=(rule.weekday_number - day.weekday()) % 7)
    instants = []
    while day < window.until:
        instant = datetime.combine(day, rule.hour, ZONE)
        if instant > now:
            break
        if instant > since:
            instants.append(instant)
        day += timedelta(days=7)
    return instants
