"""What is known of a person when a rule is asked, and the conditions that rules put on it.

A condition is data, never an expression: a TOML table of field → value, list of values, or range
`{ from = …, until = … }` (both inclusive). All fields must hold. A fact that is not known holds in
no condition. In a list of rules the first that holds wins, in the file's order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from enrollment import expected as told

ZONE = ZoneInfo("Asia/Shanghai")
SEXES = ("male", "female")
RESIDENCES = ("registered", "permit", "none")
CATEGORIES = ("1401", "1402", "1403", "1404", "1405", "1501", "1601")  # national codes


@dataclass(frozen=True)
class Mark:
    """A hardship category of the notice, its grade where there is one, when it was recognised."""

    category: str
    grade: str = ""
    recognised_on: date | None = None


@dataclass(frozen=True)
class Facts:
    """One person, or one profile of many. None: not known. Dates as days in China.

    `registered_at` and `paid_at` are instants; `missed_years` are years without enrollment before
    this one, `paid_missed_years` how many of them are paid up.
    """

    born_on: date | None = None
    sex: str | None = None
    category: str | None = None
    marks: tuple[Mark, ...] = ()
    disability_grade: int | None = None
    tier: str | None = None
    residence: str | None = None
    region: tuple[str, ...] | None = None  # keys and codes of their village and all above it
    registered_at: datetime | None = None
    paid_at: datetime | None = None
    missed_years: int | None = None
    paid_missed_years: int | None = None
    parent_enrolled: bool | None = None
    enrolled_elsewhere: bool | None = None
    student: bool | None = None
    employee_insured: bool | None = None
    kind: str | None = None
    event_on: date | None = None  # left the army, school, prison or an employer
    # Set while a rule is asked, by who asks it
    mark: Mark | None = None  # the category whose grant is looked for
    window: str | None = None  # key of the window in which they pay, or else register
    age_on: date | None = None  # the day on which ages are told
    paid_assumed: bool = False  # `paid_at` is only taken to be that of the registration
    paid_unmarked: bool = False  # they had paid when the category was not known of them

    @property
    def hardship(self) -> tuple[str, ...]:
        return tuple(mark.category for mark in self.marks)

    @property
    def registered_on(self) -> date | None:
        return self.registered_at.astimezone(ZONE).date() if self.registered_at else None

    @property
    def paid_on(self) -> date | None:
        return self.paid_at.astimezone(ZONE).date() if self.paid_at else None

    @property
    def age(self) -> int | None:
        """Whole years on `age_on`; a birthday counts on its own day."""
        if self.born_on is None or self.age_on is None:
            return None
        return years_between(self.born_on, self.age_on)

    @property
    def days_since_birth(self) -> int | None:
        """From birth to registration, or to payment where that is not known."""
        day = self.registered_on or self.paid_on
        return (day - self.born_on).days if day and self.born_on else None

    @property
    def days_since_event(self) -> int | None:
        """From the event to registration, or to payment where that is not known."""
        day = self.registered_on or self.paid_on
        return (day - self.event_on).days if day and self.event_on else None

    @property
    def grade(self) -> str | None:
        return self.mark.grade or None if self.mark else None

    @property
    def recognised_on(self) -> date | None:
        return self.mark.recognised_on if self.mark else None

    def asked(self, **changes: Any) -> "Facts":
        return replace(self, **changes)


def years_between(born_on: date, on: date) -> int:
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def day_start(day: date) -> datetime:
    """00:00 of a day in China, where every campaign is."""
    return datetime.combine(day, time.min, ZONE)


_TEXT, _WHOLE, _DATE, _FLAG = "text", "whole", "date", "flag"
FIELDS: dict[str, str] = {
    "age": _WHOLE,
    "born_on": _DATE,
    "category": _TEXT,
    "days_since_birth": _WHOLE,
    "days_since_event": _WHOLE,
    "disability_grade": _WHOLE,
    "employee_insured": _FLAG,
    "enrolled_elsewhere": _FLAG,
    "grade": _TEXT,
    "hardship": _TEXT,
    "kind": _TEXT,
    "missed_years": _WHOLE,
    "paid_missed_years": _WHOLE,
    "paid_on": _DATE,
    "parent_enrolled": _FLAG,
    "recognised_on": _DATE,
    "region": _TEXT,
    "registered_on": _DATE,
    "residence": _TEXT,
    "sex": _TEXT,
    "student": _FLAG,
    "tier": _TEXT,
    "window": _TEXT,
}


BOUNDS = {
    "age": (0, 200),
    "days_since_birth": (0, 60_000),
    "days_since_event": (0, 60_000),
    "disability_grade": (1, 4),
    "missed_years": (0, 100),
    "paid_missed_years": (0, 100),
}


@dataclass(frozen=True)
class Range:
    """Both ends inclusive, as the file says them; None: open."""

    low: Any
    high: Any

    def holds(self, value: Any) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True)
class Condition:
    """Every field must hold. Without fields it holds for everybody."""

    fields: tuple[tuple[str, tuple[Any, ...] | Range], ...] = ()
    at: tuple[str | int, ...] = field(default=(), compare=False, repr=False)  # in its notice

    def holds(self, facts: Facts) -> bool:
        return all(_holds(wanted, self._known(facts, name)) for name, wanted in self.fields)

    def _known(self, facts: Facts, name: str) -> Any:
        """What is known of a field. Where no category is asked about (see `Facts.mark`) the day of
        recognition is that of the categories named beside it, or else of any."""
        if name != "recognised_on" or facts.mark is not None:
            return getattr(facts, name)
        named = self.of("hardship")
        return tuple(
            mark.recognised_on
            for mark in facts.marks
            if not isinstance(named, tuple) or mark.category in named
        )

    def contradicted(self, facts: Facts) -> bool:
        """Whether a known fact rules it out; what is not known contradicts nothing."""
        return any(
            getattr(facts, name) not in (None, ()) and not _holds(wanted, getattr(facts, name))
            for name, wanted in self.fields
        )

    def of(self, name: str) -> tuple[Any, ...] | Range | None:
        return next((wanted for field, wanted in self.fields if field == name), None)

    def cuts(self, name: str) -> list[Any]:
        """Where a field begins to hold and where it no longer does: bounds of a profile."""
        wanted = self.of(name)
        if wanted is None:
            return []
        if isinstance(wanted, Range):
            return [low for low in (wanted.low,) if low is not None] + [
                _after(high) for high in (wanted.high,) if high is not None
            ]
        return [cut for value in wanted for cut in (value, _after(value))]


EVERYBODY = Condition()


def _holds(wanted: tuple[Any, ...] | Range, known: Any) -> bool:
    if known is None:
        return False
    if isinstance(known, tuple):
        return any(_holds(wanted, each) for each in known)
    return wanted.holds(known) if isinstance(wanted, Range) else known in wanted


def _after(value: Any) -> Any:
    return value + timedelta(days=1) if isinstance(value, date) else value + 1


def read_condition(table: Any, key: str = "when") -> Condition:
    """The condition under `key` of a notice's Table (enrollment.notice), else for everybody.

    Complains of an unknown field, and of a value that the field cannot have.
    """
    section = table.table(key, None)
    if section is None:
        return EVERYBODY
    fields = []
    for name in FIELDS:
        if section.has(name):
            wanted = _read(section, name)
            if wanted is not None:
                fields.append((name, wanted))
    section.done()
    return Condition(tuple(fields), section.path)


def _read(section: Any, name: str) -> tuple[Any, ...] | Range | None:
    raw = section.raw(name)
    kind = FIELDS[name]
    if isinstance(raw, Mapping):
        ends = dict(raw)
        low, high = ends.pop("from", None), ends.pop("until", None)
        right = kind in (_WHOLE, _DATE) and not ends and (low, high) != (None, None)
        if right and all(end is None or _is(kind, end) for end in (low, high)):
            if low is not None and high is not None and high < low:
                section.complain(name, _("until lies before from"))
                return None
            wanted = Range(low, high)
            return wanted if _within(section, name, (low, high)) else None
        section.complain(name, _expected(kind))
        return None
    values = tuple(raw) if isinstance(raw, list) else (raw,)
    if not values or not all(_is(kind, value) for value in values):
        section.complain(name, _expected(kind))
        return None
    return values if _within(section, name, values) else None


_WORDS = {"residence": RESIDENCES, "sex": SEXES, "category": CATEGORIES}


def _within(section: Any, name: str, values: tuple[Any, ...]) -> bool:
    """Whether the field can have these values; complains of one that it cannot have."""
    for value in values:
        fault = ""
        if name in _WORDS and value not in _WORDS[name]:
            fault = told.not_among(value, _WORDS[name])
        elif isinstance(value, str):
            fault = told.in_text(value) or ("" if value else _("is empty; expected a text"))
        elif isinstance(value, date):
            fault = told.in_day(value)
        elif name in BOUNDS and value is not None:
            fault = told.bounds(value, *BOUNDS[name])
        if fault:
            section.complain(name, fault)
            return False
    return True


def _is(kind: str, value: Any) -> bool:
    if kind == _FLAG:
        return isinstance(value, bool)
    if kind == _WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == _DATE:
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, str)


def _expected(kind: str) -> str:
    return {
        _TEXT: _("expected a text in quotes, or a list of them"),
        _WHOLE: _("expected a whole number, a list, or { from = 0, until = 17 }"),
        _DATE: _("expected a date, a list, or { from = 2022-09-01, until = 2022-12-31 }"),
        _FLAG: _("expected true or false"),
    }[kind]
