"""[fee] and [fiscal]: what a person owes, what the treasuries add, and who carries it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from enrollment.facts import EVERYBODY, Condition, read_condition
from enrollment.notice import Table
from enrollment.sections.ages import COVERAGE_FROM, read_age_on
from enrollment.sections.shares import Share, read_shares


@dataclass(frozen=True)
class FeeRule:
    """A fee for whomever the condition holds. `with_fiscal`: the fiscal part is charged as well;
    `fiscal_fen`: so much of it is.

    `benefit_tier`: the tier of benefits it buys, where that is not the tier paid.
    """

    name: str
    individual_fen: int | None
    when: Condition = EVERYBODY
    with_fiscal: bool = False
    fiscal_fen: int | None = None
    benefit_tier: str = ""
    clause: str = ""
    words: str = ""
    assumed: str = ""


@dataclass(frozen=True)
class Component:
    """A part of the individual fee with a name of its own."""

    name: str
    fen: int


@dataclass(frozen=True)
class Fee:
    """Fen per person and coverage period. `individual_fen`: for whomever no rule holds."""

    individual_fen: int | None
    clause: str
    words: str
    age_on: str | date = COVERAGE_FROM
    assumed: str = ""
    rules: tuple[FeeRule, ...] = ()
    components: tuple[Component, ...] = ()
    shares: tuple[Share, ...] = ()

    @property
    def tiers(self) -> tuple[str, ...]:
        """The tiers that people may choose, in the notice's order."""
        found: dict[str, None] = {}
        for rule in self.rules:
            wanted = rule.when.of("tier")
            found.update(dict.fromkeys(wanted if isinstance(wanted, tuple) else ()))
        return tuple(found)


@dataclass(frozen=True)
class FiscalRule:
    """The fiscal subsidy of those for whom the condition holds; fen per person."""

    name: str
    per_person_fen: int
    when: Condition = EVERYBODY
    clause: str = ""
    words: str = ""
    assumed: str = ""


@dataclass(frozen=True)
class Fiscal:
    """The fiscal subsidy per person, in fen; charged only where a fee rule says so.

    `per_person_fen`: for whomever no rule holds; None: the notice states it by rules alone.
    """

    per_person_fen: int | None
    clause: str
    words: str = ""
    assumed: str = ""
    rules: tuple[FiscalRule, ...] = ()
    shares: tuple[Share, ...] = ()


def read_fee(section: Table) -> Fee | None:
    table = section.table("fee", None)
    if table is None:
        return None
    told = table.has_like("individual_fen")  # perhaps wrongly: then that alone is said
    whole, rules = table.fen("individual_fen", None), _rules(table)
    if not told and not rules:
        table.complain("individual_fen", _("is missing, and there are no [[fee.rules]]"))
    for rule, row in rules:
        if rule.individual_fen is None and not told:
            row.complain("individual_fen", _("is missing here and in [fee]"))
    fee = Fee(
        individual_fen=whole,
        clause=table.text("clause"),
        words=table.text("words"),
        age_on=read_age_on(table),
        assumed=table.text("assumed", ""),
        rules=tuple(rule for rule, _row in rules),
        components=_components(table, whole, told),
        shares=read_shares(table, "shares", whole),
    )
    table.done()
    return fee


def _rules(table: Table) -> list[tuple[FeeRule, Table]]:
    found = []
    for row in table.tables("rules", []):
        rule = FeeRule(
            name=row.text("name"),
            individual_fen=row.fen("individual_fen", None),
            when=read_condition(row),
            with_fiscal=row.flag("with_fiscal", False),
            fiscal_fen=row.fen("fiscal_fen", None),
            benefit_tier=row.text("benefit_tier", ""),
            clause=row.text("clause", ""),
            words=row.text("words", ""),
            assumed=row.text("assumed", ""),
        )
        if rule.with_fiscal and rule.fiscal_fen is not None:
            row.complain("fiscal_fen", _("with_fiscal says all of it already: one of the two"))
        row.done()
        found.append((rule, row))
    _check_order(found)
    return found


def _check_order(found: Sequence[tuple[FeeRule | FiscalRule, Table]]) -> None:
    for rule, row in found[:-1]:
        if not rule.when.fields:
            row.complain("when", _("is needed: without it no rule below would ever be asked"))


def _components(table: Table, whole: int | None, given: bool) -> tuple[Component, ...]:
    found = []
    for row in table.tables("components", []):
        found.append(Component(row.text("name"), row.fen("fen")))
        row.done()
    told = sum(part.fen or 0 for part in found)
    if found and whole is not None and told != whole:
        table.complain(
            "components",
            _("the parts sum to %(sum)s fen, the fee is %(whole)s") % {"sum": told, "whole": whole},
        )
    if found and not given:
        table.complain("components", _("needs individual_fen in [fee] to be parts of"))
    return tuple(found)


def read_fiscal(section: Table) -> Fiscal | None:
    table = section.table("fiscal", None)
    if table is None:
        return None
    told = table.has_like("per_person_fen")  # perhaps wrongly: then that alone is said
    whole, rules = table.fen("per_person_fen", None), _fiscal_rules(table)
    if not told and not rules:
        table.complain("per_person_fen", _("is missing, and there are no [[fiscal.rules]]"))
    fiscal = Fiscal(
        per_person_fen=whole,
        clause=table.text("clause"),
        words=table.text("words", ""),
        assumed=table.text("assumed", ""),
        rules=rules,
        shares=read_shares(table, "shares", whole, grouped=True),
    )
    table.done()
    return fiscal


def _fiscal_rules(table: Table) -> tuple[FiscalRule, ...]:
    found = []
    for row in table.tables("rules", []):
        rule = FiscalRule(
            name=row.text("name"),
            per_person_fen=row.fen("per_person_fen"),
            when=read_condition(row),
            clause=row.text("clause", ""),
            words=row.text("words", ""),
            assumed=row.text("assumed", ""),
        )
        row.done()
        found.append((rule, row))
    _check_order(found)
    return tuple(rule for rule, _row in found)
