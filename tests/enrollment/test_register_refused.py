"""Rows of a file about people whom the notice does not admit change nothing (rich-2023.toml).

From 2022-11-16 on students of 1404 are too late, and on 11-11 only newborns have a window.
"""

import shutil
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from enrollment import bulk, files
from enrollment.models import (
    Household,
    Identity,
    PriorEnrollment,
    Registration,
    Resident,
    SourceProblem,
    User,
)
from enrollment.services.campaigns import load_notice
from subsidies.services import mark_hardship
from tests.conftest import assert_table, at
from tests.enrollment.people import number, write

NOW = at("2022-12-20 10:00")
LATE = "2022-11-16 09:00"
RICH = Path(__file__).parents[1] / "data" / "rich-2023.toml"
WANG, LI, ZHAO = (number("20030101", order) for order in (1, 2, 3))
BABY = number("20221101", 4)


@pytest.fixture
def rich(campaign):
    return load_notice(RICH, by=User.system(), now=NOW, practice=True)


@pytest.fixture
def register(rich, tmp_path):
    return partial(taken_in, rich, tmp_path)


def taken_in(campaign, folder, *rows):
    path = write(folder / "registrations.csv", rows)
    file = files.take_in(campaign, "registrations", path.name, path, User.system(), NOW)
    return bulk.register_file(file, path, by=User.system(), now=NOW, progress=lambda *_: None)


def student(paper, name, when=LATE, **cells):
    told = {"人员类别": "大学生", "登记时间": when, "户编号": "0001", "户主姓名": "王大"}
    return {"姓名": name, "证件号码": paper, **told, **cells}


def counts(result):
    return tuple(result[key] for key in ("read", "registered", "known", "rejected"))


def nothing_is_written():
    tables = (Resident, Identity, Household, PriorEnrollment, Registration)
    return not any(table.objects.exists() for table in tables)


def test_nobody_new_is_written_and_the_clause_is_told(register):
    result = register(student(WANG, "王小明", 上年参保="是"))
    assert counts(result) == (1, 0, 0, 1)
    assert result["people"] == {"new": 0, "changed": 0}
    problem = SourceProblem.objects.get()
    assert (problem.code, problem.line, problem.column) == ("not_eligible", 2, "证件号码")
    assert "二（二）" in problem.message
    assert nothing_is_written()


def test_whoever_is_known_stays_as_they_were(register, make_resident):
    wang = make_resident("王小明", number=WANG, category="1404")
    before = Resident.objects.values().get()
    assert counts(register(student(WANG, "王晓明", 村="西湖村", 联系电话="13800000000")))[3] == 1
    assert Resident.objects.values().get() == before
    assert not Household.objects.exists() and wang.registrations.count() == 0


def test_the_others_of_the_file_are_registered_and_their_household_is_theirs(register):
    """Only 李四 is in time; the household is called as his row says, not as the refused one."""
    result = register(
        student(WANG, "王小明"),
        student(LI, "李四", "2022-11-15 09:00", 户主姓名="李大"),
    )
    assert counts(result) == (2, 1, 0, 1)
    assert result["people"] == {"new": 1, "changed": 0}
    assert_table(Registration, ["resident__name"], [("李四",)])
    assert_table(Household, ["number", "head_name"], [("0001", "李大")])
    assert_table(SourceProblem, ["line", "code"], [(2, "not_eligible")])


def test_outside_a_window_of_ones_own_nobody_is_written(register):
    """On 11-11 only newborns are registered."""
    result = register(
        {"姓名": "王小明", "证件号码": WANG, "登记时间": "2022-11-11"},
        {"姓名": "王宝宝", "证件号码": BABY, "人员类别": "新生儿", "登记时间": "2022-11-11"},
    )
    assert (counts(result), result["problems"]) == ((2, 1, 0, 1), {"not_eligible": 1})
    assert_table(Resident, ["name"], [("王宝宝",)])


def test_the_same_row_again_is_refused_with_it(register):
    """One that says something else stands for itself, as after any bad row."""
    late, in_time = student(WANG, "王小明"), student(WANG, "王小明", "2022-11-15 09:00")
    assert counts(register(late, late, late)) == (3, 0, 0, 3)
    assert nothing_is_written()
    assert counts(register(late, late, in_time)) == (3, 1, 0, 2)
    assert_table(
        Registration, ["resident__name", "registered_at"], [("王小明", at("2022-11-15 09:00"))]
    )


def test_who_is_registered_already_is_known_however_late_the_row(register):
    register(student(WANG, "王小明", "2022-11-15 09:00"))
    result = register(student(WANG, "王小明", 联系电话="13800000000"))
    assert counts(result) == (1, 0, 1, 0)
    assert Resident.objects.get().phone.reveal() == "13800000000"


def test_what_the_notice_leaves_open_is_refused_too(register, rich, make_resident):
    """特困职工: no amount is stated."""
    worker = make_resident("赵六", number=ZHAO)
    mark_hardship(
        campaign=rich, resident=worker, category="named_only", source="名单",
        recognised_on=date(2022, 10, 1), by=User.system(), now=NOW,
    )  # fmt: skip
    result = register({"姓名": "赵六", "证件号码": ZHAO, "村": "西湖村"})
    assert result["problems"] == {"not_stated": 1}
    worker.refresh_from_db()
    assert worker.village.key == "north-1"


def test_a_mark_of_the_household_joined_decides(campaign, make_resident, tmp_path):
    """李 joins the household of 赵, whose mark is all its members', and for which no amount is
    stated: that shows only once 李 is written. Nothing of 李 stays."""
    text = RICH.read_text("utf-8")
    text = text.replace('key = "named_only"', 'key = "named_only"\nentitles = "household"')
    notice = tmp_path / "rich-2023.toml"
    notice.write_text(text, "utf-8")
    shutil.copy(RICH.with_name("small-regions.csv"), tmp_path)
    rich = load_notice(notice, by=User.system(), now=NOW, practice=True)
    head = make_resident("赵六", number=ZHAO, household="0001")
    mark_hardship(
        campaign=rich, resident=head, category="named_only", source="名单",
        recognised_on=date(2022, 10, 1), by=User.system(), now=NOW,
    )  # fmt: skip
    joins = {"姓名": "李四", "证件号码": LI, "户编号": "0001"}
    assert taken_in(rich, tmp_path, joins)["problems"] == {"not_stated": 1}
    assert_table(Resident, ["name"], [("赵六",)])
