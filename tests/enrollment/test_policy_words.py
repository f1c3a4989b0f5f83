"""Conditions in plain words, and two texts of a notice compared: values in, values out."""

from datetime import date

import pytest
from django.utils import translation

from enrollment.facts import FIELDS, Condition, Range
from enrollment.policy import compare
from enrollment.policy.compare import Called
from enrollment.policy.values import Vocabulary
from enrollment.policy.words import condition_in_words

NAMES = {"hardship": {"lifted": "脱贫户", "orphan": "孤儿"}, "window": {"late": "补缴期"}}


@pytest.fixture(autouse=True)
def _chinese():
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("field", "wanted", "words"),
    [
        ("age", Range(0, 17), "不满 18 周岁"),
        ("age", Range(None, 5), "不满 6 周岁"),
        ("age", Range(60, None), "年满 60 周岁"),
        ("age", Range(6, 17), "年龄 6–17 周岁"),
        ("age", (7,), "年龄 7 周岁"),
        ("age", Range(18, 18), "年龄 18 周岁"),
        ("residence", ("permit",), "持居住证"),
        ("residence", ("registered", "permit"), "本地户籍、持居住证"),
        ("student", (True,), "在校学生"),
        ("student", (False,), "非在校学生"),
        ("hardship", ("lifted", "orphan"), "属于脱贫户、孤儿"),
        ("hardship", ("unheard",), "属于unheard"),
        ("window", ("late",), "在补缴期"),
        ("disability_grade", Range(1, 2), "残疾等级 1–2 级"),
        ("days_since_birth", Range(None, 90), "出生 90 天内登记"),
        ("days_since_birth", Range(0, 90), "出生 90 天内登记"),
        ("missed_years", Range(4, None), "断保 4 年及以上"),
        ("paid_missed_years", Range(1, None), "已补缴 1 年及以上"),
        ("paid_on", Range(date(2023, 1, 1), None), "2023年1月1日起缴费"),
        ("recognised_on", Range(None, date(2022, 11, 30)), "2022年11月30日及以前认定"),
        ("registered_on", Range(date(2022, 9, 1), date(2022, 12, 31)),
         "2022年9月1日至2022年12月31日登记"),
        ("born_on", (date(2023, 1, 1),), "2023年1月1日出生"),
    ],
)  # fmt: skip
def test_a_condition_in_chinese(field, wanted, words):
    assert condition_in_words(Condition(((field, wanted),)), NAMES) == words


def test_all_fields_must_hold_so_they_are_joined():
    both = Condition((("age", Range(18, None)), ("employee_insured", (False,))))
    assert condition_in_words(both) == "年满 18 周岁，未参加职工医保"


def test_everybody_needs_no_words():
    assert condition_in_words(Condition()) == ""


VALUES = {
    "text": [("x",)],
    "whole": [(1,), Range(1, 2), Range(1, None), Range(None, 2), Range(0, 2), Range(2, 2)],
    "date": [(date(2022, 1, 2),), Range(date(2022, 1, 2), date(2022, 1, 2))],
    "flag": [(True,), (False,), (True, False)],
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_field_of_the_language_can_be_said(field, language):
    values = [("permit",)] if field == "residence" else VALUES[FIELDS[field]]
    with translation.override(language):
        for wanted in values:
            said = condition_in_words(Condition(((field, wanted),)))
            assert said and "None" not in said and "%(" not in said


# --- comparing


BEFORE = """\
[fee]
individual_fen = 35000
words = "350 元"

[[windows]]
key = "first"
until = 2022-11-30

[[windows]]
key = "second"
until = 2022-12-31
"""
AFTER = """\
[fee]
individual_fen = 38000
words = "350 元"
clause = "二"

[[windows]]
key = "second"
until = 2022-12-31
"""


def told(before, after):
    return [
        (c.kind, c.section, c.table, c.key, c.before, c.after, c.before_line, c.after_line)
        for c in compare.changes(before, after)
    ]


def test_what_changed_was_added_and_is_gone_with_both_values_and_lines():
    assert told(BEFORE, AFTER) == [
        ("changed", "fee", "fee", "individual_fen", 35000, 38000, 2, 2),
        ("added", "fee", "fee", "clause", None, "二", None, 4),
        ("gone", "windows", "windows", "until", date(2022, 11, 30), None, 7, None),
    ]  # the key "first" is a name for the machine


NESTED = """\
cites = ["甲"]

[benefit.waiting]
fixed = 3

[[benefit.waiting.exempt]]
when = { student = true }
words = "不等待"

[[windows]]
key = "first"
title = "集中期"
until = 2022-11-30
"""


def test_a_change_says_below_which_tables_it_lies():
    found = {(c.table, c.key): c.place for c in compare.changes("", NESTED)}
    waiting = Called("waiting")
    assert found == {
        ("", "cites"): (),
        ("waiting", "fixed"): (waiting,),
        ("exempt", "when"): (waiting, Called("exempt", "when", {"student": True}, 1)),
        ("exempt", "words"): (waiting, Called("exempt", "when", {"student": True}, 1)),
        ("windows", "title"): (Called("windows", "title", "集中期", 1),),
        ("windows", "until"): (Called("windows", "title", "集中期", 1),),
    }


def test_tables_that_only_change_places_are_the_same():
    first, second = BEFORE.split("\n\n")[1:]
    assert told(BEFORE, "\n\n".join([BEFORE.split("\n\n")[0], second, first])) == []


def test_remarks_and_blanks_change_no_rule():
    assert told(BEFORE, "# a remark\n\n" + BEFORE) == []


def test_lines_stand_beside_each_other_with_their_numbers():
    before, after = "a\nb\nc\nd\ne\nf\n", "a\nB\nc\nd\nnew\ne\nf\n"
    parts = compare.side_by_side(before, after, context=1)
    assert [[(row.kind, row.before_line, row.after_line) for row in part] for part in parts] == [
        [
            ("same", 1, 1),
            ("changed", 2, 2),  # b → B
            ("same", 3, 3),
            ("same", 4, 4),
            ("added", None, 5),
            ("same", 5, 6),
        ]
    ]
    assert parts[0][1].before == "b" and parts[0][1].after == "B"


def test_lines_that_are_gone_have_no_number_in_the_later_text():
    ((row,),) = compare.side_by_side("a\nb\n", "a\n", context=0)
    assert (row.kind, row.before_line, row.after_line, row.after) == ("gone", 2, None, "")


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("individual_fen", 38000, "380.00 元"),
        ("share_bp", 9600, "96%"),
        ("share_bp", 9550, "95.50%"),
        ("persons", 12000, "12,000 人"),
        ("with_fiscal", True, "是"),
        ("evidence", ["居住证", "户口本"], "居住证、户口本"),
        ("when", {"age": {"until": 17}, "hardship": "lifted"}, "不满 18 周岁，属于脱贫户"),
        ("until", date(2022, 11, 30), "2022年11月30日"),
        ("pay_days", [1, 25], "每月 1 日至 25 日"),
        ("clause", None, ""),
    ],
)
def test_a_value_is_said_as_an_official_writes_it(key, value, words):
    assert Vocabulary({}, {}, NAMES).value("fee", key, value) == words
