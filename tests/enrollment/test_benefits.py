"""From when to when a person is covered. The reform: 国办发〔2024〕38号; every date by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.benefits import benefit, incentive, later_by, waiting
from enrollment.errors import Refused
from enrollment.facts import Facts, day_start
from enrollment.notice import read_policy
from enrollment.pricing import price

HEAD = """
slug = "benefit-2025"

[document]
title = "关于做好城乡居民基本医疗保险参保缴费工作的通知"
number = "县医保〔2024〕1号"
issued_on = 2024-08-30
issuers = ["县医疗保障局"]

[campaign]
title = "2025年度居民医保征缴"
label = "2025年度"
region = "411398000000"
insurance = "390"
coverage_from = 2025-01-01
coverage_until = 2025-12-31
"""

# What the reform asks, in months: 3 fixed, 1 for each missed year, 1 off for each repaid year, at
# least 6 from four missed years on; newborns do not wait.
REFORM = """
[benefit.waiting]
fixed = 3
per_missed_year = 1
per_repaid_year = 1
floor = 6
floor_from_years = 4
late = { paid_on = { from = 2025-01-01 } }
clause = "（十一）"
words = "未在集中参保期参保或者未连续参保的，设置待遇等待期"
exempt = [
  { when = { category = "1401" }, clause = "（十一）", words = "新生儿不设等待期" },
]

[benefit.incentives]
from_years = 4
per_year_fen = 100000
unused_year_fen = 100000
limit_fen = 8000000
clause = "（十）"
words = "连续参保满 4 年后，每连续参保 1 年提高大病保险最高支付限额"
"""

RULES = """
[benefit]
clause = "一"
words = "待遇享受期为 1 月 1 日至 12 月 31 日"

[[benefit.rules]]
when = { category = "1401", days_since_birth = { from = 0, until = 90 } }
begins = "birth"
clause = "五4"
words = "新生儿出生 90 天内参保的，自出生之日起享受待遇"

[[benefit.rules]]
when = { category = "1401" }
begins = "paid_on"
clause = "五4"
words = "新生儿超过 90 天参保的，自缴费之日起享受待遇"

[[benefit.rules]]
when = { student = true }
ends = 2025-08-31
clause = "五2"
words = "学生的待遇到学年末"

[[benefit.rules]]
when = { paid_on = { from = 2025-01-01, until = 2025-02-28 } }
begins = "paid_on"
after_days = 60
clause = "三"
words = "补缴期缴费的，缴费 60 日后享受待遇"

