"""A layout is a file: columns, order, encoding, dates, amounts, header, trailer."""

from datetime import date

import pytest

from config.lib.layout import LayoutFault, Money, read

ROWS = [{"name": "王, 小明", "on": date(2022, 11, 8), "fen": Money(35000)}]
CSV = """
[layout]
encoding = "gb18030"
newline = "\\n"
dates = "%Y%m%d"
before = ["{place}代缴名单"]
[[columns]]
head = "金额"
field = "fen"
[[columns]]
head = "姓名"
field = "name"
[[columns]]
head = "项目"
text = "医保"
[[columns]]
head = "日期"
field = "on"
[trailer]
cells = ["合计{sum}", "{rows}人"]
"""
FIXED = """
[layout]
format = "fixed"
encoding = "gb18030"
newline = "\\n"
header = false
amounts = "fen"
[[columns]]
head = "姓名"
field = "name"
width = 10
[[columns]]
head = "金额"
field = "fen"
width = 8
right = true
pad = "0"
"""


@pytest.fixture
def layout(tmp_path):
    def made(text, fields=("name", "on", "fen")):
        path = tmp_path / "bank.toml"
        path.write_text(text, "utf-8")
        return read(path, fields)

    return made


def test_a_delimited_file_with_lines_above_and_below(layout):
    found = layout(CSV).write(ROWS, told={"place": "甲镇"}, sum_fen=35000)
    assert found.decode("gb18030") == (
        '甲镇代缴名单\n金额,姓名,项目,日期\n350.00,"王, 小明",医保,20221108\n合计350.00,1人\n'
    )


def test_widths_are_bytes_of_the_encoding(layout):
    # 4 characters of 2 bytes fill 8 of 10
    found = layout(FIXED).write([{"name": "欧阳小明", "fen": Money(35000)}], told={})
    assert found == "欧阳小明  00035000\n".encode("gb18030")


def test_what_does_not_fit_is_refused_not_cut(layout):
    with pytest.raises(LayoutFault, match="姓名"):
        layout(FIXED).write([{"name": "欧阳小明明明", "fen": Money(1)}], told={})


def test_a_character_that_the_encoding_lacks_is_refused(layout):
    text = FIXED.replace("gb18030", "gb2312")
    with pytest.raises(LayoutFault, match="gb2312"):
        layout(text).write([{"name": "㛃", "fen": Money(1)}], told={})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('field = "fen"', 'field = "bank"', "bank"),
        ('head = "金额"', 'header = "金额"', "header"),
        ('encoding = "gb18030"', 'encoding = "gbx"', "gbx"),
        ('dates = "%Y%m%d"', "dates = 8", "dates"),
        ('text = "医保"', 'text = "医保"\nfield = "name"', "项目"),
        ("[trailer]", "[footer]", "footer"),
    ],
)
def test_a_layout_that_cannot_be_followed_is_refused(layout, old, new, said):
    with pytest.raises(LayoutFault, match=said):
        layout(CSV.replace(old, new, 1))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+A1", "'+A1"),
        ("-320.00", "-320.00"),
        ("+8613800000000", "+8613800000000"),
    ],
)
def test_a_text_is_no_formula_in_the_spreadsheet_that_opens_the_file(tmp_path, name, written):
    path = tmp_path / "a.toml"
    path.write_text(CSV, "utf-8")
    layout = read(path, ["fen", "name", "on"])
    rows = [{**ROWS[0], "name": name, "fen": Money(-32000)}]
    lines = layout.write(rows, told={"place": "某镇"}, sum_fen=0).decode("gb18030").split("\n")
    assert lines[2] == f"-320.00,{written},医保,20221108"
