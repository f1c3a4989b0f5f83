"""Invariant 8: the roll-ups equal a recount; whoever touches one is found."""

import io
import json

import pytest
from django.core.management import call_command
from django.db.models import F

from enrollment.models import Registration
from reports.books import check_books
from reports.models import Rollup
from reports.progress.rollups import refresh

NAME = "8 roll-ups equal a recount"


def check(campaign):
    return next(check for check in check_books(campaign) if check.name == NAME)


@pytest.fixture
def county(campaign, places, enroll):
    """3 enrolled in north-1, 1 only registered in north-2, 5 enrolled in south-1."""
    enroll("north-1", 3)
    enroll("north-2", 1, paid=False)
    enroll("south-1", 5)
    return campaign


def rollups(places, key):
    rows = Rollup.objects.filter(region_id=places[key].pk)
    assert rows.exists()
    return rows


def test_an_empty_campaign_holds(campaign):
    assert check(campaign).ok


def test_what_the_product_rolls_up_holds(county, places):
    found = check(county)
    assert (found.ok, found.found, found.rows) == (True, 0, [])
    assert rollups(places, "county").values_list("registered", "enrolled").get() == (9, 8)


@pytest.mark.parametrize("what", ["registered", "enrolled"])
@pytest.mark.parametrize("key", ["north-1", "north", "county"])
def test_a_figure_that_was_touched_is_found_with_its_place(county, places, key, what):
    before = rollups(places, key).get()
    rollups(places, key).update(**{what: F(what) + 1})
    found = check(county)
    counted = getattr(before, what)
    assert (found.ok, found.found) == (False, 1)
    assert found.rows == [
        f"region {places[key].pk}, {what}: rolled up {counted + 1}, recount {counted}"
    ]


def test_a_row_that_is_lost_is_found(county, places):
    rollups(places, "south-1").delete()
    assert check(county).found == 2  # registered and enrolled of that village


def test_a_row_too_many_is_found(county, places):
    Rollup.objects.create(
        campaign_id=county.pk, region_id=places["south-2"].pk, day="2022-11-18",
        registered=1, enrolled=0, paid_fen=0,
    )  # fmt: skip
    assert check(county).rows == [
        f"region {places['south-2'].pk}, registered: rolled up 1, recount 0"
    ]


def test_figures_moved_between_two_places_are_found_in_both(county, places):
    rollups(places, "north-1").update(enrolled=F("enrolled") - 1)
    rollups(places, "south-1").update(enrolled=F("enrolled") + 1)
    assert check(county).found == 2


def test_a_fact_that_changed_without_a_word_is_found(county, places):
    one = Registration.objects.filter(village=places["north-1"]).first()
    Registration.objects.filter(pk=one.pk).update(unit=places["north-2"])
    # the unpaid one of north-2 stays; one enrolled person is now counted there: 2 villages x 2
    assert check(county).found == 4


def test_a_recount_puts_it_right(county, places):
    rollups(places, "north").update(enrolled=99)
    assert not check(county).ok
    refresh(county, as_of=county.clock)
    assert check(county).ok


def test_the_command_ends_with_1_and_names_the_breach(county, places):
    out, err = io.StringIO(), io.StringIO()
    call_command("check_books", county.slug, "--json", stdout=out, stderr=err)
    assert json.loads(out.getvalue().splitlines()[-1])["ok"] is True
    rollups(places, "north").update(enrolled=99)
    out = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("check_books", county.slug, "--json", stdout=out, stderr=err)
    answer = json.loads(out.getvalue().splitlines()[-1])
    broken = [check for check in answer["checks"] if not check["ok"]]
    assert (end.value.code, answer["ok"]) == (1, False)
    assert [(c["name"], c["expected"], c["found"]) for c in broken] == [(NAME, 0, 1)]
    assert NAME in err.getvalue()
