"""The notice's [targets] and [[checkpoints]]."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from enrollment.notice import Table


@dataclass(frozen=True)
class TargetUnit:
    """A row of the annex: the unit's name as printed, persons, remark."""

    name: str
    persons: int
    remark: str


@dataclass(frozen=True)
class TargetRules:
    title: str = ""
    clause: str = ""
    units: tuple[TargetUnit, ...] = ()


@dataclass(frozen=True)
class Checkpoint:
    """By the end of `on` this share of the target (basis points) must be reached."""

    on: date
    share_bp: int
    clause: str
    words: str


def read_targets(section: Table) -> TargetRules:
    table = section.table("targets", None)
    if table is None:
        return TargetRules()
    units = []
    for row in table.tables("units"):
        units.append(TargetUnit(row.text("name"), row.whole("persons"), row.text("remark", "")))
        if units[-1].name in [unit.name for unit in units[:-1]]:
            row.complain("name", _("has a target already"))
        row.done()
    rules = TargetRules(table.text("title"), table.text("clause", ""), tuple(units))
    total = table.whole("total", default=None)
    if total is not None and total != sum(unit.persons or 0 for unit in units):
        table.complain(
            "total", _("the units sum to %(sum)s") % {"sum": sum(u.persons or 0 for u in units)}
        )
    table.done()
    return rules


def read_checkpoints(section: Table) -> tuple[Checkpoint, ...]:
    checkpoints = []
    for row in section.tables("checkpoints", []):
        checkpoints.append(
            Checkpoint(
                on=row.on("on"),
                share_bp=row.whole("share_bp", 1, 10000),
                clause=row.text("clause", ""),
                words=row.text("words", ""),
            )
        )
        row.done()
    return tuple(sorted(checkpoints, key=lambda c: c.on or date.max))
