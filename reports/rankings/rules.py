"""Who ranks where, and what follows: values in, values out."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from enrollment.facts import ZONE, day_start
from reports.sections import Consequence, Schedule
from reports.sections.consequences import GOOD
from reports.sections.schedule import LONGEST_LAG


@dataclass(frozen=True)
class Unit:
    """What a unit brings into a ranking. `counted` follows the policy's basis; persons.

    A disqualified unit is ranked and not commended.
    """

    region_id: int
    name: str
    position: int
    target: int
    registered: int
    counted: int
    disqualified: bool = False


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


@dataclass(frozen=True)
class Standing:
    """Where a unit stands among those that are ranked; what conditions are asked of."""

    unit: Unit
    rate: Fraction
    rank: int
    last: bool
    below: int  # how many units have a lower rate
    alone: bool  # every unit has this rate, or there is no other
    finished: bool
    previous: Previous | None


def is_finished(counted: int, target: int, share_bp: int = 10_000) -> bool:
    """Whether the share of the target is reached, exactly."""
    return counted * 10_000 >= target * share_bp


def participating(units: Iterable[Unit], participants: str, unfinished_bp: int) -> list[Unit]:
    """Those who are ranked: all, or only those below the share. Source: docs/RULES.md R-112."""
    if participants == "all":
        return list(units)
    return [unit for unit in units if not is_finished(unit.counted, unit.target, unfinished_bp)]


def place(
    units: Iterable[Unit],
    previous: Mapping[int, Previous],
    consequences: Sequence[Consequence],
    unfinished_bp: int = 10_000,
) -> list[Placed]:
    """Order by exact rate, best first; equal rates share a rank and the next rank is skipped.

    All who share the lowest rate are last, unless everybody does.
    Source: docs/RULES.md R-30 (ranking), R-31 (ties, assumed), R-32 and R-113 to R-115
    (consequences), R-122 (disqualified).
    """
    ordered = sorted(units, key=lambda unit: (-_exact(unit), unit.position))
    rates = [_exact(unit) for unit in ordered]
    sharing = Counter(rates)
    first = {rate: index for index, rate in reversed(list(enumerate(rates)))}
    placed: list[Placed] = []
    for unit, rate in zip(ordered, rates, strict=True):
        standing = Standing(
            unit=unit,
            rate=rate,
            rank=first[rate] + 1,
            last=rate == rates[-1] != rates[0],
            below=len(rates) - first[rate] - sharing[rate],
            alone=rates[0] == rates[-1],
            finished=is_finished(unit.counted, unit.target, unfinished_bp),
            previous=previous.get(unit.region_id),
        )
        placed.append(
            Placed(
                unit=unit,
                rate_bp=rate_bp(unit.counted, unit.target),
                rank=standing.rank,
                tied=sharing[rate] > 1,
                last=standing.last,
                previous=standing.previous,
                consequences=tuple(
                    c
                    for c in consequences
                    if follows(c, standing) and not (unit.disqualified and c.when in GOOD)
                ),
            )
        )
    return placed


def _exact(unit: Unit) -> Fraction:
    """The exact rate: two decimals would tie units that are not equal."""
    return Fraction(unit.counted, unit.target) if unit.target else Fraction(1)


def follows(consequence: Consequence, at: Standing) -> bool:
    """Whether the condition of the consequence holds where a unit stands.

    Tied units are among the last or the first together. What a person decides follows from
    nothing. Source: docs/RULES.md R-32, R-113 to R-115.
    """
    below_share = at.rate * 10_000 < consequence.below_bp
    before = at.previous
    return {
        "last": at.last,
        "last_twice_unfinished": bool(at.last and not at.finished and before and before.was_last),
        "bottom_below": not at.alone and at.below < consequence.bottom and below_share,
        "unfinished": not at.finished,
        "finished": at.finished,
        "top": at.rank <= consequence.top and at.rate * 10_000 >= consequence.at_least_bp,
        "by_decision": False,
    }[consequence.when]


def due_instants(
    schedule: Schedule, span: tuple[date, date] | None, since: datetime, now: datetime
) -> list[datetime]:
    """Every instant at which it falls due after `since`, up to `now`, oldest first.

    `span`: the first day and the day behind the last on which it may, see sections.span_of; None:
    never. Without an hour a day is due when it is over. A day that a month does not have is the
    month's last. Source: docs/RULES.md R-33, R-110, R-235.
    """
    if span is None:
        return []
    found = []
    for day in _days(schedule, span, now.astimezone(ZONE).date()):
        if schedule.hour is None:
            instant = day_start(day + timedelta(days=1))
        else:
            instant = datetime.combine(day, schedule.hour, ZONE)
        if since < instant <= now:
            found.append(instant)
    return found


def cut_off(schedule: Schedule, due: datetime) -> datetime:
    """The last instant that counts in what falls due then. Source: docs/RULES.md R-235."""
    if not schedule.as_of:
        return due
    day = due.astimezone(ZONE).date() - timedelta(days=schedule.hour is None)
    until = day_start(schedule.counts_until(day) + timedelta(days=1))
    return until - timedelta(microseconds=1)


def _days(schedule: Schedule, span: tuple[date, date], today: date) -> list[date]:
    """The days of the schedule, up to today, whose last day that counts is inside its span."""
    start, until = span
    end = until + LONGEST_LAG if schedule.as_of else until
    if schedule.every == "once":
        days = [schedule.on or until - timedelta(days=1)]
    elif schedule.every == "week":
        first = start + timedelta(days=(schedule.weekday_number - start.weekday()) % 7)
        days = [first + timedelta(weeks=n) for n in range(max(0, (end - first).days) // 7 + 1)]
    else:
        step = 3 if schedule.every == "quarter" else 1
        months = range(_month(start), _month(end) + 1) if schedule.days else range(0)
        ours = [n for n in months if (n % 12 + 1) % step == 0]
        days = [_day_of(n, day) for n in ours for day in schedule.days]
    return [
        day
        for day in dict.fromkeys(days)
        if start <= schedule.counts_until(day) < until and day <= today
    ]


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _day_of(month: int, day: int) -> date:
    year, index = divmod(month, 12)
    return date(year, index + 1, min(day, monthrange(year, index + 1)[1]))


def pause_after(tries: int) -> timedelta:
    """How long a ranking that failed this often waits: not at all, a minute, two, … an hour."""
    if tries <= 1:
        return timedelta(0)
    return min(timedelta(hours=1), timedelta(minutes=2 ** min(tries - 2, 6)))
