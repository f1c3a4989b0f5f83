"""唐政办〔2022〕62号, worked out by hand."""

from datetime import date

import pytest

from enrollment.funding import funding
from enrollment.ports import NotStated
from payments.channels import resolve
from quotas.rules import required_bp
from reports.appraisal.rules import UnitFacts, appraise
from reports.progress.rules import required_persons
from reports.rankings.rules import Previous, Unit, due_instants, participating, place
from reports.sections import span_of
from tests.conftest import at
from tests.notices.worked import clauses, money, notice, priced, refused_by, told, unit

TANGHE = "tanghe-2023"
ON_TIME = "registered_on=2022-11-01"


def due(section, key, since="2022-10-14", now="2023-01-31"):
    """Days and hours on which a ranking or a follow-up of the notice falls due."""
    policy = notice(TANGHE)
    rule = next(each for each in policy[section] if each.key == key)
    span = span_of(rule, policy["windows"], policy["checkpoints"])
    found = due_instants(rule, span, at(f"{since} 00:00"), at(f"{now} 00:00"))
    return [f"{instant:%m-%d %H:%M}" for instant in found]


# --- 二 and 三: who, when, how much


def test_everybody_pays_350_and_is_covered_the_next_year_二二():
    found = priced(TANGHE, ON_TIME)
    assert money(found) == (350, 0, 350, 0)
    assert clauses(found) == ["二（一）", "三", "二（二）"]
    assert (found.benefit_from, found.benefit_until) == (date(2023, 1, 1), date(2023, 12, 31))


def test_people_of_employees_insurance_are_refused_二一():
    assert refused_by(priced(TANGHE, "employee_insured=yes", "residence=registered")) == [
        "二（一）"
    ]


@pytest.mark.parametrize("residence", ["registered", "permit", "none"])
def test_residents_registered_elsewhere_are_admitted_too_二一(residence):
    assert priced(TANGHE, f"residence={residence}", ON_TIME).eligible


@pytest.mark.parametrize(
    ("when", "window"),
    [
        ("2022-10-14 23:59", None),
        ("2022-10-15 00:00", "whole"),
        ("2022-12-31 23:59", "whole"),
        ("2023-01-01 00:00", None),
    ],
)
def test_the_windows_first_and_last_day_三(when, window):
    found = priced(TANGHE, f"paid_on={when}")
    assert (found.window or None) == window
    assert found.eligible == (window is not None)
    if window is None:
        assert set(refused_by(found)) == {"三"}


def test_a_pupil_counts_to_the_household_and_everybody_else_to_the_village_二一2():
    assert unit(TANGHE, "category=1403") == ("household", "二（一）2")
    assert unit(TANGHE, "student=yes") == ("household", "二（一）2")
    assert unit(TANGHE, "category=1501") == ("village", "二（一）1")


def test_of_610_yuan_the_centre_carries_80_or_60_percent_as_the_province_says():
    # inherited: 610 × 80 % = 488, 610 × 60 % = 366; the rest is not stated
    group = notice(TANGHE)["fiscal"].shares[0].group
    found = funding(notice(TANGHE), {group: 1})
    assert (found.total_fen, [row.fen for row in found.rows]) == (61000, [48800, None])
    assert found.not_stated_fen == 12200
    assert found.rows[0].reason.clause == "豫医保〔2022〕5号 一"


# --- 五: hardship


def test_the_county_pays_all_for_the_five_guarantees_五二1():
    found = priced(TANGHE, "hardship=五保户", ON_TIME)
    assert money(found) == (350, 350, 0, 0)
    assert [(each.funder, each.fen) for each in found.funders] == [("县财政", 35000)]
    assert priced(TANGHE, "hardship=孤儿", ON_TIME).hardship == found.hardship


@pytest.mark.parametrize("word", ["脱贫享受政策户", "监测对象"])
def test_lifted_and_monitored_people_pay_350_and_250_comes_back_五二2(word):
    assert money(priced(TANGHE, f"hardship={word}", ON_TIME)) == (350, 0, 350, 250)


def test_minimum_living_people_pay_350_and_80_comes_back_五二3():
    found = priced(TANGHE, "hardship=一般低保户", ON_TIME)
    assert money(found) == (350, 0, 350, 80)
    assert [(each.funder, each.fen) for each in found.funders] == [("医疗救助资金", 8000)]


