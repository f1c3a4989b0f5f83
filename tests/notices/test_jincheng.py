"""晋市医保发〔2021〕20号, worked out by hand."""

from datetime import date, timedelta

import pytest

from enrollment.ports import NotStated
from payments.channels import resolve
from quotas.rules import required_bp
from reports.appraisal.rules import UnitFacts, appraise
from reports.progress.rules import required_persons
from reports.rankings.rules import due_instants
from reports.sections import span_of
from subsidies.timing import marks_due
from tests.conftest import at
from tests.notices.worked import clauses, money, notice, priced, refused_by, unit

JINCHENG = "jincheng-2022"
PAID = "paid_on=2021-10-08 09:00"


# --- 二: the same fact admits one person and excludes another


@pytest.mark.parametrize(
    ("facts", "clause"),
    [
        (["residence=registered"], "二"),
        (["residence=permit"], "二"),
        (["residence=none", "student=yes"], "二"),
        (["kind=religious", "residence=none"], "二"),
        (["kind=custody", "employee_insured=yes"], "二"),  # already insured, now in custody
        (["kind=armed_police"], "二"),
        (["kind=灵活就业人员"], "二"),
    ],
)
def test_who_may_enroll_二(facts, clause):
    found = priced(JINCHENG, PAID, *facts)
    assert found.eligible and clauses(found)[0] == clause


def test_under_employees_insurance_is_refused_二():
    assert refused_by(priced(JINCHENG, "employee_insured=yes", "residence=registered")) == ["二"]


def test_enrolled_elsewhere_is_refused_五一():
    for residence in ("registered", "permit"):
        facts = (f"residence={residence}", "enrolled_elsewhere=yes")
        assert refused_by(priced(JINCHENG, *facts)) == ["五（一）"]


def test_neither_register_nor_permit_nor_school_is_refused_七三():
    assert refused_by(priced(JINCHENG, "residence=none")) == ["七（三）"]


def test_municipal_colleges_enroll_at_the_school_五一():
    assert unit(JINCHENG, "category=1404") == ("school", "五（一）")
    assert unit(JINCHENG, "category=1403") == ("village", "七（三）")


# --- 三 and 四: 320 yuan, on days 1 to 25


def test_320_yuan_once_for_2022_三():
    found = priced(JINCHENG, PAID)
    assert money(found) == (320, 0, 320, 0)
    assert clauses(found) == ["二", "四", "三"]
    assert (found.benefit_from, found.benefit_until) == (date(2022, 1, 1), date(2022, 12, 31))


@pytest.mark.parametrize(
    ("when", "taken"),
    [
        ("2021-08-31 23:59", False),
        ("2021-09-01 00:00", True),
        ("2021-09-25 23:59", True),
        ("2021-09-26 00:00", False),
        ("2021-10-01 00:00", True),
        ("2021-11-30 12:00", False),
        ("2021-12-25 23:59", True),
        ("2021-12-26 00:00", False),
    ],
)
def test_payable_on_days_1_to_25_of_each_month_四(when, taken):
    found = priced(JINCHENG, f"paid_on={when}")
    assert found.eligible == taken
    if not taken:
        assert refused_by(found) == ["四"]


def test_people_register_on_other_days_too_四():
    assert priced(JINCHENG, "registered_on=2021-09-28").eligible


# --- 六: hardship


@pytest.mark.parametrize("word", ["困难群众", "低保", "特困人员"])
def test_what_hardship_people_get_is_the_provinces_to_say_六(word):
    with pytest.raises(NotStated) as caught:
        priced(JINCHENG, f"hardship={word}", PAID)
    assert caught.value.reason.clause == "六"


def test_marks_are_made_before_collection_begins_六():
    assert marks_due(notice(JINCHENG)) == at("2021-09-01 00:00")


def test_several_identities_bring_one_subsidy_六():
    rules = notice(JINCHENG)["subsidies"]
    assert (rules.pick, rules.pick_clause) == ("highest", "六")


# --- 一 and the annexes


def test_97_percent_of_the_census_whose_figure_is_not_in_the_notice_一():
    (census,) = [each for each in notice(JINCHENG)["denominators"] if each.of == "census"]
    assert (census.threshold_bp, census.persons, census.clause) == (9700, None, "一")
    assert required_persons(2_000_001, census.threshold_bp) == 1_940_001  # 1,940,000.97


def test_the_residents_targets_附件2():
    targets = notice(JINCHENG)["targets"]
    assert [(unit.name, unit.base, unit.persons) for unit in targets.units] == [
        ("城区", 187_142, 188_000),
        ("泽州", 402_900, 404_760),
        ("高平", 371_937, 373_650),
        ("阳城", 290_957, 292_300),
        ("陵川", 212_385, 213_360),
        ("沁水", 157_217, 157_930),
    ]
    assert (targets.total, sum(unit.base for unit in targets.units)) == (1_630_000, 1_622_538)


def test_the_employees_targets_with_the_citys_own_level_附件1():
    (employees,) = notice(JINCHENG)["target_sets"]
    assert (employees.insurance, employees.counted, employees.total) == ("310", "reported", 521_000)
    assert sum(unit.base for unit in employees.units) == 495_515
    assert [unit.name for unit in employees.units[:2]] == ["市本级", "城 区"]
    assert (employees.base_period, employees.period) == ("2020年", "2021年")


def test_the_whole_task_by_the_end_of_the_window_七一():
    policy = notice(JINCHENG)
    start = policy["windows"][0].start
    assert required_bp(policy["checkpoints"], start, date(2021, 12, 25)) == 10000


# --- 五（二） and 七（六）


def test_pay_by_wechat_or_app_choosing_place_and_year_五二():
    policy = notice(JINCHENG)
    assert [resolve(policy, text) for text in ("微信", "手机 APP", "银联")] == ["wechat", "app", ""]
    assert policy["channels"][0].steps[:2] == ("选择参保缴费地", "选择缴费年度")


def due(key):
    policy = notice(JINCHENG)
    rule = next(each for each in policy["follow_up"] if each.key == key)
    span = span_of(rule, policy["windows"], policy["checkpoints"])
    return due_instants(rule, span, at("2021-08-01 00:00"), at("2022-02-01 00:00"))


def test_the_weekly_report_is_due_on_17_fridays_at_17_七六():
    # September 3, 10, 17, 24; October 5 Fridays; November 4; December 3, 10, 17, 24
    found = due("weekly")
    assert (len(found), found[0], found[-1]) == (
        17,
        at("2021-09-03 17:00"),
        at("2021-12-24 17:00"),
    )
    (rule,) = [each for each in notice(JINCHENG)["follow_up"] if each.key == "weekly"]
    assert "2218168" in rule.contact and rule.to == "晋城市医疗保障局"


def test_inspection_and_bulletin_every_month_special_ones_at_any_time_七六():
    months = [date(2021, month, 25) for month in (9, 10, 11, 12)]
    for key in ("inspection", "bulletin"):
        assert [(instant - timedelta(minutes=1)).date() for instant in due(key)] == months
    assert due("special-inspection") == due("posting") == []


def test_the_year_end_appraisal_vetoes_the_unfinished_七六():
    rules = notice(JINCHENG)["appraisal"]
    units = [UnitFacts(1, "甲", 1, 100, 101), UnitFacts(2, "乙", 2, 100, 99)]
    best, worst = appraise(rules, rules.stage("annual"), units)
    assert [(c.when, c.by_decision) for c in best.consequences] == [("finished", True)]
    assert ["一票否决" in c.words for c in worst.consequences] == [True]
    assert (best.rewards_fen, worst.deductions_fen) == (0, 0)  # the notice pays nobody
