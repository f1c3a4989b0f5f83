"""Facts told by hand, and `manage.py price` (tests/data/small-2023.toml)."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from enrollment import told
from enrollment.facts import Facts
from tests.conftest import at
from tests.enrollment.test_pricing import BY_AGE_AND_TIER, ELIGIBILITY, FEE, policy

# --- told by hand


@pytest.mark.parametrize(
    ("pairs", "name", "listed"),
    [
        ([("height", "180")], "height", "born_on"),
        ([("category", "9999")], "category", "1401"),
        ([("residence", "visiting")], "residence", "permit"),
        ([("student", "perhaps")], "student", "yes, no"),
        ([("born_on", "yesterday")], "born_on", "2022-10-15"),
        ([("disability_grade", "5")], "disability_grade", "4"),
        ([("tier", "three")], "tier", "one, two"),
        ([("kind", "soldier")], "kind", "registered, permit, flexible"),
        ([("missed_years", "1"), ("paid_missed_years", "2")], "paid_missed_years", ""),
        ([("student", "yes"), ("student", "no")], "student", ""),
    ],
)
def test_a_fact_that_cannot_be_is_told_with_what_can(pairs, name, listed):
    with pytest.raises(told.WrongFact) as caught:
        told.facts_told(policy(BY_AGE_AND_TIER, ELIGIBILITY), pairs)
    assert caught.value.name == name and listed in str(caught.value)


def test_a_grade_that_the_category_lacks_is_refused(campaign):
    with pytest.raises(told.WrongFact):
        told.facts_told(campaign.policy, [("hardship", "lifted:九类")])


def test_facts_are_read_as_people_write_them():
    facts = told.facts_told(
        policy(FEE, ELIGIBILITY),
        [
            ("born_on", "2010-09-01"), ("paid_on", "2022-12-25 16:59"), ("student", "yes"),
            ("registered_on", "2022-12-24"), ("kind", "户籍居民"), ("missed_years", "3"),
        ],
    )  # fmt: skip
    assert facts == Facts(
        born_on=date(2010, 9, 1), paid_at=at("2022-12-25 16:59"), student=True,
        registered_at=at("2022-12-24 00:00"), kind="registered", missed_years=3,
    )  # fmt: skip


# --- the command, under tests/data/small-2023.toml: 350 yuan, 2022-10-15 to 12-31


@pytest.fixture
def run(campaign):
    """run("paid_on=2022-11-01", …) → exit status and the JSON, or what stderr says."""

    def run(*facts):
        out, err = StringIO(), StringIO()
        try:
            call_command(
                "price", campaign.slug, fact=list(facts), json=True, stdout=out, stderr=err
            )
        except CommandError as error:
            return error.returncode, str(error)
        except SystemExit as end:
            return end.code, err.getvalue()
        return 0, json.loads(out.getvalue().splitlines()[-1])

    return run


def test_the_command_prices_and_explains(run):
    status, told = run("hardship=minimum_living", "registered_on=2022-11-01")
    assert status == 0
    due = [told[key] for key in ("fee_fen", "payable_fen", "reimbursed_fen", "on_behalf_fen")]
    assert due == [35000, 35000, 8000, 0]
    assert (told["eligible"], told["benefit_from"], told["benefit_until"]) == (
        True,
        "2023-01-01",
        "2023-12-31",
    )
    assert [each["clause"] for each in told["because"]] == ["三", "二（二）", "五（二）3"]


@pytest.mark.parametrize("word", ["five_guarantees", "五保户（含孤儿）"])
def test_a_hardship_category_is_named_by_key_or_as_printed(run, word):
    status, told = run(f"hardship={word}", "hardship=lifted")
    assert (status, told["payable_fen"], told["on_behalf_fen"]) == (0, 0, 35000)


def test_a_date_outside_the_windows_is_no_error(run):
    status, told = run("paid_on=2023-01-01")
    assert (status, told["eligible"], told["fee_fen"]) == (0, False, 0)
    assert {each["clause"] for each in told["because"]} == {"三"}
    assert (told["benefit_from"], told["benefit_until"]) == (None, None)


def test_a_category_the_notice_lacks_is_refused_with_those_it_has(run):
    status, said = run("hardship=veteran")
    assert status == 1 and "veteran" in said and "监测对象" in said


@pytest.mark.parametrize("fact", ["height=180", "student=perhaps", "student"])
def test_wrong_usage_ends_with_2(run, fact):
    status, said = run(fact)
    assert status == 2 and said
