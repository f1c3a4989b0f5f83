"""Lists kept by hand: what stands between two tables of a sheet is a row, a title, or told."""

from pathlib import Path

from django.utils.translation import override

from config.lib import tabular
from config.lib.tabular import Loose

FIELDS = {"name": ("姓名",), "number": ("身份证号",), "place": ("村",)}


def test_a_name_alone_above_the_next_table_is_a_row_and_its_title_is_told(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(
        "序号,姓名,身份证号\n1,张三,11\n,李四,\n特困人员名单,,\n序号,姓名,身份证号,村\n1,王五,12,东村\n"
    )
    (first,) = tabular.open_loose(path, FIELDS, ("name", "number"), Loose())
    with override("en"):
        assert [cells[1] for _line, cells in first.rows()] == ["张三", "李四"]
    assert first.notes == ["line 4 was taken for a title of the table below it"]
    assert first.below is not None
    assert first.below.title == "特困人员名单"
    assert [cells[1] for _line, cells in first.below.rows()] == ["王五"]
