"""Lists that exclude: who is insured elsewhere is refused with the clause and the list's name.

The small county with 唐河's exclusion of people in employee insurance.
"""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.urls import reverse

from enrollment import asked, bulk, ports
from enrollment.bulk import profiles
from enrollment.facts import Facts
from enrollment.models import Registration, Resident, SourceProblem, User
from enrollment.services import registrations
from enrollment.services.people import Person
from subsidies.models import Listing
from tests.conftest import assert_table
from tests.enrollment.people import number
from tests.enrollment.test_pricing_profiles import PARTS, by_profile
from tests.enrollment.test_tiers import NOW, taken_in

EXCLUDED = """[eligibility]
otherwise = "admit"
clause = "一"

[[eligibility.exclusions]]
key = "employee"
name = "职工医保参保人"
when = { employee_insured = true }
clause = "二（一）"
words = "已参加职工医保的不重复参保"

[fee]"""
WANG, LI = number("19800101", 1), number("19800101", 2)


@pytest.fixture
def excluding(campaign, places, changed, load):
    return load(changed(("[fee]", EXCLUDED)), why="名单", now=NOW)


def put_on(campaign, resident, kind="employee", ended=None):
    return Listing.objects.create(
        campaign=campaign, resident=resident, kind=kind, since=date(2022, 10, 1), known_at=NOW,
        source="县医保局职工参保名单", marked_by=User.system(), ended_at=ended,
    )  # fmt: skip


@pytest.fixture
def register(places, cast):
    def register(campaign, paper, name):
        return registrations.register_one(
            campaign=campaign,
            person=Person(
                "resident_id", paper, name, village=places["north-1"], category="1501",
                born_on=date(1980, 1, 1), sex="M",
            ),
            by=cast["bob"], now=NOW, save_key=uuid4(),
        )  # fmt: skip

    return register


def test_the_desk_refuses_with_the_clause_and_says_which_list(excluding, make_resident, register):
    put_on(excluding, make_resident("王明", number=WANG))
    with pytest.raises(registrations.NotEligible) as caught:
        register(excluding, WANG, "王明")
    why, which = caught.value.messages
    assert "二（一）" in why and "已参加职工医保的不重复参保" in why
    assert "县医保局职工参保名单" in which and "2022-10-01" in which and "职工医保" in which
    assert not Registration.objects.exists()


def test_who_is_on_no_list_or_no_longer_is_registered(excluding, make_resident, register):
    put_on(excluding, make_resident("王明", number=WANG), ended=NOW)
    put_on(excluding, make_resident("李明", number=LI), kind="student")
    register(excluding, WANG, "王明")
    register(excluding, LI, "李明")
    register(excluding, number("19800101", 3), "新人")
    assert Registration.objects.count() == 3


def test_the_look_up_shows_the_list(excluding, make_resident, sign_in):
    put_on(excluding, make_resident("王明", number=WANG))
    form = {"kind": "resident_id", "number": WANG}
    page = sign_in("bob").post(reverse("desk-lookup", args=[excluding.slug]), form)
    text = page.content.decode()
    assert "不能参保" in text and "二（一）" in text and "县医保局职工参保名单" in text


def test_a_row_about_somebody_on_the_list_is_rejected(excluding, make_resident, tmp_path):
    put_on(excluding, make_resident("王明", number=WANG, prior=True))
    rows = ({"姓名": "王明", "证件号码": WANG}, {"姓名": "李明", "证件号码": LI})
    result = taken_in(excluding, tmp_path, *rows)
    assert (result["registered"], result["problems"]) == (1, {"not_eligible": 1})
    assert_table(SourceProblem, ["line", "code"], [(2, "not_eligible")])
    assert "二（一）" in SourceProblem.objects.get().message
    again = bulk.renew(excluding, by=User.system(), now=NOW, progress=lambda *_: None)
    assert (again["registered"], again["problems"]) == (0, {"not_eligible": 1})


def test_pricing_by_profile_is_pricing_one_by_one(excluding, places):
    expected, registered = {}, {}
    for kinds in ((), ("employee",), ("elsewhere",), ("employee", "elsewhere"), ("student",)):
        resident = Resident.objects.create(
            name="王", name_key="王", born_on=date(1980, 1, 1), category="1501", known_at=NOW,
            village=places["north-1"],
        )  # fmt: skip
        for kind in kinds:
            put_on(excluding, resident, kind)
        facts = Facts(
            born_on=date(1980, 1, 1), category="1501", registered_at=NOW,
            **asked.list_facts(asked.asked_by(excluding.policy), kinds),
        )  # fmt: skip
        problem, refusal, price = profiles.priced_or_why_not(excluding.policy, facts)
        expected[resident.pk] = (problem, refusal, *(getattr(price, name) for name in PARTS))
        registered[resident.pk] = NOW
    assert by_profile(excluding, registered) == expected
    assert [each[0] for each in expected.values()] == [
        "", "not_eligible", "", "not_eligible", "",
    ]  # fmt: skip


def test_a_notice_that_excludes_nobody_prices_by_no_list(campaign, make_resident, register):
    put_on(campaign, make_resident("王明", number=WANG), "student")
    assert asked.asked_by(campaign.policy).lists == ()
    register(campaign, WANG, "王明")
    with transaction.atomic(), connection.cursor() as cursor:
        assert ports.stage_listed(cursor, campaign.pk, ()) == 0
