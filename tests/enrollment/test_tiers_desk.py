"""The desk where people choose a tier (the notice of test_tiers.py)."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from enrollment.models import Registration, User
from subsidies.models import Entitlement
from tests.conftest import assert_table
from tests.enrollment.test_tiers import ADULT, NOW, STUDENT, tiered

__all__ = ["tiered"]


@pytest.fixture
def bob(sign_in):
    return sign_in("bob")


def look_up(client, campaign, number):
    form = {"kind": "resident_id", "number": number}
    page = client.post(reverse("desk-lookup", args=[campaign.slug]), form)
    assert page.status_code == 200
    return page.content.decode()


def save(client, campaign, places, **changes):
    form = {
        "kind": "resident_id", "number": ADULT, "name": "王芳", "phone": "", "group_no": "",
        "village": places["north-1"].pk, "head_name": "", "relation": "", "category": "1501",
        "save_key": uuid4(), "confirm": "",
    }  # fmt: skip
    page = client.post(reverse("desk-save", args=[campaign.slug]), {**form, **changes})
    return page.status_code, page.content.decode()


def test_a_person_is_registered_by_the_tier_chosen(tiered, bob, places):
    status, text = save(bob, tiered, places, tier="二档")
    assert status == 200
    assert_table(Registration, ["tier", "fee_fen"], [("二档", 70000)])
    line = text[text.index("message-ok") :][:600]
    assert "二档" in line and "700" in line


def test_without_a_tier_nothing_is_saved_and_the_tiers_are_named(tiered, bob, places):
    status, text = save(bob, tiered, places, owed_by_tier="35000,70000")
    assert status == 422 and not Registration.objects.exists()
    assert "须说明缴费档次：一档、二档" in text
    assert 'id="tier-1" name="tier" value="一档" data-owed="350.00" autofocus' in text


def test_a_tier_that_the_notice_does_not_have_is_refused(tiered, bob, places):
    assert save(bob, tiered, places, tier="三档")[0] == 422
    assert not Registration.objects.exists()


def test_a_tier_that_excludes_is_refused_with_the_clause(tiered, bob, places):
    student = {"number": STUDENT, "category": "1404", "confirm": "category:1404"}
    status, text = save(bob, tiered, places, tier="二档", **student)
    assert status == 422 and "大学生只参加一档" in text
    assert save(bob, tiered, places, tier="一档", **student)[0] == 200


def test_the_look_up_tells_what_each_tier_costs_this_person(tiered, bob, make_resident, cast):
    wang = make_resident("王芳", number=ADULT)
    Entitlement.objects.create(
        campaign=tiered, resident=wang, category="minimum_living", recognised_on=date(2022, 10, 1),
        source="名单", known_at=NOW, marked_by=cast["alice"],
    )  # fmt: skip
    text = look_up(bob, tiered, ADULT)
    assert 'value="一档" data-owed="270.00"' in text and 'value="二档" data-owed="610.00"' in text
    assert "checked" not in text[text.index('id="tiers"') :][:600]
    assert "一般低保户" in text and "未在已知名册中" not in text


def test_last_years_tier_is_filled_in_with_its_price(tiered, bob, make_resident, places):
    wang = make_resident("王芳", number=ADULT, prior=True)
    Registration.objects.create(
        campaign=tiered, resident=wang, insurance=tiered.insurance, tier="二档",
        coverage_from=date(2022, 1, 1), village=places["north-1"], unit=places["north-1"],
        category="1501", registered_at=NOW, known_at=NOW, registered_by=User.system(),
        source="file", fee_fen=0, own_fen=0, policy_version=tiered.policy_version,
    )  # fmt: skip
    text = look_up(bob, tiered, ADULT)
    assert 'value="二档" data-owed="700.00" checked' in text
    assert '<span class="desk-sum">700.00<small>' in text


def test_without_tiers_the_desk_does_not_ask(campaign, bob, places):
    assert "缴费档次" not in look_up(bob, campaign, ADULT)
    assert save(bob, campaign, places, tier="二档")[0] == 200
    assert_table(Registration, ["tier", "fee_fen"], [("", 35000)])


def test_the_persons_page_names_the_tier(tiered, bob, places):
    save(bob, tiered, places, tier="二档")
    resident = Registration.objects.get().resident
    page = bob.get(reverse("person", args=[tiered.slug, resident.pk]))
    text = page.content.decode()
    assert page.status_code == 200 and "缴费档次" in text and "二档" in text
