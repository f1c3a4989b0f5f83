"""[subsidies] as a whole: the categories, and how they go together."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from enrollment.notice import Table
from enrollment.sections.ages import COVERAGE_FROM, read_age_on
from subsidies.sections import agreement
from subsidies.sections.categories import (
    Lines,
    SubsidyRule,
    Supplement,
    read_category,
    read_supplement,
)
from subsidies.sections.grants import OWN_BASES
from subsidies.sections.held import HeldBack, read_held_back
from subsidies.sections.timing import MarkedBefore, PayOut, read_marked_before, read_pay_outs


@dataclass(frozen=True)
class SubsidyRules:
    """`recognised_until` (exclusive): whoever is recognised later gets nothing this year.

    `pick` highest, or sum up to the fee. `top_up`: a rise is paid; `claw_back`: a fall is taken
    back. `elsewhere` granted or none: for people enrolled elsewhere; empty: the notice is silent.
    `bases`: name and fen of what percents are of.
    """

    clause: str = ""
    recognised_until: date | None = None
    recognised_words: str = ""
    categories: tuple[SubsidyRule, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    pick: str = "highest"
    pick_clause: str = ""
    pick_words: str = ""
    top_up: bool = True
    claw_back: bool = False
    change_clause: str = ""
    change_words: str = ""
    elsewhere: str = ""
    elsewhere_clause: str = ""
    elsewhere_words: str = ""
    age_on: str | date = COVERAGE_FROM
    bases: tuple[tuple[str, int], ...] = ()
    marked: MarkedBefore | None = None
    pay_outs: tuple[PayOut, ...] = ()
    held_back: tuple[HeldBack, ...] = ()

    def of(self, key: str) -> SubsidyRule | None:
        return next((rule for rule in self.categories if rule.key == key), None)

    def named(self, text: str) -> SubsidyRule | None:
        """The category that a roster or a person means: by key, name, or what it is also called."""
        by_key = self.of(text)
        return by_key or next((rule for rule in self.categories if text in rule.called), None)

    @property
    def household_keys(self) -> tuple[str, ...]:
        """Categories that mark the whole household."""
        return tuple(rule.key for rule in self.categories if rule.entitles == "household")

    @property
    def asks_who_paid_first(self) -> bool:
        """Whether it matters if somebody paid before the day of recognition."""
        grants = [grant for rule in self.categories for grant in rule.grants]
        grants += [supplement.grant for supplement in self.supplements]
        return any(grant.paid_already for grant in grants)


def read_subsidies(section: Table) -> SubsidyRules:
    table = section.table("subsidies", None)
    if table is None:
        return SubsidyRules()
    last = table.on("recognised_until", None)
    categories = [read_category(row) for row in table.keyed_tables("categories", [])]
    supplements = [read_supplement(row) for row in table.keyed_tables("supplements", [])]
    pay_outs = read_pay_outs(table)
    rules = SubsidyRules(
        clause=table.text("clause", ""),
        recognised_until=last + timedelta(days=1) if last else None,
        recognised_words=table.text("recognised_words", ""),
        categories=tuple(lines.rule for lines in categories),
        supplements=tuple(supplement for supplement, _row in supplements),
        pick=table.choice("pick", ("highest", "sum"), "highest"),
        pick_clause=table.text("pick_clause", ""),
        pick_words=table.text("pick_words", ""),
        top_up=table.flag("top_up", True),
        claw_back=table.flag("claw_back", False),
        change_clause=table.text("change_clause", ""),
        change_words=table.text("change_words", ""),
        elsewhere=table.choice("elsewhere", ("granted", "none"), ""),
        elsewhere_clause=table.text("elsewhere_clause", ""),
        elsewhere_words=table.text("elsewhere_words", ""),
        age_on=read_age_on(table),
        bases=_read_bases(table),
        marked=read_marked_before(table),
        pay_outs=tuple(pay_out for pay_out, _row in pay_outs),
        held_back=tuple(read_held_back(table)),
    )
    table.done()
    _check_grants(rules, categories, supplements)
    for pay_out, row in pay_outs:
        for key in pay_out.to:
            agreement.check_key(key, [rule.key for rule in rules.categories], row, "to")
    agreement.check_stacking(categories, rules.pick)
    agreement.check_names(categories)
    agreement.check_chains(categories)
    return rules


def _read_bases(table: Table) -> tuple[tuple[str, int], ...]:
    """[subsidies.bases]: names that the notice file gives itself, each with its fen."""
    if not table.has("bases"):
        return ()
    raw = table.raw("bases")
    if not isinstance(raw, dict):
        table.complain("bases", _("expected a table [subsidies.bases] of names and fen"))
        return ()
    found = []
    for name, fen in raw.items():
        at = ("subsidies", "bases", name)
        if name in OWN_BASES:
            table.complain_at(at, _("is the name of a base that every notice has"))
        elif isinstance(fen, bool) or not isinstance(fen, int) or not 0 < fen <= 100_000_00:
            table.complain_at(at, _("expected whole fen, such as 35000 for 350 yuan"))
            fen = 1  # the name is there: who names it is not told of as well
        found.append((name, fen))
    return tuple(found)


def _check_grants(
    rules: SubsidyRules, categories: list[Lines], supplements: list[tuple[Supplement, Table]]
) -> None:
    keys = [rule.key for rule in rules.categories]
    bases = (*OWN_BASES, *(name for name, _fen in rules.bases))
    for lines in categories:
        agreement.check_condition(lines.rule.when, lines.row, keys, lines.rule.grades)
        for grant, row in lines.grants:
            agreement.check_grant(grant, row, keys, bases, lines.rule.grades)
    for supplement, row in supplements:
        for key in supplement.to:
            agreement.check_key(key, keys, row, "to")
        grades = [
            grade
            for rule in rules.categories
            if not supplement.to or rule.key in supplement.to
            for grade in rule.grades
        ]
        agreement.check_grant(supplement.grant, row, keys, bases, grades)
