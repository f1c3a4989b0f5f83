"""The fiscal subsidy where it is not one figure, and fees that charge a part of it; by hand.

A city with two kinds of people: students 60 yuan of their own and 900 from the treasuries, adults
400 and 700; whoever comes late pays their own part and half of the treasuries' 700.
"""

from datetime import date

import pytest

from enrollment import pricing
from enrollment.errors import Refused
from enrollment.facts import Facts
from enrollment.funding import funding
from enrollment.notice import read_policy
from enrollment.policy.trial import trial
from enrollment.ports import NotStated
from tests.conftest import at
from tests.enrollment.test_pricing import HEAD, policy

FEE = """
[fee]
clause = "三"
words = "个人缴费"
[[fee.rules]]
name = "逾期"
when = { paid_on = { from = 2023-01-01 }, category = "1501" }
individual_fen = 40000
fiscal_fen = 35000
clause = "五"
words = "逾期的另缴财政补助的一半"
[[fee.rules]]
name = "转入"
when = { paid_on = { from = 2023-01-01 } }
individual_fen = 6000
with_fiscal = true
[[fee.rules]]
name = "学生"
when = { category = "1403" }
individual_fen = 6000
[[fee.rules]]
name = "其他居民"
individual_fen = 40000
"""
BY_KIND = """
[fiscal]
clause = "四"
[[fiscal.rules]]
name = "学生"
per_person_fen = 90000
when = { category = "1403" }
clause = "四（一）"
words = "学生每人 900 元"
[[fiscal.rules]]
name = "成年居民"
per_person_fen = 70000
when = { category = "1501" }
"""


@pytest.mark.parametrize(
    ("category", "paid", "fee", "charged", "still"),
    [
        ("1403", "2022-12-01", 6000, 0, 90000),
        ("1501", "2022-12-01", 40000, 0, 70000),
        ("1501", "2023-01-02", 75000, 35000, 35000),  # 400 + 350
        ("1403", "2023-01-02", 96000, 90000, 0),  # 60 + 900
    ],
)
def test_who_is_charged_what_and_what_the_treasuries_still_add(category, paid, fee, charged, still):
    price = pricing.price(policy(FEE, BY_KIND), Facts(category=category, paid_at=at(paid)))
    assert (price.fee_fen, price.fiscal_fen, price.treasury_fen) == (fee, charged, still)


def test_the_treasuries_part_is_shown_with_its_own_clause():
    found = policy(FEE, BY_KIND)
    student = trial(found, pricing.price(found, Facts(category="1403")), Facts(category="1403"))
    line = next(line for line in student.lines if line.fen == 90000)
    assert [(reason.clause, reason.words) for reason in line.because] == [
        ("四（一）", "学生每人 900 元")
    ]


def test_for_whom_no_figure_is_stated_none_is_shown_and_none_can_be_charged():
    found = policy(FEE, BY_KIND)
    elderly = pricing.price(found, Facts(category="1601"))
    assert (elderly.fee_fen, elderly.treasury_fen) == (40000, 0)
    with pytest.raises(NotStated) as caught:
        pricing.price(found, Facts(category="1601", paid_at=at("2023-01-02")))
    assert caught.value.reason.clause == "四"


def test_by_kinds_of_people_no_sum_is_made_up():
    assert funding(policy(FEE, BY_KIND), {"": 100}) is None


@pytest.mark.parametrize(
    ("sections", "key", "says"),
    [
        ('[fiscal]\nclause = "四"', "fiscal.per_person_fen", "fiscal.rules"),
        (BY_KIND.replace("per_person_fen = 70000", ""), "fiscal.rules[2].per_person_fen", ""),
        (
            BY_KIND.replace('when = { category = "1403" }', ""),
            "fiscal.rules[1].when",
            "",
        ),
        (FEE.replace("with_fiscal = true", "with_fiscal = true\nfiscal_fen = 1"), "fiscal_fen", ""),
        (FEE.replace("with_fiscal = true", ""), "fiscal", "[fiscal]"),
    ],
)
def test_a_mistake_is_told_with_its_key(sections, key, says):
    with pytest.raises(Refused) as caught:
        read_policy(HEAD + (sections if "[fee]" in sections else FEE + sections))
    assert any(key in message and says in message for message in caught.value.messages)


def test_benefits_may_begin_on_a_day_of_the_notice_also_before_the_period():
    """Students who stay covered by school year, in a notice by calendar year."""
    school_year = """
[[benefit.rules]]
when = { category = "1403" }
begins = 2022-09-01
ends = 2023-08-31
clause = "六"
words = "学生按学年享受待遇"
"""
    found = policy(FEE, BY_KIND, school_year)
    student = pricing.price(found, Facts(category="1403"))
    assert (student.benefit_from, student.benefit_until) == (date(2022, 9, 1), date(2023, 8, 31))
    born = Facts(category="1403", born_on=date(2022, 10, 5))
    assert pricing.price(found, born).benefit_from == date(2022, 10, 5)
    not_before = school_year + "not_before_coverage = true\n"
    later = pricing.price(policy(FEE, BY_KIND, not_before), Facts(category="1403"))
    assert later.benefit_from == date(2023, 1, 1)


REPAIR = """
[benefit.waiting]
fixed = 3
per_missed_year = 1
per_repaid_year = 1
repaid_year = "individual"
clause = "七"
words = "断保的设置等待期，可以缴费修复"
"""


@pytest.mark.parametrize(
    ("waiting", "missed", "repaid", "costs"),
    [
        (REPAIR, 3, 2, 80000),  # 2 x 400
        (REPAIR, 3, 0, 0),
        (REPAIR.replace('"individual"', '"with_fiscal"'), 3, 1, 110000),  # 400 + 700
        (REPAIR.replace('repaid_year = "individual"\n', ""), 3, 2, 0),  # not stated
    ],
)
def test_what_paying_up_missed_years_costs_beside_the_fee(waiting, missed, repaid, costs):
    facts = Facts(category="1501", missed_years=missed, paid_missed_years=repaid)
    price = pricing.price(policy(FEE, BY_KIND, waiting), facts)
    assert (price.fee_fen, price.repair_fen) == (40000, costs)
