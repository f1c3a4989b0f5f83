"""Facts that were not told and decide are asked for, not taken as a refusal."""

from datetime import date

import pytest
from django.http import QueryDict

from enrollment import pricing
from enrollment.describe import fee
from enrollment.errors import Refused
from enrollment.facts import Facts, Mark
from enrollment.policy.forms import TrialForm, usual_cases
from enrollment.ports import NotStated
from enrollment.services.campaigns import read_notice
from enrollment.told import facts_told
from enrollment.untold import NotTold
from tests.conftest import at
from tests.enrollment.test_pricing import BY_AGE_AND_TIER, ELIGIBILITY, FEE, WINDOWS, policy
from tests.notices.worked import NOTICES


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({}, ("residence", "enrolled_elsewhere")),
        ({"residence": "permit"}, ("enrolled_elsewhere",)),
    ],
)
def test_what_is_not_told_and_decides_is_asked_for(facts, asked):
    with pytest.raises(NotTold) as caught:
        pricing.price(policy(FEE, ELIGIBILITY), Facts(**facts))
    assert (caught.value.facts, caught.value.reason.clause) == (asked, "二")


def test_only_what_is_not_told_is_asked_for_to_know_the_fee():
    with pytest.raises(NotTold) as caught:
        pricing.price(policy(BY_AGE_AND_TIER), Facts(born_on=date(1980, 1, 1)))
    assert (caught.value.facts, caught.value.reason.clause) == (("tier",), "三")
    assert caught.value.reason.words == "须说明以下情况，才能确定：缴费档次。"


def test_that_no_fee_is_for_such_a_person_is_told_with_what_the_fees_go_by():
    minors = '[[fee.rules]]\nname = "少儿"\nindividual_fen = 20000\n'
    only = policy('[fee]\nclause = "三"\nwords = "按年龄"', minors + "when = {age = {until = 17}}")
    with pytest.raises(NotStated) as caught:
        pricing.price(only, Facts(born_on=date(1980, 1, 1)))
    assert not isinstance(caught.value, NotTold)
    assert caught.value.reason.clause == "三" and "出生日期" in caught.value.reason.words
    with pytest.raises(NotTold) as caught:
        pricing.price(only, Facts())
    assert caught.value.facts == ("born_on",)


def test_a_window_for_some_asks_who_they_are():
    for_adults = '[[windows]]\nkey = "w"\ntitle = "期"\nfrom = 2022-10-15\nuntil = 2022-12-31\n'
    only = policy(FEE, for_adults + "when = { student = false }")
    with pytest.raises(NotTold) as caught:
        pricing.price(only, Facts(paid_at=at("2022-11-01")))
    assert caught.value.facts == ("student",)
    assert pricing.price(only, Facts(paid_at=at("2022-11-01"), category="1501")).eligible
    assert not pricing.price(only, Facts(paid_at=at("2023-11-01"))).eligible


def test_whether_somebody_is_a_newborn_is_asked_of_newborns():
    """Registered when there is no window but that of newborns."""
    priced, on = policy(FEE, WINDOWS), at("2023-01-15 10:00")
    assert not pricing.price(priced, Facts(registered_at=on)).eligible
    with pytest.raises(NotTold) as caught:
        pricing.price(priced, Facts(registered_at=on, category="1401"))
    assert caught.value.facts == ("born_on",)


# --- the usual cases of the page "try it" are priced at once


FOLDERS = [NOTICES, NOTICES.parents[1] / "tests/notices/strangers"]
NOTICE_FILES = [path for folder in FOLDERS for path in sorted(folder.glob("*.toml"))]


@pytest.mark.parametrize("path", NOTICE_FILES, ids=lambda path: path.stem)
def test_an_ordinary_adult_is_priced_or_the_notice_states_no_figure(path):
    rules = read_notice(path).policy
    for _name, query in usual_cases(rules):
        form = TrialForm(rules, QueryDict(query))
        assert form.is_valid(), form.errors
        try:
            assert pricing.price(rules, form.facts).eligible
        except NotTold:
            raise
        except NotStated as gap:
            assert gap.reason.clause or rules["fee"] is None


