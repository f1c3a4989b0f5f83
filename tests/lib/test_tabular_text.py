"""Text files: whatever encoding and separator an office uses; faults name their line."""

import csv
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from config.lib.tabular import FileFault, Table, open_table, stretches, textfile

SYNONYMS = {
    "name": ("姓名", "缴费人姓名"),
    "number": ("证件号码", "身份证号"),
    "amount": ("实缴金额",),
    "head": ("户主", "户主姓名"),
}
REQUIRED = ("name", "number", "amount")
HEADER = "姓名,身份证号,实缴金额（元）,备注\n"


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / "a.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def opened(path: Path) -> Table:
    return open_table(path, SYNONYMS, REQUIRED)


def refusal(path: Path) -> FileFault:
    with pytest.raises(FileFault) as refused:
        list(opened(path).rows())
    return refused.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_titles_totals_and_unknown_columns(write: Any, encoding: str) -> None:
    rows = "张三,1,350,x\n,,,\n𠅤·㐀,2,0,\n 合 计,,350,\n"
    table = opened(write(f"某县名单,,,\n{HEADER}{rows}", encoding))
    assert [(line, cells[0]) for line, cells in table.rows()] == [(3, "张三"), (5, "𠅤·㐀")]
    assert table.totals == [(6, [" 合 计", "", "350", ""])]
    assert table.columns == {"name": 0, "number": 1, "amount": 2}
    assert (table.unknown, table.header_line, table.title) == (["备注"], 2, "某县名单")


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_separators(write: Any, separator: str) -> None:
    text = f"{HEADER}张三,1,350,\n".replace(",", separator)
    assert list(opened(write(text)).rows()) == [(2, ["张三", "1", "350", ""])]


@pytest.mark.parametrize(
    "name", ["* 姓 名", "姓名：", "姓名（与户口簿一致）", "缴费人姓名", "\ufeff姓名"]
)
def test_headers_are_compared_without_ornament(write: Any, name: str) -> None:
    table = opened(write(f"序号,{name},证件号码(必填),实缴金额 (元)\n1,张三,1,350\n"))
    assert table.columns == {"name": 1, "number": 2, "amount": 3}


def test_two_header_rows_group_columns(write: Any) -> None:
    text = "名单,,,,\n户主,,成员,,实缴金额\n姓名,身份证号,姓名,身份证号,\n王五,9,张三,1,350\n"
    table = open_table(write(text), {**SYNONYMS, "name": ("成员姓名",)}, ("name", "amount"))
    assert (table.columns["name"], table.columns["head"], table.columns["amount"]) == (2, 0, 4)
    assert table.header_line == 3
    assert [line for line, _cells in table.rows()] == [4]


def test_a_row_of_data_is_never_taken_for_a_second_header_row(write: Any) -> None:
    text = "姓名,身份证号,实缴金额,与户主关系\n张三,1,350,户主\n"  # 户主 is a header word too
    table = opened(write(text))
    assert "head" not in table.columns
    assert len(list(table.rows())) == 1


def test_a_column_that_stands_twice(write: Any) -> None:
    twice = write("姓名,身份证号,实缴金额,户主,户主\n张三,1,350,a,b\n")
    assert opened(twice).columns["head"] == 3
    assert "“户主” stands twice" in opened(twice).notes[0]
    fault = refusal(write("姓名,身份证号,实缴金额,身份证号\n张三,1,350,2\n"))
    assert [(f.line, f.column) for f in fault.faults] == [(1, "身份证号")]


def test_remarks_below_the_table_are_told_and_not_read(write: Any) -> None:
    text = HEADER + "张三,1,350,\n制表人：李四,,审核人：王五,\n备注：以上均已核对,,,\n单位,2,350,\n"
    table = opened(write(text))
    assert [line for line, _cells in table.rows()] == [2, 5]  # 单位 is a name as any other here
    assert table.notes == [f"line {n} is a remark below the table" for n in (3, 4)]


def test_short_rows_are_filled_up_and_empty_cells_beyond_the_header_are_cut(write: Any) -> None:
    table = opened(write(HEADER + "张三,1,350\n李四,2,350,,,\n"))
    assert [cells for _line, cells in table.rows()] == [
        ["张三", "1", "350", ""],
        ["李四", "2", "350", ""],
    ]


