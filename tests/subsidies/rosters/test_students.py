"""A list of students says who is of which school; who left a full list is of it no longer."""

import pytest

from enrollment.models import Resident
from subsidies.models import ListEffect, Listing, Roster
from subsidies.rosters import run
from tests.conftest import at
from tests.enrollment.people import make_school, number

WANG, LI, ZHAO = (number("20080101", order) for order in (1, 2, 3))
NOW = at("2022-11-18 16:30")


@pytest.fixture
def school(campaign, places):
    """第一中学 of the northern township."""
    return make_school(places["north"], "school-1", "第一中学")


@pytest.fixture
def pupils(make_resident):
    make_resident("王小", number=WANG, category="1403")
    make_resident("李小", number=LI, village="south-1", category="1403")
    make_resident("赵小", number=ZHAO, village="south-1", category="1403")


def pupil(name, paper, school="第一中学", **more):
    return {"姓名": name, "身份证号": paper, "学校": school, "年级": "初一", **more}


@pytest.fixture
def students(roster):
    def students(*rows, full=False, name="学籍.csv", on="2022-09-30"):
        how = ("--full", "--region", "school-1", "--confirm-ended", "1") if full else ()
        return roster(
            list(rows), "--accept", "--category", "在校学生", *how, source="education", name=name,
            on=on,
        )  # fmt: skip

    return students


def schools():
    return dict(Resident.objects.values_list("name", "school__name"))


def test_a_list_says_which_school_people_are_of(pupils, school, students):
    result = students(pupil("王小", WANG), pupil("李小", LI))
    assert (result["new"], result["warnings"]) == (2, {})
    assert schools() == {"王小": "第一中学", "李小": "第一中学", "赵小": None}
    assert Listing.objects.filter(kind="student", ended_at=None).count() == 2


def test_an_unknown_school_is_told_and_changes_nobodys(pupils, school, students):
    result = students(pupil("王小", WANG, school="无名中学"))
    assert (result["new"], result["warnings"]) == (1, {"unknown_school": 1})
    assert schools()["王小"] is None


def test_who_is_on_no_full_list_of_the_school_any_more_has_left_it(pupils, school, students):
    students(pupil("王小", WANG), pupil("李小", LI))
    result = students(pupil("王小", WANG), full=True, name="二.csv", on="2022-10-31")
    assert result["ended"] == 1  # 李 lives in the south, but is a student of this school
    assert schools() == {"王小": "第一中学", "李小": None, "赵小": None}


def test_a_list_undone_gives_the_school_of_before_back(pupils, school, students, cast):
    students(pupil("王小", WANG), pupil("李小", LI))
    second = students(pupil("王小", WANG), pupil("赵小", ZHAO), name="二.csv")
    third = students(pupil("王小", WANG), pupil("赵小", ZHAO), full=True, name="三.csv")
    assert schools()["李小"] is None
    for file_id in (third["file"], second["file"]):
        found = Roster.objects.select_related("file__campaign__region").get(file_id=file_id)
        run.undo(found, by=cast["dana"], now=NOW, why="传错了")
    assert schools() == {"王小": "第一中学", "李小": "第一中学", "赵小": None}
    assert ListEffect.objects.exists()  # what happened stays known


def test_what_somebody_changed_since_stays(pupils, school, students, cast):
    first = students(pupil("王小", WANG))
    Resident.objects.filter(name="王小").update(school=None)
    found = Roster.objects.select_related("file__campaign__region").get(file_id=first["file"])
    run.undo(found, by=cast["dana"], now=NOW, why="传错了")
    assert schools()["王小"] is None
