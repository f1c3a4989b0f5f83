"""The people of a village's register, and a workbook edited as a village does."""

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from tests.conftest import at
from tests.enrollment.people import number

NOW = at("2022-11-18 16:30")
ZHAO, WIFE, SON = number("19700101", 1), number("19710101", 2), number("19980101", 3)
ALONE, FIVE, NEW = number("19600101", 4), number("19500101", 5), number("19850505", 6)
OTHER = number("19900202", 7)


def edited(content: bytes, edits: dict[str, dict[str, Any]], *, change: Any = None) -> bytes:
    """The workbook with cells changed: {"王秀英": {"电话": "…"}}; under "新增" the cells of
    new people, one after the other; `change(sheet, columns)` does anything else."""
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[3]}
    new = 0
    for row in list(sheet.iter_rows(min_row=4)):
        name = row[columns["姓名"] - 1].value
        told = edits.get(name, {}) if name else {}
        if row[0].value == "新增" and new < len(edits.get("新增", [])):
            told, new = edits["新增"][new], new + 1
        for header, value in told.items():
            sheet.cell(row[0].row, columns[header]).value = value
    if change:
        change(sheet, columns)
    out = BytesIO()
    book.save(out)
    return out.getvalue()
