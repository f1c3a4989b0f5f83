"""The notice's [payments]: how late money is taken, which marks mean "paid on behalf"."""

from dataclasses import dataclass

from enrollment.notice import Table


@dataclass(frozen=True)
class PaymentRules:
    """late = "mark": a late payment matches and is marked; "hold": it stays open."""

    late: str = "mark"
    assumed: str = ""


def read_payments(section: Table) -> PaymentRules:
    table = section.table("payments", None)
    if table is None:
        return PaymentRules()
    rules = PaymentRules(table.choice("late", ("mark", "hold")), table.text("assumed", ""))
    table.done()
    return rules
