"""Where the highest is picked and yet some categories are added (可叠加), in a fee of 400 yuan."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.ports import Funded, NotStated
from tests.subsidies.made import category, found, parts, policy, problems

FEE = 40000


def amount(key: str, yuan: int, more: str = "", how: str = "reimbursed") -> str:
    grant = f'grant = "amount"\namount_fen = {yuan * 100}\nhow = "{how}"\n'
    return category(key, grant + more, words=f"{yuan} yuan")


FULL = amount("full", 400, how="on_behalf")
LOW = amount("low", 240)
WATCHED = amount("watched", 200)
DISABLED = amount("disabled", 120, "stacks = true")
DAUGHTERS = amount("daughters", 50, "stacks = true")
HERO = amount("hero", 60, 'with = ["low"]')
OLD = amount("old", 30, 'with = ["low", "hero"]')
ALL = [FULL, LOW, WATCHED, DISABLED, DAUGHTERS, HERO, OLD]
KEYS = ["full", "low", "watched", "disabled", "daughters", "hero", "old"]
RULES = policy('[subsidies]\npick_clause = "9"\npick_words = "the highest"\n' + "".join(ALL))


@pytest.mark.parametrize(
    ("marks", "yuan", "names"),
    [
        ("disabled", 120, "disabled"),
        ("low disabled", 360, "low disabled"),
        ("low watched disabled", 360, "low disabled"),  # the highest of two, and one beside it
        ("disabled daughters", 170, "disabled daughters"),  # both are added to any
        ("low disabled daughters", 400, "low disabled daughters"),  # 410, but the fee is 400
        ("full disabled", 400, "full disabled"),
        ("full low", 400, "full"),
        ("low hero", 300, "low hero"),
        ("watched hero", 200, "watched"),  # added to the low only
        ("hero", 60, "hero"),
        ("low hero old", 330, "low hero old"),  # each goes with each
        ("hero old", 90, "hero old"),
        ("watched hero old disabled", 320, "watched disabled"),  # 200 is more than 60 + 30
        ("full low hero old", 400, "full"),
    ],
)
def test_what_is_added_to_the_highest(marks, yuan, names):
    subsidy = found(RULES, *marks.split(), fee=FEE)
    assert sum(parts(subsidy)) == yuan * 100
    assert subsidy.name == "、".join(f"{name} people" for name in names.split())


def test_the_reasons_tell_both_and_the_rule_only_where_it_left_one_out():
    both = found(RULES, "disabled", "low", fee=FEE)
    assert [reason.clause for reason in both.because] == ["clause low", "clause disabled"]
    assert (both.category, both.not_applied) == ("low", ())
    three = found(RULES, "disabled", "low", "watched", fee=FEE)
    assert [r.clause for r in three.because] == ["clause low", "clause disabled", "9"]
    assert [reason.words for reason in three.not_applied] == ["watched people：200 yuan"]


def test_what_the_fee_cuts_is_what_is_added_and_that_is_said():
    subsidy = found(RULES, "daughters", "disabled", "low", fee=FEE)
    last = subsidy.because[-1]
    assert last.clause == "clause daughters"
    assert "daughters people" in last.words and "400" in last.words
    assert parts(found(RULES, "full", "disabled", fee=FEE)) == (40000, 0, 0)


def test_each_is_carried_by_its_own_funder():
    one = policy(
        amount("low", 300, 'funder = "aid"')
        + amount("kin", 150, 'funder = "county"\nstacks = true')
    )
    subsidy = found(one, "low", "kin", fee=FEE)
    assert subsidy.funders == (Funded("aid", 30000), Funded("county", 10000))


def test_an_addition_without_a_figure_cannot_be_priced():
    silent = category("silent", 'grant = "unstated"\nstacks = true', words="as others say")
    with pytest.raises(NotStated):
        found(policy(LOW + silent), "low", "silent", fee=FEE)
    assert parts(found(policy(FULL + silent), "full", "silent", fee=FEE)) == (40000, 0, 0)


def test_a_supplement_on_what_is_added_is_given_once():
    local = """
[[subsidies.supplements]]
key = "local"
name = "local"
grant = "amount"
amount_fen = 1000
how = "deducted"
clause = "local"
words = "10 yuan besides"
"""
    assert parts(found(policy(LOW + DISABLED + local), "low", "disabled", fee=FEE)) == (
        0, 1000, 36000,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        (amount("low", 1, 'stacks = true\nwith = ["kin"]') + amount("kin", 1), "with", "one of"),
        (amount("low", 1, 'with = ["kin"]'), "with", "“kin”"),
        (amount("low", 1, 'with = ["low"]') + amount("kin", 1), "with", "“low”"),
        (amount("low", 1, "with = []"), "with", "at least one"),
        (amount("low", 1, 'stacks = "yes"'), "stacks", "true or false"),
        ('[subsidies]\npick = "sum"\n' + amount("low", 1, "stacks = true"), "stacks", "“sum”"),
        (
            '[subsidies]\npick = "sum"\n' + amount("low", 1, 'with = ["kin"]') + amount("kin", 1),
            "with", "“sum”",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_what_is_added_is_refused(text, key, words):
    [problem] = problems(text)
    assert f"subsidies.categories[1].{key}: " in problem
    assert words in problem


ORDERS = [policy("".join(order)) for order in list(permutations(ALL))[::97]]
marks = st.lists(st.sampled_from(KEYS))


@given(st.sampled_from(ORDERS), marks, st.integers(0, 60_000))
def test_never_above_the_fee_and_the_order_of_categories_is_of_no_consequence(one, held, fee):
    subsidy = found(one, *held, fee=fee)
    assert sum(parts(subsidy)) == sum(parts(found(RULES, *held, fee=fee))) <= fee
    assert min(parts(subsidy)) >= 0
    assert subsidy == found(one, *reversed(held), fee=fee)


@given(marks, st.sampled_from(KEYS), st.integers(0, 60_000))
def test_one_more_category_never_brings_less(held, more, fee):
    assert sum(parts(found(RULES, *held, more, fee=fee))) >= sum(
        parts(found(RULES, *held, fee=fee))
    )


def test_by_age_besides_the_roster():
    old = "without_roster = true\nwhen = { age = { from = 60 } }\nstacks = true"
    one = policy(LOW + amount("aged", 50, old))
    assert sum(parts(found(one, "low", fee=FEE, born_on=date(1963, 1, 1)))) == 29000
    assert sum(parts(found(one, "low", fee=FEE, born_on=date(1963, 1, 2)))) == 24000
