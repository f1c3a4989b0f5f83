"""Worked examples by hand: what four real notices grant on their fee of 350 yuan."""

from datetime import date
from pathlib import Path

import pytest

from enrollment import notice
from enrollment.facts import Mark
from enrollment.ports import Funded, NotStated
from enrollment.services.campaigns import read_notice
from subsidies import rules
from tests.conftest import at
from tests.subsidies.made import found, parts

NOTICES = Path(notice.__file__).parent / "notices"


def loaded(name):
    read = read_notice(NOTICES / f"{name}.toml")
    return notice.read_policy(read.text, read.parents)


@pytest.fixture(scope="module")
def tanghe():
    return loaded("tanghe-2023")


@pytest.fixture(scope="module")
def ganzhou():
    return loaded("ganzhou-2023")


@pytest.fixture(scope="module")
def jiaozuo():
    return loaded("jiaozuo-2023")


def of(policy, name, grade="", recognised_on=None):
    """A mark by what the notice, or a roster, calls the category."""
    return Mark(policy["subsidies"].named(name).key, grade, recognised_on)


# --- 唐政办〔2022〕62号 五


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["五保户（含孤儿）"], (35000, 0, 0)),  # the county pays 350, nothing else is due
        (["脱贫享受政策户"], (0, 0, 25000)),  # pays 350, 250 come back
        (["监测对象"], (0, 0, 25000)),
        (["一般低保户"], (0, 0, 8000)),  # 80 from medical assistance
        (["一般低保户", "脱贫享受政策户"], (0, 0, 25000)),  # the lists are freed of duplicates
        (["一般低保户", "五保户（含孤儿）"], (35000, 0, 0)),
        ([], (0, 0, 0)),
    ],
)
def test_tanghe_pays_for_three_kinds(tanghe, names, expected):
    assert parts(found(tanghe, *(of(tanghe, name) for name in names))) == expected


def test_tanghe_says_who_pays_for_two_kinds_and_not_for_the_third(tanghe):
    def funders(name):
        return found(tanghe, of(tanghe, name)).funders

    assert funders("五保户（含孤儿）") == (Funded("县财政", 35000),)
    assert funders("一般低保户") == (Funded("医疗救助资金", 8000),)
    assert funders("脱贫享受政策户") == ()


def test_tanghe_grants_nothing_to_who_is_recognised_after_the_concentrated_window(tanghe):
    last_day = found(tanghe, of(tanghe, "脱贫享受政策户", recognised_on=date(2022, 11, 30)))
    late = found(tanghe, of(tanghe, "脱贫享受政策户", recognised_on=date(2022, 12, 1)))
    assert (parts(last_day), parts(late)) == ((0, 0, 25000), (0, 0, 0))
    assert [reason.clause for reason in late.not_applied] == ["五（一）"]


def test_tanghe_lists_two_kinds_without_an_amount(tanghe):
    for name in ("特困职工", "残联名单人员"):
        with pytest.raises(NotStated, match="五（一）"):
            found(tanghe, of(tanghe, name))
        # 350 by another category leave nothing open, 250 do
        assert parts(found(tanghe, of(tanghe, name), of(tanghe, "五保户（含孤儿）"))) == (
            35000,
            0,
            0,
        )
        with pytest.raises(NotStated):
            found(tanghe, of(tanghe, name), of(tanghe, "监测对象"))


# --- 区医保发〔2022〕69号 四


@pytest.mark.parametrize(
    ("name", "grade", "expected"),
    [
        ("特困人员", "", (35000, 0, 0)),
        ("孤儿", "", (35000, 0, 0)),
        ("事实无人抚养儿童", "", (35000, 0, 0)),
        ("低保对象", "农村一类", (0, 0, 25000)),
        ("低保对象", "农村二类", (0, 0, 25000)),
        ("低保对象", "城市全额", (0, 0, 25000)),
        ("低保对象", "农村三类", (0, 0, 19000)),
        ("低保对象", "农村四类", (0, 0, 19000)),
        ("低保对象", "城市差额", (0, 0, 19000)),
        ("返贫致贫人口", "", (0, 0, 19000)),
        ("易返贫致贫人口", "", (0, 0, 15000)),
        ("已脱贫人口", "", (0, 0, 10000)),
    ],
)
def test_ganzhous_seven_lines(ganzhou, name, grade, expected):
    assert parts(found(ganzhou, of(ganzhou, name, grade))) == expected


def test_ganzhou_grants_the_highest_only_and_says_so(ganzhou):
    both = found(ganzhou, of(ganzhou, "已脱贫人口"), of(ganzhou, "低保对象", "农村三类"))
    assert parts(both) == (0, 0, 19000)
    assert both.because[-1].clause == "四（二）3"
    assert [reason.clause for reason in both.not_applied] == ["四（一）5"]


def test_ganzhou_pays_the_rise_and_takes_nothing_back(ganzhou):
    lifted = found(ganzhou, of(ganzhou, "已脱贫人口"))
    third = found(ganzhou, of(ganzhou, "低保对象", "农村三类"))
    first = found(ganzhou, of(ganzhou, "低保对象", "农村一类"))
    full = found(ganzhou, of(ganzhou, "特困人员"))
    nothing = found(ganzhou)
    assert rules.change(ganzhou, nothing, lifted) == 10000  # recognised after having paid
    assert rules.change(ganzhou, lifted, third) == 9000  # 190 − 100
    assert rules.change(ganzhou, third, first) == 6000  # 250 − 190
    assert rules.change(ganzhou, first, full) == 10000  # 350 − 250
    assert rules.change(ganzhou, full, lifted) == 0
    assert rules.change(ganzhou, lifted, nothing) == 0


def test_ganzhou_gives_back_the_full_grant_to_who_had_paid(ganzhou):
    mark = of(ganzhou, "特困人员", recognised_on=date(2022, 10, 20))
    assert parts(found(ganzhou, mark, paid_at=at("2022-10-10 09:30"))) == (0, 0, 35000)
    assert parts(found(ganzhou, mark, paid_at=at("2022-11-10 09:30"))) == (35000, 0, 0)


def test_ganzhou_subsidises_people_enrolled_elsewhere_by_its_own_standard(ganzhou):
    away = found(ganzhou, of(ganzhou, "易返贫致贫人口"), enrolled_elsewhere=True)
    assert parts(away) == (0, 0, 15000)
    assert away.because[-1].clause == "四（二）3"


# --- 焦医保〔2022〕77号 with 豫医保〔2022〕5号 三


@pytest.mark.parametrize("name", ["脱贫不稳定户", "边缘易致贫户", "突发严重困难户"])
def test_jiaozuos_monitored_households_get_what_the_local_low_class_gets(jiaozuo, name):
    """The province names no amount, and neither does the city: the clause is told instead."""
    with pytest.raises(NotStated) as refused:
        found(jiaozuo, of(jiaozuo, name))
    assert refused.value.reason.clause.startswith("豫医保〔2022〕5号")
    assert "低保" in refused.value.reason.words
    assert jiaozuo["subsidies"].named(name).entitles == "household"


def test_jiaozuos_others_without_a_category_are_priced(jiaozuo):
    assert parts(found(jiaozuo)) == (0, 0, 0)
