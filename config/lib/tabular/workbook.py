"""Tables in workbooks: XLSX and XLS, every visible sheet that has the header.

A workbook may be made to harm: it is looked through (config.lib.tabular.archive) before anything is
unpacked into memory, and is meant to be read in a child process (config.lib.child).
"""

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from config.lib.tabular import archive, header, loose
from config.lib.tabular.archive import Look
from config.lib.tabular.chosen import Chosen
from config.lib.tabular.faults import FileFault, refuse
from config.lib.tabular.header import Synonyms
from config.lib.tabular.table import Glance, Row, Table

T = TypeVar("T", bound=Table)
Found = TypeVar("Found")
Maker = Callable[[CalamineSheet, list[Row], Iterator[Row]], T]  # Errors: FileFault
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RECORD = struct.Struct("<HH")  # of an XLS: its kind, the size of what follows
_BEGINNING, _PROTECTED = b"\x09\x08\x10\x00\x00\x06\x05\x00", 0x2F
_PANIC = "PanicException"  # of the native reader; no Exception of Python's


def read(path: Path, synonyms: Synonyms, required: Sequence[str]) -> list[Table]:
    """The tables of all visible sheets, in their order. Errors: FileFault."""

    def make(sheet: CalamineSheet, first: list[Row], rows: Iterator[Row]) -> Table:
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

    return _opened(path, lambda book, looks: _tables(book, looks, make, None))


def read_loose(
    path: Path, synonyms: Synonyms, required: Sequence[str], how: loose.Loose
) -> list[loose.LooseTable]:
    """The same for lists kept by hand. Errors: FileFault."""

    def make(sheet: CalamineSheet, first: list[Row], rows: Iterator[Row]) -> loose.LooseTable:
        found = how.chosen.find(sheet.name, first, synonyms, required)
        return loose.make(
            found, first, chain(first[found.end :], rows), synonyms, required, how,
            sheet.merged_cell_ranges or (), sheet=sheet.name,
        )  # fmt: skip

    return _opened(path, lambda book, looks: _tables(book, looks, make, how.chosen))


def glance(path: Path, chosen: Chosen) -> list[Glance]:
    """What every sheet begins with, hidden ones too. Errors: FileFault."""
    return _opened(
        path, lambda book, _looks: [g for meta in book.sheets_metadata
                                    if (g := _glance(book, meta, chosen))]
    )  # fmt: skip


def _opened(
    path: Path, use: Callable[[CalamineWorkbook, Mapping[str, Look]], list[Found]]
) -> list[Found]:
    with path.open("rb") as file:
        is_zip = file.read(len(ZIP)) == ZIP
    looks = archive.look_through(path) if is_zip else {}
    if not is_zip and _is_encrypted(path):
        raise archive.protected()
    try:
        with path.open("rb") as file:  # by its path the reader would believe the name's ending
            book = CalamineWorkbook.from_filelike(file)
        if any("\0" in name for name in book.sheet_names):
            raise archive.damaged()
        return use(book, looks)
    except PasswordError:
        raise archive.protected() from None
    except CalamineError:
        raise archive.damaged() from None
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise archive.damaged() from None


def _tables(
    book: CalamineWorkbook, looks: Mapping[str, Look], make: Maker[T], chosen: Chosen | None
) -> list[T]:
    """At least one; the first carries the notes on the workbook.

    Where sheets may be `chosen`, the first carries those too that were not read.
    """
    tables, notes = list[T](), []
    faults: list[FileFault] = []
    unread: list[Glance | None] = []
    if any(look.macros for look in looks.values()):
        notes.append(_("the workbook holds macros; none was run"))
    for meta in book.sheets_metadata:
        hidden = meta.visible != SheetVisibleEnum.Visible
        if not (chosen or Chosen()).reads(meta.name, hidden=hidden):
            text = _("hidden sheet “%(name)s” was not read") if hidden else _(
                "sheet “%(name)s” was left out, as somebody chose")  # fmt: skip
            notes.append(text % {"name": meta.name})
            unread += [_glance(book, meta, chosen)] if chosen else []
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.start is None:  # empty
            _check_valued(looks.get(meta.name), {})
            continue
        rows = _rows(sheet, looks.get(meta.name))
        within = (chosen or Chosen()).first_rows(meta.name, sheet.start[0])
        first = list(islice(rows, within))
        try:
            table = make(sheet, first, rows)
        except FileFault as fault:
            faults.append(fault)
            notes.append(_("sheet “%(name)s” has no such header") % {"name": meta.name})
            unread.append(Glance(meta.name, first, sheet.height, hidden))
            continue
        table.hidden = hidden
        _tell(table, looks.get(meta.name))
        tables.append(table)
    if not tables:
        raise faults[0] if faults else _nothing_seen(book)
    tables[0].notes[:0] = notes
    tables[0].of_file = len(notes)
    tables[0].unread = [each for each in unread if each]
    return tables