def test_an_empty_form_has_chosen_what_most_people_are():
    form = TrialForm(policy(BY_AGE_AND_TIER, ELIGIBILITY))
    assert form["residence"].initial == "registered" and form["tier"].initial == "one"
    assert "selected" in str(form["tier"])
    assert "tier" not in TrialForm(policy(FEE)).fields


def test_24_00_is_the_whole_day():
    until = policy(FEE, WINDOWS.replace('"17:00"', '"24:00"'))["windows"][0]
    assert until.closes_at is None and until.ends == at("2022-12-26 00:00")


def test_a_fee_is_told_with_the_name_of_its_rule():
    price = pricing.price(policy(BY_AGE_AND_TIER), Facts(student=True))
    assert "学生" in price.fee_because.words


# --- the day of an event, the day of recognition


VETERANS = """
[eligibility]
[[eligibility.kinds]]
key = "veteran"
name = "退役军人"
admit = true
clause = "二"
[[fee.rules]]
name = "退役 90 天内"
individual_fen = 35000
when = { kind = "veteran", days_since_event = { until = 90 } }
[[fee.rules]]
name = "新认定"
individual_fen = 12000
when = { hardship = "low", recognised_on = { from = 2023-01-01 } }
[[fee.rules]]
name = "逾期"
individual_fen = 96000
when = { paid_on = { from = 2023-01-01 } }
[fiscal]
per_person_fen = 61000
clause = "三"
[subsidies]
[[subsidies.categories]]
key = "low"
name = "低保"
grant = "unstated"
how = "reimbursed"
clause = "五"
words = "另行通知"
[[subsidies.categories]]
key = "other"
name = "其他"
grant = "unstated"
how = "reimbursed"
clause = "五"
words = "另行通知"
"""


@pytest.mark.parametrize(
    ("left", "fen"), [("2022-12-02", 35000), ("2022-12-01", 96000), ("2023-03-02", 35000)]
)
def test_ninety_days_from_an_event(left, fen):
    """Paid on 2023-03-02: 90 days after 12-02, 91 after 12-01."""
    told = [("kind", "veteran"), ("event_on", left), ("paid_on", "2023-03-02")]
    rules = policy(FEE, VETERANS)
    assert pricing.price(rules, facts_told(rules, told)).fee_fen == fen


@pytest.mark.parametrize(
    ("marks", "fen"),
    [
        ((Mark("low", "", date(2023, 1, 1)),), 12000),
        ((Mark("low", "", date(2022, 12, 31)),), 96000),
        ((Mark("low", "", date(2022, 12, 31)), Mark("other", "", date(2023, 1, 1))), 96000),
        ((Mark("low", "", date(2022, 12, 31)), Mark("low", "", date(2023, 1, 5))), 12000),
        ((), 96000),
    ],
)
def test_a_fee_by_the_day_of_recognition_of_the_category_named(marks, fen):
    facts = Facts(paid_at=at("2023-02-01"), marks=marks)
    assert pricing.fee_of(policy(FEE, VETERANS), facts)[0] == fen


def test_a_day_of_recognition_is_asked_where_it_is_known():
    wrong = '[[windows]]\nkey = "w"\ntitle = "期"\nfrom = 2022-10-15\nuntil = 2022-12-31\n'
    with pytest.raises(Refused) as caught:
        policy(FEE, wrong + "when = { recognised_on = 2022-11-01 }")
    assert "只能在 [subsidies]、[fee]、[benefit] 的条件中使用" in caught.value.messages[0]


TIERS = '[[tiers]]\nkey = "two"\nname = "二档"\n[[tiers]]\nkey = "one"\nname = "一档（基本）"\n'


def test_tiers_are_called_and_ordered_as_the_notice_says():
    rules = policy(BY_AGE_AND_TIER, TIERS)
    form = TrialForm(rules)
    assert form.fields["tier"].choices[1:] == [("two", "二档"), ("one", "一档（基本）")]
    assert form["tier"].initial == "two"
    assert facts_told(rules, [("tier", "一档（基本）")]).tier == "one"
    said = [str(row) for each in fee(rules) for row in each.rows]
    assert any("一档（基本）" in row for row in said)


def test_a_tier_that_is_not_listed_is_refused():
    with pytest.raises(Refused) as caught:
        policy(BY_AGE_AND_TIER, TIERS.replace('"two"', '"three"'))
    assert "two" in caught.value.messages[0] and "tier" in caught.value.messages[0]
