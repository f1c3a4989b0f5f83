"""郑医保办〔2022〕69号 with 豫医保办〔2022〕43号, worked out by hand."""

import pytest

from enrollment.models import Region, User
from enrollment.pricing import NoFee, price
from enrollment.rules import admission, with_what_follows
from enrollment.services.campaigns import load_notice
from payments.channels import resolve
from quotas.models import Target, TargetSet
from reports.appraisal.rules import UnitFacts, appraise
from reports.progress.rules import required_persons
from tests.conftest import at
from tests.notices.worked import NOTICES, notice, told, unit

ZHENGZHOU, HENAN = "zhengzhou-2023", "henan-2022-43"
NOW = at("2022-11-08 09:00")


def admitted(*facts):
    policy = notice(ZHENGZHOU)
    found = admission(policy, with_what_follows(policy, told(ZHENGZHOU, *facts)))
    return found.admitted, [reason.clause for reason in found.because]


def test_everybody_outside_employees_insurance_by_the_provinces_clause():
    assert admitted() == (True, ["豫医保办〔2022〕43号 一"])
    assert admitted("employee_insured=yes") == (False, ["豫医保办〔2022〕43号 一"])


def test_the_notice_states_neither_fee_nor_windows():
    policy = notice(ZHENGZHOU)
    assert (policy["fee"], policy["windows"]) == (None, ())
    with pytest.raises(NoFee):
        price(policy, told(ZHENGZHOU, "residence=registered"))


def test_students_are_organised_by_their_school_二():
    assert unit(ZHENGZHOU, "category=1403") == ("school", "二")
    assert unit(ZHENGZHOU, "category=1501") == ("village", "豫医保办〔2022〕43号 二（一）2")


def test_groups_without_a_subsidy_are_tracked_and_the_others_have_no_amount_二():
    grants = {each.name: each.grants[0].grant for each in notice(ZHENGZHOU)["subsidies"].categories}
    assert grants == {
        "特困对象": "unstated",
        "低保对象": "unstated",
        "农村易返贫致贫人口": "unstated",
        "低收入家庭": "none",
        "丧失劳动能力的残疾人": "none",
        "脱贫不再享受政策人口": "none",
    }


def test_hardship_people_are_all_enrolled_二():
    (rule, *_others) = notice(ZHENGZHOU)["denominators"]
    assert (rule.of, rule.threshold_bp, rule.clause) == ("hardship", 10000, "二")
    assert required_persons(1_234, rule.threshold_bp) == 1_234


def test_students_and_newborns_have_a_rate_and_no_threshold_二():
    (_hardship, students, newborns) = notice(ZHENGZHOU)["denominators"]
    assert [(each.of, each.threshold_bp, each.is_counted) for each in (students, newborns)] == [
        ("students", None, True),
        ("newborns", None, True),
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("云闪付", "unionpay"),
        ("河南税务APP", "tax_app"),
        ("“河南税务”微信公众号", "tax_wechat"),
        ("支付宝", "alipay"),
        ("银行网点", "bank"),
        ("现金", ""),
    ],
)
def test_channels_三(text, key):
    assert resolve(notice(ZHENGZHOU), text) == key


def test_17_targets_of_which_one_carries_a_remark_附件1():
    targets = notice(ZHENGZHOU)["targets"]
    assert (len(targets.units), targets.total) == (17, 6_157_900)
    assert [(u.name, u.persons) for u in targets.units if u.remark] == [("航空港区", 470_319)]
    assert "182511" in next(u.remark for u in targets.units if u.remark)


def test_completion_enters_the_annual_appraisal_五():
    rules = notice(ZHENGZHOU)["appraisal"]
    (row,) = appraise(rules, rules.stage("annual"), [UnitFacts(1, "甲", 1, 100, 99)])
    assert [(c.when, c.by_decision, c.clause) for c in row.consequences] == [
        ("unfinished", True, "五")
    ]


def test_follow_up_is_regular_without_a_day_五():
    rules = notice(ZHENGZHOU)["follow_up"]
    assert [(each.kind, each.every) for each in rules] == [
        ("report", "irregular"),
        ("bulletin", "irregular"),
    ]
    assert all(each.assumed for each in rules)


@pytest.fixture
def campaign(db):
    return load_notice(NOTICES / f"{ZHENGZHOU}.toml", by=User.system(), now=NOW, practice=True)


def test_it_loads_as_a_draft_with_units_that_are_no_divisions(campaign):
    assert campaign.state == "draft"
    kinds = dict(Region.objects.filter(parent=campaign.region).values_list("name", "kind"))
    zones = [name for name, kind in kinds.items() if kind == "zone"]
    assert sorted(zones) == sorted(["高新区", "经开区", "郑东新区", "航空港区"])
    assert kinds["中央、省属、市属在校大学生"] == "population"
    assert Region.objects.get(name="郑东新区").code is None


def test_the_page_says_that_the_coverage_year_is_our_reading(campaign, client):
    user = User.objects.create(username="alice", role="bureau", region=campaign.region)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/c/{ZHENGZHOU}/policy/").content.decode()
    assumed = notice(ZHENGZHOU)["campaign"].assumed
    assert assumed and page.count(assumed) == 1
    assert 'id="campaign"' in page and 'href="#campaign"' in page


def test_the_provinces_figure_for_the_city_equals_the_citys_own_sum(campaign):
    superior = TargetSet.objects.get(campaign=campaign, level="superior")
    (target,) = Target.objects.filter(target_set=superior)
    assert (target.region, target.persons) == (campaign.region, 6_157_900)  # 615.79 × 10,000


def test_18_cities_of_the_province_report_their_figures(db):
    campaign = load_notice(NOTICES / f"{HENAN}.toml", by=User.system(), now=NOW, practice=True)
    assert campaign.state == "draft"
    (found,) = TargetSet.objects.filter(campaign=campaign)
    assert found.is_reported and found.unit_words == "万人"
    persons = dict(found.targets.values_list("region__name", "persons"))
    # 8,780.58 × 10,000; in order, the last three: 1,004.96, 747.54, 50.13
    assert (len(persons), sum(persons.values())) == (18, 87_805_800)
    assert (persons["周口市"], persons["驻马店市"], persons["济源示范区"]) == (
        10_049_600,
        7_475_400,
        501_300,
    )
    assert found.targets.get(region__name="郑州市").remark == "含港区"
