"""The notice's [[rankings]]: when a ranking is frozen, on what basis, what follows from it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from enrollment.notice import Table
from reports.sections.consequences import OF_RANKINGS, Consequence, read_consequences
from reports.sections.schedule import PARTICIPANTS, Schedule, read_schedule

BASES = ("enrolled", "registered")
KEY_LENGTH = 20  # as a frozen ranking keeps it


@dataclass(frozen=True, kw_only=True)
class RankingRule(Schedule):
    """A ranking frozen at each instant of its schedule.

    A unit below `unfinished_bp` of its target is unfinished; `participants` says whether only
    those are ranked.
    """

    key: str
    title: str
    participants: str = "all"
    unfinished_bp: int = 10_000
    basis: str = "enrolled"
    publish: str  # when_books_hold, by_person
    clause: str
    words: str
    assumed: str = ""
    consequences: tuple[Consequence, ...] = ()


def read_rankings(section: Table) -> tuple[RankingRule, ...]:
    rules: list[RankingRule] = []
    for table in section.tables("rankings", []):
        rule = RankingRule(
            key=table.text("key"),
            title=table.text("title"),
            **read_schedule(table),
            participants=table.choice("participants", PARTICIPANTS, "all"),
            unfinished_bp=table.whole("unfinished_bp", 1, 10_000, 10_000),
            basis=table.choice("basis", BASES, "enrolled"),
            publish=table.choice("publish", ("when_books_hold", "by_person")),
            clause=table.text("clause"),
            words=table.text("words"),
            assumed=table.text("assumed", ""),
            consequences=read_consequences(table, OF_RANKINGS),
        )
        if rule.key and len(rule.key) > KEY_LENGTH:
            table.complain("key", _("is longer than %(n)s characters") % {"n": KEY_LENGTH})
        if rule.key in [other.key for other in rules]:
            table.complain("key", _("is used by another ranking"))
        rules.append(rule)
        table.done()
    return tuple(rules)
