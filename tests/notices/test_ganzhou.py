"""区医保发〔2022〕69号, worked out by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from enrollment.ports import NotStated
from payments.channels import resolve
from payments.in_hand import due_by
from payments.refunds import Paid, refundable
from quotas.rules import next_checkpoint, required_bp
from reports.appraisal.rules import UnitFacts, appraise
from reports.rankings.rules import due_instants
from reports.sections import span_of
from subsidies.rules import change, subsidy_for
from tests.conftest import at
from tests.notices.worked import clauses, money, notice, priced, refused_by, told, unit

GANZHOU = "ganzhou-2023"
PAID = "paid_on=2022-09-20 10:00"


# --- 一 to 三: when, who, how much


def test_paid_this_year_covers_the_next_一():
    found = priced(GANZHOU, PAID, "residence=registered")
    assert money(found) == (350, 0, 350, 0)
    assert (found.benefit_from, found.benefit_until) == (date(2023, 1, 1), date(2023, 12, 31))
    assert clauses(found) == ["二1", "一", "三", "一"]  # kind, window, fee, benefit


@pytest.mark.parametrize(("when", "taken"), [("2022-12-31 23:59", True), ("2023-01-01", False)])
def test_the_last_day_is_31_december_一(when, taken):
    found = priced(GANZHOU, f"paid_on={when}")
    assert found.eligible == taken
    if not taken:
        assert set(refused_by(found)) == {"一"}


def test_who_should_be_under_employees_insurance_is_refused_二():
    assert refused_by(priced(GANZHOU, "employee_insured=yes", "residence=registered")) == ["二"]


def test_a_permit_holder_must_not_be_enrolled_elsewhere_二3():
    assert refused_by(priced(GANZHOU, "residence=permit", "enrolled_elsewhere=yes")) == ["二3"]
    assert priced(GANZHOU, "residence=permit", "enrolled_elsewhere=no").eligible
    # a registered resident is subsidised at home, see below, and not refused
    assert priced(GANZHOU, "residence=registered", "enrolled_elsewhere=yes").eligible


def test_neither_register_nor_permit_is_refused_and_a_student_is_not_八1():
    assert refused_by(priced(GANZHOU, "residence=none", "student=no")) == ["八1"]
    assert clauses(priced(GANZHOU, "residence=none", "category=1404"))[0] == "二2"


@pytest.mark.parametrize(
    ("kind", "clause"), [("农民工和灵活就业人员", "二4"), ("国家和省、市规定的其他人员", "二5")]
)
def test_kinds_that_only_papers_show_二(kind, clause):
    assert clauses(priced(GANZHOU, f"kind={kind}"))[0] == clause


# --- 四（一）: who gets how much


@pytest.mark.parametrize("word", ["特困人员", "孤儿", "事实无人抚养儿童"])
def test_paid_for_in_full_from_medical_assistance_四一1(word):
    found = priced(GANZHOU, f"hardship={word}", PAID)
    assert money(found) == (350, 350, 0, 0)
    assert [(each.funder, each.fen) for each in found.funders] == [("医疗救助资金", 35000)]


@pytest.mark.parametrize(
    ("word", "clause", "back"),
    [
        ("低保对象:农村一类", "四（一）2", 250),
        ("低保对象:农村二类", "四（一）2", 250),
        ("低保对象:城市全额", "四（一）2", 250),
        ("低保对象:农村三类", "四（一）2", 190),
        ("低保对象:农村四类", "四（一）2", 190),
        ("低保对象:城市差额", "四（一）2", 190),
        ("返贫致贫人口", "四（一）3", 190),
        ("易返贫致贫人口", "四（一）4", 150),
        ("已脱贫人口", "四（一）5", 100),
    ],
)
def test_paid_in_full_first_and_a_fixed_amount_comes_back_四一(word, clause, back):
    found = priced(GANZHOU, f"hardship={word}", PAID)
    assert money(found) == (350, 0, 350, back)
    assert clause in clauses(found)


def test_without_a_grade_the_minimum_living_allowance_brings_nothing_and_says_so_四一2():
    found = priced(GANZHOU, "hardship=低保对象", PAID)
    assert money(found) == (350, 0, 350, 0)
    assert [reason.clause for reason in found.not_applied] == ["四（一）2"]


# --- 四（二）: how


def test_who_had_paid_before_being_recognised_gets_it_on_the_card_四二1():
    found = priced(GANZHOU, "hardship=特困人员", "recognised_on=2022-10-08", PAID)
    assert money(found) == (350, 0, 350, 350)


def test_the_highest_counts_and_nobody_is_subsidised_twice_四二3():
    found = priced(GANZHOU, "hardship=已脱贫人口", "hardship=低保对象:农村三类", PAID)
    assert money(found) == (350, 0, 350, 190)
    assert "四（二）3" in clauses(found)
    assert [reason.clause for reason in found.not_applied] == ["四（一）5"]


@pytest.mark.parametrize(
    ("facts", "month"),
    [
        (["hardship=低保对象:农村一类", PAID], date(2022, 10, 1)),
        (["hardship=已脱贫人口", "paid_on=2022-12-31 20:00"], date(2023, 1, 1)),
        # recognised after paying: in time, read as the month after recognition
        (["hardship=返贫致贫人口", "recognised_on=2022-11-08", PAID], date(2022, 12, 1)),
        (["hardship=特困人员", PAID], None),  # nothing comes back
        (["hardship=特困人员", "recognised_on=2022-10-08", PAID], None),  # no month is stated
        (["hardship=低保对象:农村一类", "registered_on=2022-09-20 10:00"], None),  # not paid yet
    ],
)
def test_enrolled_this_month_subsidised_the_next_四二3(facts, month):
    found = priced(GANZHOU, *facts)
    assert found.reimbursed_in == month
    said = [reason for reason in found.because if "次月" in reason.words]
    assert bool(said) == ("特困" not in facts[0]) and all(r.clause == "四（二）3" for r in said)


def test_enrolled_elsewhere_is_subsidised_by_our_standard_四二3():
    found = priced(GANZHOU, "hardship=返贫致贫人口", "enrolled_elsewhere=yes")
    assert money(found) == (350, 0, 350, 190)
    assert "四（二）3" in clauses(found)


def changed(before, after):
    """Yuan to pay in addition where somebody's category changes."""
    policy = notice(GANZHOU)
    found = [subsidy_for(policy, told(GANZHOU, PAID, *f), 35000) for f in (before, after)]
    return change(policy, *found) // 100


