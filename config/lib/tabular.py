"""Tables in files: CSV (UTF-8, GB18030), XLSX and XLS, columns found by header name.

Titles above the header and total rows below it are recognised and not counted as rows.
"""

import csv
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

HEADER_WITHIN = 20  # rows searched for the header
MAX_UNPACKED = 1_500_000_000  # bytes an XLSX may unpack to
MAX_CELLS = 40_000_000  # rows x columns that its cell references may span
TOTAL_WORDS = ("合计", "总计", "小计", "共计", "总 计", "合 计")
Row = tuple[int, list[Any]]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file, and where; line 0 is the file as a whole."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        where = [_("line %(n)s") % {"n": self.line}] if self.line else []
        where += [_("column “%(name)s”") % {"name": self.column}] if self.column else []
        return f"{', '.join(where)}: {self.message}" if where else self.message


class FileFault(Exception):
    """The file cannot be taken in at all."""

    def __init__(self, *faults: Fault):
        self.faults = faults
        super().__init__("; ".join(map(str, faults)))

    def __reduce__(self) -> Any:  # crosses the border of a child process
        return (FileFault, self.faults)


def refuse(message: str, line: int = 0, column: str = "") -> FileFault:
    return FileFault(Fault(line, column, str(message)))


@dataclass
class Table:
    """A table found in a file. Read `rows()` once, to the end; then `totals` is complete."""

    headers: list[str]
    header_line: int
    columns: dict[str, int]  # field → index
    encoding: str = ""
    sheet: str = ""
    notes: list[str] = field(default_factory=list)
    totals: list[Row] = field(default_factory=list)
    _rows: Iterator[Row] = field(default_factory=lambda: iter(()), repr=False)

    @property
    def unknown(self) -> list[str]:
        """Headers nobody asked for; kept and shown."""
        used = set(self.columns.values())
        return [h for index, h in enumerate(self.headers) if h and index not in used]

    def rows(self) -> Iterator[Row]:
        """(line in the file, cells padded to the header's width); blank rows are left out.

        Errors: FileFault at a row that cannot be read, or that is wider than the header.
        """
        width = len(self.headers)
        for line, cells in self._rows:
            if len(cells) != width:
                cells = _fit(cells, width, line)
            first = cells[0]
            if not first or (isinstance(first, str) and first[0] in "合总小共 \u3000"):
                if not any(cell not in (None, "") for cell in cells):
                    continue
                if _is_total(cells):
                    self.totals.append((line, cells))
                    continue
            yield line, cells


def _fit(cells: list[Any], width: int, line: int) -> list[Any]:
    if len(cells) < width:
        return cells + [""] * (width - len(cells))
    if any(cell not in (None, "") for cell in cells[width:]):
        raise refuse(
            _("the row has %(cells)s cells, the header has %(width)s")
            % {"cells": len(cells), "width": width},
            line,
        )
    return cells[:width]


def _is_total(cells: Sequence[Any]) -> bool:
    first = next((cell for cell in cells if cell not in (None, "")), None)
    return isinstance(first, str) and first.strip().startswith(TOTAL_WORDS)


