"""Who ranks where, and what follows; the hours at which a ranking is due."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rankings.rules import Previous, Unit, participating, place, rate_bp
from reports.sections import Consequence

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


@pytest.mark.parametrize(
    ("figures", "follows"),
    [
        # 60 %, 70 %, 80 %, 90 %: the last two are below 80 % or exactly at it
        ({"a": "9/10", "b": "8/10", "c": "7/10", "d": "6/10"}, ["c", "d"]),
        # 70 % twice: both are second from below, so three are among the last two
        ({"a": "9/10", "b": "7/10", "c": "14/20", "d": "6/10"}, ["b", "c", "d"]),
        # 79.99 % shows as 80 % to nobody: 7999 of 10000 is below
        ({"a": "9/10", "b": "7999/10000", "c": "8/10"}, ["b"]),
        ({"a": "9/10", "b": "8/10", "c": "85/100"}, []),  # nobody below 80 %
        ({"a": "1/10", "b": "2/20"}, []),  # all equal: nobody is last, nobody among the last
    ],
)
def test_who_is_among_the_last_two_and_below_80_percent(figures, follows):
    rule = Consequence("bottom_below", "扣分", "六", bottom=2, below_bp=8000)
    found = place(units(**figures), {}, (rule,))
    assert sorted(p.unit.name for p in found if p.consequences) == follows


def test_who_is_among_the_first_and_has_reached_the_target():
    rule = Consequence("top", "表彰", "六", top=2, at_least_bp=10_000, by_decision=True)
    # 120 %, 100 % twice, 90 %: the first two are three, because two share the second place
    found = place(units(a="12/10", b="10/10", c="20/20", d="9/10"), {}, (rule,))
    assert [p.unit.name for p in found if p.consequences] == ["a", "b", "c"]
    # 95 %, 90 %: in front, but nobody has reached the target
    found = place(units(a="95/100", b="9/10"), {}, (rule,))
    assert not any(p.consequences for p in found)


def test_finished_and_unfinished_go_by_the_share_of_the_rule():
    done, open_ = Consequence("finished", "表彰", "九"), Consequence("unfinished", "批评", "九")
    found = place(units(a="96/100", b="959/1000"), {}, (done, open_), unfinished_bp=9600)
    assert words(found) == {"a": ["表彰"], "b": ["批评"]}


def test_what_a_person_decides_follows_from_nothing():
    rule = Consequence("by_decision", "问责", "八", by_decision=True)
    assert words(placed(consequences=(rule,), a="5/10", b="1/10")) == {"a": [], "b": []}


def test_only_the_unfinished_take_part_where_the_notice_says_so():
    field = units(done="10/10", more="11/10", almost="9999/10000", none="0/10", empty="0/0")
    assert [u.name for u in participating(field, "unfinished", 10_000)] == ["almost", "none"]
    assert participating(field, "all", 10_000) == field
    # With 96 % as the measure 9999 of 10000 is finished as well
    assert [u.name for u in participating(field, "unfinished", 9600)] == ["none"]


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 12)), max_size=10), st.integers(1, 4))
def test_as_many_as_asked_for_are_among_the_last_and_who_ties_with_them(figures, bottom):
    field = [Unit(n, str(n), n, target, got, got) for n, (got, target) in enumerate(figures)]
    rule = Consequence("bottom_below", "", "", bottom=bottom, below_bp=10_000)
    found = place(field, {}, (rule,))
    rates = sorted(Fraction(u.counted, u.target) for u in field)
    if len(set(rates)) < 2:
        assert not any(p.consequences for p in found)
        return
    limit = rates[min(bottom, len(rates)) - 1]
    for each in found:
        rate = Fraction(each.unit.counted, each.unit.target)
        assert bool(each.consequences) == (rate <= limit and rate < 1)
