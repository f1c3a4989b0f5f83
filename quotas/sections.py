"""The notice's [targets], [[target_sets]], [[denominators]] and [[checkpoints]]."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from enrollment.expected import MOST
from enrollment.notice import Path, Table

NOTICE = "notice"  # slug of the set that [targets] makes
INSURANCES = ("390", "310", "392", "410")
LEVELS = ("own", "superior")
COUNTED = ("registrations", "reported")
OF = ("household_registered", "residents", "hardship", "students", "newborns", "census", "target")
GROUPS = ("hardship", "students", "newborns")  # known one by one: counted, not only entered
_TEN_THOUSANDS = re.compile(r"\d+(\.\d{1,4})?")  # more decimals would be parts of a person


@dataclass(frozen=True)
class TargetUnit:
    """A row of the annex: the unit's name as printed; persons, None where not known yet."""

    name: str
    persons: int | None
    remark: str
    base: int | None = None


@dataclass(frozen=True)
class TargetRules:
    """One table of targets. `insurance` and `counted` are empty where the campaign decides."""

    title: str = ""
    clause: str = ""
    units: tuple[TargetUnit, ...] = ()
    slug: str = NOTICE
    insurance: str = ""
    level: str = "own"
    counted: str = ""
    period: str = ""
    base_period: str = ""
    unit_words: str = ""
    words: str = ""
    assumed: str = ""

    @property
    def total(self) -> int:
        """Of the figures that are known."""
        return sum(unit.persons or 0 for unit in self.units)

    @property
    def unknown(self) -> int:
        return sum(unit.persons is None for unit in self.units)


@dataclass(frozen=True)
class Denominator:
    """People of whom a share (basis points) should be enrolled; `persons` of the whole region.

    `born_from`: of newborns, the first birthday that counts; None: the coverage period's first day.
    """

    key: str
    name: str
    of: str
    threshold_bp: int | None
    persons: int | None
    clause: str
    words: str
    assumed: str
    born_from: date | None = None

    @property
    def is_counted(self) -> bool:
        """Whether its people are known one by one, so that the register says how many there are."""
        return self.of in GROUPS


@dataclass(frozen=True)
class Checkpoint:
    """By the end of `on` this share of the target (basis points) must be reached."""

    on: date
    share_bp: int
    clause: str
    words: str
    title: str = ""
    stage: str = ""
    assumed: str = ""


def read_targets(section: Table) -> TargetRules:
    table = section.table("targets", None)
    if table is None:
        return TargetRules()
    return _read_set(table, slug=NOTICE, counted=table.choice("counted", COUNTED, ""))


def read_target_sets(section: Table) -> tuple[TargetRules, ...]:
    found: list[TargetRules] = []
    for table in section.keyed_tables("target_sets", [], by="slug"):
        slug = table.text("slug")
        if slug is not None and not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", slug):
            table.complain("slug", _("expected small letters, digits and hyphens"))
        if slug == NOTICE:
            table.complain("slug", _("is the name of the set that [targets] makes"))
        found.append(
            _read_set(
                table,
                slug=slug,
                insurance=table.choice("insurance", INSURANCES, ""),
                level=table.choice("level", LEVELS, "own"),
                counted=table.choice("counted", COUNTED, ""),
            )
        )
    return tuple(found)


def _read_set(table: Table, **more: Any) -> TargetRules:
    units: list[TargetUnit] = []
    for row in table.keyed_tables("units", by="name"):
        unit = TargetUnit(
            row.text("name"),
            _target(row),
            row.text("remark", "", longest=120),
            _persons(row, "base"),
        )
        units.append(unit)
        row.done()
    rules = TargetRules(
        title=table.text("title", longest=120),
        clause=table.text("clause", "", longest=60),
        units=tuple(units),
        period=table.text("period", "", longest=40),
        base_period=table.text("base_period", "", longest=40),
        unit_words=table.text("unit_words", "", longest=40),
        words=table.text("words", ""),
        assumed=table.text("assumed", ""),
        **more,
    )
    _compare(table, "total", [unit.persons for unit in units])
    _compare(table, "base_total", [unit.base for unit in units])
    table.done()
    return rules


