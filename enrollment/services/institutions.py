"""Writes of institutions: the health centres and offices that work for a place."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from enrollment import expected, textfile
from enrollment.errors import Refused
from enrollment.models import Institution, Region
from enrollment.table import Problem

COLUMNS = ("region", "kind", "name")
LARGEST = 20_000_000  # bytes


@dataclass(frozen=True)
class InstitutionCounts:
    new: int
    known: int
    removed: int


@transaction.atomic
def load_institutions(path: Path, top: Region) -> InstitutionCounts:
    """Make the institutions below a region those of a CSV file: nobody else's are touched.

    In:     columns region (its key), kind (small letters and _, such as health_centre), name;
            further columns are for people.
    Errors: Refused with a message for each bad line, and where one that the file no longer names
            is still somebody's: an account works for it, or it is disqualified.
    Source: docs/RULES.md R-203.
    """
    regions = {region.key: region for region in Region.objects.within(top)}
    wanted = _read(path, regions)
    known = {
        (row.region.key, row.kind, row.name): row
        for row in Institution.objects.filter(region__in=regions.values()).select_related("region")
    }
    gone = [row for key, row in known.items() if key not in wanted]
    for row in gone:
        try:
            row.delete()
        except ProtectedError:
            said = _("%(path)s no longer names %(name)s of %(region)s, which is still in use.")
            names = {"path": path.name, "name": row.name, "region": row.region.name}
            raise Refused(said % names) from None
    new = [key for key in wanted if key not in known]
    Institution.objects.bulk_create(
        Institution(region=regions[region], kind=kind, name=name) for region, kind, name in new
    )
    return InstitutionCounts(len(new), len(wanted) - len(new), len(gone))


def _read(path: Path, regions: dict[str, Region]) -> dict[tuple[str, str, str], int]:
    """Region's key, kind and name of each row → its line."""
    reader = csv.DictReader(textfile.read(path, ".csv", LARGEST).splitlines())
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise Refused(
            _("%(path)s, line 1: no column %(names)s; found: %(found)s.")
            % {
                "path": path.name,
                "names": ", ".join(missing),
                "found": ", ".join(reader.fieldnames or ())[:200] or "–",
            }
        )
    found: dict[tuple[str, str, str], int] = {}
    problems: list[Problem] = []
    for raw in reader:
        line = reader.line_num
        region, kind, name = ((raw[column] or "").strip() for column in COLUMNS)
        if region not in regions:
            said = _("there is no region with the key %(key)s") % {"key": region or "–"}
            problems.append(Problem(line, "region", said, path.name))
        if not re.fullmatch(r"[a-z][a-z_]{0,19}", kind):
            said = _("expected small letters and _, such as health_centre")
            problems.append(Problem(line, "kind", said, path.name))
        if fault := expected.in_text(name, 60) if name else _("is empty; expected a text"):
            problems.append(Problem(line, "name", fault, path.name))
        if (region, kind, name) in found:
            said = _("“%(key)s” stands in line %(line)s already")
            told = said % {"key": name, "line": found[region, kind, name]}
            problems.append(Problem(line, "name", told, path.name))
        found.setdefault((region, kind, name), line)
    if problems:
        raise Refused(str(each) for each in problems)
    return found
