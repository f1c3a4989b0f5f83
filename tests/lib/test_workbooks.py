"""Workbooks that go out hold texts, whatever somebody wrote into a name."""

from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from config.lib.workbooks import bearable, saved

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
