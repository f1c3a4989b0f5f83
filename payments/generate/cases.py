"""What can go wrong with one person's payment: each case turns a plain line into its lines.

A case's lines come in the order in which they are written. The truth is stated here by hand for
each case; tests work it out again from the files alone.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from enrollment.generate import names
from enrollment.generate.pace import DAY
from enrollment.generate.people import RESIDENT_CARD, Population

from .lines import REFUND, REVERSAL, Line

ROOM = 4 * DAY  # cases with a second line need this much time before the end
OF_RESIDENT_CARDS = frozenset({"damaged_number", "untidy_number"})
TAKES_ANOTHER_FILE = frozenset(
    {
        "arrives_late",
        "conflict",
        "overlap",
        "reversal_repeated",
        "reversed_before_in_earlier_file",
        "without_receipt_overlap",
    }
)
TAKES_TIME = frozenset(
    {
        "paid_twice",
        "paid_twice_refunded",
        "too_little_then_full",
        "reversed",
        "reversed_before",
        "reversed_before_in_earlier_file",
        "reversed_and_paid_again",
        "reversal_repeated",
        "refunded",
    }
)
PAYS_LESS = frozenset({"too_little", "too_little_then_full", "conflict"})
LEAST = 100  # fen: of less there is nothing that is less, whole yuan apart
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


class Cases:
    """Holds what all cases need: the end, receipts, and the people to invent more."""

    def __init__(
        self,
        population: Population,
        receipt: Callable[[int], str],
        span: int,
        taken_from: Callable[[int], int | None],
    ) -> None:
        """`taken_from`: the first instant from that one on at which payments are taken."""
        self.end = population.plan.end
        self.population = population
        self.receipt = receipt
        self.taken_from = taken_from
        self.span = span  # seconds one file covers
        self.last_file = (self.end - 1) // span

    def fits(self, case: str, line: Line) -> bool:
        """Whether this person's payment leaves room for the case."""
        if case in OF_RESIDENT_CARDS and line.kind != RESIDENT_CARD:
            return False
        if case in PAYS_LESS and line.due < LEAST:
            return False
        if case in TAKES_ANOTHER_FILE and line.file >= self.last_file:
            return False
        return case not in TAKES_TIME or self.end - line.paid_at > ROOM

    def tell(self, random: Random, case: str, line: Line) -> list[Line]:
        """The person's lines, given the plain one."""
        lines: list[Line] = getattr(self, f"_{case}")(random, line)
        for each in lines:
            each.case = case
        return lines

    # One line

    def _wrong_year(self, random: Random, line: Line) -> list[Line]:
        year = -1 if random.random() < 0.8 else 1
        return [replace(line, year=year, standing="open", cause="wrong_year")]

    def _too_little(self, random: Random, line: Line) -> list[Line]:
        return [replace(line, fen=less(random, line.due), standing="open", cause="too_little")]

    def _too_much(self, random: Random, line: Line) -> list[Line]:
        more = line.due if random.random() < 0.5 else 100 * (1 + int(random.random() * 100))
        return [replace(line, fen=line.fen + more, refund_due_fen=more)]

    def _damaged_number(self, random: Random, line: Line) -> list[Line]:
        number = damage(random, line.number)
        return [replace(line, number=number, standing="open", cause="unknown_person")]

    def _untidy_number(self, random: Random, line: Line) -> list[Line]:
        return [replace(line, number=untidy(random, line.number))]

    def _name_differs(self, random: Random, line: Line) -> list[Line]:
        name = another_name(random, line.name)
        return [replace(line, name=name, standing="open", cause="name_differs")]

    def _not_registered(self, random: Random, line: Line) -> list[Line]:
        return [replace(line, standing="open", cause="not_registered")]

    def _arrives_late(self, random: Random, line: Line) -> list[Line]:
        return [replace(line, file=line.file + 1)]

    def _without_receipt(self, random: Random, line: Line) -> list[Line]:
        return [replace(line, receipt="")]

    def _no_date(self, random: Random, line: Line) -> list[Line]:
        return [replace(line, dated=False, outcome="rejected", problem="no_date")]

    def _no_year(self, random: Random, line: Line) -> list[Line]:
        return [replace(line, year=None, outcome="rejected", problem="no_year")]

    # Another person's line beside it

    def _unknown_person(self, random: Random, line: Line) -> list[Line]:
        sex = "M" if random.random() < 0.5 else "F"
        stranger = self.population.person(
            random, "其他", sex, 20 + 50 * random.random(), names.surname(random)
        )
        theirs = replace(
            line,
            name=stranger.name,
            kind=RESIDENT_CARD,
            number=stranger.number,
            receipt=self.receipt(line.paid_at),
            amount=None,
            standing="open",
            cause="unknown_person",
        )
        return [line, theirs]

    # The record twice

    def _overlap(self, random: Random, line: Line) -> list[Line]:
        return [line, replace(line, file=line.file + 1, outcome="known")]

    def _conflict(self, random: Random, line: Line) -> list[Line]:
        other = replace(line, file=line.file + 1, fen=less(random, line.due), outcome="conflict")
        return [line, other]

    def _without_receipt_overlap(self, random: Random, line: Line) -> list[Line]:
        return self._overlap(random, replace(line, receipt=""))

    # Two payments

    def _paid_twice(self, random: Random, line: Line) -> list[Line]:
        return [line, self._again(random, line, standing="open", cause="paid_twice")]

    def _too_little_then_full(self, random: Random, line: Line) -> list[Line]:
        (little,) = self._too_little(random, line)
        return [little, self._again(random, line)]

    # Reversals and refunds

    def _reversed(self, random: Random, line: Line) -> list[Line]:
        back = self._back(random, line, REVERSAL)
        return [taken_back(line, "reversed", back), back]

    def _refunded(self, random: Random, line: Line) -> list[Line]:
        back = self._back(random, line, REFUND)
        return [taken_back(line, "refunded", back), back]

    def _reversed_before(self, random: Random, line: Line) -> list[Line]:
        back = self._back(random, line, REVERSAL)
        return [back, replace(line, file=back.file, standing="reversed")]

    def _reversed_before_in_earlier_file(self, random: Random, line: Line) -> list[Line]:
        back = self._back(random, line, REVERSAL, at_most=self.last_file * self.span)
        return [back, replace(line, file=back.file + 1, standing="reversed")]

    def _reversal_repeated(self, random: Random, line: Line) -> list[Line]:
        back = self._back(random, line, REVERSAL, at_most=self.last_file * self.span)
        original = taken_back(line, "reversed", back)
        return [original, back, replace(back, file=back.file + 1, outcome="known")]

    def _reversed_and_paid_again(self, random: Random, line: Line) -> list[Line]:
        original, back = self._reversed(random, line)
        return [original, back, self._again(random, replace(line, paid_at=back.paid_at))]

    def _paid_twice_refunded(self, random: Random, line: Line) -> list[Line]:
        second = self._again(random, line, standing="open", cause="paid_twice")
        back = self._back(random, second, REFUND)
        return [line, taken_back(second, "refunded", back), back]

    # Helpers

    def _again(self, random: Random, line: Line, **truth: str) -> Line:
        """A second payment by the same person, a day or more later, with its own receipt."""
        paid_at = self._later(random, line.paid_at)
        taken = self.taken_from(paid_at)
        if taken is not None and taken < self.end - ROOM // 2:
            paid_at = taken
        return replace(
            line,
            paid_at=paid_at,
            file=self._file(paid_at),
            receipt=self.receipt(paid_at),
            **truth,  # type: ignore[arg-type]
        )

    def _back(self, random: Random, line: Line, state: str, at_most: int | None = None) -> Line:
        """The negative row that names the line's receipt."""
        paid_at = self._later(random, line.paid_at)
        if at_most is not None:
            paid_at = min(paid_at, at_most - 1)
        return replace(
            line,
            state=state,
            fen=-line.fen,
            paid_at=paid_at,
            file=self._file(paid_at),
            receipt=self.receipt(paid_at),
            original=line.receipt,
            standing="",
            cause="",
        )

    def _later(self, random: Random, at: int) -> int:
        """One to eight days later, but before the end; two steps fit into ROOM."""
        longest = min((self.end - at) // 2, 8 * DAY)
        return at + DAY + int(random.random() * (longest - DAY))

    def _file(self, at: int) -> int:
        return at // self.span


def less(random: Random, due: int) -> int:
    """Some whole yuan short of the due, or one fen above nothing where it is that small."""
    return max(due - 100 * (1 + int(random.random() * 50)), 1)


def taken_back(line: Line, standing: str, back: Line) -> Line:
    """The line after its reversal or refund; until that one's file it stood as it was."""
    changed = replace(line, standing=standing, cause="")
    if back.file > line.file:
        changed.standing_then, changed.cause_then = line.standing, line.cause
    return changed


def damage(random: Random, number: str) -> str:
    """A number as spreadsheets and hands spoil it; never a valid one of somebody else."""
    match int(random.random() * 5):
        case 0:
            return f"{number[0]}.{number[1:6]}E+17"
        case 1:
            return number[:15] + "000"
        case 2:
            return number[:17]
        case 3:
            return number[:17] + ("0" if number[17] != "0" else "1")
        case _:
            return number[:6] + "********" + number[14:]


def untidy(random: Random, number: str) -> str:
    """The same number with blanks, full-width digits, an apostrophe, a small x, or 15 digits."""
    match int(random.random() * 5):
        case 0:
            return f"{number[:6]} {number[6:14]} {number[14:]}"
        case 1:
            return number.translate(FULL_WIDTH)
        case 2:
            return f"'{number}"
        case 3 if number[6:8] == "19":
            return number[:6] + number[8:17]
        case _:
            return f"\u200b{number.lower()} "


def another_name(random: Random, name: str) -> str:
    """The surname with another given name."""
    while True:
        other = name[0] + names.given(random, random.choice("MF"), random.randrange(1950, 2010))
        if other != name:
            return other
