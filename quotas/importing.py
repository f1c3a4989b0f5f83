"""A table of targets from CSV, XLSX or XLS: places and figures as annexes write them (R-104).

Reading and matching change nothing; `services.import_figures` takes in what `check` found.
"""

import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from config.lib import tabular
from config.lib.figures import thousands
from config.lib.tabular.header import Synonyms
from enrollment.errors import Refused
from enrollment.models import Campaign, Region
from enrollment.regions import names_below
from quotas import names
from quotas.services import Figure, places_of_set
from quotas.subtotals import WORD as _SUBTOTAL
from quotas.subtotals import Subtotal, Summed
from quotas.subtotals import compare as compare_subtotals

_COUNTED = (
    "参保人数", "参保数", "已参保人数", "已参保", "累计参保人数", "累计参保", "累计",
    "实际参保人数", "完成数", "完成人数", "上报数",
)  # fmt: skip
UNITS = {"persons": 1, "ten_thousands": 10_000}
MOST_BYTES = 5 << 20
MOST_UNPACKED = 100 << 20
MOST_ROWS = 20_000
MOST_PERSONS = 2**31 - 1
_YEARS = [f"{year}{word}" for year in range(2015, 2041) for word in ("年", "年度")]
_TARGET = (
    "目标任务数", "目标任务", "任务数", "任务", "参保任务数", "参保任务", "参保计划", "参保计划数",
    "计划数", "计划", "目标数", "目标", "参保目标", "参保目标数", "征缴任务", "征缴任务数",
    "应参保人数",
)  # fmt: skip
_BASE = (
    "参保人数", "参保数", "实际参保人数", "实际参保数", "完成数", "实际完成数", "已参保人数",
)  # fmt: skip
SYNONYMS = {
    "place": (
        "单位", "辖区", "乡镇(街道)", "乡镇街道", "街道乡镇", "乡镇", "县区", "县(市、区)",
        "县市区", "区县", "区县(市)", "省辖市", "地市", "市", "地区", "考核单位", "责任单位",
        "单位名称", "名称",
    ),
    "village": ("村社区", "村(社区)", "村", "行政村", "村居", "社区"),
    "target": (*_TARGET, *(year + word for year in _YEARS for word in _TARGET)),
    "base": (
        *(f"{word}{base}" for word in ("上年", "上年度", "去年") for base in _BASE),
        *(year + word for year in _YEARS for word in _BASE),
    ),
    "remark": ("备注", "说明"),
}  # fmt: skip
# Of what places report: the same table with the people who are enrolled so far.
REPORTED = {
    "place": SYNONYMS["place"],
    "village": SYNONYMS["village"],
    "target": _COUNTED,
    "remark": SYNONYMS["remark"],
}
_NUMBER = re.compile(r"([\d,]*\d(?:\.\d+)?)(万人|万|人)?(?:\((.*)\))?(万人|万|人)?", re.DOTALL)
_UNKNOWN = ("", "-", "—", "–", "/", "待定", "未知", "暂无", "另行下达", "待下达")


@dataclass(frozen=True)
class Line:
    """A row of the file: the place as written, persons (None: not known yet), last period's."""

    line: int
    place: str
    village: str
    persons: int | None
    base: int | None
    remark: str


@dataclass
class Table:
    """What stands in a file; `total` and `base_total` as its 合计 row declares them."""

    lines: list[Line] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unit: str = "persons"
    title: str = ""
    sheet: str = ""  # of a workbook
    column: str = ""  # header of the figures
    subtotals: list[Subtotal] = field(default_factory=list)
    total: int | None = None
    base_total: int | None = None

    @property
    def sum(self) -> int:
        return sum(line.persons or 0 for line in self.lines)

    @property
    def base_sum(self) -> int:
        return sum(line.base or 0 for line in self.lines)


@dataclass(frozen=True)
class Matched:
    """A row and the place it is of; without one, the names that look like its own."""

    line: Line
    region: Region | None
    likely: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checked:
    """A file against the tree of places: nothing is taken in while anything is wrong."""

    table: Table
    rows: tuple[Matched, ...]
    problems: tuple[str, ...]

    @property
    def figures(self) -> list[Figure]:
        return [
            Figure(row.region.pk, row.line.persons, row.line.base, row.line.remark)
            for row in self.rows
            if row.region
        ]


