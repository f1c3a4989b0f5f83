"""Files made to harm: a clear refusal, nothing kept of them, and the next file is read."""

import pytest
from django.utils import translation

from config.lib.child import Child, ChildFailed
from config.lib.tabular import FileFault
from subsidies.rosters import reading
from tests.conftest import at
from tests.subsidies.rosters import hostile
from tests.subsidies.rosters.messy import LI, WANG

TODAY = at("2022-11-18 16:30").date()
MEMORY = 512 << 20  # bytes: what a list of 100,000 people may take, hostile or not


def read(path, memory=MEMORY):
    child = Child(
        lambda: reading.read_roster(path, path.name, {}, "monitored", today=TODAY), memory=memory
    )
    blocks = b"".join(child)
    return blocks.count(b"\n"), child.result


@pytest.mark.parametrize("key", hostile.FILES)
def test_each_is_refused_in_clear_words_or_read_as_what_it_is(tmp_path, key):
    said = hostile.FILES[key][2]
    path = hostile.write(tmp_path, key)
    with translation.override("zh-hans"):
        if said is None:
            rows, found = read(path)
            assert (rows, found.read) == (2, 2)
        else:
            with pytest.raises(FileFault) as refused:
                read(path)
            assert said in str(refused.value)


def test_what_takes_too_much_memory_ends_the_child_alone(tmp_path):
    path = tmp_path / "a.xlsx"
    cells = b"".join(
        b'<row r="%d"><c r="GR%d"><v>1</v></c></row>' % (n, n) for n in range(4, 90_000)
    )
    path.write_bytes(hostile.in_sheet(b"</sheetData>", cells + b"</sheetData>"))
    with translation.override("zh-hans"), pytest.raises(ChildFailed, match="内存"):
        read(path, memory=100 << 20)
    path.write_text(hostile.TEXT, "utf-8")
    assert read(path)[0] == 2


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
        b'<row><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r = "1048576"><c r = "XFD1048576"><v>1</v></c></row>',
        b'<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>',
    ],
)
def test_a_far_cell_in_another_spelling_ends_the_child_in_clear_words(tmp_path, capfd, cell):
    path = tmp_path / "a.xlsx"
    path.write_bytes(hostile.in_sheet(b"</sheetData>", cell + b"</sheetData>"))
    with translation.override("zh-hans"), pytest.raises(ChildFailed, match=r"内存.*新工作簿"):
        read(path)
    assert capfd.readouterr().err == ""


def test_what_a_formula_failed_at_is_no_empty_cell(tmp_path):
    """The row stands with what Excel shows; it is neither dropped nor taken for one without."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        hostile.in_sheet(
            b"</sheetData>",
            b'<row r="4"><c r="A4"><v>4</v></c>'
            b'<c r="B4" t="e"><f>VLOOKUP(A4,X:Y,2)</f><v>#N/A</v></c></row></sheetData>',
        )
    )
    with translation.override("zh-hans"):
        rows, found = read(path)
    assert (rows, found.read) == (3, 3)
    (table,) = reading.tables(path)
    assert [cells[:2] for _line, cells in table.rows()][-1] == [4, "#N/A"]


def test_macros_are_told(tmp_path):
    with translation.override("zh-hans"):
        _rows, found = read(hostile.write(tmp_path, "macros"))
    assert any("宏" in note for note in found.facts["notes"])


def test_the_product_refuses_such_a_file_whole(campaign, roster, tmp_path):
    with pytest.raises(SystemExit) as stopped:
        roster(hostile.write(tmp_path, "far corner"))
    assert stopped.value.code == 1
    assert "1048576" in "".join(stopped.value.__notes__)
    assert roster([{"姓名": "王芳", "身份证号": WANG, "类别": "监测对象"},
                   {"姓名": "李四", "身份证号": LI, "类别": "监测对象"}])["new"] == 2  # fmt: skip
