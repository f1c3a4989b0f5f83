"""Writes to the tree of regions."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from config.lib.names import pinyin_initials
from enrollment import expected, textfile
from enrollment.errors import Refused
from enrollment.models import Region, RegionAlias, RegionVersion
from enrollment.table import Problem

COLUMNS = ("key", "parent", "level", "kind", "position", "name")
LARGEST = 200_000_000  # bytes
BATCH = 2_000  # rows of one statement
_LONGEST = {"key": 60, "name": 60, "code": 12, "aliases": 60}
_ORDER = tuple(Region.Level.values)
OPTIONAL = ("code", "aliases", "made_up", "valid_from", "source")


@dataclass(frozen=True)
class RegionCounts:
    new: int
    changed: int
    known: int


@dataclass(frozen=True)
class _Row:
    line: int
    key: str
    parent: str
    level: str
    kind: str
    position: int
    name: str
    code: str | None
    aliases: tuple[str, ...]
    made_up: bool
    valid_from: date


def load_regions(path: Path) -> RegionCounts:
    """Add or rename the regions of a CSV file; a changed name becomes a dated version.

    In:     columns key, parent (a key, empty for a root), level, kind, position, name;
            optional code, aliases (by |), made_up (0/1), valid_from (default 1949-10-01), source.
    Errors: Refused with a message for each bad line; another parent is refused, because moving a
            region is an act with a date of its own.
    """
    rows = _read(path)
    with transaction.atomic():
        with connection.cursor() as cursor:  # two files at once would add one place twice
            cursor.execute("select pg_advisory_xact_lock(hashtext('canbao regions'))")
        return _apply(rows, path.name)


def _read(path: Path) -> list[_Row]:
    text = textfile.read(path, ".csv", LARGEST)
    problems: list[str] = []

    def complain(line: int, column: str, message: str) -> None:
        problems.append(str(Problem(line, column, message, path.name)))

    lines = text.splitlines()
    reader = csv.DictReader(lines)
    try:
        found = [(reader.line_num, raw) for raw in reader]
    except csv.Error:
        raise Refused(
            _("%(path)s is not a CSV file with commas; save it again as CSV UTF-8.")
            % {"path": path.name}
        ) from None
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
    stored = Region.objects.in_bulk(
        {(raw["parent"] or "").strip() for _line, raw in found} - {""}, field_name="key"
    )
    levels = {key: region.level for key, region in stored.items()}
    above: dict[str, int] = {}
    rows = []
    for line, raw in found:
        row = _read_row(line, raw, complain)
        if row.key and row.key in above:
            said = _("“%(key)s” stands in line %(line)s already")
            complain(line, "key", said % {"key": row.key, "line": above[row.key]})
        elif row.parent and row.parent not in above and row.parent not in stored:
            said = _("“%(key)s” does not stand above this line")
            complain(line, "parent", said % {"key": row.parent})
        elif row.parent and _is_higher(row.level, levels.get(row.parent, "")):
            said = _("a %(level)s cannot stand below a %(parent)s")
            complain(line, "level", said % {"level": row.level, "parent": levels[row.parent]})
        above.setdefault(row.key, line)
        levels[row.key] = row.level
        rows.append(row)
    if problems:
        raise Refused(problems)
    return rows


def _is_higher(level: str, parent: str) -> bool:
    known = level in _ORDER and parent in _ORDER
    return known and _ORDER.index(level) < _ORDER.index(parent)


def _read_row(line: int, raw: dict[str, Any], complain: Callable[[int, str, str], None]) -> _Row:
    """A row; complains of each of its cells that cannot be what it says."""
    cells = {name: (raw.get(name) or "").strip() for name in (*COLUMNS, *OPTIONAL)}
    if None in raw:
        complain(line, "-", _("has more cells than the first line has columns"))
    for name, longest in _LONGEST.items():
        for part in cells[name].split("|") if name == "aliases" else [cells[name]]:
            if fault := expected.in_text(part, longest):
                complain(line, name, fault)
    for name in ("key", "name"):
        if not cells[name]:
            complain(line, name, _("is empty; expected a text"))
    for name, words in (
        ("level", tuple(Region.Level.values)),
        ("kind", tuple(Region.Kind.values)),
        ("made_up", ("", "0", "1")),
    ):
        if cells[name] not in words:
            complain(line, name, expected.not_among(cells[name], words))
    if not re.fullmatch(r"\d{1,6}", cells["position"], re.ASCII):
        said = _("expected a whole number, not “%(value)s”")
        complain(line, "position", said % {"value": cells["position"]})
        cells["position"] = "0"
    valid_from = date(1949, 10, 1)
    if cells["valid_from"]:
        try:
            valid_from = date.fromisoformat(cells["valid_from"])
        except ValueError:
            said = _("expected a date such as 2022-10-15, not “%(value)s”")
            complain(line, "valid_from", said % {"value": cells["valid_from"]})
    return _Row(
        line=line,
        key=cells["key"],
        parent=cells["parent"],
        level=cells["level"],
        kind=cells["kind"],
        position=int(cells["position"]),
        name=cells["name"],
        code=cells["code"] or None,
        aliases=tuple(each.strip() for each in cells["aliases"].split("|") if each.strip()),
        made_up=cells["made_up"] == "1",
        valid_from=valid_from,
    )


def _apply(rows: list[_Row], file: str) -> RegionCounts:
    """Parents stand above their children, so one pass in file order is enough."""
    by_key = {region.key: region for region in Region.objects.select_related("parent")}
    code_of = {region.code: region.key for region in by_key.values() if region.code}
    aliases = set(RegionAlias.objects.values_list("region_id", "name"))
    ids = _next_ids(sum(row.key not in by_key for row in rows))
    regions: list[Region] = []
    versions: list[RegionVersion] = []
    more_aliases: list[RegionAlias] = []
    counts = {"new": 0, "changed": 0, "known": 0}
    for row in rows:
        parent = by_key[row.parent] if row.parent else None
        region = by_key.get(row.key)
        if row.code and code_of.setdefault(row.code, row.key) != row.key:
            raise Refused(
                _("%(path)s, line %(n)s: the code %(code)s belongs to %(key)s already")
                % {"path": file, "n": row.line, "code": row.code, "key": code_of[row.code]}
            )
        if region is None:
            region = by_key[row.key] = _new(next(ids), row, parent)
            regions.append(region)
            versions.append(
                RegionVersion(
                    region=region, valid_from=row.valid_from, name=row.name, parent=parent
                )
            )
            outcome = "new"
        else:
            outcome = _update(row, region, parent, file)
        missing = [name for name in row.aliases if (region.pk, name) not in aliases]
        more_aliases += [RegionAlias(region=region, name=name) for name in missing]
        if missing and outcome == "known":
            outcome = "changed"
        counts[outcome] += 1
    Region.objects.bulk_create(regions, batch_size=BATCH)
    RegionVersion.objects.bulk_create(versions, batch_size=BATCH)
    RegionAlias.objects.bulk_create(more_aliases, batch_size=BATCH)
    return RegionCounts(**counts)


def _new(pk: int, row: _Row, parent: Region | None) -> Region:
    return Region(
        pk=pk,
        path=f"{parent.path if parent else '/'}{pk}/",  # it holds the id, so that is drawn first
        key=row.key,
        code=row.code,
        name=row.name,
        level=row.level,
        kind=row.kind,
        parent=parent,
        position=row.position,
        initials=pinyin_initials(row.name),
        made_up=row.made_up,
    )


def _next_ids(count: int) -> Iterator[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('enrollment_region', 'id'))"
            " from generate_series(1, %s)",
            [count],
        )
        return iter([pk for (pk,) in cursor.fetchall()])


def _update(row: _Row, region: Region, parent: Region | None, file: str) -> str:
    if region.parent_id != (parent.pk if parent else None):
        raise Refused(
            _(
                "%(path)s, line %(n)s: %(name)s stands below another parent; "
                "moving a region needs its date"
            )
            % {"path": file, "n": row.line, "name": region.name}
        )
    new = {
        "name": row.name,
        "code": row.code,
        "level": row.level,
        "kind": row.kind,
        "position": row.position,
        "made_up": row.made_up,
    }
    changed = [field for field, value in new.items() if getattr(region, field) != value]
    if not changed:
        return "known"
    if "name" in changed:
        RegionVersion.objects.update_or_create(
            region=region, valid_from=row.valid_from, defaults={"name": row.name, "parent": parent}
        )
        region.initials = pinyin_initials(row.name)
    for field in changed:
        setattr(region, field, new[field])
    region.save(update_fields=[*changed, "initials"])
    return "changed"