def _nothing_seen(book: CalamineWorkbook) -> FileFault:
    hidden = [m.name for m in book.sheets_metadata if m.visible != SheetVisibleEnum.Visible]
    if not hidden:
        return refuse(_("The file is empty."))
    said = _("only hidden sheets hold anything: show “%(names)s” in Excel, save, send it again")
    return refuse(said % {"names": "、".join(hidden)})


def _rows(sheet: CalamineSheet, look: Look | None) -> Iterator[Row]:
    """Lines and cells. A formula's error stands as its text: an empty cell would hide it."""
    rows: Iterator[Row] = enumerate(sheet.iter_rows(), start=1)
    return _with_errors(rows, look.errors) if look and look.errors else rows


def _with_errors(rows: Iterator[Row], errors: Mapping[int, Mapping[int, str]]) -> Iterator[Row]:
    for line, cells in rows:
        for column, said in errors.get(line, {}).items():
            if column < len(cells) and cells[column] == "":
                cells[column] = said
        yield line, cells


def _glance(book: CalamineWorkbook, meta: SheetMetadata, chosen: Chosen) -> Glance | None:
    """None for a sheet that is empty, or that is no worksheet."""
    if meta.typ != SheetTypeEnum.WorkSheet:
        return None
    sheet = book.get_sheet_by_name(meta.name)
    if sheet.start is None:
        return None
    within = chosen.first_rows(meta.name, sheet.start[0])
    first: list[Row] = list(islice(enumerate(sheet.iter_rows(), start=1), within))
    return Glance(meta.name, first, sheet.height, meta.visible != SheetVisibleEnum.Visible)


def _tell(table: Table, look: Look | None) -> None:
    """Notes on what is hidden in a table. Errors: FileFault for columns that hold no values."""
    if look is None:
        return
    _check_valued(look, {column: table.headers[column] for column in table.columns.values()})
    if number := look.hidden_rows:
        table.notes.append(
            ngettext("%(n)s hidden row was read too", "%(n)s hidden rows were read too", number)
            % {"n": number}
        )
    if names := [n for at, n in enumerate(table.headers) if n and at in look.hidden_columns]:
        table.notes.append(_("hidden column “%(name)s” was read too") % {"name": "、".join(names)})


def _check_valued(look: Look | None, read: Mapping[int, str]) -> None:
    """Errors: FileFault where formulas stand without their values in columns that are read.

    `read`: column → header; none: in a sheet that looks empty.
    """
    unvalued = look.unvalued if look else set()
    if unvalued and (not read or not unvalued.isdisjoint(read)):
        raise refuse(
            _("formulas without values: open the file in Excel, save it and send it again"),
            column=next((read[at] for at in sorted(unvalued) if at in read), ""),
        )


def _is_encrypted(path: Path) -> bool:
    """A protected XLSX is an OLE file that holds a stream of this name; a protected XLS says so
    right behind the record with which its workbook begins."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        return True
    at = data.find(_BEGINNING)
    for _record in range(3) if at >= 0 else ():
        kind, size = _RECORD.unpack_from(data.ljust(at + _RECORD.size, b"\0"), at)
        if kind == _PROTECTED:
            return True
        at += _RECORD.size + size
    return False
