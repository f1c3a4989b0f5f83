"""Rows of a file that came in, as its layout (config.lib.layout) says."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.lib.layout import Column, Layout, LayoutFault

MOST_BYTES = 32 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_OTHERS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"Rar!", b"\x1f\x8b")  # no text at all


@dataclass(frozen=True)
class Record:
    """`line` of the file, from 1; the text of each field, without blanks around it."""

    line: int
    cells: dict[str, str]


def records(layout: Layout, data: bytes) -> list[Record]:
    """Every row between header and trailer; what the layout does not name is passed over.

    Errors: LayoutFault, which says the line, for a file that is no text, is not in the encoding,
    lacks a column, or has a row that is too short.
    """
    if len(data) > MOST_BYTES:
        raise LayoutFault(_("The file is larger than 32 MB."))
    if data.startswith(_OTHERS) or b"\0" in data[:4096]:
        raise LayoutFault(_("This is a workbook or another kind of file; expected is plain text."))
    encoding = "utf-8-sig" if data.startswith(_BOM) else layout.encoding
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise LayoutFault(
            _("Line %(line)s is not written in %(encoding)s.")
            % {"line": line, "encoding": layout.encoding}
        ) from None
    rows = _fixed(layout, text) if layout.format == "fixed" else _separated(layout, text)
    return [Record(line, cells) for line, cells in rows]


def _separated(layout: Layout, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter)
    at: dict[str, int] | None = None
    if not layout.header:
        at = {column.field: n for n, column in enumerate(layout.columns) if column.field}
    skipped = 0
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if skipped < len(layout.before):
                skipped += 1
            elif any(cells):
                if at is None:
                    at = _positions(layout, cells)
                elif not _is_trailer(layout, cells):
                    yield reader.line_num, _cells(layout, cells, at, reader.line_num)
    except csv.Error as fault:
        raise LayoutFault(
            _("Line %(line)s cannot be read: %(fault)s") % {"line": reader.line_num, "fault": fault}
        ) from None


def _positions(layout: Layout, header: list[str]) -> dict[str, int]:
    wanted = {column.head: column for column in layout.columns if column.field}
    lacking = [h for h, column in wanted.items() if h not in header and not column.optional]
    if lacking:
        raise LayoutFault(
            _("The header lacks %(heads)s.")
            % {"heads": pgettext("list", ", ").join(f"“{h}”" for h in lacking)}
        )
    twice = [head for head in wanted if header.count(head) > 1]
    if twice:
        raise LayoutFault(_("The header names “%(head)s” twice.") % {"head": twice[0]})
    return {column.field: header.index(h) for h, column in wanted.items() if h in header}


def _is_trailer(layout: Layout, cells: list[str]) -> bool:
    """A row that begins as the trailer does, in its first words."""
    first = layout.trailer[0].partition("{")[0].strip() if layout.trailer else ""
    return bool(first) and cells[0].startswith(first)


def _cells(layout: Layout, cells: list[str], at: dict[str, int], line: int) -> dict[str, str]:
    if max(at.values()) >= len(cells):
        raise LayoutFault(_("Line %(line)s has too few columns.") % {"line": line})
    return {field: cells[position] for field, position in at.items()}


def _fixed(layout: Layout, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    above = len(layout.before) + layout.header
    width = sum(column.width for column in layout.columns)
    for number, line in enumerate(text.splitlines(), start=1):
        raw = line.encode(layout.encoding, "replace")
        if number <= above or not raw.strip():
            continue
        cells = _cut(layout, layout.columns, raw)
        if _is_trailer(layout, [line.strip()]):
            continue
        if len(raw) != width:
            raise LayoutFault(
                _("Line %(line)s is %(found)s wide instead of %(width)s.")
                % {"line": number, "found": len(raw), "width": width}
            )
        yield number, cells


def _cut(layout: Layout, columns: tuple[Column, ...], raw: bytes) -> dict[str, str]:
    found, at = {}, 0
    for column in columns:
        piece = raw[at : at + column.width].decode(layout.encoding, "replace")
        at += column.width
        if column.field:
            found[column.field] = piece.strip().strip(column.pad) if column.right else piece.strip()
    return found
