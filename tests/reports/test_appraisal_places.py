"""Rewards of the first places, and deductions for each percentage point missed; by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.appraisal.counts import At, of_place, points_missed
from reports.appraisal.rules import UnitFacts, appraise
from reports.sections import Appraisal, Reward, Stage

PRIZES = Reward(
    "prizes", "前三名奖", "final", "region", "", "rank", 0, False, (), True, "六", "", "",
    ranks=(3_000_000, 2_000_000, 1_000_000),
)  # fmt: skip
POINTS = replace(
    PRIZES, key="points", title="欠进度扣款", per="missed_point", fen=1_000_000, deduct=True,
    ranks=(), point="begun",
)  # fmt: skip
FINAL = Stage("final", "总评", None, "whole", 9500, True, "all", "六", "", "", ())


def field(*counted, target=1000):
    return [UnitFacts(n, f"u{n}", n, target, each) for n, each in enumerate(counted, 1)]


def rewards(units, *rules, below_zero=False):
    appraisal = Appraisal(stages=(FINAL,), rewards=rules, below_zero=below_zero)
    rows = appraise(appraisal, FINAL, units)
    return {row.unit.name: (row.rewards_fen // 100, row.deductions_fen // 100) for row in rows}


def test_the_first_three_are_rewarded_by_their_place():
    assert rewards(field(960, 990, 950, 970), PRIZES) == {
        "u2": (30000, 0), "u4": (20000, 0), "u1": (10000, 0), "u3": (0, 0),
    }  # fmt: skip


def test_units_at_one_place_get_it_each_and_the_next_place_is_skipped():
    # u1 and u2 are first, nobody is second, u3 is third
    assert rewards(field(990, 990, 970, 960), PRIZES) == {
        "u1": (30000, 0), "u2": (30000, 0), "u3": (10000, 0), "u4": (0, 0),
    }  # fmt: skip


def test_or_they_share_what_the_places_they_take_are_worth():
    shared = replace(PRIZES, ties="shared")
    # (30,000 + 20,000) ÷ 2
    assert rewards(field(990, 990, 970), shared) == {
        "u1": (25000, 0), "u2": (25000, 0), "u3": (10000, 0),
    }  # fmt: skip
    # Third to fifth: only the third place is worth anything, 10,000 ÷ 3, a fen left to the first
    assert [of_place(shared, At(3, 3, n)) for n in range(3)] == [333_334, 333_333, 333_333]


def test_a_place_is_rewarded_where_its_condition_holds():
    met = replace(PRIZES, conditions=("met",))
    assert rewards(field(960, 940), met) == {"u1": (30000, 0), "u2": (0, 0)}


def test_who_is_disqualified_keeps_the_place_and_gets_nothing():
    first, second = field(990, 980)
    assert rewards([replace(first, disqualified="虚报"), second], PRIZES) == {
        "u1": (0, 0), "u2": (20000, 0),
    }  # fmt: skip


def test_the_arithmetic_tells_the_place():
    appraisal = Appraisal(stages=(FINAL,), rewards=(PRIZES,))
    rows = appraise(appraisal, FINAL, field(990, 990, 980, 970))
    assert "30,000" in rows[0].because[1].words and "2" in rows[0].because[1].words
    assert [(part.heads, part.fen) for part in rows[2].parts] == [(1, 1_000_000)]
    assert rows[3].parts == () and "3" in rows[3].because[1].words


@pytest.mark.parametrize(
    ("counted", "target", "begun", "full"),
    [
        (950, 1000, 0, 0),
        (949, 1000, 1, 0),  # 0.1 of a point
        (940, 1000, 1, 1),
        (939, 1000, 2, 1),  # 1.1 points
        (1100, 1000, 0, 0),
        (0, 1000, 95, 95),
        (2, 3, 29, 28),  # 95 − 66.66…
        (0, 0, 0, 0),
    ],
)
def test_points_missed_are_counted_exactly(counted, target, begun, full):
    assert points_missed(counted, target, 9500, "begun") == begun
    assert points_missed(counted, target, 9500, "full") == full


def test_each_point_missed_is_taken_off():
    each = replace(PRIZES, key="each", per="each", fen=5_000_000, ranks=())
    # 92.1 % is 2.9 points short: three begun, two full
    assert rewards(field(921), each, POINTS) == {"u1": (50000, 30000)}
    assert rewards(field(921), each, replace(POINTS, point="full")) == {"u1": (50000, 20000)}
    assert rewards(field(921), POINTS) == {"u1": (0, 0)}  # nothing earned
    assert rewards(field(921), POINTS, below_zero=True) == {"u1": (0, 30000)}


@given(st.lists(st.integers(0, 20), min_size=1, max_size=8))
def test_shared_places_never_cost_more_than_the_places_are_worth(counted):
    found = rewards(field(*counted, target=20), replace(PRIZES, ties="shared"))
    assert sum(earned for earned, _cut in found.values()) <= 60000


@given(st.integers(0, 300), st.integers(1, 200), st.integers(1, 10_000))
def test_a_begun_point_is_at_most_one_more_than_the_full_ones(counted, target, share_bp):
    begun, full = (points_missed(counted, target, share_bp, how) for how in ("begun", "full"))
    assert full <= begun <= full + 1
    assert (begun == 0) == (counted * 10_000 >= target * share_bp)
