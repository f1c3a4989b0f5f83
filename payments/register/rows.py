"""The rows of a register as printed: people, households, pages and sums. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from config.lib.figures import yuan
from payments.register.words import (
    CASH,
    CATEGORIES,
    HEAD_WORDS,
    NOTHING,
    ON_BEHALF,
    SPOUSE_WORDS,
    reason_word,
)

ON_A_PAGE = 19
_LAST = 10**9


@dataclass(frozen=True)
class Person:
    """One row. Fen; `due_fen` None: nothing is asked of them, or nobody can say (`unpriced`).

    `paid_fen` is what the tax bureau reported of the own part; cash taken is not paid.
    """

    resident_id: int
    village_id: int
    name: str
    relation: str
    number: str  # masked, unless the register is issued with full numbers
    category: str
    group: str
    household_id: int | None
    household: str
    head: str
    hardship: str  # its name
    registration_id: int | None
    due_fen: int | None
    unpriced: str
    paid_fen: int
    on_behalf: bool  # the part on behalf has come
    paid_at: datetime | None
    channel: str
    cash_fen: int
    cash_at: datetime | None
    batch: int | None
    phone: str
    elsewhere: str
    reason: str  # key
    born_on: date | None = None

    @property
    def paid(self) -> bool:
        return bool(self.registration_id and self.due_fen and self.paid_fen >= self.due_fen)

    @property
    def out(self) -> bool:
        """Not enrolled here, and not to be asked."""
        return self.due_fen is None

    def cells(self) -> dict[str, str]:
        """What stands in each column, as text; money in yuan."""
        at = self.paid_at or self.cash_at
        channel = self.channel
        if self.cash_at and not self.paid:
            channel = f"{CASH} 批{self.batch}" if self.batch else f"{CASH}已收"
        return {
            "group": self.group,
            "household": self.household,
            "head": self.head,
            "name": self.name,
            "relation": self.relation,
            "number": self.number,
            "category": CATEGORIES.get(self.category, self.category),
            "hardship": self.hardship or NOTHING,
            "due": yuan(self.due_fen) if self.due_fen is not None else self.unpriced,
            "paid": yuan(self.paid_fen) if self.paid_fen else ON_BEHALF if self.on_behalf else "",
            "paid_on": f"{at:%m-%d}" if at else "",
            "channel": channel,
            "phone": self.phone,
            "elsewhere": self.elsewhere,
            "reason": reason_word(self.reason),
        }


@dataclass(frozen=True)
class Sums:
    """People and fen. people = due + out; due: of whom money is or was asked, 0 yuan among them."""

    people: int = 0
    due: int = 0
    paid: int = 0
    on_behalf: int = 0
    out: int = 0
    cash: int = 0
    due_fen: int = 0
    paid_fen: int = 0
    cash_fen: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, n) + getattr(other, n) for n in Sums.__dataclass_fields__))


def sums_of(people: Iterable[Person]) -> Sums:
    rows = list(people)
    cash = [each for each in rows if each.cash_at and not each.paid]
    return Sums(
        people=len(rows),
        due=sum(not each.out for each in rows),
        paid=sum(each.paid for each in rows),
        on_behalf=sum(each.on_behalf for each in rows),
        out=sum(each.out for each in rows),
        cash=len(cash),
        due_fen=sum(each.due_fen or 0 for each in rows),
        paid_fen=sum(each.paid_fen for each in rows),
        cash_fen=sum(each.cash_fen for each in cash),
    )


def in_order(people: Iterable[Person]) -> list[Person]:
    """By group and household, as villages number them; the head first, then husband or wife, then
    by age. People of no household come last, each by themselves."""
    return sorted(people, key=_place)


def _place(each: Person) -> tuple[Any, ...]:
    rank = 0 if _is_head(each) else 1 if each.relation in SPOUSE_WORDS else 2
    return (
        _counted(each.group),
        each.household_id is None,
        _counted(each.household),
        each.household_id or 0,
        rank,
        each.born_on or date.max,
        each.resident_id,
    )


def _is_head(each: Person) -> bool:
    return each.relation in HEAD_WORDS or (not each.relation and each.name == each.head)


def _counted(text: str) -> tuple[int, int, str]:
    """2 before 10, numbers before words, nothing last."""
    if not text:
        return (2, _LAST, "")
    return (0, int(text), text) if text.isascii() and text.isdigit() else (1, 0, text)


@dataclass(frozen=True)
class Line:
    """A printed row. `first`: of its household on this page, where it names it; `last` of it."""

    serial: int
    person: Person
    first: bool
    last: bool
    span: int  # rows of the household on this page, on its first row


@dataclass(frozen=True)
class Page:
    number: int
    lines: list[Line]
    sums: Sums
    before: Sums
    blank: range = range(0)  # rows left empty for new people, on the last page

    @property
    def total(self) -> Sums:
        return self.before + self.sums


def pages(people: Sequence[Person], size: int = ON_A_PAGE) -> list[Page]:
    """Pages of `size` rows; a household goes over to the next page where it must."""
    found: list[Page] = []
    before = Sums()
    for start in range(0, len(people) or 1, size):
        rows = people[start : start + size]
        sums = sums_of(rows)
        lines = list(_lines(rows, start))
        found.append(Page(len(found) + 1, lines, sums, before, range(size - len(lines))))
        before += sums
    return found


def _lines(rows: Sequence[Person], start: int) -> Iterator[Line]:
    serial = start
    for _home, members in groupby(rows, key=_home_of):
        members_list = list(members)
        for at, person in enumerate(members_list):
            serial += 1
            first, last = at == 0, at == len(members_list) - 1
            yield Line(serial, person, first, last, len(members_list) if first else 0)


def _home_of(each: Person) -> tuple[int, int]:
    return (each.household_id or 0, 0 if each.household_id else each.resident_id)
