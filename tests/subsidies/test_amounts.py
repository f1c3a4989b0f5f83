"""How much a percent is, and who pays it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.ports import Funded
from enrollment.sections.shares import Share
from subsidies.amounts import funded, rounded
from tests.subsidies.made import LOCAL, category, found, parts, policy

LIFTED = category("lifted", 'grant = "amount"\namount_fen = 25000\nhow = "reimbursed"')
LOW = category("low", 'grant = "amount"\namount_fen = 8000\nhow = "deducted"')


# --- how much


@pytest.mark.parametrize(
    ("percent_bp", "unit", "how", "expected"),
    [
        (3333, "fen", "nearest", 11666),  # 116.655 yuan: half a fen up
        (3333, "fen", "down", 11665),
        (3333, "jiao", "nearest", 11670),
        (3333, "jiao", "up", 11670),
        (3333, "half_yuan", "nearest", 11650),  # 116.655: 116.50 is nearer than 117.00
        (3333, "half_yuan", "up", 11700),
        (5050, "half_yuan", "nearest", 17700),  # 176.75 lies in the middle: up
        (5050, "half_yuan", "down", 17650),
        (3333, "yuan", "nearest", 11700),
        (3333, "yuan", "down", 11600),
        (10000, "yuan", "nearest", 35000),
    ],
)
def test_a_percent_is_rounded_as_the_notice_says(percent_bp, unit, how, expected):
    said = f'grant = "percent"\npercent_bp = {percent_bp}\nbase = "fee"\nhow = "deducted"\n'
    one = policy(category("part", said + f'round_to = "{unit}"\nround = "{how}"'))
    assert parts(found(one, "part")) == (0, expected, 0)


@given(
    st.integers(0, 10**9),
    st.integers(1, 10**4),
    st.sampled_from([1, 10, 50, 100]),
    st.sampled_from(["nearest", "down", "up"]),
)
def test_rounding_gives_whole_units_less_than_one_unit_away(numerator, denominator, unit, how):
    fen = rounded(numerator, denominator, unit, how)
    away = fen * denominator - numerator
    assert fen % unit == 0
    assert abs(away) < unit * denominator
    assert {"down": away <= 0, "up": away >= 0}.get(how, 2 * abs(away) <= unit * denominator)


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("fee", 48000),  # half of 350 + 610
        ("individual", 17500),
        ("fiscal", 30500),
        ("last_year", 16000),
    ],
)
def test_a_percent_is_of_the_base_that_the_notice_names(base, expected):
    said = f'grant = "percent"\npercent_bp = 5000\nbase = "{base}"\nhow = "reimbursed"'
    one = policy("[subsidies.bases]\nlast_year = 32000\n" + category("part", said))
    assert parts(found(one, "part", fee=96000, fiscal=61000)) == (0, 0, expected)


# --- who pays


SHARED = """grant = "amount"
amount_fen = 10001
how = "deducted"
[[subsidies.categories.funders]]
funder = "province"
share_bp = 3333
[[subsidies.categories.funders]]
funder = "city"
share_bp = 3333
[[subsidies.categories.funders]]
funder = "county"
share_bp = 3334
"""


def test_shares_sum_to_the_grant_by_largest_remainder():
    # 33.33 %: 3333.3333 twice, 33.34 %: 3334.3334; the fen left goes to the largest remainder
    subsidy = found(policy(category("low", SHARED)), "low")
    assert subsidy.funders == (
        Funded("province", 3333),
        Funded("city", 3333),
        Funded("county", 3335),
    )


def test_what_no_share_is_stated_for_stands_under_who_carries_it_or_under_no_name():
    head = 'grant = "amount"\namount_fen = 10000\nhow = "deducted"\n'
    one = '[[subsidies.categories.funders]]\nfunder = "centre"\nshare_bp = 6000\n'
    rest = '[[subsidies.categories.funders]]\nfunder = "{}"\n'
    open_ended = policy(category("low", head + one))
    assert found(open_ended, "low").funders == (Funded("centre", 6000), Funded("", 4000))
    named = policy(category("low", head + one + rest.format("province") + rest.format("city")))
    assert found(named, "low").funders == (Funded("centre", 6000), Funded("province、city", 4000))


def test_sums_of_money_come_before_shares():
    head = 'grant = "full"\nhow = "deducted"\n'
    fixed = '[[subsidies.categories.funders]]\nfunder = "aid"\nfen = 30000\n'
    half = '[[subsidies.categories.funders]]\nfunder = "county"\nshare_bp = 5000\n'
    both = policy(category("low", head + half + fixed))
    assert found(both, "low").funders == (Funded("aid", 30000), Funded("county", 5000))
    assert found(both, "low", fee=20000).funders == (Funded("aid", 20000),)


def test_funders_of_grant_and_supplement_are_told_together():
    local = LOCAL + 'funder = "county"\n'
    body = 'grant = "amount"\namount_fen = 8000\nhow = "deducted"\nfunder = "aid"'
    old = {"born_on": date(1950, 1, 1)}
    assert found(policy(category("low", body) + LIFTED + local), "low", **old).funders == (
        Funded("aid", 8000),
        Funded("county", 5000),
    )
    assert found(policy(LOW + LIFTED + local), "low", **old).funders == (
        Funded("", 8000),
        Funded("county", 5000),
    )


@given(st.lists(st.integers(1, 10000), max_size=6), st.integers(0, 100_000))
def test_shares_of_any_grant_sum_to_it(points, fen):
    while sum(points) > 10000:
        points.pop()
    shares = [Share(f"funder {n}", bp) for n, bp in enumerate(points)]
    assert sum(part.fen for part in funded(shares, fen)) == (fen if shares else 0)