def _target(row: Table) -> int | None:
    """`persons`, or `ten_thousands`, or `unknown = true`: exactly one of them."""
    unknown = row.flag("unknown", False)
    given = [key for key in ("persons", "ten_thousands") if row.has(key)]
    exact = _ten_thousands(row, "ten_thousands")
    if len(given) + bool(unknown) != 1:
        row.complain(
            given[-1] if given else "persons",
            _("expected one of persons, ten_thousands, or unknown = true"),
        )
    return row.whole("persons", default=None) if row.has("persons") else exact


def _persons(table: Table, key: str) -> int | None:
    """`key` in persons, or `key`_ten_thousands; None where neither is given."""
    persons = table.whole(key, default=None)
    exact = _ten_thousands(table, f"{key}_ten_thousands")
    if persons is not None and exact is not None:
        table.complain(key, _("is given twice, in persons and in ten thousands"))
    return exact if persons is None else persons


def _ten_thousands(table: Table, key: str) -> int | None:
    """Exact: a decimal text, so that 8780.58 is 87,805,800 persons."""
    text = table.text(key, None)
    if text is None:
        return None
    if not _TEN_THOUSANDS.fullmatch(text):
        table.complain(key, _("expected ten thousands of persons such as “615.79”"))
        return None
    persons = int(Decimal(text) * 10_000)
    if persons > MOST:
        table.complain(key, _("expected ten thousands of persons such as “615.79”"))
        return None
    return persons


def _compare(table: Table, key: str, figures: list[int | None]) -> None:
    """The total printed is the sum; not told while figures are unknown, unless it is too small."""
    total = _persons(table, key)
    whole = sum(figure or 0 for figure in figures)
    if total is None or total == whole or (None in figures and total > whole):
        return
    said = _("is %(total)s, but the units sum to %(sum)s")
    table.complain(key, said % {"total": total, "sum": whole})


def read_denominators(section: Table) -> tuple[Denominator, ...]:
    found: list[Denominator] = []
    for row in section.keyed_tables("denominators", []):
        each = Denominator(
            key=row.text("key"),
            name=row.text("name"),
            of=row.choice("of", OF),
            threshold_bp=row.whole("threshold_bp", 1, 10_000, default=None),
            persons=row.whole("persons", default=None),
            clause=row.text("clause", ""),
            words=row.text("words", ""),
            assumed=row.text("assumed", ""),
            born_from=row.on("born_from", None),
        )
        if each.born_from and each.of != "newborns":
            row.complain("born_from", _("is for newborns only"))
        found.append(each)
        row.done()
    return tuple(found)


def read_checkpoints(section: Table) -> tuple[Checkpoint, ...]:
    checkpoints = []
    for row in section.tables("checkpoints", []):
        checkpoints.append(
            Checkpoint(
                on=row.on("on"),
                share_bp=row.whole("share_bp", 1, 10_000),
                clause=row.text("clause", ""),
                words=row.text("words", ""),
                title=row.text("title", ""),
                stage=row.text("stage", ""),
                assumed=row.text("assumed", ""),
            )
        )
        row.done()
    return tuple(sorted(checkpoints, key=lambda c: c.on or date.max))


def check_sets(sections: dict[str, Any], complain: Callable[[Path, str], None]) -> None:
    """People of another insurance are registered elsewhere, so only reports can count them."""
    campaign = sections["campaign"]
    for index, each in enumerate(sections["target_sets"]):
        other = campaign and each.insurance not in ("", campaign.insurance)
        if other and each.counted == "registrations":
            complain(
                ("target_sets", index, "counted"),
                _("another insurance than the campaign's takes only “reported”"),
            )
