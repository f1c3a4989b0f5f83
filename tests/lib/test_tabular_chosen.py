"""What somebody said of a file by hand: sheets, the line of the header, what its columns mean."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from config.lib import tabular
from config.lib.tabular import Chosen, FileFault, Loose

FIELDS = {"name": ("姓名",), "number": ("身份证号",), "place": ("村",)}
REQUIRED = ("name", "number")


def read(path: Path, **said: object) -> list[tabular.LooseTable]:
    return tabular.open_loose(path, FIELDS, REQUIRED, Loose(chosen=Chosen(**said)))  # type: ignore[arg-type]


def rows(table: tabular.LooseTable) -> list[list[object]]:
    return [cells for _line, cells in table.rows()]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """名单 with a title, a hidden 旧表 of the same kind, and 说明 that is no table."""
    made = Workbook()
    made.remove(made.active)
    for title, content in {
        "名单": [["某镇名单"], ["姓名", "身份证号"], ["张三", "1"]],
        "旧表": [["姓名", "身份证号"], ["李四", "2"], ["王五", "3"]],
        "说明": [["请核对"], ["甲", "乙"], ["赵六", "4"]],
    }.items():
        sheet = made.create_sheet(title)
        for row in content:
            sheet.append(row)
    made["旧表"].sheet_state = "hidden"
    made.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_sheets_that_were_not_read_are_carried_by_the_first_table(book):
    (table,) = read(book)
    assert [(g.sheet, g.hidden, g.height) for g in table.unread] == [
        ("旧表", True, 3),
        ("说明", False, 3),
    ]
    assert table.unread[0].first[1] == (2, ["李四", "2"])


def test_a_hidden_sheet_is_read_where_somebody_says_so_and_another_left_out(book):
    (table,) = read(book, sheets={"旧表": True, "名单": False})
    assert rows(table) == [["李四", "2"], ["王五", "3"]]
    assert [g.sheet for g in table.unread] == ["名单", "说明"]


def test_a_sheet_is_read_by_the_line_and_the_columns_that_somebody_said(book):
    said = {"lines": {"说明": 2}, "columns": {("甲", "乙"): {"name": 0, "number": 1}}}
    tables = read(book, **said)
    assert [(t.sheet, t.header_line) for t in tables] == [("名单", 2), ("说明", 2)]
    assert (tables[1].columns, tables[1].title) == ({"name": 0, "number": 1}, "请核对")
    assert rows(tables[1]) == [["赵六", "4"]]


def test_a_header_is_known_again_wherever_it_stands(tmp_path):
    path = tmp_path / "b.csv"
    path.write_text("某镇名单,,\n\n甲 ,乙：,\n赵六,4,x\n", encoding="utf-8")
    (table,) = read(path, columns={("甲", "乙"): {"name": 1, "number": 0}})
    assert (table.header_line, table.columns) == (3, {"name": 1, "number": 0})
    assert rows(table) == [["赵六", "4", "x"]] and table.title == "某镇名单"


def test_columns_said_by_hand_go_before_what_the_words_mean(tmp_path):
    path = tmp_path / "b.csv"
    path.write_text("姓名,身份证号,村\n赵六,4,x\n", encoding="utf-8")
    said = {("姓名", "身份证号", "村"): {"name": 2, "number": 1}}
    (table,) = read(path, columns=said)
    assert table.columns == {"name": 2, "number": 1} and table.unknown == ["姓名"]


def test_a_line_whose_words_mean_nothing_lacks_the_required_columns(tmp_path):
    path = tmp_path / "b.csv"
    path.write_text("姓名,身份证号\n甲,乙\n赵六,4\n", encoding="utf-8")
    with pytest.raises(FileFault) as fault:
        read(path, lines={"": 2})
    assert [(f.line, f.column) for f in fault.value.faults] == [(2, "姓名"), (2, "身份证号")]
    with pytest.raises(FileFault):
        read(path, lines={"": 99})


def test_a_glance_needs_no_header(book, tmp_path):
    glances = tabular.glance(book, Chosen())
    assert [(g.sheet, g.hidden, g.height) for g in glances] == [
        ("名单", False, 3), ("旧表", True, 3), ("说明", False, 3)]  # fmt: skip
    found = Chosen(lines={"说明": 2}).guess("说明", glances[2].first, FIELDS, REQUIRED)
    assert found is not None and (found.line, found.names, found.columns) == (2, ["甲", "乙"], {})
    assert Chosen().guess("说明", glances[2].first, FIELDS, REQUIRED) is None
    text = tmp_path / "b.csv"
    text.write_text("甲,乙\n" * 30, encoding="gb18030")
    (glance,) = tabular.glance(text, Chosen())
    assert (glance.height, len(glance.first), glance.encoding) == (30, 20, "gb18030")
