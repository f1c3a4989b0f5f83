"""Workbooks: every visible sheet is read or told; what could harm is seen before it is unpacked."""

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from config.lib.tabular import FileFault, archive, open_table, open_tables, workbook

SYNONYMS = {"name": ("姓名",), "number": ("证件号码",), "amount": ("实缴金额",)}
REQUIRED = ("name", "number", "amount")
DATA = Path(__file__).parents[1] / "data"
HEADER = ["姓名", "证件号码", "实缴金额", "缴款日期"]
ROW = ["张三", "11010519491231002X", 350, datetime(2022, 11, 1, 9, 14)]


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.xls"  # a wrong name changes nothing


def save(path: Path, **sheets: list[list[Any]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return book


def refusal(path: Path) -> str:
    with pytest.raises(FileFault) as refused:
        list(open_table(path, SYNONYMS, REQUIRED).rows())
    return str(refused.value)


def test_cells_keep_their_kind_and_rows_their_line(path: Path) -> None:
    save(path, 名单=[[], ["某县名单"], [], HEADER, ROW, [], ["合计", None, 350]])
    table = open_table(path, SYNONYMS, REQUIRED)
    assert list(table.rows()) == [(5, ROW)]
    assert table.totals == [(7, ["合计", "", 350, ""])]
    assert (table.sheet, table.header_line, table.title) == ("名单", 4, "某县名单")


def test_a_table_may_begin_anywhere(path: Path) -> None:
    book = openpyxl.Workbook()
    for row, cells in ((30, HEADER), (31, ROW)):
        for column, value in enumerate(cells, start=5):
            book.active.cell(row, column, value)
    book.save(path)
    table = open_table(path, SYNONYMS, REQUIRED)
    assert [(line, cells[table.columns["name"]]) for line, cells in table.rows()] == [(31, "张三")]


def test_hidden_sheets_and_sheets_without_a_header_are_told(path: Path) -> None:
    book = save(path, 藏=[HEADER, ROW], 说明=[["填写说明"]], 空=[], 名单=[HEADER, ROW])
    book["藏"].sheet_state = "hidden"
    book.save(path)
    table = open_table(path, SYNONYMS, REQUIRED)
    assert table.sheet == "名单"
    assert table.notes == ["hidden sheet “藏” was not read", "sheet “说明” has no such header"]


def test_a_table_on_a_hidden_sheet_alone_is_told(path: Path) -> None:
    book = save(path, 藏=[HEADER, ROW], 空=[])
    book["藏"].sheet_state = "hidden"
    book.save(path)
    assert "藏" in refusal(path)


def test_hidden_rows_are_read_and_told(path: Path) -> None:
    book = save(path, 名单=[HEADER, ROW, ROW, ROW])
    book["名单"].row_dimensions[3].hidden = True
    book["名单"].row_dimensions[4].hidden = True
    book.save(path)
    table = open_table(path, SYNONYMS, REQUIRED)
    assert len(list(table.rows())) == 3
    assert table.notes == ["2 hidden rows were read too"]


def test_no_sheet_is_passed_over(path: Path) -> None:
    save(path, 一组=[HEADER, ROW], 二组=[HEADER[::-1], ROW[::-1]])
    assert "一组、二组" in refusal(path)
    first, second = open_tables(path, SYNONYMS, REQUIRED)
    assert (first.columns["name"], second.columns["name"]) == (0, 3)
    assert [len(list(table.rows())) for table in (first, second)] == [1, 1]


def test_a_missing_column_is_named(path: Path) -> None:
    save(path, 名单=[HEADER[:2], ROW[:2]])
    assert "实缴金额" in refusal(path)


def test_an_empty_workbook(path: Path) -> None:
    save(path, 空=[])
    assert "empty" in refusal(path)


def test_a_stray_cell_in_the_far_corner_is_seen_before_it_is_read(path: Path) -> None:
    book = save(path, 名单=[HEADER, ROW])
    book["名单"]["XFD1048576"] = "x"
    book.save(path)
    assert "1048576 rows and 16384 columns" in refusal(path)


def test_a_workbook_that_unpacks_to_too_much(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(path, 名单=[HEADER, ROW])
    monkeypatch.setattr(archive, "MAX_UNPACKED", 1000)
    assert "unpacks to more" in refusal(path)


@pytest.mark.parametrize("keep", [0.5, 0.99])
def test_a_workbook_that_was_cut_off(path: Path, keep: float) -> None:
    save(path, 名单=[HEADER, *[ROW] * 500])
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    assert "damaged or was cut off" in refusal(path)


def test_a_workbook_whose_sheet_is_no_xml(path: Path) -> None:
    save(path, 名单=[HEADER, ROW])
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(path, "w") as broken:
        for name, data in parts.items():
            broken.writestr(name, data[:300] if "sheet1" in name else data)
    assert "damaged or was cut off" in refusal(path)


def test_another_zip_is_no_table(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as other:
        other.writestr("word/document.xml", "<w/>")
    assert "not a table" in refusal(path)


def test_a_protected_workbook(path: Path) -> None:
    stream = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(workbook.OLE + b"\0" * 1000 + stream + b"\0" * 1000)
    assert "password" in refusal(path)


def test_an_old_workbook_that_was_cut_off(path: Path) -> None:
    path.write_bytes(workbook.OLE + b"\0" * 1000)
    assert "damaged" in refusal(path)


def test_a_workbook_of_the_old_kind() -> None:
    """small.xls was written by xlwt: a title, the header, one row, a total."""
    table = open_table(DATA / "small.xls", SYNONYMS, REQUIRED)
    assert list(table.rows()) == [(3, [*ROW[:3], date(2022, 11, 1)])]
    assert [line for line, _cells in table.totals] == [4]
