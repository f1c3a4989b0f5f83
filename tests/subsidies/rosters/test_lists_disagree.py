"""One person on lists that disagree: what counts is defined, and each list stays readable."""

from datetime import date

import pytest

from enrollment import bulk
from enrollment.models import Registration, User
from reports.listed.queries import cases
from subsidies import queries
from subsidies.models import Entitlement, Listing, Repricing
from tests.conftest import at
from tests.enrollment.people import number

WANG, LI = number("19800101", 1), number("19800101", 2)
NOW = at("2022-11-18 16:30")


@pytest.fixture
def people(make_resident):
    return make_resident("王芳", number=WANG, prior=True), make_resident(
        "李四", number=LI, prior=True
    )


def person(name, paper, word):
    return {"姓名": name, "身份证号": paper, "类别": word}


def put(roster, source, *rows, name="名单.csv"):
    return roster([person(*row) for row in rows], "--accept", source=source, name=name)


def renew(campaign):
    return bulk.renew(campaign, by=User.system(), now=NOW, progress=lambda *_: None)


def test_on_the_hardship_list_and_dead_both_stand_and_both_are_told(people, campaign, roster):
    put(roster, "police", ("王芳", WANG, "死亡"))
    marked = put(roster, "civil-affairs", ("王芳", WANG, "一般低保户"), name="低保.csv")
    assert marked["warnings"] == {"listed_dead": 1}
    assert Entitlement.objects.get(ended_at=None).category == "minimum_living"
    assert renew(campaign)["problems"] == {"listed_dead": 1}  # 李四 is renewed, 王芳 is not
    assert Registration.objects.get().resident.name == "李四"


def test_who_was_registered_before_the_list_of_the_dead_gets_no_more_subsidy(
    people, campaign, roster
):
    renew(campaign)
    put(roster, "police", ("王芳", WANG, "死亡"))
    put(roster, "civil-affairs", ("王芳", WANG, "五保户"), name="五保.csv")
    assert Repricing.objects.get().outcome == "dead"
    row = Registration.objects.get(resident__name="王芳")
    assert (row.own_fen, row.on_behalf_fen, row.ended_at) == (35000, 0, None)
    found, counts = cases(campaign, campaign.region, "unpaid")
    assert [(each.name, each.kind) for each in found] == [("王芳", "dead")]
    assert counts == {("unpaid", "dead"): 1}


def test_on_two_lists_the_gravest_comes_first_and_each_is_a_case(people, campaign, roster):
    renew(campaign)
    put(roster, "employee-insurance", ("王芳", WANG, "职工医保"))
    put(roster, "police", ("王芳", WANG, "死亡"), name="死亡.csv")
    found, _counts = cases(campaign, campaign.region, "unpaid")
    assert [each.kind for each in found] == ["dead", "employee"]


def test_a_student_may_be_an_employee_too(people, campaign, roster):
    put(roster, "education", ("王芳", WANG, "在校学生"))
    put(roster, "employee-insurance", ("王芳", WANG, "职工医保"), name="职工.csv")
    held = queries.listed(campaign, [people[0].pk])[people[0].pk]
    assert {each.kind for each in held} == {"student", "employee"}
    assert all(each.source and each.since == date(2022, 9, 30) for each in held)


def test_two_sources_say_the_same_list_once(people, campaign, roster):
    put(roster, "police", ("王芳", WANG, "死亡"))
    again = put(roster, "health", ("王芳", WANG, "死亡"), name="卫健.csv")
    assert (again["new"], again["known"]) == (0, 1)
    assert Listing.objects.get().source.startswith("公安")
