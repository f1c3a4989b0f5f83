"""Workbooks that go out hold texts, whatever somebody wrote into a name."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from config.lib.workbooks import add_row, bearable, dress, saved

EVIL = ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("text", EVIL)
def test_what_looks_like_a_formula_is_a_text(text: str) -> None:
    book = Workbook()
    book.active.append([text, 5])
    (cells,) = load_workbook(BytesIO(saved(book))).active.iter_rows()
    assert [cell.data_type for cell in cells] == ["s", "n"]
    assert cells[0].value == text


def test_control_characters_are_left_out() -> None:
    book = Workbook()
    book.active.append([bearable("张\x00\x01\x1b三\n四")])
    ((cell,),) = load_workbook(BytesIO(saved(book))).active.iter_rows()
    assert cell.value == "张三\n四"


def test_a_row_keeps_its_kinds_and_a_sheet_is_dressed_for_paper() -> None:
    book = Workbook()
    for values in (
        ["某县　登记"],
        ["姓名", "证件号码", "金额", "日期"],
        ["=1\x00+1", "990100198001011238", Decimal("350.5"), date(2022, 11, 18), None, 7],
        ["合计", "", Decimal(350)],
    ):
        add_row(book.active, values)
    dress(book.active, (10, 22), header=2, freeze="C3", total=4)
    sheet = load_workbook(BytesIO(saved(book))).active
    assert [(cell.data_type, cell.number_format) for cell in sheet[3]] == [
        ("s", "@"), ("s", "@"), ("n", "#,##0.00"), ("d", "yyyy-mm-dd"), ("n", "General"),
        ("n", "General"),
    ]  # fmt: skip
    assert sheet["A3"].value == "=1+1"
    bold = [row[0].row for row in sheet.iter_rows() if row[0].font.bold]
    assert (bold, sheet.freeze_panes, sheet.column_dimensions["B"].width) == ([1, 2, 4], "C3", 22)
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$2", "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
