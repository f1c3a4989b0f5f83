"""Rosters as nobody here has seen them: who is in the register, and how an outcome is written down.

The outcome of every row was written by hand from DOMAIN.md, CONTRACT.md and docs/RULES.md before
the first of them was read (strangers_books.py, strangers_texts.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from config.lib import idnumber


def number(born: str, order: int = 1, place: str = "139901") -> str:
    first = f"{place}{born}{order:03}"
    return first + idnumber.check_digit(first)


# name → (number, village), all of them in the register.
REGISTER: Mapping[str, tuple[str, str]] = {
    "王建国": (number("19521103", 15), "north-1"),
    "李秀英": (number("19550214", 22), "north-1"),
    "王小明": (number("20100601", 37), "north-1"),
    "张铁柱": (number("19481230", 11), "north-2"),
    "赵玉兰": (number("19610909", 44), "south-1"),
    "周桂花": (number("19431001", 2), "south-1"),
    "吴老四": (number("19390505", 53), "south-2"),
    "郑卫东": (number("19661018", 71), "south-2"),
    "冯小兰": (number("19900722", 28), "north-2"),
    "陈思雨": (number("20190312", 46), "north-2"),
    "阿依古丽·买买提": (number("19870416", 62), "south-2"),
    "𠮷田": (number("19751125", 8), "north-1"),
    "钱多": (number("19830303", 19), "north-1"),
    "孙胜利": (number("19700707", 77), "south-1"),
    "何 静": (number("19941212", 4), "north-2"),
    "吕娜": (number("19801105", 66), "north-1"),
}
N = {name: numbered for name, (numbered, _village) in REGISTER.items()}
STRANGER = number("19770808", 91)  # agrees, and is in no register
NEIGHBOUR = number("19770808", 91, "411328")  # of another county

FIVE, LIFTED, MONITORED = "five_guarantees", "lifted", "monitored"
LOW, WORKER, DISABLED = "minimum_living", "hardship_worker", "disabled"


class Row(NamedTuple):
    """What becomes of a line: its category where it counts, the reason where it does not."""

    line: int
    name: str
    outcome: str
    what: str
    on: date | None = None  # the day that the row says


@dataclass
class Stranger:
    """A file, how it is handed in, and what must come of it."""

    build: Callable[[Path], Path]
    sheets: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)  # warnings
    notes: Sequence[str] = ()  # what is told of the file, in this order
    source: str = "civil-affairs"
    refused: str = ""  # words of the refusal


def new(line: int, name: str, what: str = LOW, on: date | None = None) -> Row:
    return Row(line, name, "new", what, on)


def known(line: int, name: str, what: str = LOW, on: date | None = None) -> Row:
    return Row(line, name, "known", what, on)


def waiting(line: int, name: str, why: str = "word_unknown") -> Row:
    return Row(line, name, "waiting", why)


def rejected(line: int, name: str, why: str) -> Row:
    return Row(line, name, "rejected", f"number_{why}")


def named(path: Path, name: str) -> Path:
    return path.with_name(name)
