"""The notice's [[rankings]]: when a ranking is frozen, on what basis, what follows from it."""

from collections.abc import Sequence
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
    those are ranked. `continues`: key of a ranking that it goes on from: what was before its own
    first is the last of that one.
    """

    key: str
    title: str
    participants: str = "all"
    unfinished_bp: int = 10_000
    basis: str = "enrolled"
    publish: str  # when_books_hold, by_person
    continues: str = ""
    clause: str
    words: str
    assumed: str = ""
    consequences: tuple[Consequence, ...] = ()


def read_rankings(section: Table) -> tuple[RankingRule, ...]:
    rules: list[RankingRule] = []
    for table in section.keyed_tables("rankings", []):
        rule = RankingRule(
            key=table.text("key"),
            title=table.text("title"),
            **read_schedule(table),
            participants=table.choice("participants", PARTICIPANTS, "all"),
            unfinished_bp=table.whole("unfinished_bp", 1, 10_000, 10_000),
            basis=table.choice("basis", BASES, "enrolled"),
            publish=table.choice("publish", ("when_books_hold", "by_person")),
            continues=table.text("continues", ""),
            clause=table.text("clause"),
            words=table.text("words"),
            assumed=table.text("assumed", ""),
            consequences=read_consequences(table, OF_RANKINGS),
        )
        if rule.key and len(rule.key) > KEY_LENGTH:
            table.complain("key", _("is longer than %(n)s characters") % {"n": KEY_LENGTH})
        if rule.continues and rule.continues not in [other.key for other in rules]:
            table.complain(
                "continues",
                _("“%(key)s” is not the key of a ranking above this one; there are: %(keys)s")
                % {"key": rule.continues, "keys": ", ".join(r.key for r in rules) or "–"},
            )
        rules.append(rule)
        table.done()
    return tuple(rules)


def series_of(rule: RankingRule, rules: Sequence[RankingRule]) -> list[str]:
    """Keys of the rankings that run in one series up to this one: itself and what it continues.

    Source: docs/RULES.md R-200.
    """
    by_key = {other.key: other for other in rules}
    keys = [rule.key]
    while (before := by_key[keys[-1]].continues) and before not in keys:
        keys.append(before)
    return keys