@pytest.mark.parametrize(
    ("before", "after", "yuan"),
    [
        (["hardship=易返贫致贫人口"], ["hardship=低保对象:农村一类"], 100),  # 250 - 150
        (["hardship=已脱贫人口"], ["hardship=特困人员"], 250),  # 350 - 100
        (["hardship=低保对象:农村一类"], ["hardship=已脱贫人口"], 0),  # 150 less: kept
        (["hardship=返贫致贫人口"], [], 0),  # no longer: kept
        ([], ["hardship=易返贫致贫人口"], 150),
    ],
)
def test_a_rise_is_paid_and_a_fall_is_not_taken_back_四二4(before, after, yuan):
    assert changed(before, after) == yuan


def test_every_amount_is_stated_so_nobody_is_left_unpriced():
    for category in notice(GANZHOU)["subsidies"].categories:
        for grade in category.grades or ("",):
            try:
                priced(GANZHOU, f"hardship={category.key}:{grade}", PAID)
            except NotStated:
                pytest.fail(f"{category.name} {grade}")


# --- 五: students, newborns


def test_students_count_to_their_school_and_hardship_students_to_home_五2():
    assert unit(GANZHOU, "category=1404") == ("school", "五2")
    assert unit(GANZHOU, "category=1404", "hardship=低保对象:城市全额") == ("household", "五2")
    assert unit(GANZHOU, "category=1501") == ("village", "八1")


def test_a_graduate_is_covered_to_the_end_of_the_year_五2():
    found = priced(GANZHOU, "category=1404", PAID)
    assert found.benefit_until == date(2023, 12, 31)
    assert clauses(found)[-1] == "五2"


def test_a_newborn_does_not_wait_五4():
    found = priced(GANZHOU, "category=1401", "born_on=2022-11-20", "paid_on=2022-12-01")
    assert found.benefit_from == date(2023, 1, 1)
    assert clauses(found)[-1] == "五4"


# --- 六 and 七: channels, money in hand, refunds


@pytest.mark.parametrize(
    ("text", "kind"),
    [("兰州银行", "counter"), ("微信", "online"), ("支付宝", "online"), ("集中代缴", "on_behalf")],
)
def test_channels_by_the_words_of_files_六(text, kind):
    policy = notice(GANZHOU)
    kinds = {each.key: each.kind for each in policy["channels"]}
    assert kinds[resolve(policy, text)] == kind


def test_the_path_in_the_app_is_told_step_by_step_六1():
    steps = {each.key: each.steps for each in notice(GANZHOU)["channels"]}
    assert steps["wechat"] == ("城市服务", "社保", "甘肃社保缴纳", "城乡居民医疗保险")


def is_weekday(day):
    return day.weekday() < 5


