"""Tables in workbooks: XLSX and XLS, every visible sheet that has the header.

A workbook may be made to harm: it is looked through as a zip archive before anything is unpacked
into memory, and is meant to be read in a child process (config.lib.child).
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from config.lib.tabular import header
from config.lib.tabular.faults import FileFault, refuse
from config.lib.tabular.header import HEADER_WITHIN, Synonyms
from config.lib.tabular.table import Row, Table

MAX_UNPACKED = 1_500_000_000  # bytes an XLSX may unpack to
MAX_CELLS = 20_000_000  # rows x columns of one sheet; each takes about 90 bytes to read
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1 << 20
_COLUMN = re.compile(rb'\br="([A-Z]{1,3})\d')
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*")
_ROW_NUMBER = re.compile(rb'\br="(\d{1,7})"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')


def read(path: Path, synonyms: Synonyms, required: Sequence[str]) -> list[Table]:
    """The tables of all visible sheets, in their order. Errors: FileFault."""
    with path.open("rb") as file:
        is_zip = file.read(len(ZIP)) == ZIP
    hidden_rows = _look_through(path) if is_zip else 0
    if not is_zip and _is_encrypted(path):
        raise _protected()
    try:
        with path.open("rb") as file:  # by its path the reader would believe the name's ending
            tables = _tables(CalamineWorkbook.from_filelike(file), synonyms, required)
    except PasswordError:
        raise _protected() from None
    except CalamineError:
        raise _damaged() from None
    if hidden_rows:
        tables[0].notes.append(
            ngettext(
                "%(n)s hidden row was read too", "%(n)s hidden rows were read too", hidden_rows
            )
            % {"n": hidden_rows}
        )
    return tables


def _tables(book: CalamineWorkbook, synonyms: Synonyms, required: Sequence[str]) -> list[Table]:
    """At least one; the first carries the notes on the workbook."""
    tables, notes = [], []
    faults: list[FileFault] = []
    for meta in book.sheets_metadata:
        if meta.visible != SheetVisibleEnum.Visible:
            notes.append(_("hidden sheet “%(name)s” was not read") % {"name": meta.name})
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.start is None:  # empty
            continue
        try:
            tables.append(_table(sheet, synonyms, required))
        except FileFault as fault:
            faults.append(fault)
            notes.append(_("sheet “%(name)s” has no such header") % {"name": meta.name})
    if not tables:
        raise faults[0] if faults else refuse(_("The file is empty."))
    tables[0].notes[:0] = notes
    return tables


def _table(sheet: CalamineSheet, synonyms: Synonyms, required: Sequence[str]) -> Table:
    rows: Iterator[Row] = enumerate(sheet.iter_rows(), start=1)
    first = list(islice(rows, (sheet.start or (0, 0))[0] + HEADER_WITHIN))
    found = header.find(first, synonyms, required)
    return Table(
        headers=found.names,
        header_line=found.line,
        columns=found.columns,
        sheet=sheet.name,
        title=found.title,
        notes=list(found.notes),
        _required=tuple(found.columns[name] for name in required),
        _rows=chain(first[found.end :], rows),
    )


def _look_through(path: Path) -> int:
    """How many rows are hidden. Errors: FileFault for what must not be unpacked."""
    hidden = 0
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise refuse(_("The workbook unpacks to more than is allowed."))
            names = archive.namelist()
            if not any(name.startswith("xl/") for name in names):
                raise refuse(_("This is not a table; send CSV, XLSX or XLS."))
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    hidden += _look_through_sheet(archive, name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error):
        raise _damaged() from None
    return hidden


def _look_through_sheet(archive: zipfile.ZipFile, name: str) -> int:
    """A single stray cell in the far corner would make a grid of 17 billion."""
    last = count = hidden = 0
    letters: set[bytes] = set()
    rest = b""
    with archive.open(name) as sheet:
        while chunk := sheet.read(_CHUNK):
            data = rest + chunk
            end = data.rfind(b">") + 1
            data, rest = data[:end], data[end:]
            if len(rest) > 16 * _CHUNK:  # no workbook has a tag or text as long
                raise _damaged()
            letters.update(_COLUMN.findall(data))
            rows = _ROW.findall(data)
            count += len(rows)
            hidden += sum(1 for row in rows if b"hidden" in row and _HIDDEN.search(row))
            if rows and (number := _ROW_NUMBER.search(rows[-1])):
                last = max(last, int(number[1]))
    height, width = max(last, count), max(map(_column_number, letters), default=0)
    if height * width > MAX_CELLS:
        raise refuse(
            _(
                "The sheet spans %(rows)s rows and %(columns)s columns: delete stray cells, or "
                "save it as CSV."
            )
            % {"rows": height, "columns": width}
        )
    return hidden


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _is_encrypted(path: Path) -> bool:
    """A protected XLSX is an OLE file that holds a stream of this name."""
    return "EncryptedPackage".encode("utf-16-le") in path.read_bytes()


def _protected() -> FileFault:
    return refuse(_("The workbook is protected by a password; remove it first."))


def _damaged() -> FileFault:
    return refuse(_("The workbook is damaged or was cut off."))
