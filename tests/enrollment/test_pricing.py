"""Prices by made-up notices, worked out by hand: eligibility, windows, fee, benefit, funding."""

from datetime import date

import pytest

from enrollment import pricing, rules
from enrollment.errors import Refused
from enrollment.facts import Facts
from enrollment.funding import funding, groups
from enrollment.notice import read_policy
from tests.conftest import at

HEAD = """
slug = "made-up-2023"
[document]
title = "通知"
number = "县医保〔2022〕1号"
issued_on = 2022-10-10
issuers = ["县医疗保障局"]
[campaign]
title = "征缴"
label = "2023年度"
region = "county"
insurance = "390"
coverage_from = 2023-01-01
coverage_until = 2023-12-31
"""
FEE = """
[fee]
individual_fen = 35000
clause = "三"
words = "每人 350 元"
"""
WINDOWS = """
[[windows]]
key = "concentrated"
title = "集中期"
from = 2022-09-01
until = 2022-12-25
closes_at = "17:00"
pay_days = [1, 25]
clause = "四"
[[windows]]
key = "late_payment"
title = "补缴期"
takes = "payment"
from = 2023-01-01
until = 2023-02-28
clause = "五"
[[windows]]
key = "newborn"
title = "新生儿"
from = 2023-01-01
until = 2023-12-31
when = { days_since_birth = { until = 90 } }
clause = "六"
"""
ELIGIBILITY = """
[eligibility]
otherwise = "refuse"
clause = "二"
words = "只有下列人员可以参保"
[[eligibility.exclusions]]
key = "employees"
name = "职工医保参保人员"
when = { employee_insured = true }
clause = "二（一）"
words = "职工医保人员不参加"
[[eligibility.kinds]]
key = "registered"
name = "户籍居民"
admit = true
when = { residence = "registered" }
clause = "二（二）"
words = "户籍居民可以参保"
[[eligibility.kinds]]
key = "permit"
name = "持证居民"
admit = true
when = { residence = "permit", enrolled_elsewhere = false }
evidence = ["居住证"]
clause = "二（三）"
words = "未在原籍参保且持居住证的可以参保"
[[eligibility.kinds]]
key = "flexible"
name = "灵活就业人员"
admit = false
clause = "二（四）"
words = "灵活就业人员参加职工医保"
"""


def policy(*parts):
    return read_policy("\n".join((HEAD, *parts)))


def clauses(price):
    return [reason.clause for reason in price.because]


def problems(*parts):
    with pytest.raises(Refused) as caught:
        policy(*parts)
    return caught.value.messages


# --- who


@pytest.mark.parametrize(
    ("facts", "eligible", "clause"),
    [
        ({"residence": "registered"}, True, "二（二）"),
        ({"residence": "permit", "enrolled_elsewhere": False}, True, "二（三）"),
        ({"residence": "permit", "enrolled_elsewhere": True}, False, "二"),
        ({"residence": "none"}, False, "二"),
        ({"residence": "registered", "employee_insured": True}, False, "二（一）"),
        ({"residence": "registered", "employee_insured": False}, True, "二（二）"),
        ({"kind": "flexible"}, False, "二（四）"),
        ({"kind": "permit"}, True, "二（三）"),  # says so, and nothing known speaks against it
        ({"kind": "permit", "enrolled_elsewhere": True}, False, "二（三）"),
    ],
)
def test_who_may_enroll_and_by_which_clause(facts, eligible, clause):
    price = pricing.price(policy(FEE, ELIGIBILITY), Facts(**facts))
    assert (price.eligible, clauses(price)[0]) == (eligible, clause)
    assert price.fee_fen == (35000 if eligible else 0)


@pytest.mark.parametrize(
    ("facts", "eligible"),
    [
        ({}, True),  # the register does not hold the papers
        ({"residence": "none"}, False),  # no kind is possible any more
        ({"employee_insured": True}, False),
        ({"kind": "flexible"}, False),
    ],
)
def test_registering_refuses_only_what_no_kind_can_be(facts, eligible):
    assert (
        pricing.price(policy(FEE, ELIGIBILITY), Facts(**facts), presume=True).eligible is eligible
    )


def test_without_the_section_everybody_may():
    price = pricing.price(policy(FEE), Facts())
    assert price.eligible and clauses(price) == ["三"]


def test_a_pupil_is_a_student():
    students = '[[eligibility.kinds]]\nkey = "s"\nname = "学生"\nadmit = true\nclause = "二"\n'
    only = policy(FEE, '[eligibility]\notherwise = "refuse"', students + "when = {student = true}")
    assert pricing.price(only, Facts(category="1404")).eligible
    assert not pricing.price(only, Facts(category="1501")).eligible
    assert not pricing.price(only, Facts(category="1404", student=False)).eligible


