"""[[subsidies.categories]] and [[subsidies.supplements]]."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from enrollment.facts import EVERYBODY, Condition, read_condition
from enrollment.notice import Table
from subsidies.sections.grants import OWN, Grant, read_grant

# What profiles of marks are written with: subsidies/sql/stage_marks.sql.
_WORD = re.compile(r"[^\s:,]{1,40}")


@dataclass(frozen=True)
class SubsidyRule:
    """A hardship category. Whom `when` holds for gets the first of `grants` that holds.

    `names`: what rosters call it besides. `entitles` "household": one mark counts for all members.
    `without_roster`: whoever `when` holds for belongs to it, without a mark. `stacks`: it is added
    to any other category where the highest is picked; `stacks_with`: only to these.
    """

    key: str
    name: str
    grants: tuple[Grant, ...]
    clause: str = ""
    words: str = ""
    assumed: str = ""
    names: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    entitles: str = "person"
    without_roster: bool = False
    when: Condition = EVERYBODY
    stacks: bool = False
    stacks_with: tuple[str, ...] = ()

    @property
    def called(self) -> tuple[str, ...]:
        return (self.key, self.name, *self.names)

    @property
    def adds(self) -> bool:
        return self.stacks or bool(self.stacks_with)

    def is_added_to(self, key: str) -> bool:
        return self.stacks or key in self.stacks_with


@dataclass(frozen=True)
class Supplement:
    """What is added to the grant of the categories `to`; to any where that is empty."""

    key: str
    name: str
    grant: Grant
    to: tuple[str, ...] = ()

    @property
    def when(self) -> Condition:
        return self.grant.when


@dataclass(frozen=True)
class Lines:
    """A rule and where it stands, for what is only right together with others."""

    rule: SubsidyRule
    row: Table
    grants: tuple[tuple[Grant, Table], ...]


def read_category(row: Table) -> Lines:
    key, name = row.text("key"), row.text("name")
    if isinstance(key, str) and not _WORD.fullmatch(key):
        row.complain("key", _("expected at most 40 characters without blank, colon or comma"))
    names, grades = row.texts("names", []), row.texts("grades", [])
    for grade in grades:
        if not _WORD.fullmatch(grade) or grades.count(grade) > 1:
            said = _("expected each once, at most 40 characters without blank, colon or comma")
            row.complain("grades", said)
            break
    when = read_condition(row)
    inline = row.has("grant")
    tables = row.tables("grants", [])
    grants: list[tuple[Grant, Table]] = []
    if inline or not tables:
        grant = read_grant(row, when=False)
        clause, words, assumed = grant.clause, grant.words, grant.assumed
        grants.append((grant, row))
        if tables:
            row.complain("grant", _("stands here and in [[…grants]]: one of the two"))
    else:
        clause, words = row.text("clause", ""), row.text("words", "")
        assumed = row.text("assumed", "")
        _refuse_own(row)
    for table in tables:
        grants.append((read_grant(table, when=True, clause=clause, words=words), table))
        table.done()
    rule = SubsidyRule(
        key=key,
        name=name,
        grants=tuple(grant for grant, _row in grants),
        clause=clause,
        words=words,
        assumed=assumed,
        names=names,
        grades=grades,
        entitles=row.choice("entitles", ("person", "household"), "person"),
        without_roster=row.flag("without_roster", False),
        when=when,
        stacks=row.flag("stacks", False),
        stacks_with=row.texts("with") if row.has("with") else (),
    )
    if rule.stacks and rule.stacks_with:
        row.complain("with", _("stacks = true says it of all: one of the two"))
    for needed, value in (("clause", clause), ("words", words)):
        if value == "":
            row.complain(needed, _("is missing; expected a text in quotes"))
    _check_roster(rule, row)
    if not inline:
        _check_order(grants)
    row.done()
    return Lines(rule, row, tuple(grants))


def _refuse_own(row: Table) -> None:
    """A category with grants states nothing of a grant itself."""
    for key in OWN:
        if row.has(key):
            row.complain(key, _("stands beside [[…grants]]: write it in each of them"))
            row.raw(key)


def _check_roster(rule: SubsidyRule, row: Table) -> None:
    if not rule.without_roster:
        return
    if not rule.when.fields and not all(grant.when.fields for grant in rule.grants):
        row.complain("when", _("is needed without a roster: whom else would it be for?"))
    if rule.grades:
        row.complain("grades", _("has no meaning without a roster"))
    if rule.entitles == "household":
        row.complain("entitles", _("“household” has no meaning without a roster"))


def _check_order(grants: list[tuple[Grant, Table]]) -> None:
    for grant, row in grants[:-1]:
        if not grant.when.fields:
            row.complain("when", _("is needed: without it no grant below would ever be asked"))


def read_supplement(row: Table) -> tuple[Supplement, Table]:
    key, name, to = row.text("key"), row.text("name"), row.texts("to", [])
    supplement = Supplement(key, name, read_grant(row, when=True), to)
    for needed in ("clause", "words"):
        if getattr(supplement.grant, needed) == "":
            row.complain(needed, _("is missing; expected a text in quotes"))
    row.done()
    return supplement, row