def read_table(path: Path, unit: str = "", synonyms: Synonyms = SYNONYMS) -> Table:
    """`unit`: one of UNITS; empty: ten thousands where header or title say so, else persons.

    Errors: Refused where the file holds no such table. Rows that cannot be read are problems.
    """
    _weigh(path)
    try:
        source = tabular.open_table(path, synonyms, ("place", "target"))
        found = Table(title=source.title, sheet=source.sheet)
        found.column = str(source.headers[source.columns["target"]])
        found.unit = unit or _unit_of(source.headers[source.columns["target"]], source.title)
        above = ""
        for number, cells in source.rows():
            above = _read_line(found, source.columns, number, cells, above)
            if len(found.lines) > MOST_ROWS:
                raise Refused(_("More than %(n)s rows are no table of targets.") % {"n": MOST_ROWS})
    except tabular.FileFault as fault:
        raise Refused(str(each) for each in fault.faults) from None
    found.notes += source.notes
    for number, cells in source.totals:
        _read_total(found, source.columns, number, cells)
    _compare_subtotals(found)
    _compare(found)
    return found


def _weigh(path: Path) -> None:
    """A table of targets is small; a workbook that unpacks to very much is refused unread."""
    too_much = path.stat().st_size > MOST_BYTES
    if not too_much and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            too_much = sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED
    if too_much:
        raise Refused(_("The file is too large for a table of targets."))


def _unit_of(header: str, title: str) -> str:
    return "ten_thousands" if "万人" in names.plain(header + title) else "persons"


def _read_line(
    found: Table, columns: Mapping[str, int], number: int, cells: Sequence[Any], above: str
) -> str:
    """Adds a line or a problem. Returns the township, which merged cells name only once."""

    def text(column: str) -> str:
        return str(cells[columns[column]] or "").strip() if column in columns else ""

    place, village = text("place"), text("village")
    if "village" in columns:
        place = place or above
    word = names.plain(village or place)
    if word.startswith(_SUBTOTAL) or word.endswith(_SUBTOTAL):
        named = names.plain(place if village else place.removesuffix(_SUBTOTAL))
        _read_subtotal(found, columns, number, cells, "" if named == word else named)
        return above
    if not place:
        found.problems.append(_("line %(n)s: the place is missing") % {"n": number})
        return above
    try:
        persons, said = to_persons(cells[columns["target"]], found.unit)
        base = to_persons(cells[columns["base"]], found.unit)[0] if "base" in columns else None
    except ValueError as error:
        found.problems.append(
            _("line %(n)s, %(place)s, column “%(column)s”: %(why)s")
            % {"n": number, "place": village or place, "column": found.column, "why": error}
        )
        return place
    if persons is None:
        found.notes.append(
            _("line %(n)s, %(place)s: no figure yet") % {"n": number, "place": village or place}
        )
    remarks = [each for each in (text("remark"), said) if each]
    found.lines.append(Line(number, place, village, persons, base, "；".join(remarks)[:120]))
    return place


def to_persons(cell: Any, unit: str) -> tuple[int | None, str]:
    """Persons and the remark in a number cell: "470319 (含 4 个乡镇)" → 470319, "含4个乡镇".

    Nothing, or a word for it: None. Errors: ValueError with a sentence.
    """
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return _whole(Decimal(str(cell)), unit), ""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(cell or "")))
    if text in _UNKNOWN:
        return None, ""
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueError(
            _("“%(text)s” is no figure; write a number such as 12,345, or leave the cell empty")
            % {"text": str(cell)[:60]}
        )
    figure = Decimal(found[1].replace(",", ""))
    word = found[2] or found[4] or ""
    unit = "ten_thousands" if word.startswith("万") else "persons" if word == "人" else unit
    return _whole(figure, unit), found[3] or ""


def _whole(figure: Decimal, unit: str) -> int:
    persons = figure * UNITS[unit]
    if persons != int(persons):
        raise ValueError(
            _("%(figure)s is no whole number of persons; is it in ten thousands?")
            % {"figure": figure}
        )
    if not 0 <= persons <= MOST_PERSONS:
        raise ValueError(_("%(figure)s cannot be a number of persons") % {"figure": figure})
    return int(persons)


def _read_total(
    found: Table, columns: Mapping[str, int], number: int, cells: Sequence[Any]
) -> None:
    if any(isinstance(c, str) and names.plain(c).startswith(_SUBTOTAL) for c in cells):
        _read_subtotal(found, columns, number, cells, "")
        return
    try:
        found.total = to_persons(cells[columns["target"]], found.unit)[0]
        if "base" in columns:
            found.base_total = to_persons(cells[columns["base"]], found.unit)[0]
    except ValueError as error:
        found.problems.append(_("line %(n)s, total: %(why)s") % {"n": number, "why": error})


