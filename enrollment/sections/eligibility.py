"""[eligibility]: who may enroll. Exclusions are asked first, then the kinds of person."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from enrollment.facts import EVERYBODY, Condition, read_condition
from enrollment.notice import Table
from enrollment.sections.ages import COVERAGE_FROM, read_age_on


@dataclass(frozen=True)
class Exclusion:
    """Whoever it holds for may not enroll, whatever else they are."""

    key: str
    name: str
    when: Condition
    clause: str = ""
    words: str = ""
    assumed: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of person. `evidence`: the papers that show it, as people call them."""

    key: str
    name: str
    admit: bool
    when: Condition = EVERYBODY
    evidence: tuple[str, ...] = ()
    clause: str = ""
    words: str = ""
    assumed: str = ""


@dataclass(frozen=True)
class Eligibility:
    """`otherwise`: "admit" or "refuse" whoever no kind speaks of."""

    otherwise: str = "admit"
    age_on: str | date = COVERAGE_FROM
    clause: str = ""
    words: str = ""
    assumed: str = ""
    exclusions: tuple[Exclusion, ...] = ()
    kinds: tuple[Kind, ...] = ()

    def kind(self, key: str) -> Kind | None:
        return next((kind for kind in self.kinds if kind.key == key), None)


def read_eligibility(section: Table) -> Eligibility:
    table = section.table("eligibility", None)
    if table is None:
        return Eligibility()
    result = Eligibility(
        otherwise=table.choice("otherwise", ("admit", "refuse"), "admit"),
        age_on=read_age_on(table),
        clause=table.text("clause", ""),
        words=table.text("words", ""),
        assumed=table.text("assumed", ""),
        exclusions=_exclusions(table),
        kinds=_kinds(table),
    )
    table.done()
    return result


def _exclusions(table: Table) -> tuple[Exclusion, ...]:
    found: list[Exclusion] = []
    for row in table.keyed_tables("exclusions", []):
        exclusion = Exclusion(
            key=row.text("key"),
            name=row.text("name"),
            when=read_condition(row),
            clause=row.text("clause", ""),
            words=row.text("words", ""),
            assumed=row.text("assumed", ""),
        )
        if not exclusion.when.fields:
            row.complain("when", _("is needed here: without it nobody could enroll"))
        found.append(exclusion)
        row.done()
    return tuple(found)


def _kinds(table: Table) -> tuple[Kind, ...]:
    found: list[Kind] = []
    for row in table.keyed_tables("kinds", []):
        kind = Kind(
            key=row.text("key"),
            name=row.text("name"),
            admit=row.flag("admit"),
            when=read_condition(row),
            evidence=row.texts("evidence", []),
            clause=row.text("clause", ""),
            words=row.text("words", ""),
            assumed=row.text("assumed", ""),
        )
        found.append(kind)
        row.done()
    return tuple(found)
