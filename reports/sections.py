"""The notice's [[rankings]]: when a ranking is frozen, on what basis, what follows from it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import gettext as _

from enrollment.notice import Table

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CONDITIONS = ("last", "last_twice_unfinished")


@dataclass(frozen=True)
class Consequence:
    """What follows, where the condition `when` holds."""

    when: str
    words: str
    clause: str


@dataclass(frozen=True)
class RankingRule:
    """A ranking frozen every week at `weekday`, `hour`, within the window of that key."""

    key: str
    title: str
    window: str
    every: str
    weekday: str
    hour: time
    basis: str  # enrolled, registered
    publish: str  # when_books_hold, by_person
    clause: str
    words: str
    assumed: str
    consequences: tuple[Consequence, ...]

    @property
    def weekday_number(self) -> int:
        return WEEKDAYS.index(self.weekday)

    @property
    def weekday_name(self) -> str:
        return str(WEEKDAY_NAMES[self.weekday_number])


def read_rankings(section: Table) -> tuple[RankingRule, ...]:
    rules = []
    for table in section.tables("rankings", []):
        consequences = []
        for row in table.tables("consequences", []):
            consequences.append(
                Consequence(row.choice("when", CONDITIONS), row.text("words"), row.text("clause"))
            )
            row.done()
        rules.append(
            RankingRule(
                key=table.text("key"),
                title=table.text("title"),
                window=table.text("window"),
                every=table.choice("every", ("week",)),
                weekday=table.choice("weekday", WEEKDAYS),
                hour=table.hour("hour") or time(),
                basis=table.choice("basis", ("enrolled", "registered"), "enrolled"),
                publish=table.choice("publish", ("when_books_hold", "by_person")),
                clause=table.text("clause"),
                words=table.text("words"),
                assumed=table.text("assumed", ""),
                consequences=tuple(consequences),
            )
        )
        if rules[-1].key in [rule.key for rule in rules[:-1]]:
            table.complain("key", _("is used by another ranking"))
        table.done()
    return tuple(rules)


def check_windows(sections: dict[str, Any], complain: Callable[..., None]) -> None:
    """A ranking of a window that the notice does not have would never fall due."""
    windows = [window.key for window in sections["windows"]]
    for index, rule in enumerate(sections["rankings"]):
        if rule.window not in windows:
            complain(
                ("rankings", index, "window"),
                _("“%(key)s” is not the key of a window; there are: %(keys)s")
                % {"key": rule.window, "keys": ", ".join(windows) or "–"},
            )
