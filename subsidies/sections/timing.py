"""When marks must be made, and when money that is reimbursed goes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from enrollment.notice import Table

COLLECTION = "collection"  # the first day on which any window takes payments
SAME_MONTH, NEXT_MONTH = "same_month", "next_month"


@dataclass(frozen=True)
class MarkedBefore:
    """`before`: COLLECTION, or the day by whose beginning everybody must be marked."""

    before: date | str
    clause: str
    words: str
    assumed: str = ""


@dataclass(frozen=True)
class PayOut:
    """`month` in which a reimbursement is paid out: SAME_MONTH or NEXT_MONTH, counted from the
    payment, or a day of that month. `to`: keys of categories; empty: all."""

    month: date | str
    clause: str
    words: str
    to: tuple[str, ...] = ()
    assumed: str = ""


def read_marked_before(table: Table) -> MarkedBefore | None:
    row = table.table("marked", None)
    if row is None:
        return None
    found = MarkedBefore(
        before=row.day("before", (COLLECTION,)),
        clause=row.text("clause"),
        words=row.text("words"),
        assumed=row.text("assumed", ""),
    )
    row.done()
    return found


def read_pay_outs(table: Table) -> Sequence[tuple[PayOut, Table]]:
    found = []
    for row in table.tables("pay_outs", []):
        pay_out = PayOut(
            month=row.day("month", (SAME_MONTH, NEXT_MONTH)),
            clause=row.text("clause"),
            words=row.text("words"),
            to=row.texts("to", []),
            assumed=row.text("assumed", ""),
        )
        row.done()
        found.append((pay_out, row))
    return found
