"""Who ranks where, and what follows; the hours at which a ranking is due."""

from datetime import date, time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.sections import Window
from reports.rankings.rules import Previous, Unit, due_instants, place, rate_bp
from reports.sections import Consequence, RankingRule
from tests.conftest import at

REPORTED = Consequence("last", "通报", "六（三）")
SUMMONED = Consequence("last_twice_unfinished", "约谈", "六（三）")
BOTH = (REPORTED, SUMMONED)


def units(**figures):
    """units(a="3/10") → Unit a with 3 of 10 counted; positions as written."""
    found = []
    for position, (name, figure) in enumerate(figures.items(), start=1):
        counted, target = map(int, figure.split("/"))
        found.append(Unit(position, name, position, target, counted, counted))
    return found


def placed(previous=None, consequences=(), **figures):
    return place(units(**figures), previous or {}, consequences)


def ranks(**figures):
    return [(each.unit.name, each.rank) for each in placed(**figures)]


# --- places


def test_the_best_rate_is_first_whatever_the_size():
    assert ranks(big="900/2000", small="9/10", middle="50/100") == [
        ("small", 1),  # 90 %
        ("middle", 2),  # 50 %
        ("big", 3),  # 45 %
    ]


def test_ties_share_a_rank_and_the_next_is_skipped():
    # 30 %, 30 %, 10 %: first, first, third; who ties stands in the notice's order
    found = placed(a="3/10", b="1/10", c="6/20")
    assert [(p.unit.name, p.rank, p.tied) for p in found] == [
        ("a", 1, True), ("c", 1, True), ("b", 3, False),
    ]  # fmt: skip


def test_rates_that_only_look_alike_do_not_tie():
    # 1/3 = 33.333… % and 3333/10000 = 33.33 %: both show 33.33
    found = placed(a="3333/10000", b="1/3")
    assert [(p.unit.name, p.rank, p.rate_bp) for p in found] == [("b", 1, 3333), ("a", 2, 3333)]


def test_all_who_share_the_lowest_rate_are_last():
    found = placed(a="5/10", b="1/10", c="2/20")
    assert [p.last for p in found] == [False, True, True]
    assert [p.rank for p in found] == [1, 2, 2]


@pytest.mark.parametrize("figures", [{"a": "1/10", "b": "2/20"}, {"a": "0/10"}])
def test_where_everyone_is_equal_nobody_is_last(figures):
    found = placed(consequences=BOTH, **figures)
    assert not any(p.last or p.consequences for p in found)


def test_nobody_to_rank_is_no_ranking():
    assert placed() == []


def test_a_rate_is_rounded_down_and_a_target_of_nobody_is_reached():
    assert rate_bp(2, 3) == 6666  # 66.666… %
    assert rate_bp(11, 10) == 11000
    assert rate_bp(0, 0) == 10000
    assert ranks(a="9/10", empty="0/0") == [("empty", 1), ("a", 2)]


figures = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=12)


@given(figures, st.randoms(use_true_random=False))
def test_the_order_of_the_units_given_is_of_no_consequence(given_figures, random):
    field = [Unit(n, f"unit {n}", n, target, done, done)
             for n, (done, target) in enumerate(given_figures)]  # fmt: skip
    shuffled = random.sample(field, len(field))
    assert place(shuffled, {}, BOTH) == place(field, {}, BOTH)


@given(figures)
def test_a_rank_is_one_more_than_the_number_of_those_who_are_better(given_figures):
    field = [Unit(n, "", n, target, done, done) for n, (done, target) in enumerate(given_figures)]

    def exact(unit):
        return Fraction(unit.counted, unit.target) if unit.target else Fraction(1)

    rates = [exact(unit) for unit in field]
    for each in place(field, {}, ()):
        rate = exact(each.unit)
        assert each.rank == 1 + sum(other > rate for other in rates)
        assert each.tied == (rates.count(rate) > 1)
        assert each.last == (rate == min(rates) and min(rates) < max(rates))


# --- what follows


def words(found):
    return {p.unit.name: [c.words for c in p.consequences] for p in found}


def test_last_is_reported():
    assert words(placed(consequences=BOTH, a="5/10", b="1/10")) == {"a": [], "b": ["通报"]}


@pytest.mark.parametrize(
    ("before", "follows"),
    [
        (None, ["通报"]),  # the first ranking
        (Previous(rank=2, counted=0, was_last=False), ["通报"]),
        (Previous(rank=2, counted=0, was_last=True), ["通报", "约谈"]),
    ],
)
def test_last_twice_running_is_summoned(before, follows):
    previous = {2: before} if before else {}
    assert words(placed(previous, BOTH, a="5/10", b="1/10"))["b"] == follows


def test_who_was_last_and_has_caught_up_is_free():
    previous = {2: Previous(rank=2, counted=0, was_last=True)}
    assert words(placed(previous, BOTH, a="1/10", b="5/10")) == {"b": [], "a": ["通报"]}


def test_last_twice_with_the_target_reached_is_not_summoned():
    previous = {2: Previous(rank=2, counted=9, was_last=True)}
    assert words(placed(previous, BOTH, a="12/10", b="10/10"))["b"] == ["通报"]


def test_what_was_added_is_counted_since_the_ranking_before():
    found = placed({1: Previous(rank=2, counted=4, was_last=False)}, a="9/10", b="3/10")
    assert {p.unit.name: p.added for p in found} == {"a": 5, "b": 3}


# --- when


FRIDAYS = RankingRule(
    "weekly", "", "concentrated", "week", "friday", time(17), "enrolled", "when_books_hold",
    "", "", "", (),
)  # fmt: skip
CONCENTRATED = Window("concentrated", "", date(2022, 10, 15), date(2022, 12, 1), "")
BEGINNING = at("2022-10-14 09:00")


def due(now, since=BEGINNING):
    return [f"{i:%m-%d %H:%M}" for i in due_instants(FRIDAYS, CONCENTRATED, since, now)]


def test_every_friday_at_five_within_the_window():
    # 2022-10-15 is a Saturday, 2022-12-01 a Thursday: the six Fridays between
    fridays = ["10-21", "10-28", "11-04", "11-11", "11-18", "11-25"]
    assert due(at("2023-01-01 00:00")) == [f"{day} 17:00" for day in fridays]


@pytest.mark.parametrize(
    ("now", "count"),
    [("2022-10-21 16:59", 0), ("2022-10-21 17:00", 1), ("2022-10-28 16:59", 1)],
)
def test_a_ranking_is_due_at_its_hour_not_before(now, count):
    assert len(due(at(now))) == count


def test_what_fell_due_before_the_campaign_was_opened_is_not_owed():
    assert due(at("2022-11-20 00:00"), since=at("2022-11-18 16:30")) == ["11-18 17:00"]
    assert due(at("2022-11-20 00:00"), since=at("2022-11-18 17:00")) == []


def test_the_last_day_of_the_window_counts():
    until_friday = Window("w", "", date(2022, 11, 19), date(2022, 11, 26), "")
    assert due_instants(FRIDAYS, until_friday, BEGINNING, at("2023-01-01 00:00")) == [
        at("2022-11-25 17:00")
    ]