# --- when


@pytest.mark.parametrize(
    ("paid_at", "window"),
    [
        ("2022-08-31 23:59", None),
        ("2022-09-01 00:00", "concentrated"),
        ("2022-10-25 23:59", "concentrated"),
        ("2022-10-26 00:00", None),  # payable on days 1 to 25 only
        ("2022-12-25 16:59", "concentrated"),
        ("2022-12-25 17:00", None),  # closed at that instant
        ("2023-01-01 00:00", "late_payment"),
        ("2023-02-28 23:59", "late_payment"),
        ("2023-03-01 00:00", None),
    ],
)
def test_when_payments_are_taken(paid_at, window):
    price = pricing.price(policy(FEE, WINDOWS), Facts(paid_at=at(paid_at)))
    assert (price.eligible, price.window) == (window is not None, window or "")
    if window is None:
        assert clauses(price) == ["四", "五", "六"] and price.fee_fen == 0


@pytest.mark.parametrize(
    ("registered_at", "eligible"),
    [
        ("2022-10-26 10:00", True),  # pay days are no business of registration
        ("2022-12-25 17:00", False),
        ("2023-01-15 10:00", False),  # that window takes payments only
    ],
)
def test_when_registrations_are_taken(registered_at, eligible):
    facts = Facts(registered_at=at(registered_at))
    assert pricing.price(policy(FEE, WINDOWS), facts).eligible is eligible


def test_both_dates_are_tested_where_both_are_told():
    registered = at("2022-10-01 10:00")
    priced = policy(FEE, WINDOWS)
    assert pricing.price(priced, Facts(registered_at=registered, paid_at=at("2023-01-05"))).eligible
    late = pricing.price(priced, Facts(registered_at=registered, paid_at=at("2023-03-05")))
    assert not late.eligible and "2023-02-28" in late.refusal


def test_a_window_for_newborns_takes_newborns_only():
    """Born 2023-03-01; 2023-05-30 is the 90th day after, 2023-05-31 the 91st."""
    born, priced = date(2023, 3, 1), policy(FEE, WINDOWS)
    at_90 = pricing.price(priced, Facts(born_on=born, registered_at=at("2023-05-30 12:00")))
    at_91 = pricing.price(priced, Facts(born_on=born, registered_at=at("2023-05-31 12:00")))
    assert (at_90.eligible, at_90.window) == (True, "newborn")
    assert not at_91.eligible


def test_without_windows_no_date_is_tested():
    assert pricing.price(policy(FEE), Facts(paid_at=at("1999-01-01"))).eligible


# --- how much

BY_AGE_AND_TIER = """
[fee]
age_on = 2022-09-01
clause = "三"
words = "按年龄和档次缴费"
[[fee.rules]]
name = "学生"
individual_fen = 20000
when = { student = true }
benefit_tier = "two"
clause = "三（一）"
words = "学生缴 200 元，享受二档待遇"
[[fee.rules]]
name = "未成年人"
individual_fen = 25000
when = { age = { until = 17 } }
clause = "三（二）"
words = "未成年人缴 250 元"
[[fee.rules]]
name = "一档"
individual_fen = 35000
when = { tier = "one" }
clause = "三（三）"
words = "一档 350 元"
[[fee.rules]]
name = "二档"
individual_fen = 55000
when = { tier = "two" }
clause = "三（三）"
words = "二档 550 元"
"""


@pytest.mark.parametrize(
    ("facts", "fen", "tier"),
    [
        ({"tier": "one"}, 35000, "one"),
        ({"tier": "two"}, 55000, "two"),
        ({"student": True}, 20000, "two"),  # paid as a student, benefits of tier two
        ({"student": True, "tier": "one"}, 20000, "two"),
        ({"born_on": date(2004, 9, 2)}, 25000, ""),  # 17 on 2022-09-01
        ({"born_on": date(2004, 9, 1), "tier": "one"}, 35000, "one"),  # 18 on that day
        ({"born_on": date(2010, 1, 1), "student": True}, 20000, "two"),  # the first rule wins
    ],
)
def test_the_first_rule_that_holds_says_the_fee(facts, fen, tier):
    price = pricing.price(policy(BY_AGE_AND_TIER), Facts(**facts))
    assert (price.fee_fen, price.tier) == (fen, tier)


LATE = """
[[fee.rules]]
name = "逾期"
when = { paid_on = { from = 2023-01-01 } }
with_fiscal = true
clause = "五"
words = "逾期的连同财政补助一起缴"
[fiscal]
per_person_fen = 61000
clause = "三"
"""


