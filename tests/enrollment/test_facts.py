"""Conditions are data: a field and a value, a list or a range; what is not known never holds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.errors import Refused
from enrollment.facts import Facts, Mark, day_start, read_condition, years_between
from enrollment.notice import Lines, Origins, Table, parse, read_policy
from tests.conftest import NOTICE


def condition(toml):
    """The condition that a file says, or what is wrong with it."""
    text, problems = f"when = {{ {toml} }}", []
    found = read_condition(Table(parse(text), (), Origins(Lines(text), {}), problems))
    return [str(problem) for problem in problems] or found


SCHOOLCHILD = Facts(
    born_on=date(2010, 9, 1),
    category="1403",
    age_on=date(2023, 1, 1),
    residence="permit",
    student=True,
    marks=(Mark("low", "2"), Mark("lifted")),
    paid_at=day_start(date(2022, 11, 30)),
)


@pytest.mark.parametrize(
    ("toml", "holds"),
    [
        ("", True),
        ("age = 12", True),
        ("age = { from = 13 }", False),
        ("age = { until = 12 }", True),
        ("age = { from = 6, until = 12 }", True),
        ('category = ["1402", "1403"]', True),
        ('category = "1501"', False),
        ("student = true", True),
        ("student = false", False),
        ("born_on = 2010-09-01", True),
        ("paid_on = { from = 2022-11-30, until = 2022-11-30 }", True),
        ("paid_on = { from = 2022-12-01 }", False),
        ('hardship = "lifted"', True),
        ('hardship = ["orphan", "low"]', True),
        ('hardship = "orphan"', False),
        ('residence = "permit", student = true', True),
        ('residence = "registered", student = true', False),
        # not known: holds in no condition, neither this nor its opposite
        ("parent_enrolled = true", False),
        ("parent_enrolled = false", False),
        ("missed_years = 0", False),
        ('grade = "2"', False),
    ],
)
def test_a_condition_holds(toml, holds):
    assert condition(toml).holds(SCHOOLCHILD) is holds


def test_a_grade_and_a_recognition_are_those_of_the_mark_that_is_asked_about():
    graded = condition('grade = "2"')
    assert graded.holds(SCHOOLCHILD.asked(mark=SCHOOLCHILD.marks[0]))
    assert not graded.holds(SCHOOLCHILD.asked(mark=SCHOOLCHILD.marks[1]))


def test_what_is_not_known_contradicts_nothing():
    both = condition('residence = "permit", parent_enrolled = true')
    assert not both.holds(SCHOOLCHILD) and not both.contradicted(SCHOOLCHILD)
    assert condition('residence = "none"').contradicted(SCHOOLCHILD)


@pytest.mark.parametrize(
    ("toml", "key", "expected"),
    [
        ("aeg = 12", "when.aeg", "没有这个键"),
        ('age = "twelve"', "when.age", "整数"),
        ("age = { from = 17, until = 6 }", "when.age", "from"),
        ("age = { least = 6 }", "when.age", "整数"),
        ("age = {}", "when.age", "整数"),
        ("age = []", "when.age", "整数"),
        ("student = 1", "when.student", "true"),
        ('paid_on = "2022-11-30"', "when.paid_on", "日期"),
        ('residence = "visiting"', "when.residence", "registered"),
    ],
)
def test_a_wrong_condition_is_told_by_its_key(toml, key, expected):
    (problem,) = condition(toml)
    assert key in problem and expected in problem


@given(st.dates(date(1920, 1, 1), date(2022, 12, 31)), st.dates(date(2023, 1, 1), date(2030, 1, 1)))
def test_a_birthday_counts_on_its_own_day(born_on, on):
    years = years_between(born_on, on)
    turned = (born_on.month, born_on.day) <= (on.month, on.day)
    assert years == on.year - born_on.year - (0 if turned else 1)


@given(
    st.integers(0, 90), st.integers(0, 90), st.dates(date(1930, 1, 1), date(2022, 12, 31)),
)  # fmt: skip
def test_cuts_are_where_a_condition_changes(low, more, born_on):
    found = condition(f"age = {{ from = {low}, until = {low + more} }}")
    age = years_between(born_on, date(2023, 1, 1))
    first, after = found.cuts("age")
    asked = Facts(born_on=born_on, age_on=date(2023, 1, 1))
    assert found.holds(asked) is (first <= age < after)


# --- a notice takes over its parent's rules

PARENT = """
[document]
title = "省里的通知"
number = "省医保〔2022〕5号"
issued_on = 2022-08-01
issuers = ["省医疗保障局"]

[fee]
individual_fen = 32000
clause = "一"
words = "每人 320 元"

[fiscal]
per_person_fen = 61000
clause = "一"

[payments]
late = "hold"
assumed = "没有说"
"""


def child(*, without=(), **replaced):
    text = NOTICE.read_text("utf-8")
    for name in without:
        head, tail = text.split(f"[{name}]\n", 1)
        text = head + tail[tail.index("\n[") + 1 :]
    return text


def test_a_section_the_notice_lacks_is_its_parents_with_the_parents_clause():
    policy = read_policy(child(without=["fee"]), (("省.toml", PARENT),))
    assert (policy["fee"].individual_fen, policy["fee"].clause) == (32000, "省医保〔2022〕5号 一")


def test_the_notices_own_section_wins():
    policy = read_policy(child(), (("省.toml", PARENT),))
    assert policy["fee"].individual_fen == 35000
    assert "省医保" not in policy["fee"].clause


def test_a_fault_of_the_parent_is_told_with_its_file_and_line():
    broken = PARENT.replace("individual_fen = 32000", "individual_fen = 320.0")
    with pytest.raises(Refused) as caught:
        read_policy(child(without=["fee"]), (("省.toml", broken),))
    line = broken.splitlines().index("individual_fen = 320.0") + 1
    (message,) = caught.value.messages
    assert (
        message.startswith("省.toml") and f" {line} " in message and "fee.individual_fen" in message
    )
