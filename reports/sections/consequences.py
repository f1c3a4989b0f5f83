"""What follows from a place in a ranking or at a stage: a condition, and the notice's words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from enrollment.notice import Table

OF_STAGES = ("last", "bottom_below", "unfinished", "finished", "top", "by_decision")
OF_RANKINGS = (*OF_STAGES, "last_twice_unfinished")
GOOD = ("finished", "top")  # commendations: a disqualified unit loses them


@dataclass(frozen=True)
class Consequence:
    """What follows, where the condition `when` holds; with `by_decision` a person has the word.

    `bottom` and `top` are numbers of units, `below_bp` and `at_least_bp` shares of the target.
    """

    when: str
    words: str
    clause: str
    bottom: int = 0
    below_bp: int = 10_000
    top: int = 0
    at_least_bp: int = 0
    by_decision: bool = False
    assumed: str = ""

    def as_told(self) -> dict[str, Any]:
        """As rankings keep it and commands answer it; `by_decision` only where it is so."""
        told: dict[str, Any] = {"clause": self.clause, "words": self.words}
        return {**told, "by_decision": True} if self.by_decision else told

    @property
    def reason(self) -> str:
        """What holds where it follows, for a person."""
        said = {
            "last": _("last"),
            "last_twice_unfinished": _("last twice running and unfinished"),
            "bottom_below": _("among the last %(n)s and below %(share)s%%")
            % {"n": self.bottom, "share": _percent(self.below_bp)},
            "unfinished": _("task unfinished"),
            "finished": _("task finished"),
            "top": _("among the first %(n)s") % {"n": self.top},
            "by_decision": _("by decision"),
        }[self.when]
        if self.when == "top" and self.at_least_bp:
            return _("%(place)s, at least %(share)s%%") % {
                "place": said,
                "share": _percent(self.at_least_bp),
            }
        return said

    @property
    def condition(self) -> str:
        """The reason, and whether a person decides."""
        if self.by_decision and self.when != "by_decision":
            return _("%(condition)s, by decision") % {"condition": self.reason}
        return self.reason


def _percent(bp: int) -> str:
    return f"{bp / 100:g}"


def read_consequences(table: Table, conditions: tuple[str, ...]) -> tuple[Consequence, ...]:
    """Each table under `consequences`; a figure that its condition does not ask is refused."""
    found = []
    for row in table.tables("consequences", []):
        when = row.choice("when", conditions)
        found.append(
            Consequence(
                when=when,
                words=row.text("words"),
                clause=row.text("clause"),
                bottom=row.whole("bottom", 1) if when == "bottom_below" else 0,
                below_bp=row.whole("below_bp", 1, 10_000) if when == "bottom_below" else 10_000,
                top=row.whole("top", 1) if when == "top" else 0,
                at_least_bp=row.whole("at_least_bp", 1, 20_000, 0) if when == "top" else 0,
                by_decision=row.flag("by_decision", when == "by_decision"),
                assumed=row.text("assumed", ""),
            )
        )
        if when == "by_decision" and found[-1].by_decision is False:
            row.complain("by_decision", _("when = “by_decision” is always decided by a person"))
        for key, owner in (
            ("bottom", "bottom_below"),
            ("below_bp", "bottom_below"),
            ("top", "top"),
            ("at_least_bp", "top"),
        ):
            if row.has(key):
                row.complain(key, _("belongs to when = “%(when)s”") % {"when": owner})
                row.raw(key)
        row.done()
    return tuple(found)
