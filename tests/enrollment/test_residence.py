"""Where a notice asks for the residence it is read, kept and priced by; elsewhere it is not."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from enrollment import asked
from enrollment.bulk import profiles
from enrollment.facts import Facts
from enrollment.models import Registration, Resident, User
from enrollment.services.campaigns import read_notice
from tests.conftest import assert_table
from tests.enrollment.people import number
from tests.enrollment.test_pricing_profiles import PARTS, by_profile
from tests.enrollment.test_tiers import NOW, taken_in
from tests.notices.worked import NOTICES

BY_RESIDENCE = """[[fee.rules]]
name = "无户籍无居住证"
individual_fen = 90000
when = { residence = "none" }
clause = "二（三）"

[[fee.rules]]
name = "居住证"
individual_fen = 50000
when = { residence = "permit" }

[[fee.rules]]
name = "本地户籍"
individual_fen = 35000
when = { residence = "registered" }

[fiscal]"""
PEOPLE = [number("19800101", order) for order in range(1, 9)]


@pytest.fixture
def asking(campaign, places, changed, load):
    """The small county: 350 yuan with its register, 500 by a permit, 900 with neither."""
    without = ("individual_fen = 35000\nclause", "clause")
    return load(changed(without, ("[fiscal]", BY_RESIDENCE)), why="户籍", now=NOW)


def test_the_residence_follows_from_the_register_or_the_permit(asking, places, tmp_path):
    told = [
        ("小县", ""), ("小县城北镇某路 1 号", "无"), ("东湖村", ""), ("外省某市", "有"),
        ("", "41132800112233"), ("外省某市", "无"), ("", ""),
    ]  # fmt: skip
    county = places["county"].name
    rows = [
        {"姓名": f"王{i}", "证件号码": PEOPLE[i], "居住证": permit,
         "户籍所在地": place.replace("小县", county)}
        for i, (place, permit) in enumerate(told)
    ]  # fmt: skip
    result = taken_in(asking, tmp_path, *rows)
    assert (result["registered"], result["problems"]) == (5, {"not_stated": 2})
    assert_table(
        Registration, ["resident__name", "resident__residence", "fee_fen"],
        [("王0", "registered", 35000), ("王1", "registered", 35000), ("王2", "registered", 35000),
         ("王3", "permit", 50000), ("王4", "permit", 50000)],
    )  # fmt: skip


def test_where_nothing_goes_by_it_it_is_not_read(campaign, places, tmp_path):
    assert asked.asked_by(campaign.policy) == asked.Asked()
    taken_in(campaign, tmp_path, {"姓名": "王", "证件号码": PEOPLE[0], "居住证": "有"})
    assert Resident.objects.get().residence == ""


def test_kinds_that_are_only_named_ask_for_nothing():
    """Tanghe names residents with and without its register, and admits both alike."""
    assert not asked.asked_by(read_notice(NOTICES / "tanghe-2023.toml").policy).residence
    assert asked.asked_by(read_notice(NOTICES / "ganzhou-2023.toml").policy).residence


def test_pricing_by_profile_is_pricing_one_by_one(asking, places):
    expected, registered = {}, {}
    for residence in ("registered", "permit", "none", "", "permit"):
        resident = Resident.objects.create(
            name="王", name_key="王", born_on=date(1980, 1, 1), category="1501", known_at=NOW,
            village=places["north-1"], residence=residence,
        )  # fmt: skip
        facts = Facts(
            born_on=date(1980, 1, 1), category="1501", registered_at=NOW,
            residence=residence or None,
        )  # fmt: skip
        problem, refusal, price = profiles.priced_or_why_not(asking.policy, facts)
        expected[resident.pk] = (problem, refusal, *(getattr(price, name) for name in PARTS))
        registered[resident.pk] = NOW
    assert by_profile(asking, registered) == expected
    assert {each[2] for each in expected.values()} == {35000, 50000, 90000, 0}


def test_the_desk_asks_and_keeps_what_was_said(asking, places, sign_in):
    bob, form = sign_in("bob"), {
        "kind": "resident_id", "number": PEOPLE[0], "name": "王芳", "phone": "", "group_no": "",
        "village": places["north-1"].pk, "head_name": "", "relation": "", "category": "1501",
        "save_key": uuid4(), "confirm": "",
    }  # fmt: skip
    save = reverse("desk-save", args=[asking.slug])
    assert bob.post(save, form).status_code == 422
    page = bob.post(save, {**form, "residence": "none"})
    assert page.status_code == 200
    assert_table(
        Registration, ["resident__residence", "fee_fen", "registered_by"],
        [("none", 90000, User.objects.get(username="bob").pk)],
    )  # fmt: skip


def test_the_desk_does_not_ask_where_nothing_goes_by_it(campaign, sign_in):
    page = sign_in("bob").get(reverse("desk", args=[campaign.slug]))
    assert 'name="residence"' not in page.content.decode()
