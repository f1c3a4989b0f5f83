"""What hardship categories change in a fee of 350 yuan, from notices made for one rule each."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.facts import Facts, Mark
from enrollment.ports import Funded, NotStated, Subsidy
from subsidies import rules
from tests.conftest import at
from tests.subsidies.made import FEE, LOCAL, category, found, parts, policy

FULL = category("full", 'grant = "full"\nhow = "on_behalf"')
LIFTED = category("lifted", 'grant = "amount"\namount_fen = 25000\nhow = "reimbursed"')
MONITORED = category("monitored", 'grant = "amount"\namount_fen = 25000\nhow = "reimbursed"')
LOW = category("low", 'grant = "amount"\namount_fen = 8000\nhow = "deducted"')
LISTED = category("listed", 'grant = "none"')
SILENT = category("silent", 'grant = "unstated"', words="as the province says")
FIVE = policy(FULL + LIFTED + MONITORED + LOW + LISTED)
SUM = '[subsidies]\npick = "sum"\n'


@pytest.mark.parametrize(
    ("categories", "expected"),
    [
        ([], (0, 0, 0)),
        (["full"], (35000, 0, 0)),
        (["lifted"], (0, 0, 25000)),
        (["low"], (0, 8000, 0)),
        (["low", "lifted"], (0, 0, 25000)),  # the highest only, never both
        (["lifted", "full", "low"], (35000, 0, 0)),
        (["listed"], (0, 0, 0)),  # the notice names it, without an amount
        (["listed", "low"], (0, 8000, 0)),
        (["unknown"], (0, 0, 0)),
    ],
)
def test_only_the_highest_grant_applies(categories, expected):
    assert parts(found(FIVE, *categories)) == expected


def test_nobody_is_granted_more_than_the_fee():
    assert parts(found(FIVE, "lifted", fee=20000)) == (0, 0, 20000)
    assert parts(found(FIVE, "full", fee=0)) == (0, 0, 0)


def test_what_is_not_applied_is_named_with_its_clause():
    subsidy = found(FIVE, "low", "lifted")
    assert (subsidy.category, subsidy.name) == ("lifted", "lifted people")
    assert [reason.clause for reason in subsidy.because] == ["clause lifted"]
    assert [reason.clause for reason in subsidy.not_applied] == ["clause low"]
    assert "low people" in subsidy.not_applied[0].words


def test_of_two_equal_grants_the_notices_order_decides():
    for order in permutations(["monitored", "lifted"]):
        assert found(FIVE, *order).category == "lifted"


def test_who_is_tracked_only_is_named_and_gets_nothing():
    assert found(FIVE, "listed").category == "listed"


def test_the_rule_for_several_categories_is_told_where_there_are_several():
    several = policy('[subsidies]\npick_clause = "六"\npick_words = "one subsidy"\n' + LIFTED + LOW)
    assert [reason.clause for reason in found(several, "low", "lifted").because][-1] == "六"
    assert [reason.clause for reason in found(several, "low").because] == ["clause low"]


# --- by grade and tier


TIERS = policy(
    category("low", 'grades = ["one", "two"]')
    + "".join(
        f"""
