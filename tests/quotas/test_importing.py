"""Tables of targets as annexes write them: remarks in cells, blanks in names, 合计."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from enrollment.errors import Refused
from quotas import importing, names
from quotas.importing import to_persons
from quotas.models import Target, TargetSetVersion
from tests.conftest import assert_table


def sheet(path, *rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


ANNEX = (
    ["2023年参保计划"],
    ["序号", "乡 镇（街道）", "目标任务数（人）", "备注"],
    [1, "城 北 镇", "470319 (含邻县划转 4 个乡镇 182511 人)", None],
    [2, "城南（含园区）", 20, "含外来 2 人"],
    [None, "合计", 470339, None],  # 470319 + 20
    ["制表人：王某", None, None, None],
)


@pytest.mark.parametrize(
    ("cell", "unit", "persons", "remark"),
    [
        (278146, "persons", 278146, ""),
        (278146.0, "persons", 278146, ""),
        ("278,146", "persons", 278146, ""),
        ("２７８　１４６ 人", "persons", 278146, ""),
        ("470319 (含邻县划转 4 个乡镇 182511 人)", "persons", 470319, "含邻县划转4个乡镇182511人"),
        ("470319（含甲人）", "persons", 470319, "含甲人"),
        (615.79, "ten_thousands", 6157900, ""),
        ("8780.58", "ten_thousands", 87805800, ""),
        ("114.39万人", "persons", 1143900, ""),
        ("1200人", "ten_thousands", 1200, ""),
        ("", "persons", None, ""),
        (None, "persons", None, ""),
        ("待定", "persons", None, ""),
        (0, "persons", 0, ""),
    ],
)  # fmt: skip
def test_a_number_cell_gives_persons_and_its_remark(cell, unit, persons, remark):
    assert to_persons(cell, unit) == (persons, remark)


@pytest.mark.parametrize("cell", ["约三万", 615.79, "12.5", "-3", "1 2 x", "3000000000", True])
def test_what_is_no_figure_is_said(cell):
    with pytest.raises(ValueError, match=r".+"):
        to_persons(cell, "persons")


@given(st.integers(0, 10**9))
def test_ten_thousands_with_four_decimals_come_back_exactly(persons):
    whole, rest = divmod(persons, 10_000)
    assert to_persons(f"{whole}.{rest:04}", "ten_thousands") == (persons, "")


def test_names_are_found_through_blanks_and_remarks_and_never_guessed():
    places = {"城区": [1], "郑州市": [2], "东湖村": [3], "东湖": [3], "西湖村": [4, 5]}
    assert names.find("城 区", places) == [1]
    assert names.find("郑州市（含港区）", places) == [2]
    assert names.find("东湖(三组)", places) == [3]
    assert names.find("西湖村", places) == [4, 5]
    assert names.find("郑州", places) == []
    assert names.suggestions("郑州", places) == ["郑州市"]


@pytest.mark.django_db
def test_an_annex_is_read_matched_and_its_total_compared(campaign, tmp_path):
    found = importing.check(campaign, sheet(tmp_path / "a.xlsx", *ANNEX))
    assert found.problems == ()
    assert [(row.region.key, row.line.persons, row.line.remark) for row in found.rows] == [
        ("north", 470319, "含邻县划转4个乡镇182511人"),
        ("south", 20, "含外来 2 人"),
    ]
    assert found.table.total == 470339 and found.table.title == "2023年参保计划"


@pytest.mark.django_db
def test_a_table_with_last_years_figures_in_ten_thousands(campaign, tmp_path):
    path = tmp_path / "a.csv"
    head = "县区,2021 年参保人数（万人）,2022 年任务数（万人）"
    text = f"{head}\n城北,1.5,1.6\n城南,0.4,0.41\n合计,1.9,2.01\n"
    path.write_bytes(text.encode("gb18030"))
    found = importing.check(campaign, path)
    assert found.problems == () and found.table.unit == "ten_thousands"
    assert [(f.persons, f.base) for f in found.figures] == [(16000, 15000), (4100, 4000)]


@pytest.mark.django_db
def test_what_is_wrong_is_told_row_by_row_and_nothing_is_guessed(campaign, tmp_path):
    path = sheet(
        tmp_path / "a.xlsx",
        ["单位", "任务数"],
        ["城背镇", 10],
        ["城南乡", "很多"],
        ["城南", 20],
        ["东湖村", 3],  # of both townships
    )
    problems = "\n".join(importing.check(campaign, path).problems)
    for said in ("城背镇", "城北镇", "很多", "东湖村"):
        assert said in problems
    assert len(importing.check(campaign, path).problems) == 3


@pytest.mark.django_db
def test_one_place_twice_and_a_wrong_total_are_refused(campaign, tmp_path):
    rows = (["单位", "任务数"], ["城北镇", 10], ["北镇", 20], ["合计", 31])
    problems = importing.check(campaign, sheet(tmp_path / "a.xlsx", *rows)).problems
    assert len(problems) == 2 and "31" in problems[0] and "30" in problems[0]


@pytest.mark.django_db
def test_villages_are_looked_up_within_their_township(campaign, tmp_path):
    path = sheet(
        tmp_path / "a.xlsx",
        ["乡镇", "村（社区）", "目标任务"],
        ["城北镇", "东湖", 4],
        [None, "西湖村", 6],  # a merged cell names the township once
        ["城南乡", "东湖村", 9],
    )
    found = importing.check(campaign, path)
    assert [row.region.key for row in found.rows] == ["north-1", "north-2", "south-1"]


def run(*words):
    out, err = StringIO(), StringIO()
    try:
        call_command("import_targets", *map(str, words), "--json", stdout=out, stderr=err)
    except SystemExit as end:
        return end.code, err.getvalue()
    return 0, json.loads(out.getvalue().splitlines()[-1])


@pytest.mark.django_db(databases=["default", "progress"])
def test_the_command_checks_and_only_accepts_when_told(campaign, tmp_path):
    path = sheet(tmp_path / "a.xlsx", *ANNEX)
    status, found = run("small-2023", path, "--set", "plan")
    assert (status, found["sum"], found["accepted"]) == (0, 470339, False)
    assert not campaign.target_sets.filter(slug="plan").exists()
    status, found = run("small-2023", path, "--set", "plan", "--accept", "--why", "市里下达")
    assert (status, found["version"]) == (0, 1)
    assert_table(
        Target,
        ["target_set__slug", "region__key", "persons"],
        [
            ("notice", "north", 10),
            ("notice", "south", 20),
            ("plan", "north", 470319),
            ("plan", "south", 20),
        ],
    )
    version = TargetSetVersion.objects.get(target_set__slug="plan")
    assert (version.why, version.facts) == ("市里下达", {"file": "a.xlsx"})
    assert run("small-2023", path, "--set", "plan", "--accept")[1]["version"] == 1  # nothing new


@pytest.mark.django_db(databases=["default", "progress"])
def test_the_command_refuses_with_every_problem(campaign, tmp_path):
    path = sheet(tmp_path / "a.xlsx", ["单位", "任务数"], ["城背镇", 10])
    status, said = run("small-2023", path, "--set", "notice", "--accept")
    assert status == 1 and "城北镇" in said
    assert_table(Target, ["persons"], [(10,), (20,)])


@pytest.mark.django_db
def test_a_file_without_the_columns_is_refused(campaign, tmp_path):
    with pytest.raises(Refused):
        importing.check(campaign, sheet(tmp_path / "a.xlsx", ["甲", "乙"], ["丙", 1]))


@pytest.mark.parametrize(
    ("text", "unit", "lines", "total"),
    [
        (  # 郑医保办〔2022〕69号 附件 1, two rows of it
            "2022 年全市城乡居民基本医保参保计划,,\n序号,辖区,参保计划\n"
            "9,航空港区,470319 (含尉氏县划转 4 个乡镇 182511 人)\n10,上街区,60886\n合计,,531205\n",
            "persons",
            [
                ("航空港区", 470319, None, "含尉氏县划转4个乡镇182511人"),
                ("上街区", 60886, None, ""),
            ],
            531205,  # 470319 + 60886
        ),
        (  # 豫医保办〔2022〕43号 附件: its unit stands nowhere in the table, so it is told
            "序号,省辖市,参保计划\n1,郑州市（含港区）,615.79\n18,济源示范区,50.13\n合计,,665.92\n",
            "ten_thousands",
            [("郑州市（含港区）", 6157900, None, ""), ("济源示范区", 501300, None, "")],
            6659200,
        ),
        (  # 晋市医保发〔2021〕20号 附件 1
            "2021 年职工医保参保任务分解表,,\n县区,2020 年参保人数,2021 年任务数\n"
            "市本级,254265,267300\n城 区,36976,38900\n合计,291241,306200\n",
            "persons",
            [("市本级", 267300, 254265, ""), ("城 区", 38900, 36976, "")],
            306200,
        ),
    ],
)  # fmt: skip
def test_the_annexes_at_hand_are_read_as_they_stand(tmp_path, text, unit, lines, total):
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    found = importing.read_table(path, "" if unit == "persons" else unit)
    assert found.problems == [] and found.total == found.sum == total
    assert [(each.place, each.persons, each.base, each.remark) for each in found.lines] == lines


def test_ten_thousands_taken_for_persons_are_noticed(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("省辖市,参保计划\n郑州市,615.79\n", "utf-8")
    (problem,) = importing.read_table(path).problems
    assert "615.79" in problem and "郑州市" in problem
