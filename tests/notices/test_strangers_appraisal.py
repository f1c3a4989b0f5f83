"""What the stranger's notices reward, take off and publish, worked out by hand from their text."""

from functools import cache
from pathlib import Path

import pytest

from enrollment.notice import Policy
from enrollment.services.campaigns import read_notice
from reports.appraisal.rules import Row, UnitFacts, appraise
from reports.rankings.rules import cut_off, due_instants
from reports.sections import span_of
from tests.conftest import at

FOLDER = Path(__file__).parent / "strangers"
TOWNS = {"桥头镇": 153_000, "梅溪镇": 120_600, "云峰乡": 88_400}  # 15.3, 12.06, 8.84 万人


@cache
def notice(slug: str) -> Policy:
    return read_notice(FOLDER / f"{slug}.toml").policy


def at_the_end_of_2025(**counted: int) -> dict[str, Row]:
    rules = notice("qingqiao-2026")["appraisal"]
    units = [
        UnitFacts(n, name, n, target, counted[name])
        for n, (name, target) in enumerate(TOWNS.items(), 1)
    ]
    return {row.unit.name: row for row in appraise(rules, rules.stage("final"), units)}


def yuan(row: Row) -> tuple[float, float]:
    return row.rewards_fen / 100, row.deductions_fen / 100


def test_the_first_places_and_the_points_missed_of_qingqiao_六():
    # 98 % first, 95 % second: 30,000 and 20,000; 92 % is three points below 95 %: 30,000 off.
    # 1 yuan a head to village cadres and 1 yuan to village doctors.
    rows = at_the_end_of_2025(桥头镇=149_940, 梅溪镇=114_570, 云峰乡=81_328)
    assert yuan(rows["桥头镇"]) == (149_940 * 2 + 30_000, 0)
    assert yuan(rows["梅溪镇"]) == (114_570 * 2 + 20_000, 0)
    assert yuan(rows["云峰乡"]) == (81_328 * 2, 30_000)
    assert any("欠 3 个百分点 × 10,000 元，扣 30,000 元" in b.words for b in rows["云峰乡"].because)
    follows = {name: [c.words for c in row.consequences] for name, row in rows.items()}
    assert follows == {
        "桥头镇": [], "梅溪镇": ["在全县大会表态发言"], "云峰乡": ["在全县大会表态发言"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("counted", "off"),
    [(83_980, 0), (83_979, 0), (83_096, 10_000), (83_097, 0), (82_211, 20_000), (0, 950_000)],
)
def test_each_full_point_below_95_percent_costs_10000_yuan_六(counted, off):
    # 95 % of 88,400 = 83,980; 94 % = 83,096; 93 % = 82,212
    rows = at_the_end_of_2025(桥头镇=153_000, 梅溪镇=120_600, 云峰乡=counted)
    assert rows["云峰乡"].deductions_fen == off * 100


def test_two_towns_at_the_same_rate_are_rewarded_alike_六():
    rows = at_the_end_of_2025(桥头镇=153_000, 梅溪镇=120_600, 云峰乡=83_980)
    prizes = {
        name: [part.fen for part in row.parts if part.reward.per == "rank"]
        for name, row in rows.items()
    }
    assert prizes == {"桥头镇": [3_000_000], "梅溪镇": [3_000_000], "云峰乡": [1_000_000]}


@pytest.mark.parametrize(
    ("slug", "first", "last", "count"),
    [
        # 七（一）: windows from October 8 to December 20 of the next year
        ("baishi-2025", "2024-11-05 09:00 2024-10-31", "2025-12-05 09:00 2025-11-30", 14),
    ],
)
def test_each_month_is_told_of_in_the_next(slug, first, last, count):
    policy = notice(slug)
    rule = next(rule for rule in policy["rankings"] if rule.key == "monthly")
    span = span_of(rule, policy["windows"], policy["checkpoints"])
    found = due_instants(rule, span, at("2024-01-01 00:00"), at("2027-01-01 00:00"))
    told = [f"{local(i):%Y-%m-%d %H:%M} {local(cut_off(rule, i)):%Y-%m-%d}" for i in found]
    assert (told[0], told[-1], len(told)) == (first, last, count)


def local(instant):
    return instant.astimezone(at("2024-01-01 00:00").tzinfo)
