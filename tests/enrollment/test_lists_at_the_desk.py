"""Lists that speak against enrolling: the desk asks, files reject the dead; a newborn's number."""

from uuid import uuid4

import pytest
from django.urls import reverse

from config.lib import idnumber, siv
from enrollment import bulk
from enrollment.models import AuditEntry, Identity, Registration, Resident, SourceProblem, User
from enrollment.services import newborns, registrations
from enrollment.services.people import Person
from enrollment.services.registrations import register_one
from subsidies.models import Listing
from tests.conftest import assert_table
from tests.enrollment.people import number
from tests.enrollment.test_listed import (  # noqa: F401
    NOW,
    excluding,
    put_on,
    register,
)
from tests.enrollment.test_tiers import taken_in

WANG, LI = number("19800101", 1), number("19800101", 2)
BABY = number("20220909", 1)


@pytest.mark.parametrize("kind", ["dead", "army", "prison", "employee", "elsewhere"])
def test_the_desk_asks_once_about_a_list_that_the_notice_is_silent_on(
    campaign,
    make_resident,
    register,  # noqa: F811
    kind,
):
    put_on(campaign, make_resident("王明", number=WANG), kind)
    with pytest.raises(registrations.NeedsConfirming) as caught:
        register(campaign, WANG, "王明")
    ((key, said),) = caught.value.doubts.items()
    assert key == f"list:{kind}" and "王明" in said and "2022-10-01" in said
    assert not Registration.objects.exists()


def test_whoever_is_alive_after_all_is_registered_and_what_was_confirmed_is_kept(
    campaign, places, cast, make_resident
):
    resident = make_resident("王明", number=WANG)
    put_on(campaign, resident, "dead")
    person = Person(
        "resident_id", WANG, "王明", village=places["north-1"], category="1501",
        born_on=resident.born_on, sex="M",
    )  # fmt: skip
    register_one(
        campaign=campaign, person=person, by=cast["bob"], now=NOW, save_key=uuid4(),
        confirmed=frozenset({"list:dead"}),
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="register")
    assert entry.facts["confirmed"] == ["list:dead"]


def test_lists_that_say_nothing_against_ask_nothing(campaign, make_resident, register):  # noqa: F811
    put_on(campaign, make_resident("王明", number=WANG), "student")
    register(campaign, WANG, "王明")
    assert Registration.objects.count() == 1


def test_what_the_notice_refuses_is_refused_not_asked(excluding, make_resident, register):  # noqa: F811
    put_on(excluding, make_resident("王明", number=WANG), "employee")
    with pytest.raises(registrations.NotEligible):
        register(excluding, WANG, "王明")


def test_the_look_up_warns_with_list_and_day(campaign, make_resident, sign_in):
    put_on(campaign, make_resident("王明", number=WANG), "dead")
    form = {"kind": "resident_id", "number": WANG}
    text = sign_in("bob").post(reverse("desk-lookup", args=[campaign.slug]), form).content.decode()
    assert "在名单上：死亡" in text and "2022-10-01" in text and "县医保局职工参保名单" in text


def test_files_and_renewals_do_not_register_the_dead(campaign, make_resident, tmp_path):
    put_on(campaign, make_resident("王明", number=WANG, prior=True), "dead")
    rows = ({"姓名": "王明", "证件号码": WANG}, {"姓名": "李明", "证件号码": LI})
    result = taken_in(campaign, tmp_path, *rows)
    assert (result["registered"], result["problems"]) == (1, {"listed_dead": 1})
    assert_table(SourceProblem, ["line", "code"], [(2, "listed_dead")])
    again = bulk.renew(campaign, by=User.system(), now=NOW, progress=lambda *_: None)
    assert (again["registered"], again["problems"]) == (0, {"listed_dead": 1})


def test_who_is_no_longer_on_the_list_is_renewed(campaign, make_resident):
    put_on(campaign, make_resident("王明", number=WANG, prior=True), "dead", ended=NOW)
    again = bulk.renew(campaign, by=User.system(), now=NOW, progress=lambda *_: None)
    assert again["registered"] == 1


# --- the number of a newborn


@pytest.fixture
def newborn(campaign, make_resident):
    """Known by a birth certificate only."""
    child = make_resident("周母之子", number=BABY, category="1401")
    Identity.objects.filter(resident=child).update(
        kind="birth_certificate", number=siv.seal("P123456789"), head4="P123", last4="6789"
    )
    return child


def post(client, campaign, name, **form):
    return client.post(reverse(name, args=[campaign.slug]), {"kind": "resident_id", **form})


def test_a_new_number_of_the_same_day_offers_the_child(campaign, newborn, sign_in):
    text = post(sign_in("bob"), campaign, "desk-lookup", number=BABY).content.decode()
    assert "周母之子" in text and "同一个孩子" in text


def test_a_number_joins_the_child_and_the_file_stays_one(campaign, newborn, sign_in):
    text = post(
        sign_in("bob"), campaign, "desk-join", number=BABY, join=str(newborn.pk)
    ).content.decode()
    assert "周母之子" in text
    found = Identity.objects.filter(resident=newborn).order_by("pk")
    assert [(each.kind, each.current) for each in found] == [
        ("birth_certificate", False), ("resident_id", True)
    ]  # fmt: skip
    assert Resident.objects.count() == 1


@pytest.mark.parametrize("join", ["", "0", "x", "99999999999999999999"])
def test_no_number_joins_somebody_who_cannot_be_meant(campaign, newborn, sign_in, join):
    answer = post(sign_in("bob"), campaign, "desk-join", number=BABY, join=join)
    assert answer.status_code == 422
    assert Identity.objects.count() == 1


def test_another_townships_child_is_not_offered(campaign, newborn, sign_in, cast):
    verdict = idnumber.judge(BABY, NOW.date())
    assert newborns.who_may_be_meant(campaign, verdict, cast["charlie"]) == []
    answer = post(sign_in("charlie"), campaign, "desk-join", number=BABY, join=str(newborn.pk))
    assert answer.status_code == 422


def test_a_listing_is_shown_on_the_persons_page(campaign, make_resident, sign_in):
    resident = make_resident("王明", number=WANG)
    put_on(campaign, resident, "dead")
    text = sign_in("alice").get(f"/c/{campaign.slug}/people/{resident.pk}/").content.decode()
    assert "名单列为：死亡" in text and "县医保局职工参保名单" in text
    Listing.objects.update(ended_at=NOW, ended_why="名单已撤销")
    text = sign_in("alice").get(f"/c/{campaign.slug}/people/{resident.pk}/").content.decode()
    assert "名单已撤销" in text
