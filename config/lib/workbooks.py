"""Workbooks that go out: a text stays a text, whoever wrote it.

A name that begins with = would be worked out by the spreadsheet of whoever opens the file.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side
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


def add_row(sheet: Any, values: Iterable[Any]) -> None:
    """Texts stay texts, whatever is typed over them; amounts are Decimal, days dates."""
    sheet.append([bearable(value) if isinstance(value, str) else value for value in values])
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type, cell.number_format = "s", "@"
        elif isinstance(cell.value, Decimal):
            cell.number_format = "#,##0.00"
        elif cell.is_date:
            cell.number_format = "yyyy-mm-dd"


def dress(
    sheet: Any, widths: Sequence[int], *, header: int = 3, freeze: str = "A4", total: int = 0
) -> None:
    """A sheet to be read and printed: a title in A1, the header's row, and that of the sums."""
    sheet["A1"].font = Font(bold=True, size=14)
    line = Border(bottom=Side(style="thin"))
    for cell in (*sheet[header], *(sheet[total] if total else ())):
        cell.font, cell.border = Font(bold=True), line
    for cell in sheet[header]:
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.freeze_panes = freeze
    for_paper(sheet, widths, f"1:{header}")


def for_paper(sheet: Any, widths: Sequence[int], repeated: str) -> None:
    """A4 across, one page wide; the rows `repeated` stand on each page."""
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.print_title_rows = repeated
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


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
