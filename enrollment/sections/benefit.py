"""[benefit]: from when to when a person is covered, who waits, what years without a gap bring."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from enrollment.facts import EVERYBODY, Condition, read_condition
from enrollment.notice import Table
from enrollment.sections.ages import COVERAGE_FROM, read_age_on

BEGINS = ("coverage_from", "paid_on", "registered_on", "birth")
ENDS = ("coverage_until", "year_end")
COUNTS_FROM = ("coverage_from", "paid_on", "later")
UNITS = ("months", "days")
REPAID_YEAR = ("individual", "with_fiscal")


@dataclass(frozen=True)
class BenefitRule:
    """`begins` is one of BEGINS, or a day; `ends` one of ENDS, or the last covered day."""

    when: Condition = EVERYBODY
    begins: date | str = "coverage_from"
    after_days: int = 0
    after_months: int = 0
    not_before_coverage: bool = True
    ends: date | str = "coverage_until"
    clause: str = ""
    words: str = ""
    assumed: str = ""


@dataclass(frozen=True)
class Exempt:
    """Who does not wait."""

    when: Condition
    clause: str
    words: str


@dataclass(frozen=True)
class WaitingRules:
    """Lengths in `unit`. `late`: who waits without a missed year; None: nobody. `repaid_year`: what
    paying up a year costs, one of REPAID_YEAR; empty: not stated."""

    unit: str
    fixed: int
    per_missed_year: int
    first_missed_counts: bool
    per_repaid_year: int
    repaid_year: str
    fixed_is_kept: bool
    floor: int
    floor_from_years: int | None
    counts_from: str
    after_days: int
    late: Condition | None
    exempt: tuple[Exempt, ...]
    clause: str
    words: str
    assumed: str


@dataclass(frozen=True)
class IncentiveRules:
    """Fen by which the upper limit of serious-illness insurance rises."""

    from_years: int
    from_year_counts: bool
    per_year_fen: int
    unused_year_fen: int
    limit_fen: int | None
    resets: str
    clause: str
    words: str
    assumed: str


@dataclass(frozen=True)
class BenefitRules:
    """Without any rule benefits are the coverage period."""

    rules: tuple[BenefitRule, ...] = ()
    waiting: WaitingRules | None = None
    incentives: IncentiveRules | None = None
    age_on: date | str = COVERAGE_FROM
    clause: str = ""
    words: str = ""


def read_benefit(section: Table) -> BenefitRules:
    table = section.table("benefit", None)
    if table is None:
        return BenefitRules()
    waiting, incentives = table.table("waiting", None), table.table("incentives", None)
    found = BenefitRules(
        rules=tuple(_rule(row) for row in table.tables("rules", [])),
        waiting=_waiting(waiting) if waiting else None,
        incentives=_incentives(incentives) if incentives else None,
        age_on=read_age_on(table),
        clause=table.text("clause", ""),
        words=table.text("words", ""),
    )
    table.done()
    return found


def _rule(row: Table) -> BenefitRule:
    begins = row.day("begins", BEGINS, "coverage_from")
    own_day = begins == "birth" or isinstance(begins, date)
    rule = BenefitRule(
        when=read_condition(row),
        begins=begins,
        after_days=row.whole("after_days", 0, 366, 0),
        after_months=row.whole("after_months", 0, 24, 0),
        not_before_coverage=row.flag("not_before_coverage", not own_day),
        ends=row.day("ends", ENDS, "coverage_until"),
        clause=row.text("clause"),
        words=row.text("words"),
        assumed=row.text("assumed", ""),
    )
    row.done()
    return rule


def _waiting(table: Table) -> WaitingRules:
    rules = WaitingRules(
        unit=table.choice("unit", UNITS, "months"),
        fixed=table.whole("fixed", 0, 366, 0),
        per_missed_year=table.whole("per_missed_year", 0, 366, 0),
        first_missed_counts=table.flag("first_missed_counts", True),
        per_repaid_year=table.whole("per_repaid_year", 0, 366, 0),
        repaid_year=table.choice("repaid_year", REPAID_YEAR, ""),
        fixed_is_kept=table.flag("fixed_is_kept", True),
        floor=table.whole("floor", 0, 366, 0),
        floor_from_years=table.whole("floor_from_years", 1, 100, None),
        counts_from=table.choice("counts_from", COUNTS_FROM, "later"),
        after_days=table.whole("after_days", 0, 366, 0),
        late=read_condition(table, "late") if table.has("late") else None,
        exempt=tuple(_exempt(row) for row in table.tables("exempt", [])),
        clause=table.text("clause"),
        words=table.text("words"),
        assumed=table.text("assumed", ""),
    )
    if rules.floor and rules.floor_from_years is None:
        table.complain("floor", _("needs floor_from_years: for whom it holds"))
    if rules.floor_from_years and not rules.floor:
        table.complain("floor_from_years", _("needs floor: how long they wait at least"))
    table.done()
    return rules


def _exempt(row: Table) -> Exempt:
    found = Exempt(read_condition(row), row.text("clause", ""), row.text("words"))
    if found.when == EVERYBODY:
        row.complain("when", _("is needed: without it nobody would wait"))
    row.done()
    return found


def _incentives(table: Table) -> IncentiveRules:
    rules = IncentiveRules(
        from_years=table.whole("from_years", 0, 100),
        from_year_counts=table.flag("from_year_counts", False),
        per_year_fen=table.fen("per_year_fen"),
        unused_year_fen=table.fen("unused_year_fen", 0),
        limit_fen=table.whole("limit_fen", 0, None, None),
        resets=table.text("resets", ""),
        clause=table.text("clause"),
        words=table.text("words"),
        assumed=table.text("assumed", ""),
    )
    table.done()
    return rules