def test_of_two_categories_only_the_higher_counts():
    found = priced(TANGHE, "hardship=低保", "hardship=监测对象", ON_TIME)
    assert money(found) == (350, 0, 350, 250)  # 250, not 250 + 80
    assert [reason.clause for reason in found.not_applied] == ["五（二）3"]


@pytest.mark.parametrize(("day", "back"), [("2022-11-30", 250), ("2022-12-01", 0)])
def test_recognised_after_the_concentrated_window_brings_nothing_五一(day, back):
    found = priced(TANGHE, "hardship=监测对象", f"recognised_on={day}", "paid_on=2022-12-20")
    assert money(found) == (350, 0, 350, back)
    assert [reason.clause for reason in found.not_applied] == ([] if back else ["五（一）"])


@pytest.mark.parametrize("word", ["特困职工", "残联名单人员"])
def test_a_category_without_an_amount_is_not_priced_五一(word):
    with pytest.raises(NotStated) as caught:
        priced(TANGHE, f"hardship={word}", ON_TIME)
    assert caught.value.reason.clause == "五（一）"
    # where another category settles the whole fee, nothing is open
    assert money(priced(TANGHE, f"hardship={word}", "hardship=五保户", ON_TIME))[2] == 0


# --- 一 and 六: targets, checkpoints, denominators


def test_the_checkpoint_of_the_concentrated_stage_holds_96_percent_六一():
    policy = notice(TANGHE)
    assert policy["targets"].total == 1_143_900
    start = policy["windows"][0].start
    assert required_bp(policy["checkpoints"], start, date(2022, 11, 30)) == 9600
    assert required_bp(policy["checkpoints"], start, date(2022, 12, 31)) == 10000
    assert required_persons(1_143_900, 9600) == 1_098_144  # × 0.96, exactly
    assert required_persons(46_730, 9600) == 44_861  # 44,860.8, rounded up


def test_three_denominators_with_their_thresholds_一():
    rules = notice(TANGHE)["denominators"]
    assert [(each.of, each.threshold_bp, each.persons) for each in rules] == [
        ("household_registered", 9000, None),  # the figures are not in the notice
        ("residents", 10000, None),
        ("hardship", 10000, None),
    ]


# --- 六: rankings, bulletins, what follows


def test_fridays_of_the_concentrated_stage_are_six_六一():
    # 2022-10-15 is a Saturday; 2022-11-30 a Wednesday
    fridays = ["10-21", "10-28", "11-04", "11-11", "11-18", "11-25"]
    assert due("rankings", "weekly") == [f"{day} 17:00" for day in fridays]


def test_afterwards_only_the_unfinished_are_ranked_六二():
    fridays = ["12-02", "12-09", "12-16", "12-23", "12-30"]
    assert due("rankings", "weekly-unfinished") == [f"{day} 17:00" for day in fridays]
    rule = next(r for r in notice(TANGHE)["rankings"] if r.key == "weekly-unfinished")
    units = [Unit(1, "甲", 1, 100, 100, 100), Unit(2, "乙", 2, 100, 99, 99)]
    left = participating(units, rule.participants, rule.unfinished_bp)
    assert [unit.name for unit in left] == ["乙"]


def test_the_final_ranking_is_once_at_the_end_六二():
    assert due("rankings", "final", now="2023-02-28") == ["01-01 00:00"]


def test_half_month_bulletins_the_monthly_review_and_the_later_bulletin_六():
    # without an hour a day is due when it is over: 15 November at 16 November 00:00
    assert due("follow_up", "half-month") == ["11-01 00:00", "11-16 00:00", "12-01 00:00"]
    assert due("follow_up", "monthly-review") == ["11-02 00:00"]
    assert due("follow_up", "monthly-unfinished") == ["01-01 00:00"]
    assert due("follow_up", "inspection") == []  # on no fixed day


def weekly(counted, previous=None):
    """Words that follow for units of 100 each in a weekly ranking."""
    rule = notice(TANGHE)["rankings"][0]
    units = [Unit(n, str(n), n, 100, c, c) for n, c in enumerate(counted)]
    placed = place(units, previous or {}, rule.consequences, rule.unfinished_bp)
    return {each.unit.region_id: [c.words for c in each.consequences] for each in placed}


