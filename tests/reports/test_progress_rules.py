"""How a place stands, when it arrives, and where its bar's words go: values in, values out."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotas.sections import Checkpoint
from reports.progress import drawing, rules
from reports.progress.places import Base, choose_bases
from reports.progress.queries import Day
from reports.rankings.rules import rate_bp

CHECKPOINTS = (
    Checkpoint(date(2022, 11, 30), 9600, "", ""),
    Checkpoint(date(2022, 12, 31), 10000, "", ""),
)


@given(st.integers(1, 2_000_000), st.integers(0, 2_000_000), st.integers(0, 10_000))
def test_the_rate_and_the_gap_never_contradict_each_other(target, enrolled, required):
    reached = rate_bp(enrolled, target) >= required
    assert reached == (rules.required_persons(target, required) - enrolled <= 0)


def test_what_a_day_needs():
    # 96 % of 1,143,900 are 1,098,144; 224,729 are missing; over 9 days 24,969.9 a day
    assert rules.needed_per_day(1_143_900, 873_415, 9600, 9) == 24_970
    assert rules.needed_per_day(1_143_900, 873_415, 9600, 0) == 224_729  # today is the last day
    assert rules.needed_per_day(100, 100, 9600, 9) == 0


@pytest.mark.parametrize(
    ("rate", "required", "week", "per_day", "state"),
    [
        (8061, 7761, 0, 0, "ahead"),  # 3.00 points above
        (8060, 7761, 0, 0, "normal"),
        (7761, 7761, 0, 0, "normal"),
        (7760, 7761, 700, 400, "behind"),  # exactly a quarter of 7 x 400
        (7760, 7761, 699, 400, "stalled"),
        (7760, 7761, -3, 1, "stalled"),
        (7760, 7761, 0, None, "behind"),  # after the last checkpoint nothing is needed by a day
        (None, 7761, 0, 0, ""),
        (7760, None, 0, None, ""),
    ],
)
def test_the_word_for_a_place(rate, required, week, per_day, state):
    assert rules.place_state(rate, required, week, per_day) == state


@pytest.mark.parametrize(
    ("distance", "shade"),
    [
        (-1501, "stalled"),
        (-1500, "far"),
        (-600, "behind"),
        (-1, "behind"),
        (0, "on"),
        (600, "ahead"),
    ],
)
def test_the_shade_of_a_tile(distance, shade):
    assert rules.tile(5000 + distance, 5000) == shade


class TestForecast:
    def reached(self, enrolled, week, target=1_143_900):
        today = date(2022, 11, 21)
        return rules.forecast(target, enrolled, week, 9600, date(2022, 11, 30), today)

    def test_at_the_speed_of_the_last_seven_days(self):
        # 224,729 missing at 20,442.3 a day: on the 11th day; all at 13.2 days: the 14th
        found = self.reached(873_415, 143_096)
        assert found == rules.Forecast(date(2022, 12, 2), 2, date(2022, 12, 5))

    def test_reached_already(self):
        found = self.reached(96, 7, target=100)
        assert found == rules.Forecast(date(2022, 11, 21), -9, date(2022, 11, 25))

    def test_never_without_anybody_coming(self):
        assert self.reached(10, 0, target=100) == rules.Forecast(None, None, None)


class TestBases:
    NOTICE = Base("notice", "annex", "附件", {1: 30, 2: 10, 3: 20})
    PRIOR = Base("prior", "last year", "", {1: 28, 2: 9, 3: 19})

    def test_the_first_measures_whole_and_parts(self):
        assert choose_bases([self.NOTICE, self.PRIOR], None) == (self.NOTICE, self.NOTICE)

    def test_the_one_asked_for(self):
        assert choose_bases([self.NOTICE, self.PRIOR], "prior") == (self.PRIOR, self.PRIOR)

    def test_an_unknown_one_is_not_asked_for(self):
        assert choose_bases([self.NOTICE, self.PRIOR], "x") == (self.NOTICE, self.NOTICE)

    def test_parts_without_targets_are_measured_by_last_year(self):
        alone = Base("notice", "annex", "附件", {2: 10})
        assert choose_bases([alone, self.PRIOR], None) == (alone, self.PRIOR)


class TestTicks:
    def test_the_words_stand_apart(self):
        found = drawing.ticks(7761, 9600, 170)
        assert (found.zero, found.today, found.today_anchor) == (True, 139, "end")
        assert found.checkpoint == 162

    def test_near_the_left_edge_the_word_begins_at_its_tick(self):
        found = drawing.ticks(200, 9600, 170)
        assert (found.zero, found.today, found.today_anchor) == (False, 2, "start")

    def test_a_checkpoint_that_is_near_is_not_named_twice(self):
        assert drawing.ticks(9500, 9600, 170).checkpoint is None

    def test_without_a_requirement_there_is_no_word(self):
        assert drawing.ticks(None, None, 170).today is None


class TestTrend:
    START, TODAY = date(2022, 10, 15), date(2022, 10, 17)
    DAYS = (Day(date(2022, 10, 15), 3, 2, 2), Day(date(2022, 10, 17), 1, 4, 6))

    def test_every_day_to_the_next_checkpoint(self):
        found = drawing.trend(self.DAYS, 100, CHECKPOINTS, self.START, self.TODAY)
        assert len(found) == 47  # 17 days of October and 30 of November
        # 96 % in 47 days: 2.04, 4.08, 6.12 % in the first three
        assert [(d.rate_bp, d.total, d.added, d.required_bp) for d in found[:4]] == [
            (200, 2, 2, 204),
            (200, 2, 0, 408),  # a day that brought nothing keeps the total
            (600, 6, 4, 612),
            (None, None, None, 817),  # still to come
        ]

    def test_after_the_last_checkpoint_it_ends_today(self):
        found = drawing.trend(self.DAYS, 100, CHECKPOINTS, self.START, date(2023, 1, 2))
        assert (found[-1].on, found[-1].required_bp) == (date(2023, 1, 2), 10_000)

    def test_what_came_before_the_first_day_is_in_the_total(self):
        early = (Day(date(2022, 10, 14), 1, 1, 1), Day(date(2022, 10, 15), 3, 2, 3))
        found = drawing.trend(early, None, (), self.START, self.TODAY)
        assert [(d.rate_bp, d.total) for d in found] == [(None, 3)] * 3

    def test_the_drawing_keeps_within_its_frame(self):
        rows = drawing.trend(self.DAYS, 4, CHECKPOINTS, self.START, self.TODAY)
        drawn = drawing.draw_trend(rows)
        points = [tuple(map(int, point.split(","))) for point in drawn.rate.split()]
        assert points[0] == (30, 36)  # 50 % is half way between 68 and 4
        assert points[-1][1] == 4  # 150 % is drawn as 100
        bars = re.findall(r"M(\d+) (\d+)v-(\d+)h(\d+)v\d+z", drawn.bars)
        assert len(bars) == 2  # a day that brought nothing has none
        for x, floor, tall, wide in (map(int, found) for found in bars):
            assert x + wide <= drawn.width and drawn.foot < floor - tall < floor <= drawn.height
