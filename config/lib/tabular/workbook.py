"""Tables in workbooks: XLSX and XLS, every visible sheet that has the header.

A workbook may be made to harm: it is looked through (config.lib.tabular.archive) before anything is
unpacked into memory, and is meant to be read in a child process (config.lib.child).
"""

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
    SheetVisibleEnum,
)

from config.lib.tabular import archive, header, loose
from config.lib.tabular.archive import Look
from config.lib.tabular.faults import FileFault, refuse
from config.lib.tabular.header import HEADER_WITHIN, Synonyms
from config.lib.tabular.table import Row, Table

T = TypeVar("T", bound=Table)
Maker = Callable[[CalamineSheet, list[Row], Iterator[Row]], T]  # Errors: FileFault
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
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

    return _read(path, make)


def read_loose(
    path: Path, synonyms: Synonyms, required: Sequence[str], how: loose.Loose
) -> list[loose.LooseTable]:
    """The same for lists kept by hand. Errors: FileFault."""

    def make(sheet: CalamineSheet, first: list[Row], rows: Iterator[Row]) -> loose.LooseTable:
        found = header.find(first, synonyms, required)
        return loose.make(
            found, first, chain(first[found.end :], rows), synonyms, required, how,
            sheet.merged_cell_ranges or (), sheet=sheet.name,
        )  # fmt: skip

    return _read(path, make)


def _read(path: Path, make: Maker[T]) -> list[T]:
    with path.open("rb") as file:
        is_zip = file.read(len(ZIP)) == ZIP
    looks = archive.look_through(path) if is_zip else {}
    if not is_zip and _is_encrypted(path):
        raise archive.protected()
    try:
        with path.open("rb") as file:  # by its path the reader would believe the name's ending
            return _tables(CalamineWorkbook.from_filelike(file), looks, make)
    except PasswordError:
        raise archive.protected() from None
    except CalamineError:
        raise archive.damaged() from None
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise archive.damaged() from None


def _tables(book: CalamineWorkbook, looks: Mapping[str, Look], make: Maker[T]) -> list[T]:
    """At least one; the first carries the notes on the workbook."""
    tables, notes = list[T](), []
    faults: list[FileFault] = []
    if any(look.macros for look in looks.values()):
        notes.append(_("the workbook holds macros; none was run"))
    for meta in book.sheets_metadata:
        if meta.visible != SheetVisibleEnum.Visible:
            notes.append(_("hidden sheet “%(name)s” was not read") % {"name": meta.name})
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.start is None:  # empty
            _check_valued(looks.get(meta.name), {})
            continue
        rows: Iterator[Row] = enumerate(sheet.iter_rows(), start=1)
        first = list(islice(rows, sheet.start[0] + HEADER_WITHIN))
        try:
            table = make(sheet, first, rows)
        except FileFault as fault:
            faults.append(fault)
            notes.append(_("sheet “%(name)s” has no such header") % {"name": meta.name})
            continue
        _tell(table, looks.get(meta.name))
        tables.append(table)
    if not tables:
        raise faults[0] if faults else refuse(_("The file is empty."))
    tables[0].notes[:0] = notes
    return tables


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
    """A protected XLSX is an OLE file that holds a stream of this name."""
    return "EncryptedPackage".encode("utf-16-le") in path.read_bytes()
