"""Notices that are not among the five; no code knows of them.

tiers: two tiers, a table of category and tier, percentages, a make-up window at the full price,
newborns, waiting. bands: fees by age band on a stated day, a county that takes over its city's
rules and adds its own supplement, a grant for the household, money that comes back later.
"""

from datetime import date
from pathlib import Path

import pytest

from enrollment import pricing
from enrollment.facts import Facts, Mark, day_start
from enrollment.ports import NotStated
from enrollment.services.campaigns import read_notice

NOTICE = Path(__file__).parent / "elsewhere" / "tiers.toml"


@pytest.fixture(scope="module")
def policy():
    return read_notice(NOTICE).policy


def on(text):
    return day_start(date.fromisoformat(text))


ADULT = Facts(
    born_on=date(1985, 5, 5), category="1501", residence="registered", paid_at=on("2024-10-08")
)


def marked(*categories):
    return tuple(Mark(category, "", date(2024, 8, 1)) for category in categories)


@pytest.mark.parametrize(
    ("told", "fee", "on_behalf", "deducted", "begins"),
    [
        # 四（一）: first tier unless the second is chosen
        ({}, 400, 0, 0, "2025-01-01"),
        ({"tier": "1"}, 400, 0, 0, "2025-01-01"),
        ({"tier": "2"}, 775, 0, 0, "2025-01-01"),
        # 四（二）: a student who chooses the second pays the first
        ({"student": True, "tier": "2"}, 400, 0, 0, "2025-01-01"),
        # 四（三）: in the make-up window the fiscal 670 is charged too; 90 days after payment
        ({"paid_at": on("2025-01-20")}, 1070, 0, 0, "2025-04-20"),
        ({"paid_at": on("2025-01-20"), "tier": "2"}, 1445, 0, 0, "2025-04-20"),
        # 五（一）1: a table of category and tier
        ({"marks": marked("extremely_poor")}, 400, 400, 0, "2025-01-01"),
        ({"marks": marked("extremely_poor"), "tier": "2"}, 775, 0, 400, "2025-01-01"),
        # 五（一）2: 90 % of the first tier, also of the second tier's fee
        ({"marks": marked("low_income")}, 400, 0, 360, "2025-01-01"),
        ({"marks": marked("low_income"), "tier": "2"}, 775, 0, 360, "2025-01-01"),
        # 五（一）3: 62.25 % of 400 = 249.00; only grades 1 and 2
        ({"marks": marked("disabled"), "disability_grade": 2}, 400, 0, 249, "2025-01-01"),
        ({"marks": marked("disabled"), "disability_grade": 3}, 400, 0, 0, "2025-01-01"),
        # the highest of two, never both
        ({"marks": marked("low_income", "disabled"), "disability_grade": 1}, 400, 0, 360,
         "2025-01-01"),
        # 五（二）: without any roster
        ({"born_on": date(1944, 12, 31)}, 400, 0, 60, "2025-01-01"),
        ({"born_on": date(1945, 1, 2)}, 400, 0, 0, "2025-01-01"),
        # 四（四）, 六（二）: a newborn with an enrolled parent, from birth
        ({"born_on": date(2025, 3, 10), "category": "1401", "parent_enrolled": True,
          "paid_at": on("2025-04-01")}, 0, 0, 0, "2025-03-10"),
        ({"born_on": date(2025, 3, 10), "category": "1401", "parent_enrolled": False,
          "paid_at": on("2025-04-01")}, 400, 0, 0, "2025-03-10"),
        # 六（四）: three months fixed, the first year in them; from four years on at least six
        ({"missed_years": 1}, 400, 0, 0, "2025-04-01"),
        ({"missed_years": 3}, 400, 0, 0, "2025-06-01"),
        ({"missed_years": 3, "paid_missed_years": 2}, 400, 0, 0, "2025-04-01"),
        ({"missed_years": 5, "paid_missed_years": 5}, 400, 0, 0, "2025-07-01"),
    ],
)  # fmt: skip
def test_what_a_person_pays_and_from_when(policy, told, fee, on_behalf, deducted, begins):
    priced = pricing.price(policy, ADULT.asked(**told))
    assert priced.eligible
    yuan = (priced.fee_fen, priced.on_behalf_fen, priced.deducted_fen)
    assert yuan == (fee * 100, on_behalf * 100, deducted * 100)
    assert priced.own_fen == priced.fee_fen - priced.on_behalf_fen - priced.deducted_fen
    assert (priced.benefit_from, priced.benefit_until) == (
        date.fromisoformat(begins), date(2025, 12, 31),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "clause"),
    [
        ({"employee_insured": True}, "二"),
        ({"enrolled_elsewhere": True}, "二"),
        ({"residence": "none"}, "二"),
        ({"paid_at": on("2024-08-31")}, "三"),
        ({"paid_at": on("2025-03-01")}, "三"),
    ],
)
def test_who_is_refused_and_by_which_clause(policy, told, clause):
    priced = pricing.price(policy, ADULT.asked(**told))
    assert not priced.eligible and priced.fee_fen == 0
    assert any(reason.clause.startswith(clause) for reason in priced.because)


def test_an_amount_that_others_set_is_not_guessed(policy):
    with pytest.raises(NotStated) as caught:
        pricing.price(policy, ADULT.asked(marks=marked("veteran_family")))
    assert caught.value.reason.clause == "五（一）4"


@pytest.fixture(scope="module")
def bands():
    return read_notice(NOTICE.with_name("bands.toml")).policy


def born(text, category="1501", **told):
    return Facts(born_on=date.fromisoformat(text), category=category, **told)


@pytest.mark.parametrize(
    ("person", "fee", "deducted", "reimbursed"),
    [
        # the day on which ages are told is 2023-12-31, not the beginning of cover
        (born("1953-12-31"), 495, 0, 0),
        (born("1954-01-01"), 665, 0, 0),
        (born("1963-12-31"), 665, 0, 0),
        (born("1964-01-01"), 835, 0, 0),
        # a band comes before the category: first that holds
        (born("1940-01-01", "1404"), 495, 0, 0),
        (born("2004-06-01", "1404"), 245, 0, 0),
        (born("2004-06-01"), 835, 0, 0),
        # half of the fee comes back, to the half yuan exactly, and the county adds its own
        (born("1980-01-01", marks=marked("low_income")), 835, 50.5, 417.5),
        (born("2010-01-01", "1403", marks=marked("low_income")), 245, 50.5, 122.5),
        # "as" takes the grant of the other category, not the supplement that names only that one
        (born("1980-01-01", marks=marked("low_margin")), 835, 0, 417.5),
        (born("1980-01-01", marks=marked("tracked")), 835, 0, 0),
    ],
)
def test_bands_of_age_and_a_supplement_on_the_superiors(bands, person, fee, deducted, reimbursed):
    priced = pricing.price(bands, person)
    assert (priced.fee_fen, priced.deducted_fen, priced.reimbursed_fen) == (
        fee * 100, deducted * 100, reimbursed * 100,
    )  # fmt: skip


def test_an_inherited_clause_names_its_document(bands):
    priced = pricing.price(bands, born("1980-01-01", marks=marked("low_income")))
    clauses = [reason.clause for reason in priced.because]
    assert "市医保规〔2023〕9号 一（三）" in clauses and "二" in clauses


@pytest.mark.parametrize(("day", "eligible"), [("2023-10-25", True), ("2023-10-26", False)])
def test_payable_days_of_the_month(bands, day, eligible):
    assert pricing.price(bands, born("1980-01-01", paid_at=on(day))).eligible is eligible
