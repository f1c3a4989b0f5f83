"""Writes to the tree of regions."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from config.lib.names import pinyin_initials
from enrollment.errors import Refused
from enrollment.models import Region, RegionAlias, RegionVersion

COLUMNS = ("key", "parent", "level", "kind", "position", "name")
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
        return _apply(rows)


def _read(path: Path) -> list[_Row]:
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise Refused(_("There is no file %(path)s.") % {"path": path}) from None
    except OSError as error:
        raise Refused(
            _("%(name)s cannot be read: %(why)s") % {"name": path, "why": error.strerror}
        ) from None
    except UnicodeDecodeError:
        raise Refused(_("%(path)s is not UTF-8 text.") % {"path": path.name}) from None
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise Refused(
            _("%(path)s, line 1: no column %(names)s.")
            % {"path": path.name, "names": ", ".join(missing)}
        )
    rows: list[_Row] = []
    problems: list[str] = []
    keys: set[str] = set()
    for line, raw in enumerate(reader, start=2):
        try:
            row = _Row(
                line=line,
                key=(raw["key"] or "").strip(),
                parent=(raw["parent"] or "").strip(),
                level=Region.Level(raw["level"]).value,
                kind=Region.Kind(raw["kind"]).value,
                position=int(raw["position"] or ""),
                name=(raw["name"] or "").strip(),
                code=(raw.get("code") or "").strip() or None,
                aliases=tuple(a for a in (raw.get("aliases") or "").split("|") if a),
                made_up=(raw.get("made_up") or "0") == "1",
                valid_from=date.fromisoformat(raw.get("valid_from") or "1949-10-01"),
            )
        except ValueError as error:
            problems.append(f"{path.name}, {_('line %(n)s') % {'n': line}}: {error}")
            continue
        if not row.key or not row.name:
            problems.append(
                _("%(path)s, line %(n)s: key or name is empty") % {"path": path.name, "n": line}
            )
        elif row.key in keys:
            problems.append(
                _("%(path)s, line %(n)s: key %(key)s stands twice")
                % {"path": path.name, "n": line, "key": row.key}
            )
        elif row.parent and row.parent not in keys:
            known = Region.objects.filter(key=row.parent).exists()
            if not known:
                problems.append(
                    _("%(path)s, line %(n)s: parent %(key)s does not stand above this line")
                    % {"path": path.name, "n": line, "key": row.parent}
                )
        keys.add(row.key)
        rows.append(row)
    if problems:
        raise Refused(problems)
    return rows


def _apply(rows: Iterable[_Row]) -> RegionCounts:
    """Parents stand above their children, so one pass in file order is enough."""
    by_key = {region.key: region for region in Region.objects.select_related("parent")}
    code_of = {region.code: region.key for region in by_key.values() if region.code}
    aliases = set(RegionAlias.objects.values_list("region_id", "name"))
    counts = {"new": 0, "changed": 0, "known": 0}
    for row in rows:
        parent = by_key[row.parent] if row.parent else None
        region = by_key.get(row.key)
        if row.code and code_of.setdefault(row.code, row.key) != row.key:
            raise Refused(
                _("line %(n)s: the code %(code)s belongs to %(key)s already")
                % {"n": row.line, "code": row.code, "key": code_of[row.code]}
            )
        if region is None:
            region = _create(row, parent)
            by_key[row.key] = region
            outcome = "new"
        else:
            outcome = _update(row, region, parent)
        missing = [name for name in row.aliases if (region.pk, name) not in aliases]
        RegionAlias.objects.bulk_create(RegionAlias(region=region, name=name) for name in missing)
        if missing and outcome == "known":
            outcome = "changed"
        counts[outcome] += 1
    return RegionCounts(**counts)


def _create(row: _Row, parent: Region | None) -> Region:
    pk = _next_id()  # the path holds the id, so it is drawn first
    region = Region.objects.create(
        pk=pk,
        path=f"{parent.path if parent else '/'}{pk}/",
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
    RegionVersion.objects.create(
        region=region, valid_from=row.valid_from, name=row.name, parent=parent
    )
    return region


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('enrollment_region', 'id'))")
        return cursor.fetchone()[0]


def _update(row: _Row, region: Region, parent: Region | None) -> str:
    if region.parent_id != (parent.pk if parent else None):
        raise Refused(
            _("line %(n)s: %(name)s stands below another parent; moving a region needs its date")
            % {"n": row.line, "name": region.name}
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
