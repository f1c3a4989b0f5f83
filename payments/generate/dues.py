"""What each made-up person owes and when they can pay it, by the product's own pricing.

People whom no rule of the policy tells apart are one profile, priced once. The bounds between
profiles are those of bulk registration (enrollment.bulk.profiles); here they only spare work.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from config.lib import idnumber
from enrollment import asked
from enrollment.bulk.profiles import cuts_of, priced_or_why_not
from enrollment.facts import Facts, Mark, day_start, years_between
from enrollment.generate.pace import DAY
from enrollment.generate.people import RESIDENT_CARD, Person
from enrollment.generate.plan import Plan
from enrollment.notice import Policy
from enrollment.places import SEXES, asking
from enrollment.pricing import Price
from enrollment.sections import Window
from enrollment.sections.windows import PAYMENT

AMOUNTS = (
    "fee_fen", "own_fen", "on_behalf_fen", "deducted_fen", "reimbursed_fen", "hardship", "kind",
    "tier", "window",
)  # fmt: skip


@dataclass(frozen=True)
class Due:
    """Fen that a person owes, and that somebody else pays for them. `amount`: place in the table
    of amounts. `refused`: why the notice does not take them, None for whom it does."""

    own_fen: int
    on_behalf_fen: int = 0
    amount: int | None = None
    refused: tuple[tuple[str, Any], ...] | None = None


class Dues(Protocol):
    tiers: tuple[str, ...]  # of which everybody chooses one; none: nobody does

    def tier_of(self, person: Person) -> str:
        """The tier that somebody chose, "" where there is no choice."""

    def due(self, person: Person, marks: tuple[Mark, ...]) -> Due:
        """What somebody who registers owes."""

    def pays_at(self, person: Person, marks: tuple[Mark, ...], second: int) -> int | None:
        """The first instant from `second` on at which they can pay just that; None: never."""

    def taken_from(self, second: int) -> int | None:
        """The first instant from `second` on at which payments are taken of people at large."""

    def table(self) -> list[dict[str, Any]]:
        """The amounts of truth.json."""


class OneDue:
    """Everybody owes the same at any time."""

    tiers: tuple[str, ...] = ()

    def __init__(self, due_fen: int) -> None:
        self._due = Due(due_fen)

    def tier_of(self, person: Person) -> str:
        return ""

    def due(self, person: Person, marks: tuple[Mark, ...]) -> Due:
        return self._due

    def pays_at(self, person: Person, marks: tuple[Mark, ...], second: int) -> int | None:
        return second

    def taken_from(self, second: int) -> int | None:
        return second

    def table(self) -> list[dict[str, Any]]:
        return []


class Priced:
    """Each person owes what the policy says of their birth date, category, marks and time."""

    def __init__(self, policy: Policy, plan: Plan) -> None:
        self._policy, self._midnight, self._end = policy, plan.midnight, plan.end
        cuts = cuts_of(policy)
        self._asked = asked.asked_by(policy)
        # Where the notice has a fee for whoever chooses none, nobody does.
        self.tiers = () if asked.silence_is_a_fee(policy) else self._asked.tiers
        self._born = [day.toordinal() for day in cuts.born]
        self._ages, self._days = cuts.ages, cuts.days
        self._sexes = bool(asking(policy, "sex"))
        self._registered = [self._second(at) for at in cuts.registered]
        paying = [each for each in policy["windows"] if each.takes in ("both", PAYMENT)]
        self._at_large = [each for each in paying if not each.when.fields] or paying
        self._stretches = sorted({*self._registered, *map(self._second, pay_days(paying))})
        self._priced: dict[tuple[Any, ...], Due] = {}
        self._payable: dict[tuple[Any, ...], bool] = {}
        self._places: dict[Any, int] = {}
        self._table: list[dict[str, Any]] = []
        self._people: Counter[int] = Counter()

    def due(self, person: Person, marks: tuple[Mark, ...]) -> Due:
        assert person.registered is not None  # nobody else owes anything
        key = self._profile(person, marks, person.registered)
        found = self._priced.get(key)
        if found is None:
            found = self._priced[key] = self._price(self._facts(person, marks))
        if found.amount is not None:
            self._people[found.amount] += 1
        return found

    def pays_at(self, person: Person, marks: tuple[Mark, ...], second: int) -> int | None:
        return self._first(second, lambda at: self._may_pay(person, marks, at))

    def taken_from(self, second: int) -> int | None:
        return self._first(second, self._is_taken)

    def tier_of(self, person: Person) -> str:
        """Told by their number, so that it takes no chance from what else is made up."""
        return self.tiers[sum(map(ord, person.number)) % len(self.tiers)] if self.tiers else ""

    def table(self) -> list[dict[str, Any]]:
        return [row | {"people": self._people[at]} for at, row in enumerate(self._table)]

    def _first(self, second: int, holds: Callable[[int], bool]) -> int | None:
        """The second itself, else the same hour on the first day of a later stretch."""
        if holds(second):
            return second
        for start in self._stretches[bisect_right(self._stretches, second) :]:
            for at in (start + second % DAY, start):
                if at < self._end and holds(at):
                    return at
        return None

    def _is_taken(self, second: int) -> bool:
        at = self._instant(second)
        return any(window.accepts(PAYMENT, at) for window in self._at_large)

    def _may_pay(self, person: Person, marks: tuple[Mark, ...], second: int) -> bool:
        """Whether the notice takes the payment, and asks no more and no less than it did when they
        registered."""
        assert person.registered is not None
        stretch = bisect_right(self._stretches, second)
        key = (*self._profile(person, marks, person.registered), stretch)
        if self._ages:
            key = (*key, self._age(person, second))
        found = self._payable.get(key)
        if found is None:
            facts = self._facts(person, marks)
            then = self._price(facts.asked(paid_at=self._instant(second)), listed=False)
            now = self._price(facts, listed=False)
            found = then.refused is None and then.own_fen == now.own_fen
            self._payable[key] = found
        return found

    def _profile(self, person: Person, marks: tuple[Mark, ...], second: int) -> tuple[Any, ...]:
        born = born_of(person)
        key: tuple[Any, ...] = (
            person.category,
            marks,
            bisect_right(self._born, born) if born is not None else None,
            bisect_right(self._registered, second),
        )
        if self.tiers:
            key = (*key, self.tier_of(person))
        if self._sexes:
            key = (*key, sex_of(person))
        if self._ages:
            key = (*key, self._age(person, second))
        if self._days and born is not None:
            days = self._midnight.toordinal() + second // DAY - born
            key = (*key, bisect_right(self._days, days))
        return key

    def _age(self, person: Person, second: int) -> int | None:
        born = born_of(person)
        if born is None:
            return None
        day = self._midnight.date() + timedelta(seconds=second)
        return bisect_right(self._ages, years_between(date.fromordinal(born), day))

    def _facts(self, person: Person, marks: tuple[Mark, ...]) -> Facts:
        """What the register of residents and the registration tell of them."""
        assert person.registered is not None
        born = born_of(person)
        return Facts(
            born_on=date.fromordinal(born) if born is not None else None,
            sex=sex_of(person) if self._sexes else None,
            category=person.category,
            marks=marks,
            registered_at=self._instant(person.registered),
            tier=self.tier_of(person) or None,
            **asked.list_facts(self._asked, ()),
        )

    def _price(self, facts: Facts, *, listed: bool = True) -> Due:
        problem, words, priced = priced_or_why_not(self._policy, facts)
        if problem:
            clauses = tuple(reason.clause for reason in priced.because if reason.clause)
            why = (("problem", problem), ("clauses", clauses), ("words", words))
            return Due(0, refused=why)
        place = self._place(priced) if listed else None
        return Due(priced.own_fen, priced.on_behalf_fen, place)

    def _place(self, priced: Price) -> int:
        """Place in the table of amounts; the same amount for the same reasons is one row."""
        reasons = tuple((reason.clause, reason.words) for reason in priced.because)
        key = (*(getattr(priced, name) for name in AMOUNTS), reasons)
        if key not in self._places:
            self._places[key] = len(self._table)
            row = {name: getattr(priced, name) for name in AMOUNTS}
            self._table.append(row | {"because": [list(reason) for reason in reasons]})
        return self._places[key]

    def _second(self, at: datetime) -> int:
        return int((at - self._midnight).total_seconds())

    def _instant(self, second: int) -> datetime:
        return self._midnight + timedelta(seconds=second)


def sex_of(person: Person) -> str | None:
    """As the register knows it; not every paper tells."""
    kind = idnumber.kind_from_words(person.kind) or "unknown"
    told = idnumber.judge(person.number, date.fromordinal(person.born), kind)
    return SEXES.get(told.sex)


def born_of(person: Person) -> int | None:
    """The birth date's ordinal as the register knows it, which is as the number tells it."""
    if person.kind == RESIDENT_CARD:
        return person.born
    kind = idnumber.kind_from_words(person.kind) or "unknown"
    told = idnumber.judge(person.number, date.fromordinal(person.born), kind).born_on
    return told.toordinal() if told else None


def pay_days(windows: Sequence[Window]) -> set[datetime]:
    """Every instant at which the days of a month on which payments are taken begin or end."""
    found = set()
    for window in windows:
        day = window.start
        while window.pay_days and day < window.until:
            if day.day in (window.pay_days[0], window.pay_days[1] + 1, 1):
                found.add(day_start(day))
            day += timedelta(days=1)
    return found
