"""Tables are found by their header, in whatever file an office sends; faults name their line."""

from pathlib import Path

import openpyxl
import pytest

from config.lib.tabular import FileFault, open_table

SYNONYMS = {"name": ("姓名",), "number": ("证件号码", "身份证号"), "fen": ("实缴金额",)}
REQUIRED = ("name", "number", "fen")
HEADER = "姓名,身份证号,实缴金额（元）,备注\n"


def read(path: Path) -> tuple[list, list]:
    table = open_table(path, SYNONYMS, REQUIRED)
    rows = [(line, row[: len(table.headers)]) for line, row in table.rows()]
    return rows, table.totals


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_titles_totals_and_unknown_columns(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        f"某县名单,,,\n{HEADER}张三,1,350,x\n,,,\n李四,2,0,\n合计,,350,\n".encode(encoding)
    )
    table = open_table(path, SYNONYMS, REQUIRED)
    assert [line for line, _row in table.rows()] == [3, 5]
    assert table.totals[0][0] == 6
    assert table.unknown == ["备注"]
    assert table.header_line == 2


def test_xlsx_with_a_hidden_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "藏"
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("名单")
    sheet.append(["名单"])
    sheet.append(["姓名", "证件号码", "实缴金额"])
    sheet.append(["张三", "11010519491231002X", 350])
    path = tmp_path / "a.xlsx"
    book.save(path)
    table = open_table(path, SYNONYMS, REQUIRED)
    assert list(table.rows()) == [(3, ["张三", "11010519491231002X", 350.0])]
    assert "藏" in table.notes[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空"),
        ("姓名,实缴金额\n张三,1\n".encode(), "证件号码"),
        ((HEADER + "张三,1,350,x\n李四,2").encode(), "3"),
        ((HEADER + '"张三,1,350,x\n').encode(), "2"),
        ((HEADER + "张三,1,350,x,y\n").encode(), "2"),
        (b"\xff\xfe\x00\x01", "UTF-16"),
        (b"%PDF-1.7 ...", "CSV"),
        (b"PK\x03\x04 cut off", "损坏"),
        (b"\x81\x20\xff\xff\n" * 3, "GB18030"),
    ],
)
def test_a_broken_file_is_refused_with_where_and_why(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(FileFault) as refusal:
        read(path)
    assert words in str(refusal.value)


def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path) -> None:
    """Text is decoded in blocks, so the line told is that of the last whole row before."""
    path = tmp_path / "a.csv"
    path.write_bytes((HEADER + "张三,1,350,x\n" * 30_000).encode() + b"\xff\xff,2,3,4\n")
    with pytest.raises(FileFault, match="UTF-8") as refusal:
        read(path)
    assert 29_000 < refusal.value.faults[0].line <= 30_002


def test_a_stray_cell_at_the_end_of_the_sheet_is_seen_before_it_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "证件号码", "实缴金额"])
    book.active["XFD1048576"] = "x"
    path = tmp_path / "a.xlsx"
    book.save(path)
    with pytest.raises(FileFault, match="1048576"):
        read(path)