def test_money_goes_at_10000_yuan_or_with_the_5th_working_day_六3():
    policy = notice(GANZHOU)
    # 2022-09-19 is a Monday; 27 × 350 = 9,450, the 29th payment makes 10,150
    monday = at("2022-09-19 10:00")
    few = [(monday, 35000)] * 27
    assert due_by(policy, few, is_weekday).on == date(2022, 9, 23)  # Friday: working day 5
    full = [*few, (monday + timedelta(days=1), 70000)]
    assert due_by(policy, full, is_weekday).on == date(2022, 9, 20)
    assert {reason.clause for reason in due_by(policy, few, is_weekday).because} == {"六3"}


@pytest.mark.parametrize(
    "reason",
    ["duplicate_other_province", "death", "missing", "abroad", "employee_insurance", "other_area"],
)
def test_refunds_for_six_reasons_up_to_30_december_七(reason):
    policy = notice(GANZHOU)
    # 350 paid, 250 came back from assistance: 100 is their own part
    paid = Paid(own_fen=35000, reimbursed_fen=25000)
    found = refundable(policy, reason, date(2022, 12, 30), paid)
    assert (found.own_fen, found.aid_fen) == (10000, 0)
    for late in (date(2022, 12, 31), date(2023, 1, 1)):  # window still open; cover begun
        assert refundable(policy, reason, late, paid).fen == 0
    assert found.because[0].clause == "七"


def test_nothing_goes_back_once_the_cover_has_begun_七():
    rules = notice(GANZHOU)["refunds"]
    open_ended = {"refunds": [replace(rule, until=None) for rule in rules]}
    policy = {"campaign": notice(GANZHOU)["campaign"], **open_ended}
    for rule in rules:
        last, first = date(2022, 12, 31), date(2023, 1, 1)
        assert refundable(policy, rule.reason, last, Paid(own_fen=35000)).own_fen == 35000
        assert refundable(policy, rule.reason, first, Paid(own_fen=35000)).fen == 0


def test_what_was_paid_for_somebody_does_not_go_back_to_them_七():
    paid = Paid(own_fen=0, on_behalf_fen=35000)
    assert refundable(notice(GANZHOU), "death", date(2022, 10, 1), paid).fen == 0


def test_another_reason_gives_nothing_back_七():
    paid = Paid(own_fen=35000)
    assert refundable(notice(GANZHOU), "changed_mind", date(2022, 10, 1), paid).fen == 0


# --- 八 and 九: checkpoints, follow-up


def test_four_checkpoints_the_last_before_the_window_ends_八3():
    policy = notice(GANZHOU)
    start = policy["windows"][0].start
    days = [(9, 30, 3500), (10, 31, 5000), (11, 30, 8000), (12, 25, 10000), (12, 31, 10000)]
    for month, day, share in days:
        assert required_bp(policy["checkpoints"], start, date(2022, month, day)) == share
    assert next_checkpoint(policy["checkpoints"], date(2022, 10, 1)).share_bp == 5000


def test_the_towns_targets_are_not_in_the_notice_八3():
    assert notice(GANZHOU)["targets"].units == ()


def due(key):
    policy = notice(GANZHOU)
    rule = next(each for each in policy["follow_up"] if each.key == key)
    span = span_of(rule, policy["windows"], policy["checkpoints"])
    found = due_instants(rule, span, at("2022-08-01 00:00"), at("2023-02-01 00:00"))
    return [(instant - timedelta(minutes=1)).date() for instant in found]


def test_weekly_bulletin_monthly_clean_up_quarterly_summary_九4():
    # Fridays from 2022-09-02 to 2022-12-30: 5 + 4 + 4 + 5
    assert len(due("weekly")) == 18 and due("weekly")[0] == date(2022, 9, 2)
    ends = [date(2022, 8, 31), date(2022, 9, 30), date(2022, 10, 31), date(2022, 11, 30)]
    assert due("monthly") == [*ends, date(2022, 12, 31)]
    assert due("quarterly") == [date(2022, 9, 30), date(2022, 12, 31)]
    assert due("posting") == due("monthly")
    assert due("unpaid-lists") == []


def test_the_unfinished_are_reported_and_the_finished_may_be_rewarded_九4():
    rules = notice(GANZHOU)["appraisal"]
    units = [UnitFacts(1, "甲", 1, 100, 100), UnitFacts(2, "乙", 2, 100, 99)]
    rows = appraise(rules, rules.stage("final"), units)
    assert [(row.met, [c.when for c in row.consequences]) for row in rows] == [
        (True, ["finished"]),
        (False, ["unfinished"]),
    ]
