"""焦医保〔2022〕77号, which forwards 豫医保〔2022〕5号, worked out by hand."""

import pytest

from enrollment.funding import funding, groups
from enrollment.models import User
from enrollment.ports import NotStated
from enrollment.services.campaigns import gaps, load_notice
from payments.channels import resolve
from tests.conftest import at
from tests.notices.worked import NOTICES, clauses, money, notice, priced, refused_by

JIAOZUO = "jiaozuo-2023"
PARENT = "豫医保〔2022〕5号"


def test_it_forwards_the_provinces_notice_and_takes_over_its_rules():
    policy = notice(JIAOZUO)
    assert (policy["document"].forwards, policy.extends) == (PARENT, "henan-2022-5.toml")
    assert notice("henan-2022-5")["campaign"] is None


def test_350_yuan_by_the_provinces_clause_一():
    found = priced(JIAOZUO, "residence=registered")
    assert money(found) == (350, 0, 350, 0)
    assert clauses(found)[-1] == f"{PARENT} 一"
    assert (str(found.benefit_from), str(found.benefit_until)) == ("2023-01-01", "2023-12-31")


@pytest.mark.parametrize("fact", ["employee_insured=yes", "enrolled_elsewhere=yes"])
def test_duplicates_are_stopped_at_the_source_八(fact):
    assert refused_by(priced(JIAOZUO, fact)) == [f"{PARENT} 八"]


def test_the_fiscal_subsidy_is_80_or_60_percent_central_and_the_rest_is_not_stated_一():
    policy = notice(JIAOZUO)
    supported, others = groups(policy)
    # 1,000 × 610 = 610,000 yuan: 80 % = 488,000; 2,000 × 610 = 1,220,000: 60 % = 732,000
    found = funding(policy, {supported: 1_000, others: 2_000})
    assert found.total_fen == 1_830_000_00
    assert [(row.group, row.funder, row.fen) for row in found.rows] == [
        (supported, "中央财政", 488_000_00),
        (supported, "省、市、县（市、区）财政", None),
        (others, "中央财政", 732_000_00),
        (others, "省、市、县（市、区）财政", None),
    ]
    assert found.not_stated_fen == 610_000_00  # 122,000 + 488,000
    assert {row.reason.clause for row in found.rows} == {f"{PARENT} 一"}


@pytest.mark.parametrize("word", ["脱贫不稳定户", "边缘易致贫户", "突发严重困难户"])
def test_monitored_families_get_what_the_minimum_living_get_which_is_not_stated_三(word):
    rule = next(each for each in notice(JIAOZUO)["subsidies"].categories if each.name == word)
    assert (rule.entitles, rule.grants[0].as_key) == ("household", "minimum_living")
    with pytest.raises(NotStated) as caught:
        priced(JIAOZUO, f"hardship={word}")
    assert caught.value.reason.clause == f"{PARENT} 三"


def test_a_place_that_sets_the_amount_prices_them_三(tmp_path):
    """The local amount, made up here: 100 yuan; families of the monitored get the same."""
    from enrollment.pricing import price
    from enrollment.services.campaigns import read_notice
    from enrollment.told import facts_told

    parent = (NOTICES / "henan-2022-5.toml").read_text("utf-8")
    stated = 'grant = "amount"\namount_fen = 10000\nhow = "reimbursed"'
    head, found, tail = parent.partition('key = "minimum_living"')
    tail = tail.replace('grant = "unstated"', stated, 1)
    (tmp_path / "henan-2022-5.toml").write_text(head + found + tail, "utf-8")
    path = tmp_path / "jiaozuo-2023.toml"
    path.write_text((NOTICES / "jiaozuo-2023.toml").read_text("utf-8"), "utf-8")
    policy = read_notice(path).policy
    for word in ("低保对象", "边缘易致贫户"):
        assert money(price(policy, facts_told(policy, [("hardship", word)]))) == (350, 0, 350, 100)


def test_six_classes_and_the_lifted_are_all_enrolled_二():
    (rule,) = notice(JIAOZUO)["denominators"]
    assert (rule.of, rule.threshold_bp, rule.clause) == ("hardship", 10000, "二")
    assert [each.name for each in notice(JIAOZUO)["subsidies"].categories] == [
        "特困人员",
        "低保对象",
        "返贫致贫人口",
        "脱贫不稳定户",
        "边缘易致贫户",
        "突发严重困难户",
        "脱贫人口",
    ]


def test_online_and_at_the_counter_side_by_side_八():
    policy = notice(JIAOZUO)
    assert [each.kind for each in policy["channels"]] == ["online", "counter"]
    assert resolve(policy, "线上缴费") == "online"


def test_it_loads_as_a_draft_and_says_that_windows_and_targets_are_missing(db):
    now = at("2022-09-21 09:00")
    campaign = load_notice(NOTICES / f"{JIAOZUO}.toml", by=User.system(), now=now, practice=True)
    assert campaign.state == "draft"
    assert len([said for said in gaps(campaign) if said]) >= 2
    assert not campaign.target_sets.exists()
