"""What share of a target should be reached on a day. The notice's window begins on 2022-10-15."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotas.rules import break_down, next_checkpoint, rate_bp, required_bp
from quotas.sections import Checkpoint

START = date(2022, 10, 15)
NINETY_SIX = Checkpoint(date(2022, 11, 30), 9600, "六（一）", "96%")
ALL = Checkpoint(date(2022, 12, 31), 10000, "六（二）", "100%")
NOTICE = (NINETY_SIX, ALL)


@pytest.mark.parametrize(
    ("on", "share"),
    [
        # 17 days of October and 30 of November are 47 days to 96 %; basis points, rounded down.
        ((2022, 10, 14), 0),  # the day before the window
        ((2022, 10, 15), 204),  # day 1: 9600 / 47 = 204.2
        ((2022, 11, 18), 7148),  # day 35: 9600 × 35 / 47 = 7148.9
        ((2022, 11, 29), 9395),  # day 46: 9600 × 46 / 47 = 9395.7
        ((2022, 11, 30), 9600),  # the checkpoint itself
        # 31 days of December bring the 400 that are left.
        ((2022, 12, 1), 9612),  # 400 × 1 / 31 = 12.9
        ((2022, 12, 18), 9832),  # 400 × 18 / 31 = 232.2
        ((2022, 12, 31), 10000),
        ((2023, 3, 1), 10000),  # after the last checkpoint its share stays
    ],
)
def test_a_straight_line_leads_to_each_checkpoint_in_turn(on, share):
    assert required_bp(NOTICE, START, date(*on)) == share


def test_without_checkpoints_nothing_is_required():
    assert required_bp((), START, date(2022, 11, 18)) is None


def test_before_the_window_nothing_is_required_yet():
    assert required_bp(NOTICE, START, date(2022, 9, 1)) <= 0


def test_a_checkpoint_before_the_window_is_required_from_the_first_day():
    early = Checkpoint(date(2022, 10, 1), 1000, "", "")
    assert required_bp((early,), START, START) == 1000


@given(st.integers(-5, 120))
def test_the_requirement_never_falls_and_never_passes_the_next_checkpoint(days):
    on = START + timedelta(days=days)
    today, tomorrow = (required_bp(NOTICE, START, on + timedelta(days=n)) for n in (0, 1))
    assert today <= tomorrow
    checkpoint = next_checkpoint(NOTICE, on)
    assert today <= (checkpoint.share_bp if checkpoint else 10000)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ((2022, 10, 1), NINETY_SIX),
        ((2022, 11, 30), NINETY_SIX),  # its own day is not past
        ((2022, 12, 1), ALL),
        ((2023, 1, 1), None),
    ],
)
def test_the_next_checkpoint_is_the_first_that_is_not_past(on, expected):
    assert next_checkpoint(NOTICE, date(*on)) is expected


@given(
    st.integers(0, 10**8),
    st.dictionaries(st.integers(1, 500), st.integers(0, 10**6), min_size=1, max_size=60),
)
def test_a_target_broken_down_sums_exactly_and_nobody_is_off_by_one_person_or_more(total, weights):
    if not any(weights.values()):
        with pytest.raises(ValueError, match="nothing"):
            break_down(total, weights)
        return
    shares, whole = break_down(total, weights), sum(weights.values())
    assert sum(shares.values()) == total and shares.keys() == weights.keys()
    for place, share in shares.items():
        assert abs(share * whole - total * weights[place]) < whole


def test_a_rate_needs_a_target_and_a_count():
    assert rate_bp(2, 3) == 6666  # rounded down
    assert (rate_bp(2, 0), rate_bp(2, None), rate_bp(None, 3)) == (None, None, None)