@pytest.mark.parametrize(
    ("content", "line", "column", "words"),
    [
        (b"", 0, "", "empty"),
        (b"\xef\xbb\xbf\r\n", 0, "", "empty"),
        ("姓名,实缴金额\n张三,1\n".encode(), 1, "证件号码", "missing; the header has: 姓名、实缴"),
        (b"1,2,3\n4,5,6\n", 0, "", "No header"),
        ((HEADER + "张三,1,350,x\n李四,2").encode(), 3, "", "breaks off"),
        ((HEADER + "张三,1,350,x\n李四,2,350,四").encode()[:-1], 3, "", "breaks off"),
        ((HEADER + "张三,1,350,四").encode("gb18030")[:-1], 2, "", "breaks off"),
        ((HEADER + '"张三,1,350,x\n李四,2,350,\n').encode(), 3, "", "quote is not closed"),
        ((HEADER + "张三,1,350,x,y\n").encode(), 2, "", "5 cells"),
        ((HEADER + "张三,1,350,\n").encode("utf-16"), 0, "", "UTF-16"),
        (b"%PDF-1.7 ...", 0, "", "not a table"),
        (b"\x00\x01\x02", 0, "", "not a table"),
        (b"<html><table><tr><td>", 0, "", "web page"),
        (b"\x81\x20\xff\xff\n" * 3, 0, "", "neither"),
    ],
)
def test_a_broken_file_is_refused_with_where_and_why(
    write: Any, content: bytes, line: int, column: str, words: str
) -> None:
    (fault,) = refusal(write(content)).faults
    assert (fault.line, fault.column) == (line, column)
    assert words in fault.message


def test_every_missing_column_is_named(write: Any) -> None:
    fault = refusal(write("姓名,备注\n张三,1\n"))
    assert [f.column for f in fault.faults] == ["证件号码", "实缴金额"]


@pytest.mark.parametrize(("encoding", "bad"), [("utf-8", b"\xff\xff"), ("gb18030", b"\xff\xff")])
def test_bytes_that_are_no_text_are_told_with_their_line(
    write: Any, encoding: str, bad: bytes
) -> None:
    good = (HEADER + "张三,1,350,x\n" * 30_000).encode(encoding)
    (fault,) = refusal(write(good + bad + b",2,3,4\n" + b"x,2,3,4\n" * 9)).faults
    assert (fault.line, "no text" in fault.message) == (30_002, False)
    assert "bytes that are no" in fault.message


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_character_that_lost_a_byte_does_not_make_it_another_encoding(
    write: Any, mark: bytes
) -> None:
    good = mark + (HEADER + "张三,1,350,备注\n" * 9).encode()
    at = good.rfind("备".encode())
    (fault,) = refusal(write(good[: at + 2] + good[at + 3 :])).faults
    assert (fault.line, "no UTF-8 text" in fault.message) == (10, True)


@pytest.mark.parametrize("how", ['="{}"', '"=""{}"""'])
def test_cells_that_keep_a_spreadsheet_from_making_numbers_of_them(write: Any, how: str) -> None:
    row = ",".join(how.format(text) for text in ("张三", "1", "350.00")) + ',"=1+1"\n'
    table = opened(write(HEADER + row))
    assert [cells for _line, cells in table.rows()] == [["张三", "1", "350.00", "=1+1"]]


def test_a_total_may_end_the_file_without_a_newline(write: Any) -> None:
    table = opened(write(HEADER + "张三,1,350,x\n合计 1 人,,350"))
    assert len(list(table.rows())) == 1
    assert table.totals[0][1][2] == "350"
    assert len(list(opened(write(HEADER + "张三,1,350,x\n制表人：李四")).rows())) == 1
    assert len(list(opened(write(HEADER + "张三,1,350,,,\n李四,1,350,")).rows())) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_sample_may_end_within_a_character(
    write: Any, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    path = write(HEADER + "张三,1,350,四\n", encoding)
    for size in range(len(HEADER.encode(encoding)) - 12, path.stat().st_size):
        monkeypatch.setattr(textfile, "SAMPLE", size)
        assert [cells[3] for _line, cells in opened(path).rows()] == ["四"]


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8)


@given(
    st.lists(st.lists(cells.map(lambda text: f"x{text}"), min_size=3, max_size=3), max_size=5),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
def test_any_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], encoding: str
) -> None:
    path = tmp_path_factory.mktemp("text") / "a.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([["姓名", "证件号码", "实缴金额"], *rows])
    assert [found for _line, found in opened(path).rows()] == rows


@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_stretches_hold_each_row_once_with_its_line(tmp_path, count, encoding, end):
    lines = ["年度登记表", "姓名,证件号码", *(f"王{n},{n:018}" for n in range(200)), "合计,200"]
    path = tmp_path / "people.csv"
    path.write_bytes(end.join(lines).encode(encoding))
    synonyms, required = {"name": ("姓名",), "number": ("证件号码",)}, ("name", "number")
    whole = open_table(path, synonyms, required)
    rows = list(whole.rows())
    cuts = stretches(path, count)
    tables = [open_table(path, synonyms, required, cut) for cut in cuts]
    assert (len(cuts), cuts[-1].end) == (count, path.stat().st_size)
    assert [row for table in tables for row in table.rows()] == rows
    assert [total for table in tables for total in table.totals] == whole.totals


def test_a_text_with_quotes_is_one_stretch(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text('姓名,证件号码\n"王\n一",1\n' + "王二,2\n" * 50)
    assert len(stretches(path, 3)) == 1
