"""Whose money is held back until somebody decides, as far as the notice says."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from enrollment.notice import Table
from subsidies.rosters.words import LISTS


@dataclass(frozen=True)
class HeldBack:
    """`lists`: keys of rosters.words.LISTS. The dead are held back without being named."""

    lists: tuple[str, ...]
    clause: str
    words: str
    assumed: str = ""


def read_held_back(table: Table) -> Sequence[HeldBack]:
    found = []
    for row in table.tables("held_back", []):
        lists = tuple(row.texts("lists"))
        for key in lists:
            if key not in LISTS:
                known = ", ".join(LISTS)
                row.complain("lists", _("expected lists of: %(lists)s") % {"lists": known})
        found.append(
            HeldBack(
                lists=lists,
                clause=row.text("clause"),
                words=row.text("words"),
                assumed=row.text("assumed", ""),
            )
        )
        row.done()
    return found
