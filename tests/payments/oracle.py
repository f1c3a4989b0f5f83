"""What must become of payment lines, worked out line by line in the plainest way.

Knows nothing of SQL, staging or touched rows: after each file it looks at everything again.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tests.payments.lines import Row

KINDS = {"冲红": "reversal", "退费": "refund"}


@dataclass(frozen=True)
class Person:
    """Who holds a number. `place` is "here", "elsewhere" or "" (not registered)."""

    name: str
    place: str = "here"
    own: int = 35000
    on_behalf: int = 0


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
        for payment in self.payments.values():
            part, due, cause = self._obstacle(payment)
            if cause == "taken_back":
                self._open(payment, None)
                payment.standing = "reversed" if payment.back["reversal"] else "refunded"
                continue
            self._open(payment, cause)
            if cause is None:
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
