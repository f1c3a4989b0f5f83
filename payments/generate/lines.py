"""One row of a payment detail file, with what must become of it."""

from dataclasses import dataclass, replace

from enrollment.generate.people import Household

NORMAL, REVERSAL, REFUND = "正常", "冲红", "退费"
KINDS = {REVERSAL: "reversal", REFUND: "refund"}


@dataclass(slots=True)
class Line:
    """The upper half is written, the lower half is the truth.

    `file`: index of the period whose file carries it. `paid_at`: seconds since the plan's
    midnight. `year`: 0 = the coverage year, -1 the one before, None = left empty. `due`: what the
    payer owes, fen. `mark`: why somebody else pays for them. `amount`: index into truth.json's
    amounts, None for whom nothing is known.
    `standing_then`, `cause_then`: just after its own file, where that differs from the end.
    """

    file: int
    household: Household
    name: str
    kind: str
    number: str
    fen: int
    paid_at: int
    receipt: str
    channel: str
    due: int
    amount: int | None = None
    mark: str = ""
    state: str = NORMAL
    original: str = ""
    year: int | None = 0
    dated: bool = True

    outcome: str = "new"
    standing: str = "matched"
    cause: str = ""
    refund_due_fen: int = 0
    problem: str = ""
    case: str = ""
    standing_then: str = ""
    cause_then: str = ""

    @property
    def is_plain(self) -> bool:
        return not self.case

    @property
    def is_payment(self) -> bool:
        return self.outcome == "new" and self.state == NORMAL

    def then(self) -> tuple[str, str]:
        if self.standing_then:
            return self.standing_then, self.cause_then
        return self.standing, self.cause

    def truth(self) -> dict[str, str | int]:
        """The line's entry in truth.json."""
        entry: dict[str, str | int] = {"outcome": self.outcome}
        if self.outcome == "rejected":
            entry["problem"] = self.problem
        elif self.outcome == "new" and self.state != NORMAL:
            entry |= {"kind": KINDS[self.state], "original": self.original}
        elif self.outcome == "new":
            entry["standing"] = self.standing
            if self.cause:
                entry["cause"] = self.cause
            if self.refund_due_fen:
                entry["refund_due_fen"] = self.refund_due_fen
            if self.amount is not None:
                entry["amount"] = self.amount
        if self.case:
            entry["case"] = self.case
        return entry


def settled(line: Line, standing: str, cause: str = "", **facts: str | int) -> Line:
    return replace(line, standing=standing, cause=cause, **facts)  # type: ignore[arg-type]
