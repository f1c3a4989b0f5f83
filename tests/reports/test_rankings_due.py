"""The instants at which a ranking, a report or a bulletin falls due."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.facts import ZONE
from enrollment.sections import Window
from quotas.sections import Checkpoint
from reports.rankings.rules import cut_off, due_instants, pause_after
from reports.sections import Schedule, span_of
from tests.conftest import at

FRIDAYS = Schedule(every="week", weekday="friday", hour=time(17), window="concentrated")
CONCENTRATED = Window("concentrated", "", date(2022, 10, 15), date(2022, 12, 1), "")
WHOLE = Window("whole", "", date(2022, 10, 15), date(2023, 1, 1), "")
AUTUMN = (date(2022, 10, 15), date(2022, 12, 1))
BEGINNING, LATER = at("2022-01-01 00:00"), at("2024-12-31 00:00")


def due(schedule, span=AUTUMN, since=BEGINNING, now=LATER):
    return [f"{i:%m-%d %H:%M}" for i in due_instants(schedule, span, since, now)]


def test_every_friday_at_five_within_the_window():
    # 2022-10-15 is a Saturday, 2022-12-01 a Thursday: the six Fridays between
    fridays = ["10-21", "10-28", "11-04", "11-11", "11-18", "11-25"]
    assert due(FRIDAYS) == [f"{day} 17:00" for day in fridays]


@pytest.mark.parametrize(
    ("now", "count"),
    [("2022-10-21 16:59", 0), ("2022-10-21 17:00", 1), ("2022-10-28 16:59", 1)],
)
def test_a_ranking_is_due_at_its_hour_not_before(now, count):
    assert len(due(FRIDAYS, now=at(now))) == count


def test_what_fell_due_before_the_campaign_was_opened_is_not_owed():
    now = at("2022-11-20 00:00")
    assert due(FRIDAYS, since=at("2022-11-18 16:30"), now=now) == ["11-18 17:00"]
    assert due(FRIDAYS, since=at("2022-11-18 17:00"), now=now) == []


def test_the_last_day_of_the_window_counts():
    assert due(FRIDAYS, (date(2022, 11, 19), date(2022, 11, 26))) == ["11-25 17:00"]


@pytest.mark.parametrize(
    ("schedule", "span", "days"),
    [
        # From the 15th of October: its 1st has gone, the 16th has not
        ({"every": "half_month", "days": (1, 16)}, AUTUMN, ["10-16", "11-01", "11-16"]),
        ({"every": "half_month", "days": (15, 31)}, AUTUMN, ["10-15", "10-31", "11-15", "11-30"]),
        ({"every": "month", "days": (1,)}, AUTUMN, ["11-01"]),
        # The 31st of November is its 30th, of February 2023 its 28th, of February 2024 its 29th
        ({"every": "month", "days": (31,)}, AUTUMN, ["10-31", "11-30"]),
        (
            {"every": "month", "days": (31,)},
            (date(2023, 1, 31), date(2023, 4, 1)),
            ["01-31", "02-28", "03-31"],
        ),
        ({"every": "month", "days": (30,)}, (date(2024, 2, 1), date(2024, 3, 1)), ["02-29"]),
        # Both days fall on the same last day once only
        ({"every": "half_month", "days": (30, 31)}, (date(2023, 2, 1), date(2023, 3, 1)),
         ["02-28"]),
        (
            {"every": "quarter", "days": (31,)},
            (date(2022, 8, 30), date(2023, 3, 31)),  # 31 March lies behind its last day
            ["09-30", "12-31"],
        ),
        ({"every": "quarter", "days": (25,)}, (date(2022, 8, 30), date(2023, 1, 1)),
         ["09-25", "12-25"]),
        ({"every": "once"}, AUTUMN, ["11-30"]),  # the last day of its span
        ({"every": "once", "on": date(2022, 11, 5)}, AUTUMN, ["11-05"]),
        ({"every": "once", "on": date(2022, 12, 5)}, AUTUMN, []),
        ({"every": "irregular"}, AUTUMN, []),
    ],
)  # fmt: skip
def test_each_period_falls_on_its_days(schedule, span, days):
    rule = Schedule(**schedule, hour=time(9))
    assert due(rule, span) == [f"{day} 09:00" for day in days]


def test_without_an_hour_a_day_is_due_when_it_is_over():
    rule = Schedule(every="once", on=date(2022, 11, 30))
    assert due(rule, now=at("2022-11-30 23:59")) == []
    assert due(rule, now=at("2022-12-01 00:00")) == ["12-01 00:00"]


def test_without_a_span_nothing_falls_due():
    assert due(FRIDAYS, None) == []


@given(
    st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    st.integers(0, 500),
    st.integers(1, 31),
    st.integers(0, 500),
)
def test_a_month_has_one_day_of_a_monthly_rule(start, length, day, until_now):
    span = (start, start + timedelta(days=length))
    now = datetime.combine(start + timedelta(days=until_now), time(12), ZONE)
    rule = Schedule(every="month", days=(day,), hour=time(12))
    found = due_instants(rule, span, at("2019-01-01 00:00"), now)
    every_day = [start + timedelta(days=n) for n in range(length)]
    expected = [
        d
        for d in every_day
        if d.day == min(day, monthrange(d.year, d.month)[1]) and d <= now.date()
    ]
    assert [instant.date() for instant in found] == expected
    assert found == sorted(found)


# --- the span


def span(windows=(WHOLE, CONCENTRATED), checkpoints=(), **keys):
    return span_of(Schedule(every="once", **keys), windows, checkpoints)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"window": "concentrated"}, (date(2022, 10, 15), date(2022, 12, 1))),
        ({}, (date(2022, 10, 15), date(2023, 1, 1))),  # from the first window to the last
        ({"after": "concentrated"}, (date(2022, 12, 1), date(2023, 1, 1))),
        ({"after": "early"}, (date(2022, 11, 6), date(2023, 1, 1))),  # behind its last checkpoint
        ({"window": "whole", "start": date(2022, 11, 1)}, (date(2022, 11, 1), date(2023, 1, 1))),
        ({"start": date(2023, 2, 1), "until": date(2023, 3, 1)},
         (date(2023, 2, 1), date(2023, 3, 1))),  # dates may lie outside every window
        ({"window": "spring"}, None),
        ({"after": "spring"}, None),
    ],
)  # fmt: skip
def test_the_days_in_which_it_may_fall_due(keys, expected):
    checkpoints = [
        Checkpoint(date(2022, 11, 1), 5000, "", "", stage="early"),
        Checkpoint(date(2022, 11, 5), 6000, "", "", stage="early"),
    ]
    assert span(checkpoints=checkpoints, **keys) == expected


def test_a_notice_without_windows_needs_dates():
    assert span(windows=()) is None
    assert span(windows=(), start=date(2022, 11, 1)) is None
    dates = {"start": date(2022, 11, 1), "until": date(2022, 12, 1)}
    assert span(windows=(), **dates) == (date(2022, 11, 1), date(2022, 12, 1))


def test_the_pauses_grow_to_an_hour():
    minutes = [pause_after(tries).total_seconds() / 60 for tries in range(1, 10)]
    assert minutes == [0, 1, 2, 4, 8, 16, 32, 60, 60]


# --- figures up to an earlier day


def told_of(schedule, span=AUTUMN):
    """Due → the last instant that counts."""
    found = due_instants(schedule, span, BEGINNING, LATER)
    cuts = [cut_off(schedule, instant).astimezone(ZONE) for instant in found]
    return [f"{i:%m-%d %H:%M} {cut:%m-%d %H:%M}" for i, cut in zip(found, cuts, strict=True)]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        # The window ends on 30 November: December tells of it, October's 5th of nothing
        (
            {"every": "month", "days": (5,), "as_of": "month_end", "hour": time(9)},
            ["11-05 09:00 10-31 23:59", "12-05 09:00 11-30 23:59"],
        ),
        (
            {"every": "month", "days": (31,), "as_of": 25},  # due when the day is over
            ["11-01 00:00 10-25 23:59", "12-01 00:00 11-25 23:59"],
        ),
        (
            {"every": "month", "days": (3,), "as_of": 31, "hour": time(9)},
            ["11-03 09:00 10-31 23:59", "12-03 09:00 11-30 23:59"],
        ),
        (
            {"every": "month", "days": (20,), "as_of": "day_before", "hour": time(0)},
            ["10-20 00:00 10-19 23:59", "11-20 00:00 11-19 23:59"],
        ),
        (
            {"every": "quarter", "days": (1,), "as_of": "month_end", "hour": time(9)},
            ["12-01 09:00 11-30 23:59"],
        ),
        (
            {"every": "once", "on": date(2022, 12, 5), "as_of": "month_end", "hour": time(9)},
            ["12-05 09:00 11-30 23:59"],
        ),
        ({"every": "once", "on": date(2022, 12, 5), "as_of": "day_before"}, []),
    ],
)  # fmt: skip
def test_what_is_due_tells_of_an_earlier_day(schedule, expected):
    assert told_of(Schedule(**schedule)) == expected


def test_on_mondays_of_the_week_before():
    rule = Schedule(every="week", weekday="monday", as_of="week_end", hour=time(9))
    span = (date(2022, 11, 1), date(2022, 11, 16))  # a Tuesday to a Tuesday
    assert told_of(rule, span) == ["11-07 09:00 11-06 23:59", "11-14 09:00 11-13 23:59"]
    on_sundays = Schedule(every="week", weekday="sunday", as_of="week_end", hour=time(9))
    assert told_of(on_sundays, span)[0] == "11-13 09:00 11-06 23:59"


def test_without_an_earlier_day_the_cut_off_is_the_hour_itself():
    assert cut_off(FRIDAYS, at("2022-10-21 17:00")) == at("2022-10-21 17:00")


@given(
    st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    st.sampled_from(["day_before", "week_end", "month_end", *range(1, 32)]),
)
def test_what_counts_ends_before_the_day_at_most_a_month_and_a_day(due_on, as_of):
    last = Schedule(every="once", as_of=as_of).counts_until(due_on)
    assert due_on - timedelta(days=32) <= last < due_on
    if isinstance(as_of, int):
        assert last.day == as_of or (last + timedelta(days=1)).day == 1
