"""By when collected money goes: 10,000 yuan or 5 working days (区医保发〔2022〕69号 六3)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from enrollment.errors import Refused
from payments.in_hand import due_by
from tests.conftest import at
from tests.payments.policies import policy

TWO_LIMITS = """
[money_in_hand]
limit_fen = 1000000
limit_working_days = 5
account = "待报解社会保险费专户"
clause = "六3"
words = "征收费款达到 1 万元，或者不足 1 万元但累计达到 5 个工作日的，及时报解"

[[money_in_hand.accounts]]
name = "待报解社会保险费"
bank = "农村商业银行"
number = "62001"
words = "城乡居民两险归集"
"""


def weekdays(day):
    return day.weekday() < 5


def due(collected, notice=TWO_LIMITS, workdays=weekdays):
    found = due_by(policy(notice), [(at(when), fen) for when, fen in collected], workdays)
    return found and (str(found.on), found.fen)


# 2022-11-14 is a Monday.
@pytest.mark.parametrize(
    ("collected", "expected"),
    [
        # little money: five working days after Monday is the next Monday
        ([("2022-11-14 09:00", 35000)], ("2022-11-21", 35000)),
        ([("2022-11-14 09:00", 35000), ("2022-11-18 09:00", 35000)], ("2022-11-21", 70000)),
        # collected on a Saturday: Monday to Friday
        ([("2022-11-19 09:00", 35000)], ("2022-11-25", 35000)),
        # 28 × 350 = 9,800, then 350 more: 10,150 on Wednesday
        ([("2022-11-14 09:00", 980000), ("2022-11-16 10:00", 35000)], ("2022-11-16", 1015000)),
        # exactly 10,000 is reached
        ([("2022-11-14 09:00", 1000000)], ("2022-11-14", 1000000)),
        ([("2022-11-14 09:00", 999999)], ("2022-11-21", 999999)),
        # told in any order
        ([("2022-11-16 10:00", 35000), ("2022-11-14 09:00", 980000)], ("2022-11-16", 1015000)),
        # full only after the working days are over: they come first
        ([("2022-11-14 09:00", 35000), ("2022-11-22 09:00", 980000)], ("2022-11-21", 1015000)),
        ([], None),
    ],
)
def test_whichever_limit_comes_first(collected, expected):
    assert due(collected) == expected


def test_the_reason_names_the_clause_and_the_limit_that_was_met():
    found = due_by(policy(TWO_LIMITS), [(at("2022-11-14 09:00"), 1000000)], weekdays)
    assert [reason.clause for reason in found.because] == ["六3", "六3"]
    assert "2022-11-14" in found.because[1].words
    found = due_by(policy(TWO_LIMITS), [(at("2022-11-14 09:00"), 1)], weekdays)
    assert "5" in found.because[1].words and "2022-11-21" in found.because[1].words


def test_holidays_are_no_working_days_and_a_set_may_tell_them():
    # National Day 2022: off 10-01 to 10-07, at work on Saturday 10-08 and Sunday 10-09
    first = date(2022, 9, 1)
    off = {date(2022, 10, day) for day in range(1, 8)}
    days = {day for n in range(60) if weekdays(day := first + timedelta(days=n))} - off
    days |= {date(2022, 10, 8), date(2022, 10, 9)}
    # from Thursday 09-29: 09-30, 10-08, 10-09, 10-10, 10-11
    assert due([("2022-09-29 15:00", 35000)], workdays=days) == ("2022-10-11", 35000)


def test_the_first_day_may_count():
    counts = TWO_LIMITS.replace(
        "limit_working_days = 5", "limit_working_days = 5\nfirst_day_counts = true"
    )
    assert due([("2022-11-14 09:00", 35000)], counts) == ("2022-11-18", 35000)
    assert due([("2022-11-19 09:00", 35000)], counts) == ("2022-11-25", 35000)  # a Saturday


def test_days_are_days_in_china():
    monday_in_london = datetime(2022, 11, 14, 17, 0, tzinfo=UTC)  # Tuesday 01:00 in China
    found = due_by(policy(TWO_LIMITS), [(monday_in_london, 1000000)], weekdays)
    assert found.on == date(2022, 11, 15)


def test_one_limit_alone_is_enough():
    by_amount = TWO_LIMITS.replace("limit_working_days = 5\n", "")
    assert due([("2022-11-14 09:00", 35000)], by_amount) is None
    assert due([("2022-11-14 09:00", 1000000)], by_amount) == ("2022-11-14", 1000000)
    by_days = TWO_LIMITS.replace("limit_fen = 1000000\n", "")
    assert due([("2022-11-14 09:00", 1000000)], by_days) == ("2022-11-21", 1000000)


def test_without_a_word_of_it_nothing_is_due():
    assert due([("2022-11-14 09:00", 1000000)], "") is None


def test_too_few_known_working_days_are_an_error_not_a_date():
    with pytest.raises(ValueError, match="5 working days"):
        due([("2022-11-14 09:00", 35000)], workdays={date(2022, 11, 15)})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("limit_fen = 1000000", "limit_yuan = 10000", "money_in_hand.limit_yuan"),
        ("limit_working_days = 5", "limit_working_days = 0", "money_in_hand.limit_working_days"),
        ('clause = "六3"\n', "", "money_in_hand.clause"),
        ('number = "62001"', "number = 62001", "money_in_hand.accounts[1].number"),
    ],
)
def test_a_mistake_is_named_by_its_key(old, new, said):
    with pytest.raises(Refused) as caught:
        policy(TWO_LIMITS.replace(old, new, 1))
    (message,) = caught.value.messages
    assert f"，{said}：" in message
