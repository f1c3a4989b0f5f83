"""From when to when a person is covered. The reform: 国办发〔2024〕38号; every date by hand."""

from datetime import date

import pytest

from enrollment.benefits import benefit
from enrollment.errors import Refused
from enrollment.facts import Facts, day_start
from enrollment.pricing import price
from tests.enrollment.benefits_made import REFORM, RULES, clauses, days, paid, policy


def refusal(text):
    with pytest.raises(Refused) as caught:
        policy(text)
    return caught.value.messages


# --- when benefits begin and end


def test_without_a_word_in_the_notice_benefits_are_the_coverage_period():
    found = benefit(policy(), Facts())
    assert days(found) == ("2025-01-01", "2025-12-31")
    assert found.because == ()


@pytest.mark.parametrize(
    ("facts", "expected", "clause"),
    [
        (paid("2024-11-20"), ("2025-01-01", "2025-12-31"), "一"),
        # born on day 0, registered on day 90: covered from birth, before the period too
        (
            paid("2025-03-01", category="1401", born_on=date(2024, 12, 1)),
            ("2024-12-01", "2025-12-31"),
            "五4",
        ),
        # day 91: from payment
        (
            paid("2025-03-02", category="1401", born_on=date(2024, 12, 1)),
            ("2025-03-02", "2025-12-31"),
            "五4",
        ),
        (paid("2024-11-20", student=True), ("2025-01-01", "2025-08-31"), "五2"),
        # 2025-01-15 + 60 days: 16 days to January's end, 28 of February, 16 of March
        (paid("2025-01-15"), ("2025-03-16", "2025-12-31"), "三"),
        (paid("2025-03-15"), ("2025-06-15", "2025-12-31"), "三"),
        # November has no 31st
        (paid("2025-08-31"), ("2025-12-01", "2025-12-31"), "三"),
        # 2025-10-01 + 3 months lies in the next year: nothing this year
        (paid("2025-10-01"), (None, "2025-12-31"), "三"),
    ],
)
def test_the_first_rule_that_holds_says_when(facts, expected, clause):
    found = benefit(policy(RULES), facts)
    assert days(found) == expected
    assert clauses(found)[0] == clause


def test_benefits_that_would_begin_too_late_say_when():
    found = benefit(policy(RULES), paid("2025-10-01"))
    assert "2026-01-01" in found.because[-1].words


def test_the_day_of_registration_stands_in_for_a_payment_not_known():
    registered = Facts(registered_at=day_start(date(2025, 1, 15)))
    assert days(benefit(policy(RULES), registered))[0] == "2025-03-16"


def test_a_start_that_nothing_tells_stays_open():
    rule = """
[[benefit.rules]]
begins = "birth"
clause = "五4"
words = "自出生之日起"
"""
    assert days(benefit(policy(rule), Facts())) == (None, "2025-12-31")


def test_nobody_is_covered_before_birth():
    born = paid("2025-04-01", born_on=date(2025, 3, 5))
    assert days(benefit(policy(), born)) == ("2025-03-05", "2025-12-31")


def test_ages_are_told_on_the_day_that_the_notice_names():
    rule = """
[benefit]
age_on = {}

[[benefit.rules]]
when = {{ age = {{ until = 17 }} }}
ends = 2025-08-31
clause = "五"
words = "未成年人"
"""
    facts = Facts(born_on=date(2007, 6, 1))  # 18 on 2025-06-01
    assert days(benefit(policy(rule.format('"coverage_from"')), facts))[1] == "2025-08-31"
    assert days(benefit(policy(rule.format("2025-06-01")), facts))[1] == "2025-12-31"


# --- as a price tells it

FEE = """
[[windows]]
key = "concentrated"
title = "集中征缴期"
from = 2024-09-01
until = 2024-12-31
clause = "三"

[[windows]]
key = "makeup"
title = "补缴期"
from = 2025-01-01
until = 2025-12-31
clause = "三"

[fee]
individual_fen = 40000
clause = "二"
words = "个人缴费标准为每人每年 400 元"

[[fee.rules]]
name = "父母一方已参保的新生儿"
when = { category = "1401", parent_enrolled = true, days_since_birth = { until = 90 } }
individual_fen = 0
clause = "五4"
words = "新生儿出生 90 天内参保且父母一方参保的，免缴"
"""
LATE_BY_WINDOW = REFORM.replace(
    "late = { paid_on = { from = 2025-01-01 } }", 'late = { window = "makeup" }'
)


def test_a_newborn_of_an_enrolled_parent_is_free_and_covered_from_birth():
    born = date(2025, 3, 5)
    registered = day_start(date(2025, 4, 2))  # 28 days old
    facts = Facts(born_on=born, category="1401", registered_at=registered, parent_enrolled=True)
    found = price(policy(FEE, RULES, LATE_BY_WINDOW), facts)
    assert (found.fee_fen, found.benefit_from) == (0, born)
    late = facts.asked(registered_at=day_start(date(2025, 6, 4)))  # 91 days old
    found = price(policy(FEE, RULES, LATE_BY_WINDOW), late)
    assert (found.fee_fen, found.benefit_from) == (40000, date(2025, 6, 4))


def test_who_pays_in_the_window_for_late_comers_waits():
    notice = policy(FEE, LATE_BY_WINDOW)
    assert price(notice, paid("2024-12-31")).benefit_from == date(2025, 1, 1)
    assert price(notice, paid("2025-02-10")).benefit_from == date(2025, 5, 10)


# --- what is refused


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('begins = "birth"', 'begins = "dawn"', "benefit.rules[1].begins"),
        ("ends = 2025-08-31", 'ends = "some day"', "benefit.rules[3].ends"),
        ("ends = 2025-08-31", "ends = 20250831", "benefit.rules[3].ends"),
        ("after_days = 60", "after_weeks = 8", "benefit.rules[4].after_weeks"),
        ("floor_from_years = 4", "", "benefit.waiting.floor"),
        ("floor = 6\n", "", "benefit.waiting.floor_from_years"),
        ('{ when = { category = "1401" }, clause', "{ clause", "benefit.waiting.exempt[1].when"),
        ("per_missed_year = 1", 'per_missed_year = "1"', "benefit.waiting.per_missed_year"),
        ("late = { paid_on", "late = { payed_on", "benefit.waiting.late.payed_on"),
        ("from_years = 4\nper", "per", "benefit.incentives.from_years"),
    ],
)
def test_a_mistake_is_named_by_its_key(old, new, said):
    text = RULES + REFORM
    assert old in text
    (message,) = refusal(text.replace(old, new, 1))
    assert f"，{said}：" in message