def _read_subtotal(
    found: Table, columns: Mapping[str, int], number: int, cells: Sequence[Any], place: str
) -> None:
    try:
        persons = to_persons(cells[columns["target"]], found.unit)[0]
        base = to_persons(cells[columns["base"]], found.unit)[0] if "base" in columns else None
    except ValueError as error:
        found.problems.append(_("line %(n)s, subtotal: %(why)s") % {"n": number, "why": error})
        return
    found.subtotals.append(Subtotal(number, place, persons, base))


def _compare_subtotals(found: Table) -> None:
    """Not while a row could not be read: it would be missing in a sum."""
    if found.problems or not found.subtotals:
        return
    rows = [
        Summed(line.line, names.plain(line.place), line.persons, line.base) for line in found.lines
    ]
    notes, problems = compare_subtotals(rows, found.subtotals)
    found.notes += notes
    found.problems += problems


def _compare(found: Table) -> None:
    """The declared total is the sum, or the file is refused; nothing is left out of a sum."""
    unread = len(found.problems)
    unknown = any(line.persons is None for line in found.lines)
    pairs = [(found.total, found.sum, unknown), (found.base_total, found.base_sum, False)]
    for declared, whole, open_ in pairs:
        if declared is None or declared == whole or unread or (open_ and declared > whole):
            continue
        found.problems.append(
            _(
                "The total row says %(declared)s, the rows sum to %(sum)s; mend the row that is"
                " wrong, or the total."
            )
            % {"declared": thousands(declared), "sum": thousands(whole)}
        )


def check(
    campaign: Campaign,
    path: Path,
    *,
    unit: str = "",
    level: str = "own",
    synonyms: Synonyms = SYNONYMS,
) -> Checked:
    """Read the file and find its places; changes nothing. Errors: Refused for no such table."""
    table = read_table(path, unit, synonyms)
    places = places_of_set(campaign, level)
    below = _names_within(campaign)
    problems = list(table.problems)
    rows: list[Matched] = []
    first: dict[int, Line] = {}
    townships: dict[int, dict[str, list[int]]] = {}
    wanted: list[tuple[Line, list[int], Mapping[str, Sequence[int]]]] = []
    for line in table.lines:
        known: Mapping[str, Sequence[int]] = places
        ids = names.find(line.place, places)
        if not ids and not line.village:
            ids, known = names.find(line.place, below), {**below, **places}
        if line.village and len(ids) == 1:
            if ids[0] not in townships:
                townships[ids[0]] = names_below(Region.objects.get(pk=ids[0]))
            known = townships[ids[0]]
            ids = names.find(line.village, known)
        wanted.append((line, ids, known))
    regions = Region.objects.in_bulk([ids[0] for _line, ids, _known in wanted if len(ids) == 1])
    for line, ids, known in wanted:
        region = regions.get(ids[0]) if len(ids) == 1 else None
        name = line.village if line.village and known is not places else line.place
        likely = () if region else tuple(names.suggestions(name, known))
        rows.append(Matched(line, region, likely))
        if region is None:
            problems.append(_unmatched(line, name, ids, likely))
        elif (before := first.setdefault(region.pk, line)) is not line:
            problems.append(
                _("line %(n)s: “%(name)s” is the same place as line %(m)s")
                % {"n": line.line, "name": name, "m": before.line}
            )
    if not table.lines and not problems:
        problems.append(_("The table has no rows."))
    return Checked(table, tuple(rows), tuple(in_sheet(table, problems)))


def in_sheet(table: Table, problems: Sequence[str]) -> list[str]:
    """The problems of a workbook, each with the sheet it is of."""
    if not table.sheet:
        return list(problems)
    return [
        _("sheet “%(sheet)s”, %(problem)s") % {"sheet": table.sheet, "problem": each}
        for each in problems
    ]


def _unmatched(line: Line, name: str, ids: Sequence[int], likely: Sequence[str]) -> str:
    if len(ids) > 1:
        return _("line %(n)s: %(count)s places are called “%(name)s”; name their township too") % {
            "n": line.line,
            "count": len(ids),
            "name": name,
        }
    said = _("line %(n)s: there is no place “%(name)s” here") % {"n": line.line, "name": name}
    said += _(" (perhaps: %(names)s)") % {"names": "、".join(likely)} if likely else ""
    return said + _("; write the name as the list of places has it")


def _names_within(campaign: Campaign) -> dict[str, list[int]]:
    """Names and aliases of everything below the campaign's region."""
    found: dict[str, list[int]] = {}
    rows = Region.objects.within(campaign.region).exclude(pk=campaign.region_id)
    for name, pk in [*rows.values_list("name", "id"), *rows.values_list("aliases__name", "id")]:
        if name and pk not in found.setdefault(name, []):
            found[name].append(pk)
    return found