def open_table(path: Path, synonyms: Mapping[str, Sequence[str]], required: Sequence[str]) -> Table:
    """Find the table whose header has the required fields.

    synonyms: field → header words that mean it, the first being the one named in messages.
    Errors: FileFault.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if not head.strip():
        raise refuse(_("The file is empty."))
    if head[:4] == b"PK\x03\x04":
        _check_zip(path)
        return _open_workbook(path, synonyms, required)
    if head == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _open_workbook(path, synonyms, required)
    if (
        head[:4] in (b"%PDF", b"Rar!")
        or head[:2] in (b"\x1f\x8b", b"\xff\xd8")
        or head[1:4] == b"PNG"
    ):
        raise refuse(_("This is not a table; send CSV, XLSX or XLS."))
    return _open_csv(path, synonyms, required)


# --- headers


def _plain(header: object) -> str:
    """A header for comparing: without blanks, stars and a unit in brackets."""
    text = unicodedata.normalize("NFKC", str(header or ""))
    text = re.sub(r"\s|\*|:|：", "", text)
    return re.sub(r"\((元|人|单位.*?)\)$", "", text)


def _match(cells: Sequence[Any], synonyms: Mapping[str, Sequence[str]]) -> dict[str, int]:
    plain = [_plain(cell) for cell in cells]
    columns = {}
    for name, words in synonyms.items():
        for word in words:
            if word in plain:
                columns[name] = plain.index(word)
                break
    return columns


def _find_header(
    rows: list[Row], synonyms: Mapping[str, Sequence[str]], required: Sequence[str]
) -> tuple[int, dict[str, int]]:
    """Index of the header among the first rows, and its columns. Errors: FileFault."""
    best = -1
    best_columns: dict[str, int] = {}
    for index, (_line, cells) in enumerate(rows):
        columns = _match(cells, synonyms)
        if len(columns) > len(best_columns):
            best, best_columns = index, columns
    if best < 0:
        raise refuse(
            _("No header was found in the first %(n)s rows; expected at least: %(names)s.")
            % {"n": HEADER_WITHIN, "names": "、".join(synonyms[name][0] for name in required)}
        )
    missing = [synonyms[name][0] for name in required if name not in best_columns]
    if missing:
        seen = "、".join(str(cell) for cell in rows[best][1] if cell)
        raise FileFault(
            *(
                Fault(
                    rows[best][0],
                    name,
                    _("this column is missing; the header has: %(seen)s") % {"seen": seen},
                )
                for name in missing
            )
        )
    return best, best_columns


# --- CSV


def _encoding(path: Path) -> str:
    """Errors: FileFault for anything but UTF-8 and GB18030."""
    with path.open("rb") as file:
        sample = file.read(1 << 18)
        whole = not file.read(1)
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refuse(_("The file is UTF-16 text; save it as UTF-8 or as XLSX."))
    if b"\0" in sample:
        raise refuse(_("This is not a table; send CSV, XLSX or XLS."))
    if not whole:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise refuse(_("The text is neither UTF-8 nor GB18030; save the file as UTF-8 or as XLSX."))


def _open_csv(path: Path, synonyms: Mapping[str, Sequence[str]], required: Sequence[str]) -> Table:
    encoding = _encoding(path)
    source = _csv_rows(path, encoding)
    first = []
    for row in source:
        first.append(row)
        if len(first) == HEADER_WITHIN:
            break
    index, columns = _find_header(first, synonyms, required)
    header_line, headers = first[index]
    table = Table([str(h).strip() for h in headers], header_line, columns, encoding=encoding)
    table._rows = _chain(first[index + 1 :], source)
    return table


def _chain(first: list[Row], rest: Iterator[Row]) -> Iterator[Row]:
    yield from first
    yield from rest


def _csv_rows(path: Path, encoding: str) -> Iterator[Row]:
    """Errors: FileFault with the line, for bytes that are no text and for a cut-off end."""
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, strict=True)
        width, cells = 0, []
        try:
            for cells in reader:
                if len(cells) > width:
                    width = len(cells)
                yield reader.line_num, cells
        except UnicodeDecodeError:
            raise refuse(
                _("soon after this line stand bytes that are no %(encoding)s text")
                % {"encoding": "UTF-8" if encoding == "utf-8-sig" else "GB18030"},
                reader.line_num + 1,
            ) from None
        except csv.Error as error:
            raise refuse(
                _("the file breaks off or a quote is not closed (%(error)s)") % {"error": error},
                reader.line_num,
            ) from None
        last = reader.line_num
    if len(cells) < width and not _ends_with_newline(path):
        raise refuse(_("the file breaks off in this row"), last)


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) in b"\r\n"


# --- Excel

_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


def _check_zip(path: Path) -> None:
    """Look before unpacking: size, and how large a grid the cell references span."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise refuse(_("The workbook unpacks to more than is allowed."))
            names = archive.namelist()
            if "EncryptedPackage" in names:
                raise refuse(_("The workbook is protected by a password; remove it first."))
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _check_sheet(archive, name)
    except zipfile.BadZipFile:
        raise refuse(_("The workbook is damaged or was cut off.")) from None


def _check_sheet(archive: zipfile.ZipFile, name: str) -> None:
    rows = columns = 0
    tail = b""
    with archive.open(name) as sheet:
        while chunk := sheet.read(1 << 20):
            for letters, number in _REFERENCE.findall(tail + chunk):
                rows = max(rows, int(number))
                columns = max(columns, _column_number(letters))
            tail = chunk[-20:]
    if rows * columns > MAX_CELLS:
        raise refuse(
            _("The sheet spans %(rows)s rows and %(columns)s columns; delete the stray cells.")
            % {"rows": rows, "columns": columns}
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _open_workbook(
    path: Path, synonyms: Mapping[str, Sequence[str]], required: Sequence[str]
) -> Table:
    try:
        book = CalamineWorkbook.from_path(str(path))
    except CalamineError as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise refuse(_("The workbook is protected by a password; remove it first.")) from None
        raise refuse(_("The workbook is damaged or was cut off.")) from None
    notes: list[str] = []
    faults: list[FileFault] = []
    for meta in book.sheets_metadata:
        if meta.visible != SheetVisibleEnum.Visible:
            notes.append(_("hidden sheet “%(name)s” was not read") % {"name": meta.name})
            continue
        rows = _sheet_rows(book, meta.name)
        try:
            index, columns = _find_header(rows[:HEADER_WITHIN], synonyms, required)
        except FileFault as fault:
            if rows:
                faults.append(fault)
                notes.append(_("sheet “%(name)s” has no such header") % {"name": meta.name})
            continue
        header_line, headers = rows[index]
        table = Table(
            [str(h).strip() for h in headers], header_line, columns, sheet=meta.name, notes=notes
        )
        table._rows = iter(rows[index + 1 :])
        return table
    raise faults[0] if faults else refuse(_("The file is empty."))


def _sheet_rows(book: CalamineWorkbook, name: str) -> list[Row]:
    sheet = book.get_sheet_by_name(name)
    start = sheet.start[0] if sheet.start else 0
    return [
        (start + offset + 1, cells)
        for offset, cells in enumerate(sheet.to_python(skip_empty_area=False)[start:])
    ]
