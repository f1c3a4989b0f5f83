"""Workbooks that go out: a text stays a text, whoever wrote it.

A name that begins with = would be worked out by the spreadsheet of whoever opens the file.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook of ours, which holds no formulas: what looks like one is a text."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.data_type = "s"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def bearable(text: str) -> str:
    """Without control characters, which no workbook can hold."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def table(
    title: str,
    above: Sequence[str],
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    widths: Sequence[int] = (),
) -> bytes:
    """One sheet written row by row, so that its size is not its memory: lines above the header,
    the header, rows of texts, whole numbers and amounts (Decimal, two places)."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(bearable(title)[:31])
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    lines = [text for text in above if text]
    sheet.freeze_panes = f"A{len(lines) + 2}"
    for text in lines:
        sheet.append([_cell(sheet, text)])
    sheet.append([_cell(sheet, text, bold=True) for text in head])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Any, bold: bool = False) -> Any:
    if isinstance(value, str):
        value = bearable(value)
    cell = WriteOnlyCell(sheet, value)
    if cell.data_type == "f":
        cell.data_type = "s"
    if isinstance(value, Decimal):
        cell.number_format = "#,##0.00"
    if bold:
        cell.font = Font(bold=True)
    return cell