def test_the_last_is_named_and_twice_last_and_unfinished_is_summoned_六三():
    assert weekly([90, 80, 70]) == {0: [], 1: [], 2: ["通报"]}
    before = {2: Previous(rank=3, counted=60, was_last=True)}
    assert weekly([90, 80, 70], before)[2] == ["通报", "约谈"]
    assert weekly([120, 110, 100], before)[2] == ["通报"]  # finished: no summons


# --- 六（三） and 七: stages and rewards


def appraised(stage, *units):
    rules = notice(TANGHE)["appraisal"]
    return {row.unit.name: row for row in appraise(rules, rules.stage(stage), units)}


def town(n, counted, target=10_000, **facts):
    return UnitFacts(n, str(n), n, target, counted, **facts)


def test_below_96_percent_and_among_the_last_three_六三():
    # 96.00, 95.99, 95, 94, 93 %: three last are 95, 94, 93; 95.99 is below and not among them
    rows = appraised(
        "concentrated",
        *(town(n, c) for n, c in enumerate([9600, 9599, 9500, 9400, 9300])),
    )
    cut = "通报批评、约谈，扣减当年度政府目标考评分"
    assert [rows[str(n)].met for n in range(5)] == [True, False, False, False, False]
    words = [[c.words for c in rows[str(n)].consequences] for n in range(5)]
    assert words == [[], [], [cut], [cut], ["通报", cut]]


def test_unfinished_at_the_end_loses_points_and_the_finished_may_be_commended_六三():
    rows = appraised("final", town(0, 10_000), town(1, 9_999))
    assert [(c.when, c.by_decision) for c in rows["0"].consequences] == [("finished", True)]
    assert [c.when for c in rows["1"].consequences] == ["last", "unfinished"]


def test_false_reports_lose_commendation_and_reward_六三():
    (row,) = appraised("final", town(0, 10_000, on_time=True, disqualified="虚报")).values()
    assert (row.rewards_fen, [c.words for c in row.consequences]) == (
        0,
        ["弄虚作假、虚报瞒报的，取消表彰资格，全县通报批评"],
    )


def test_rewards_and_deductions_in_yuan_七():
    # target 46,730, enrolled 47,000: 46,730 × 1 + 270 × 20 = 52,130; health centre 5,000;
    # together 57,130. Three missed hardship people: 3 × 350 = 1,050 off.
    (row,) = appraised(
        "final",
        town(0, 47_000, 46_730, on_time=True, institutions={"health_centre": 1}, hardship_missed=3),
    ).values()
    assert (row.rewards_fen, row.deductions_fen) == (57_130_00, 1_050_00)
    assert [(part.reward.key, part.heads, part.fen) for part in row.parts] == [
        ("per_enrolled", 46_730, 46_730_00),
        ("above_target", 270, 5_400_00),
        ("health_centre", 1, 5_000_00),
        ("missed_hardship", 3, 1_050_00),
    ]


def test_below_the_target_one_yuan_a_head_if_on_time_and_nothing_otherwise_七():
    # 40,000 × 1 yuan, no head above the target
    (row,) = appraised("final", town(0, 40_000, 46_730, on_time=True)).values()
    assert (row.rewards_fen, row.deductions_fen) == (40_000_00, 0)
    # late: no reward, and so nothing from which 350 yuan could be taken
    (row,) = appraised("final", town(0, 40_000, 46_730, on_time=False, hardship_missed=1)).values()
    assert (row.rewards_fen, row.deductions_fen) == (0, 0)


# --- 四: how money comes in


def test_collectors_and_online_channels_are_told_apart_四():
    policy = notice(TANGHE)
    kinds = {each.key: each.kind for each in policy["channels"]}
    assert kinds[resolve(policy, "代征")] == "collector"
    assert kinds[resolve(policy, "微信")] == "online"


def test_the_pending_account_of_the_tax_bureau_四三():
    (account,) = notice(TANGHE)["money_in_hand"].accounts
    assert (account.name, account.number[-3:]) == ("国家税务总局唐河县税务局", "406")


def test_what_the_notice_leaves_open_is_marked_as_our_reading():
    policy = notice(TANGHE)
    for rule in (
        policy["subsidies"].of("minimum_living"),  # 人均 80 元
        next(r for r in policy["appraisal"].rewards if r.key == "above_target"),  # 20 元
        policy["rankings"][0],  # day and hour
    ):
        assert rule.assumed


def test_facts_may_be_told_in_the_notices_words():
    assert told(TANGHE, "kind=异地户籍常住居民").kind == "resident_elsewhere_registered"
