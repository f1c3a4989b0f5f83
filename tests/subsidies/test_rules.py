"""What a hardship category changes in a fee of 350 yuan."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidies.rules import apply_highest, grant_fen
from subsidies.sections import SubsidyRule, SubsidyRules

FEE = 35000


def rule(key, grant, how, amount=None):
    return SubsidyRule(key, f"{key} people", grant, amount, how, "", f"clause {key}", "words", "")


FULL = rule("full", "full", "on_behalf")
LIFTED = rule("lifted", "amount", "reimbursed", 25000)
MONITORED = rule("monitored", "amount", "reimbursed", 25000)
LOW = rule("low", "amount", "deducted", 8000)
LISTED = rule("listed", "none", "reimbursed")
RULES = SubsidyRules(categories=(FULL, LIFTED, MONITORED, LOW, LISTED))


def parts(categories, fee=FEE):
    """on behalf, deducted, reimbursed; in fen."""
    found = apply_highest(RULES, categories, fee)
    return (found.on_behalf_fen, found.deducted_fen, found.reimbursed_fen)


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
    assert parts(categories) == expected


def test_nobody_is_granted_more_than_the_fee():
    assert parts(["lifted"], fee=20000) == (0, 0, 20000)
    assert grant_fen(FULL, 1) == 1


def test_what_is_not_applied_is_named_with_its_clause():
    found = apply_highest(RULES, ["low", "lifted"], FEE)
    assert found.category == "lifted"
    assert [reason.clause for reason in found.because] == ["clause lifted"]
    assert [reason.clause for reason in found.not_applied] == ["clause low"]
    assert "low people" in found.not_applied[0].words


def test_of_two_equal_grants_the_notices_order_decides():
    for order in permutations(["monitored", "lifted"]):
        assert apply_highest(RULES, order, FEE).category == "lifted"


@given(st.lists(st.sampled_from([r.key for r in RULES.categories])), st.integers(0, 100_000))
def test_the_order_of_marks_is_of_no_consequence_and_no_part_exceeds_the_fee(held, fee):
    assert apply_highest(RULES, held, fee) == apply_highest(RULES, sorted(set(held)), fee)
    assert 0 <= sum(parts(held, fee)) <= fee
