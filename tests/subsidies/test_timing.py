"""When marks are due, and in which month a reimbursement is."""

from datetime import date

import pytest

from enrollment.sections import Window
from subsidies.sections import PayOut
from subsidies.timing import marks_due, pay_out_of, reimbursed_in
from tests.conftest import at
from tests.subsidies.made import category, found, policy, problems

BACK = 'grant = "amount"\namount_fen = 10000\nhow = "reimbursed"\n'
AHEAD = 'grant = "amount"\namount_fen = 5000\nhow = "on_behalf"\n'
WHO = category("low", BACK) + category("lifted", BACK) + category("old", AHEAD)
NEXT = """
[[subsidies.pay_outs]]
to = ["low", "old"]
month = "next_month"
clause = "next"
words = "the month after"
"""


def marked(before):
    return f"[subsidies.marked]\nbefore = {before}\nclause = 'm'\nwords = 'marked in time'\n"


@pytest.mark.parametrize(
    ("month", "paid_on", "recognised_on", "due"),
    [
        ("next_month", date(2022, 9, 20), None, date(2022, 10, 1)),
        ("next_month", date(2022, 12, 31), None, date(2023, 1, 1)),
        ("same_month", date(2022, 9, 30), None, date(2022, 9, 1)),
        ("next_month", date(2022, 9, 20), date(2022, 8, 31), date(2022, 10, 1)),
        ("next_month", date(2022, 9, 20), date(2022, 11, 2), date(2022, 12, 1)),  # recognised later
        (date(2022, 12, 20), date(2022, 9, 20), None, date(2022, 12, 1)),
        (date(2022, 12, 20), date(2023, 2, 1), None, date(2023, 2, 1)),  # paid later than that
    ],
)
def test_the_month_in_which_a_reimbursement_falls_due(month, paid_on, recognised_on, due):
    assert reimbursed_in(PayOut(month, "", ""), paid_on, recognised_on) == due


def test_a_pay_out_is_for_the_categories_it_names_and_the_first_counts():
    rules = policy(WHO + NEXT + NEXT.replace('["low", "old"]', "[]").replace("next_", "same_"))
    told = {key: pay_out_of(rules["subsidies"], key).month for key in ("low", "lifted")}
    assert told == {"low": "next_month", "lifted": "same_month"}


def test_the_month_is_told_with_the_subsidy_where_something_comes_back():
    rules, paid = policy(WHO + NEXT), at("2022-09-20 10:00")
    low = found(rules, "low", paid_at=paid)
    assert low.reimbursed_in == date(2022, 10, 1)
    assert [r.words for r in low.because if r.clause == "next"] == ["the month after（2022-10）"]
    # nothing comes back; not in the list; only registered, so nobody knows when they will pay
    for other in (
        found(rules, "old", paid_at=paid),
        found(rules, "lifted", paid_at=paid),
        found(rules, "low", paid_at=paid, paid_assumed=True),
        found(rules, "low"),
    ):
        assert other.reimbursed_in is None
    words = [reason.words for reason in found(rules, "low").because]
    assert words == ["words", "the month after"]
    assert found(rules, "old", paid_at=paid).because[-1].clause == "clause old"


def test_of_several_that_add_up_the_last_month_counts():
    both = NEXT + NEXT.replace('["low", "old"]', '["lifted"]').replace('"next_month"', "2022-12-01")
    rules = policy("[subsidies]\npick = 'sum'\n" + WHO + both)
    assert found(rules, "low", "lifted", paid_at=at("2022-09-20")).reimbursed_in == date(
        2022, 12, 1
    )


def windows(*spans):
    return [Window(k, k, first, last, "", takes=takes) for k, first, last, takes in spans]


def test_marks_are_due_when_the_first_window_takes_payments():
    rules = policy(WHO + marked("'collection'")) | {
        "windows": windows(
            ("register", date(2022, 8, 1), date(2022, 9, 1), "registration"),
            ("late", date(2022, 11, 1), date(2023, 1, 1), "both"),
            ("pay", date(2022, 9, 1), date(2022, 12, 26), "payment"),
        )
    }
    assert marks_due(rules) == at("2022-09-01 00:00")
    assert marks_due(rules | {"windows": []}) is None


def test_marks_are_due_on_a_day_or_never():
    assert marks_due(policy(WHO + marked("2022-08-15")) | {"windows": []}) == at("2022-08-15")
    assert (
        marks_due(policy(WHO) | {"windows": windows(("w", date(2022, 9, 1), None, "both"))}) is None
    )


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        (NEXT.replace('"old"', '"young"'), "subsidies.pay_outs[1].to", "young"),
        (NEXT.replace("next_month", "soon"), "subsidies.pay_outs[1].month", "soon"),
        (NEXT.replace("clause", "claus"), "subsidies.pay_outs[1].claus", ""),
        (marked("'spring'"), "subsidies.marked.before", "spring"),
        (marked("'collection'").replace("words", "word"), "subsidies.marked.word", ""),
    ],
)
def test_what_is_wrong_is_told_with_its_key(text, key, said):
    assert any(key in each and said in each for each in problems(WHO + text))
