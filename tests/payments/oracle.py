"""What must become of payment lines, worked out line by line in the plainest way.

Knows nothing of SQL, staging or touched rows: after each file it looks at everything again.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tests.payments.lines import LI, WANG, ZHAO, Row

KINDS = {"冲红": "reversal", "退费": "refund"}


@dataclass(frozen=True)
class Person:
    """Who holds a number. `place` is "here", "elsewhere" or "" (not registered)."""

    name: str
    place: str = "here"
    own: int = 35000
    on_behalf: int = 0


CHEN, SUN = "411328199912120015", "411328197001010019"
PEOPLE = {
    WANG: Person("王小明"),
    LI: Person("李丽", own=10000, on_behalf=25000),
    ZHAO: Person("赵·敏", own=0, on_behalf=35000),
    CHEN: Person("陈晨", place="elsewhere"),
    SUN: Person("孙武", place=""),
}


@dataclass
class Decided:
    """What two people decided: `place` is (number, part) of a match; `back` went back before."""

    kind: str
    fen: int
    back: int = 0
    place: tuple[str, str] | None = None


@dataclass
class Payment:
    key: tuple
    row: Row
    fen: int
    at: str
    arrived: tuple[int, int]  # file, line
    back: Counter = field(default_factory=Counter)  # kind → fen of tied corrections
    standing: str = ""
    cause: str | None = None
    matched: int = 0
    open: int = 0
    refund_due: int = 0
    decided: Decided | None = None

    @property
    def remaining(self) -> int:
        return self.fen - sum(self.back.values())

    def state(self) -> tuple:
        return (
            self.standing, self.cause, self.matched, self.open, self.refund_due,
            self.back["refund"], self.back["reversal"],
        )  # fmt: skip


@dataclass
class Correction:
    kind: str
    original: tuple | None
    fen: int
    at: str
    tied: bool = False


class Oracle:
    def __init__(self, people: dict[str, Person], *, late_from: str, hold: bool):
        self.people, self.late_from, self.hold = people, late_from, hold
        self.facts: dict[tuple, tuple] = {}  # key → facts of its first line
        self.payments: dict[tuple, Payment] = {}
        self.corrections: list[Correction] = []
        self.outcomes: dict[tuple[int, int], str] = {}
        self.holders: dict[tuple[str, str], Payment] = {}
        self.files = 0

    def take(self, rows: list[Row]) -> None:
        self.files += 1
        occurrences: Counter = Counter()
        for line, row in enumerate(rows, start=2):
            self.outcomes[self.files, line] = self._line(row, (self.files, line), occurrences)
        self._tie()
        self._judge()

    def match(self, payment: Payment, number: str, part: str) -> bool:
        """Two people match it to a part of who holds the number; False where they cannot."""
        person, place = self.people.get(number), (number, part)
        if payment.decided or payment.row.year != "2023" or not payment.remaining:
            return False
        if person is None or person.place != "here" or self.holders.get(place) is payment:
            return False
        due = person.on_behalf if part == "on_behalf" else person.own
        others = [p for p in self.payments.values() if p is not payment]
        by_hand = sum(p.decided.fen for p in others if p.decided and p.decided.place == place)
        lacking = 0 if place in self.holders else due - by_hand
        if lacking <= 0:
            return False
        payment.decided = Decided("match", min(payment.remaining, lacking), place=place)
        self._judge()
        return True

    def refund(self, payment: Payment) -> bool:
        if payment.decided or not payment.remaining:
            return False
        payment.decided = Decided("refund", payment.remaining, sum(payment.back.values()))
        self._judge()
        return True

    def undo(self, payment: Payment) -> bool:
        decided = payment.decided
        if not decided:
            return False
        if decided.kind == "refund" and sum(payment.back.values()) > decided.back:
            return False
        payment.decided = None
        self._judge()
        return True

    def _line(self, row: Row, arrived: tuple[int, int], occurrences: Counter) -> str:
        if not row.paid or not row.year:
            return "rejected"
        fen = int(Decimal(row.yuan) * 100)
        kind = KINDS.get(row.state, "payment" if fen >= 0 else "reversal")
        fen, at = abs(fen), instant(row.paid)
        original = (row.original or row.receipt) if kind != "payment" else ""
        if row.receipt:
            key = (row.receipt, row.number, kind)
        else:
            facts = (row.number, kind, row.year, fen, at, row.channel, original)
            key = (*facts, occurrences[facts])
            occurrences[facts] += 1
        facts = (plain(row.name), fen, row.year, at)
        if key in self.facts:
            return "known" if self.facts[key] == facts else "conflict"
        self.facts[key] = facts
        if kind == "payment":
            self.payments[key] = Payment(key, row, fen, at, arrived)
        else:
            named = (original, row.number, "payment") if original else None
            self.corrections.append(Correction(kind, named, fen, at))
        return "new"

    def _tie(self) -> None:
        """The smallest corrections first, as long as they fit into their payment."""
        for payment in self.payments.values():
            payment.back.clear()
            theirs = [c for c in self.corrections if c.original == payment.key]
            sum_so_far = 0
            for correction in sorted(theirs, key=lambda c: (c.fen, c.at)):
                sum_so_far += correction.fen
                correction.tied = sum_so_far <= payment.fen
                if correction.tied:
                    payment.back[correction.kind] += correction.fen

    def _judge(self) -> None:
        ready: dict[tuple[str, str], list[Payment]] = {}
        by_hand = {self._stand_decided(payment) for payment in self.payments.values()}
        for payment in self.payments.values():
            if payment.decided:
                continue
            part, due, cause = self._obstacle(payment)
            if cause == "taken_back":
                self._open(payment, None)
                payment.standing = "reversed" if payment.back["reversal"] else "refunded"
                continue
            taken = cause is None and (payment.row.number, part) in by_hand
            self._open(payment, "paid_twice" if taken else cause)
            if cause is None and not taken:
                ready.setdefault((payment.row.number, part), []).append(payment)
        for place in list(self.holders):
            if self.holders[place] not in ready.get(place, []):
                del self.holders[place]
        for place, rivals in ready.items():
            in_time = [p for p in rivals if not (self.hold and p.at >= self.late_from)]
            holder = self.holders.get(place)
            if holder is None and in_time:
                holder = self.holders[place] = min(in_time, key=lambda p: (p.at, p.arrived))
            for rival in rivals:
                self._open(rival, "paid_twice" if holder else "late")
            if holder:
                due = self._due(holder, place[1])
                holder.standing, holder.cause = "matched", None
                holder.matched, holder.open = due, 0
                holder.refund_due = holder.remaining - due

    def _stand_decided(self, payment: Payment) -> tuple[str, str] | None:
        """As decided, and which part that settles. A match of which too little is left is over."""
        decided = payment.decided
        if decided and decided.kind == "match" and payment.remaining < decided.fen:
            decided = payment.decided = None
        if not decided:
            return None
        payment.cause, payment.matched, payment.open, payment.refund_due = None, 0, 0, 0
        if decided.kind == "match":
            payment.standing, payment.matched = "matched", decided.fen
            payment.refund_due = payment.remaining - decided.fen
            return decided.place
        since = max(0, sum(payment.back.values()) - decided.back)
        payment.refund_due = max(0, min(payment.remaining, decided.fen - since))
        payment.open = payment.remaining - payment.refund_due
        reversed_whole = not payment.remaining and payment.back["reversal"]
        payment.standing = "reversed" if reversed_whole else "refunded"
        if payment.refund_due:
            payment.standing = "refund_due"
        return None

    def _open(self, payment: Payment, cause: str | None) -> None:
        payment.standing, payment.cause = "open", cause
        payment.matched, payment.refund_due, payment.open = 0, 0, payment.remaining

    def _due(self, payment: Payment, part: str) -> int:
        person = self.people[payment.row.number]
        return person.on_behalf if part == "on_behalf" else person.own

    def _obstacle(self, payment: Payment) -> tuple[str, int, str | None]:
        row, person = payment.row, self.people.get(payment.row.number)
        if payment.remaining == 0 and sum(payment.back.values()):
            return "", 0, "taken_back"
        if person is None:
            return "", 0, "unknown_person"
        if row.year != "2023":
            return "", 0, "wrong_year"
        if person.place == "elsewhere":
            return "", 0, "wrong_place"
        if not person.place:
            return "", 0, "not_registered"
        if plain(row.name) != plain(person.name):
            return "", 0, "name_differs"
        part = "on_behalf" if row.mark and person.on_behalf else "own"
        due = self._due(payment, part)
        if part == "own" and due == 0:
            return part, due, "paid_though_exempt"
        if payment.remaining < due:
            return part, due, "too_little"
        return part, due, None

    def totals(self) -> dict:
        """As `reconcile` tells them."""
        payments = self.payments.values()
        return {
            "matched": sum(p.standing == "matched" for p in payments),
            "open": dict(Counter(p.cause for p in payments if p.standing == "open")),
            "fen": sum(p.fen for p in payments) - sum(c.fen for c in self.corrections),
        }


def instant(paid: str) -> str:
    """A bare date counts from midnight."""
    at = datetime.fromisoformat(paid)
    return at.strftime("%Y-%m-%d %H:%M:%S")


def plain(name: str) -> str:
    return "".join(c for c in name if c not in "·•‧・ ")