def test_a_late_stage_charges_the_fiscal_part_too():
    """350 in time; 350 + 610 = 960 afterwards."""
    priced = policy(FEE, LATE)
    in_time = pricing.price(priced, Facts(paid_at=at("2022-12-31 23:59")))
    late = pricing.price(priced, Facts(paid_at=at("2023-01-01 00:00")))
    assert (in_time.fee_fen, in_time.fiscal_fen) == (35000, 0)
    assert (late.fee_fen, late.fiscal_fen) == (96000, 61000)


def test_a_registration_alone_counts_as_paid_at_once():
    late = pricing.price(policy(FEE, LATE), Facts(registered_at=at("2023-01-05")))
    assert late.fee_fen == 96000


def test_without_rules_of_its_own_the_benefit_is_the_coverage():
    price = pricing.price(policy(FEE), Facts())
    assert (price.benefit_from, price.benefit_until) == (date(2023, 1, 1), date(2023, 12, 31))


# --- where it counts


def test_the_unit_a_registration_counts_to():
    found = policy(
        FEE,
        '[attribution]\nunit = "village"\nclause = "八"\n[[attribution.rules]]\nunit = "school"\n'
        'when = { student = true }\nclause = "五2"\nwords = "在校学生计入学校"',
    )
    student = rules.with_what_follows(found, Facts(student=True))
    assert rules.unit_of(found, student)[0] == "school"
    assert rules.unit_of(found, student)[1].clause == "五2"
    assert rules.unit_of(found, Facts())[0] == "village"


# --- who funds it

FISCAL = """
[fiscal]
per_person_fen = 61000
clause = "一"
[[fiscal.shares]]
group = "54 县"
funder = "中央"
share_bp = 8000
[[fiscal.shares]]
group = "其他"
funder = "中央"
share_bp = 6000
[[fiscal.shares]]
group = "其他"
funder = "省"
"""


def test_what_the_notice_does_not_state_stays_not_stated():
    """610 yuan; 80 % = 488, 60 % = 366. 10 and 20 people: 4,880 + 7,320 of 18,300 yuan."""
    found = policy(FEE, FISCAL)
    assert groups(found) == ("54 县", "其他")
    report = funding(found, {"54 县": 10, "其他": 20})
    assert [(row.group, row.funder, row.fen) for row in report.rows] == [
        ("54 县", "中央", 488_000),
        ("其他", "中央", 732_000),
        ("其他", "省", None),
    ]
    assert (report.total_fen, report.not_stated_fen) == (1_830_000, 610_000)


# --- files with mistakes


@pytest.mark.parametrize(
    ("part", "key", "word"),
    [
        ('[fee]\nclause = "三"\nwords = "x"', "fee.individual_fen", "fee.rules"),
        (FEE + '[[fee.components]]\nname = "大病"\nfen = 1', "fee.components", "35000"),
        (
            FEE + '[[fee.shares]]\nfunder = "a"\nshare_bp = 9000\n'
            '[[fee.shares]]\nfunder = "b"\nshare_bp = 2000',
            "fee.shares", "",
        ),
        (
            FEE + '[[fee.rules]]\nname = "x"\nwith_fiscal = true',
            "fee.rules[1].with_fiscal", "[fiscal]",
        ),
        (FEE + '[[fee.rules]]\nname = "x"\nwhen = { window = "makeup" }', "fee", "makeup"),
        (FEE + '[[fee.rules]]\nname = "x"\n[[fee.rules]]\nname = "y"', "fee.rules[1].when", ""),
        (
            '[eligibility]\n[[eligibility.exclusions]]\nkey = "x"\nname = "x"',
            "eligibility.exclusions[1].when", "",
        ),
        ('[eligibility]\notherwise = "perhaps"', "eligibility.otherwise", "refuse"),
        (WINDOWS + "pay_days = [25, 1]", "windows[3].pay_days", "1, 25"),
        (WINDOWS + 'closes_at = "5 pm"', "windows[3].closes_at", "17:00"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_told_by_its_key(part, key, word):
    (message,) = problems(part)
    assert key in message and word in message


def test_the_desk_shows_the_window_that_is_for_everybody():
    """On 2022-11-01 both hold; the file has that for newborns first."""
    some = WINDOWS.split("[[windows]]")[3].replace("2023-01-01", "2022-09-01")
    everybody = WINDOWS.split("[[windows]]")[1]
    found = policy(FEE, "[[windows]]" + some, "[[windows]]" + everybody)
    assert rules.open_window(found, at("2022-11-01 10:00")).key == "concentrated"
    assert rules.open_window(found, at("2022-12-25 18:00")).key == "newborn"
    assert rules.open_window(policy(FEE, WINDOWS), at("2022-08-01")) is None


def test_windows_that_take_payments_only_are_no_reason_to_come_and_register():
    found = policy(FEE, WINDOWS)
    assert [w.key for w in rules.registering_windows(found)] == ["concentrated", "newborn"]
