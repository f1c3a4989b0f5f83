"""A file of what places report: every row is a place of the set, or none is taken (R-182)."""

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from enrollment.errors import Refused
from quotas import importing
from quotas.models import TargetSet


@dataclass(frozen=True)
class Reports:
    """Region → persons; a row without a figure reports nothing and is told in `notes`."""

    persons: dict[int, int]
    rows: int
    sum: int
    notes: list[str]


def read(target_set: TargetSet, path: Path, unit: str = "") -> Reports:
    """Nothing is saved. Errors: Refused, naming sheet, row and column of all that is wrong."""
    checked = importing.check(
        target_set.campaign,
        path,
        unit=unit,
        level=target_set.level,
        synonyms=importing.REPORTED,
    )
    known = set(target_set.targets.values_list("region_id", flat=True))
    strangers = [
        _(
            "line %(n)s: “%(name)s” has no target in “%(set)s”;"
            " take the row out, or import its target"
        )
        % {"n": row.line.line, "name": row.region.name, "set": target_set.title}
        for row in checked.rows
        if row.region and row.region.pk not in known
    ]
    problems = [*checked.problems, *importing.in_sheet(checked.table, strangers)]
    if problems:
        raise Refused(problems)
    persons = {f.region_id: f.persons for f in checked.figures if f.persons is not None}
    if not persons:
        raise Refused(_("No row of the file has a figure."))
    return Reports(persons, len(checked.rows), checked.table.sum, checked.table.notes)