[[subsidies.categories.grants]]
when = {{ tier = "{tier}", grade = "{grade}" }}
grant = "amount"
amount_fen = {fen}
how = "deducted"
"""
        for tier, grade, fen in [
            ("first", "one", 25000),
            ("first", "two", 19000),
            ("second", "one", 30000),
            ("second", "two", 22000),
        ]
    )
)


@pytest.mark.parametrize(
    ("tier", "grade", "expected"),
    [
        ("first", "one", 25000),
        ("first", "two", 19000),
        ("second", "one", 30000),
        ("second", "two", 22000),
        (None, "one", 0),  # what is not known holds in no condition
        ("first", "", 0),
    ],
)
def test_a_table_of_grades_and_tiers(tier, grade, expected):
    assert parts(found(TIERS, Mark("low", grade), tier=tier)) == (0, expected, 0)


def test_a_category_of_which_no_line_holds_is_named_as_not_applied():
    subsidy = found(TIERS, "low")
    assert (subsidy.category, subsidy.because) == ("", ())
    [reason] = subsidy.not_applied
    assert reason.clause == "clause low"
    assert "one、two" in reason.words  # the grade is what is missing
    [reason] = found(TIERS, Mark("low", "one")).not_applied
    assert "low people" in reason.words and "one" not in reason.words


def test_several_grades_of_one_category_count_once_the_higher():
    subsidy = found(TIERS, Mark("low", "two"), Mark("low", "one"), tier="first")
    assert parts(subsidy) == (0, 25000, 0)


# --- as another category


AS = policy(
    category("kin", 'grant = "as"\nas = "low"', words="as the low class")
    + category("low", 'grant = "amount"\namount_fen = 8000\nhow = "deducted"\nfunder = "aid"')
)


def test_as_another_category_gets_its_grant_its_way_and_its_funder():
    subsidy = found(AS, "kin")
    assert parts(subsidy) == (0, 8000, 0)
    assert subsidy.category == "kin"
    assert subsidy.funders == (Funded("aid", 8000),)
    assert [reason.clause for reason in subsidy.because] == ["clause kin", "clause low"]


def test_as_another_category_but_in_a_way_of_its_own():
    own = 'grant = "as"\nas = "lifted"\nhow = "deducted"\nfunder = "county"'
    subsidy = found(policy(category("kin", own) + LIFTED), "kin")
    assert parts(subsidy) == (0, 25000, 0)
    assert subsidy.funders == (Funded("county", 25000),)


def test_as_a_category_for_others_is_not_asked_for_whom_that_is():
    severe = category(
        "severe",
        'when = { disability_grade = [1, 2] }\ngrant = "amount"\namount_fen = 20000\n'
        'how = "deducted"',
    )
    hero = policy(severe + category("hero", 'grant = "as"\nas = "severe"'))
    assert parts(found(hero, "hero")) == (0, 20000, 0)
    assert parts(found(hero, "severe")) == (0, 0, 0)
    own = category("hero", 'grant = "as"\nas = "severe"\nwhen = { age = { from = 60 } }')
    assert parts(found(policy(severe + own), "hero", born_on=date(1990, 1, 1))) == (0, 0, 0)


def test_as_a_category_of_which_no_line_holds_is_said_by_name():
    tiers = category("low", "") + "".join(
        f'[[subsidies.categories.grants]]\nwhen = {{ tier = "{tier}" }}\ngrant = "amount"\n'
        f'amount_fen = {fen}\nhow = "deducted"\n'
        for tier, fen in [("first", 25000), ("second", 30000)]
    )
    kin = policy(tiers + category("kin", 'grant = "as"\nas = "low"'))
    assert parts(found(kin, "kin", tier="second")) == (0, 30000, 0)
    subsidy = found(kin, "kin")
    assert parts(subsidy) == (0, 0, 0)
    [reason] = subsidy.not_applied
    assert "kin people" in reason.words and "low people" in reason.words


# --- not stated


def test_a_category_without_a_figure_cannot_be_priced_and_the_clause_says_why():
    with pytest.raises(NotStated) as refused:
        found(policy(SILENT), "silent")
    assert refused.value.reason.clause == "clause silent"
    assert "as the province says" in str(refused.value)


def test_another_category_that_settles_the_fee_makes_the_figure_needless():
    both = policy(FULL + SILENT + LOW)
    assert parts(found(both, "silent", "full")) == (35000, 0, 0)
    with pytest.raises(NotStated):
        found(both, "silent", "low")


def test_nobody_else_is_kept_waiting_by_a_figure_that_is_not_stated():
    assert parts(found(policy(SILENT + LOW), "low")) == (0, 8000, 0)
    assert parts(found(policy(SILENT), "silent", fee=0)) == (0, 0, 0)


# --- added up, supplements


def test_where_the_notice_adds_up_the_grants_stop_at_the_fee():
    added = policy(SUM + LOW + LIFTED + FULL)
    assert parts(found(added, "low", "lifted")) == (0, 8000, 25000)
    assert parts(found(added, "low", "lifted", "full")) == (2000, 8000, 25000)
    assert found(added, "low", "lifted").not_applied == ()


@pytest.mark.parametrize(
    ("categories", "born", "expected"),
    [
        (["low"], date(1963, 1, 1), (0, 13000, 0)),  # 60 on the first covered day
        (["low"], date(1963, 1, 2), (0, 8000, 0)),
        (["lifted"], date(1950, 1, 1), (0, 5000, 25000)),
        (["monitored"], date(1950, 1, 1), (0, 0, 25000)),
        ([], date(1950, 1, 1), (0, 0, 0)),
    ],
)
def test_a_supplement_is_added_to_the_categories_it_is_for(categories, born, expected):
    local = policy(LIFTED + MONITORED + LOW + LOCAL)
    assert parts(found(local, *categories, born_on=born)) == expected


def test_supplement_and_grant_stop_at_the_fee_and_count_together_as_the_highest():
    local = policy(LIFTED + MONITORED + LOW + LOCAL)
    old = date(1950, 1, 1)
    assert parts(found(local, "lifted", fee=27000, born_on=old)) == (0, 2000, 25000)
    assert found(local, "monitored", "lifted", born_on=old).category == "lifted"


def test_a_supplement_on_two_categories_that_add_up_is_given_once():
    added = policy(SUM + LOW + MONITORED + LOCAL.replace('to = ["low", "lifted"]', ""))
    old = {"born_on": date(1950, 1, 1)}
    assert parts(found(added, "low", "monitored", fee=60000, **old)) == (0, 13000, 25000)
    assert parts(found(added, "low", "monitored", **old)) == (0, 10000, 25000)  # up to the fee


# --- for whom


def test_a_category_without_a_roster_needs_no_mark():
    body = 'without_roster = true\nwhen = { age = { from = 70 } }\ngrant = "full"\nhow = "deducted"'
    old = policy(category("old", body))
    assert parts(found(old, born_on=date(1953, 1, 1))) == (0, 35000, 0)
    assert found(old, born_on=date(1953, 1, 2)) == Subsidy()


def test_who_is_recognised_after_the_last_day_gets_nothing_and_hears_why():
    until = '[subsidies]\nclause = "五"\nrecognised_until = 2022-11-30\nrecognised_words = "late"\n'
    closed = policy(until + FULL)
    assert parts(found(closed, Mark("full", "", date(2022, 11, 30)))) == (35000, 0, 0)
    late = found(closed, Mark("full", "", date(2022, 12, 1)))
    assert parts(late) == (0, 0, 0)
    assert [(r.clause, r.words) for r in late.not_applied] == [("五", "full people：late")]
    assert parts(found(closed, "full")) == (35000, 0, 0)  # no day is known


def test_ages_are_told_on_the_day_that_the_notice_states():
    body = 'grant = "full"\nhow = "deducted"\nwhen = { age = { until = 17 } }'
    young = policy("[subsidies]\nage_on = 2022-09-01\n" + category("young", body))
    assert parts(found(young, "young", born_on=date(2004, 9, 2))) == (0, 35000, 0)
    assert parts(found(young, "young", born_on=date(2004, 9, 1))) == (0, 0, 0)


@pytest.mark.parametrize(
    ("recognised", "paid", "elsewhere", "expected"),
    [
        (date(2022, 10, 9), "2022-10-10 09:00", None, (35000, 0, 0)),
        (date(2022, 10, 10), "2022-10-10 09:00", None, (35000, 0, 0)),
        (date(2022, 10, 11), "2022-10-10 09:00", None, (0, 0, 35000)),  # paid before
        (date(2022, 10, 11), None, None, (35000, 0, 0)),
        (date(2022, 10, 9), None, True, (0, 0, 35000)),  # paid where they are enrolled
    ],
)
def test_paid_on_behalf_comes_back_to_who_has_paid_already(recognised, paid, elsewhere, expected):
    body = 'grant = "full"\nhow = "on_behalf"\npaid_already = "reimbursed"'
    subsidy = found(
        policy(category("full", body)),
        Mark("full", "", recognised),
        paid_at=at(paid) if paid else None,
        enrolled_elsewhere=elsewhere,
    )
    assert parts(subsidy) == expected


@pytest.mark.parametrize(
    ("said", "expected", "clauses"),
    [
        ("granted", (0, 8000, 0), ["clause low", "四"]),
        ("none", (0, 0, 0), []),
        (None, (0, 8000, 0), ["clause low"]),
    ],
)
def test_people_enrolled_elsewhere(said, expected, clauses):
    head = f'[subsidies]\nelsewhere = "{said}"\nelsewhere_clause = "四"\n' if said else ""
    subsidy = found(policy(head + LOW), "low", enrolled_elsewhere=True)
    assert parts(subsidy) == expected
    assert [reason.clause for reason in subsidy.because] == clauses
    assert [reason.clause for reason in subsidy.not_applied] == ([] if expected[1] else ["四"])


def test_a_payment_that_is_only_assumed_is_none():
    """Who is registered before being recognised has not paid by that."""
    one = policy(category("full", 'grant = "full"\nhow = "on_behalf"\npaid_already = "reimbursed"'))
    mark, paid = Mark("full", "", date(2022, 10, 11)), at("2022-10-10 09:00")
    assert parts(found(one, mark, paid_at=paid, paid_assumed=True)) == (35000, 0, 0)


# --- rise and fall


@pytest.mark.parametrize(
    ("said", "rise", "fall"),
    [
        ("", 17000, 0),  # a rise is paid, a fall is not taken back
        ("top_up = false", 0, 0),
        ("claw_back = true", 17000, -17000),
    ],
)
def test_the_category_rises_or_falls(said, rise, fall):
    both = policy(f"[subsidies]\n{said}\n" + LOW + LIFTED)
    low, lifted = found(both, "low"), found(both, "lifted")
    assert rules.change(both, low, lifted) == rise  # 250 − 80
    assert rules.change(both, lifted, low) == fall
    assert rules.change(both, low, low) == 0


# --- what always holds


ALL = ["full", "lifted", "monitored", "low", "listed", "kin", "part"]
EVERYTHING = (
    '[[subsidies.categories.funders]]\nfunder = "aid"\nshare_bp = 7001\n'
    '[[subsidies.categories.funders]]\nfunder = "county"\nshare_bp = 1999\n'
)
WIDE = (
    FULL + LIFTED + EVERYTHING + MONITORED + LOW + EVERYTHING + LISTED
    + category("kin", 'grant = "as"\nas = "lifted"')
    + category("part", 'grant = "percent"\npercent_bp = 4999\nbase = "fee"\nhow = "on_behalf"')
    + LOCAL
)  # fmt: skip
POLICIES = [policy(head + WIDE) for head in ("", SUM, "[subsidies]\nclaw_back = true\n")]
marks = st.lists(st.sampled_from(ALL))
born = st.dates(date(1940, 1, 1), date(2010, 1, 1))


@given(st.sampled_from(POLICIES), marks, born, st.integers(0, 100_000))
def test_no_part_exceeds_the_fee_and_the_order_of_marks_is_of_no_consequence(one, held, day, fee):
    subsidy = found(one, *held, fee=fee, born_on=day)
    assert subsidy == found(one, *sorted(set(held)), fee=fee, born_on=day)
    assert min(parts(subsidy)) >= 0
    assert sum(parts(subsidy)) <= fee
    if subsidy.funders:
        assert sum(part.fen for part in subsidy.funders) == sum(parts(subsidy))


@given(st.sampled_from(POLICIES), marks, marks, born)
def test_a_change_is_only_negative_where_the_notice_takes_back(one, before, after, day):
    paid, due = found(one, *before, born_on=day), found(one, *after, born_on=day)
    more = rules.change(one, paid, due)
    assert more >= 0 or one["subsidies"].claw_back
    assert more in (0, sum(parts(due)) - sum(parts(paid)))


def test_rules_ask_no_clock_and_need_no_facts():
    assert rules.subsidy_for({"subsidies": FIVE["subsidies"], "campaign": None}, Facts(), FEE) == (
        Subsidy()
    )
