"""Facts that were not told and decide are asked for, not taken as a refusal."""

from datetime import date

import pytest
from django.http import QueryDict

from enrollment import pricing
from enrollment.facts import Facts
from enrollment.policy.forms import TrialForm, usual_cases
from enrollment.ports import NotStated
from enrollment.services.campaigns import read_notice
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
