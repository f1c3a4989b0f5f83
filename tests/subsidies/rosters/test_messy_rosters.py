"""Rosters nobody here has seen: what becomes of every row, and what is told."""

from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from enrollment.models import SourceFile, SourceProblem
from subsidies.models import Entitlement, Listing, RosterLine
from subsidies.rosters import suggestions
from tests.conftest import at
from tests.subsidies.rosters.messy import GROUPS, LAYOUTS, LI, NUMBERS, SHAPES, WANG, ZHAO

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def known(campaign, cast, make_resident):
    wang = make_resident("王芳", number=WANG)
    make_resident("李四", number=LI, village="north-2")
    make_resident("赵六", number=ZHAO, village="south-1")
    Entitlement.objects.create(
        campaign=campaign, resident=wang, category="monitored", recognised_on=date(2022, 7, 1),
        known_at=at("2022-07-02 09:00"), marked_by=cast["dana"], source="旧名单", grade="",
    )  # fmt: skip


def judged(file_id, several):
    """Line (with its sheet where there are several) → outcome and codes, as messy.py writes it."""
    found = {}
    for row in RosterLine.objects.filter(file=file_id):
        found[(row.sheet, row.line) if several else row.line] = [row.outcome]
    for problem in SourceProblem.objects.filter(file=file_id).order_by("code"):
        sheet = problem.message.partition(": ")[0]
        found[(sheet, problem.line) if several else problem.line].append(problem.code)
    return {key: " ".join(words) for key, words in found.items()}


@pytest.mark.parametrize("group", GROUPS)
def test_every_row_comes_out_as_was_said_beforehand(known, roster, tmp_path, group):
    came, expected = {}, {}
    for key, case in GROUPS[group].items():
        point = transaction.savepoint()
        result = roster(case.write(tmp_path, key), *case.options)
        several = any(isinstance(line, tuple) for line in case.expected)
        notes = " | ".join(result["notes"])
        came[key] = judged(result["file"], several), [n for n in case.notes if n not in notes]
        expected[key] = dict(case.expected), []
        assert (
            sum(result[n] for n in ("new", "changed", "known", "waiting", "rejected"))
            == (result["read"])
        )
        transaction.savepoint_rollback(point)
    assert came == expected


def test_merged_cells_go_for_the_rows_that_they_cover_and_no_further(known, roster, tmp_path):
    roster(SHAPES["merged over rows"].write(tmp_path, "merged"), "--accept")
    rows = RosterLine.objects.values_list("line", "township", "village", "head_name", "word")
    assert list(rows) == [(5, "城南乡", "东湖村", "赵六", "")]
    marks = Entitlement.objects.filter(ended_at=None).order_by("resident__name")
    columns = ("resident__name", "recognised_on", "resident__village__name")
    assert list(marks.values_list(*columns)) == [
        ("孙七", date(2022, 8, 1), "东湖村"),
        ("李四", date(2022, 9, 30), "西湖村"),
        ("王芳", date(2022, 8, 1), "东湖村"),
    ]  # fmt: skip


def test_a_birth_date_is_no_day_of_recognition_but_a_newborns_own(known, roster, tmp_path):
    header = ["姓名", "身份证号", "出生日期", "类别"]
    path = tmp_path / "出生日期.csv"
    rows = [header, ["李四", LI, "1980-01-01", "监测对象"], ["赵六", ZHAO, "1980-01-01", "新生儿"]]
    path.write_text("\n".join(map(",".join, rows)) + "\n", "utf-8")
    roster(path, "--accept")
    marks = Entitlement.objects.filter(resident__name="李四")
    assert marks.get().recognised_on == date(2022, 9, 30)
    assert Listing.objects.get().since == date(1980, 1, 1)


def test_an_account_that_was_cut_is_left_out_and_a_whole_one_kept(known, roster, tmp_path):
    roster(LAYOUTS["minimum living"].write(tmp_path, "低保"))
    held = {row.line: row.account for row in RosterLine.objects.filter(line__in=(6, 7, 8))}
    assert held[6] is not None
    assert held[7] is None and held[8] is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("姓名,身份证号,类别\n", "没有"),
        ("某某通知\n各村要认真填报\n", "表头"),
        (
            "缴费人姓名,证件号码,实缴金额,缴款日期,电子税票号码\n王芳,1,380,2022-11-01,1\n",
            "缴费明细",
        ),
        ("乡镇,村,户数\n城北镇,东湖村,12\n", "姓名"),
        ("姓名,类别\n王芳,监测对象\n", "证件号码"),
        ("姓名,身份证号,身份证号\n王芳,1,2\n", "出现两次"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_in_words_that_help(
    known, roster, tmp_path, text, said
):
    path = tmp_path / "不是.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(SystemExit) as stopped:
        roster(path)
    assert stopped.value.code == 1
    assert said in "".join(stopped.value.__notes__)
    assert not SourceFile.objects.exclude(state="refused").exists()


def test_a_workbook_of_the_old_kind(known, roster):
    """tests/data/make_xls.py says what stands in it."""
    result = roster(DATA / "roster.xls")
    assert judged(result["file"], several=False) == {
        3: "known",
        4: "new",
        5: "rejected number_damaged",
    }
    assert list(RosterLine.objects.order_by("line").values_list("township", flat=True)) == [
        "城北镇",
        "城北镇",
        "城南乡",
    ]
    assert any("说明" in note for note in result["notes"])


def test_a_cut_number_suggests_who_may_be_meant(known, places, roster, tmp_path):
    roster(NUMBERS["damaged"].write(tmp_path, "damaged"))
    lines = list(RosterLine.objects.order_by("line"))
    found = suggestions.for_lines(lines, places["county"])
    told = {line.line: found[line.pk] for line in lines if line.pk in found}
    # Only six digits are left of 李四's number. 赵六's has the first 15 of all of them.
    assert [(line, s.name, s.number, s.village) for line, (s,) in told.items()] == [
        (2, "王芳", f"4113****{WANG[-4:]}", "东湖村"),
        (4, "赵六", f"4113****{ZHAO[-4:]}", "东湖村"),
    ]
    within = suggestions.for_lines(lines, places["south"])
    assert [s.name for who in within.values() for s in who] == ["赵六"]