[[benefit.rules]]
when = { paid_on = { from = 2025-03-01 } }
begins = "paid_on"
after_months = 3
ends = "year_end"
clause = "三"
words = "此后缴费的，缴费 3 个月后享受待遇"
"""


def policy(*pieces):
    return read_policy(HEAD + "".join(pieces))


def refusal(text):
    with pytest.raises(Refused) as caught:
        policy(text)
    return caught.value.messages


def paid(on, **facts):
    return Facts(paid_at=day_start(date.fromisoformat(on)), **facts)


def days(found):
    return str(found.begins) if found.begins else None, str(found.until)


def clauses(found):
    return [reason.clause for reason in found.because]


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


# --- waiting


@pytest.mark.parametrize(
    ("missed", "repaid", "months"),
    [
        (0, 0, 0),
        (1, 0, 4),  # 3 + 1
        (1, 1, 3),  # the fixed part stays
        (2, 0, 5),
        (2, 1, 4),
        (3, 3, 3),
        (4, 0, 7),
        (4, 1, 6),
        (4, 4, 6),  # 3 + 4 - 4 = 3, but at least 6 from four years on
        (6, 2, 7),  # 3 + 6 - 2
        (2, 5, 3),  # no more than the years missed can be paid up
    ],
)
def test_broken_enrollment_waits_as_the_reform_asks(missed, repaid, months):
    facts = paid("2024-11-20", missed_years=missed, paid_missed_years=repaid)
    assert waiting(policy(REFORM), facts).length == months


@pytest.mark.parametrize(
    ("change", "missed", "repaid", "length"),
    [
        (("per_repaid_year = 1", "per_repaid_year = 1\nfirst_missed_counts = false"), 1, 0, 3),
        (("per_repaid_year = 1", "per_repaid_year = 1\nfirst_missed_counts = false"), 3, 1, 4),
        (("per_repaid_year = 1", "per_repaid_year = 1\nfixed_is_kept = false"), 2, 2, 3),
        (("per_repaid_year = 1", "per_repaid_year = 2\nfixed_is_kept = false"), 2, 2, 1),
        (("per_repaid_year = 1", "per_repaid_year = 0"), 2, 2, 5),
    ],
)
def test_another_notice_counts_otherwise(change, missed, repaid, length):
    facts = Facts(missed_years=missed, paid_missed_years=repaid)
    assert waiting(policy(REFORM.replace(*change)), facts).length == length


def test_late_enrollment_waits_the_fixed_part():
    found = benefit(policy(REFORM), paid("2025-02-10"))
    assert days(found) == ("2025-05-10", "2025-12-31")
    assert clauses(found) == ["（十一）", "（十一）"]


def test_waiting_counts_from_the_coverage_for_those_who_paid_before_it():
    found = benefit(policy(REFORM), paid("2024-11-20", missed_years=2, paid_missed_years=1))
    assert days(found)[0] == "2025-05-01"  # four months: January to April
    changed = REFORM.replace("fixed = 3", 'fixed = 3\ncounts_from = "paid_on"')
    found = benefit(policy(changed), paid("2024-11-20", missed_years=2, paid_missed_years=1))
    assert days(found)[0] == "2025-03-20"


def test_waiting_may_be_told_in_days_from_the_next_day():
    changed = (
        REFORM.replace("fixed = 3", 'unit = "days"\nafter_days = 1\nfixed = 90')
        .replace("per_missed_year = 1", "per_missed_year = 30")
        .replace("per_repaid_year = 1", "per_repaid_year = 30")
        .replace("floor = 6", "floor = 180")
    )
    # counted from 2025-02-11: 18 days of February, 31 of March, 30 of April, 11 of May
    assert days(benefit(policy(changed), paid("2025-02-10")))[0] == "2025-05-12"


def test_the_later_of_rule_and_waiting_holds():
    found = benefit(policy(RULES, REFORM), paid("2025-01-15"))
    assert days(found)[0] == "2025-04-15"  # 60 days end on 2025-03-16, three months later
    assert clauses(found)[:2] == ["三", "（十一）"]


def test_exempt_kinds_do_not_wait_and_are_told_why():
    found = benefit(policy(REFORM), paid("2025-06-01", category="1401"))
    assert days(found)[0] == "2025-01-01"
    assert found.because[0].words == "新生儿不设等待期"


def test_a_person_of_whom_nothing_is_known_does_not_wait():
    assert waiting(policy(REFORM), Facts()).length == 0


def test_without_a_word_of_it_nobody_waits():
    assert waiting(policy(), Facts(missed_years=9)).length == 0


@given(missed=st.integers(0, 30), repaid=st.integers(0, 30))
def test_paying_up_never_makes_the_waiting_longer_nor_shorter_than_its_floors(missed, repaid):
    def length(paid_up):
        facts = Facts(missed_years=missed, paid_missed_years=paid_up)
        return waiting(policy(REFORM), facts).length

    assert length(repaid + 1) <= length(repaid) <= length(0)
    if missed:
        assert length(repaid) >= (6 if missed >= 4 else 3)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2025-01-01", 3, "2025-04-01"),
        ("2024-11-30", 3, "2025-03-01"),  # February has no 30th
        ("2023-11-29", 3, "2024-02-29"),
        ("2024-10-31", 2, "2024-12-31"),
        ("2024-11-30", 0, "2024-11-30"),
        ("2024-10-31", 25, "2026-12-01"),  # November has no 31st
    ],
)
def test_months_later(day, months, expected):
    assert str(later_by(date.fromisoformat(day), months)) == expected


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


# --- incentives


@pytest.mark.parametrize(
    ("continuous", "unused", "fen"),
    [
        (3, 0, 0),
        (4, 0, 0),
        (5, 0, 100000),
        (7, 0, 300000),
        (0, 2, 200000),
        (7, 1, 400000),
        (200, 0, 8000000),  # no more than the limit
    ],
)
def test_continuous_years_raise_the_upper_limit(continuous, unused, fen):
    found = incentive(policy(REFORM), continuous, unused)
    assert found.fen == fen
    assert [reason.clause for reason in found.because] == (["（十）"] if fen else [])


def test_a_notice_may_count_the_fourth_year_already():
    counted = REFORM.replace("from_years = 4\nper", "from_years = 4\nfrom_year_counts = true\nper")
    assert incentive(policy(counted), 4).fen == 100000
    assert incentive(policy(counted), 3).fen == 0


def test_without_a_word_of_it_there_is_no_incentive():
    assert incentive(policy(), 20, 5).fen == 0


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
