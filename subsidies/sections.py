"""The notice's [subsidies]: which hardship category gets what, how, from whom."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from enrollment.notice import Table


@dataclass(frozen=True)
class SubsidyRule:
    """One hardship category. `amount_fen` is None for a full grant."""

    key: str
    name: str
    grant: str  # full, amount, none (listed in the notice without an amount)
    amount_fen: int | None
    how: str  # on_behalf, deducted, reimbursed
    funder: str
    clause: str
    words: str
    assumed: str


@dataclass(frozen=True)
class SubsidyRules:
    """`recognised_until` (exclusive): whoever is recognised later gets nothing this year."""

    clause: str = ""
    recognised_until: date | None = None
    recognised_words: str = ""
    categories: tuple[SubsidyRule, ...] = ()

    @property
    def household_keys(self) -> tuple[str, ...]:
        """Categories that mark the whole household."""
        return ()

    def of(self, key: str) -> SubsidyRule | None:
        return next((rule for rule in self.categories if rule.key == key), None)


def read_subsidies(section: Table) -> SubsidyRules:
    table = section.table("subsidies", None)
    if table is None:
        return SubsidyRules()
    last = table.on("recognised_until", None)
    rules = []
    for row in table.tables("categories", []):
        grant = row.choice("grant", ("full", "amount", "none"))
        amount = row.fen("amount_fen", None)
        if grant == "amount" and amount is None:
            row.complain("amount_fen", _("is needed where grant is “amount”"))
        if grant != "amount" and amount is not None:
            row.complain("amount_fen", _("has no meaning unless grant is “amount”"))
        rules.append(
            SubsidyRule(
                key=row.text("key"),
                name=row.text("name"),
                grant=grant,
                amount_fen=amount,
                how=row.choice("how", ("on_behalf", "deducted", "reimbursed")),
                funder=row.text("funder", ""),
                clause=row.text("clause"),
                words=row.text("words"),
                assumed=row.text("assumed", ""),
            )
        )
        if rules[-1].key in [rule.key for rule in rules[:-1]]:
            row.complain("key", _("is used by another category"))
        row.done()
    result = SubsidyRules(
        clause=table.text("clause", ""),
        recognised_until=last + timedelta(days=1) if last else None,
        recognised_words=table.text("recognised_words", ""),
        categories=tuple(rules),
    )
    table.done()
    return result
