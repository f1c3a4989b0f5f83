"""Workbooks that go out: a text stays a text, whoever wrote it.

A name that begins with = would be worked out by the spreadsheet of whoever opens the file.
"""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE


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
