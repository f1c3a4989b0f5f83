"""Made-up people: valid, unique, plausible, the same for a seed."""

import csv
import io
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lib import idnumber, names
from enrollment.generate import Village, families, households, resident_row
from enrollment.generate.numbers import Numbers
from enrollment.generate.pace import Calendar
from enrollment.generate.people import PHONES
from enrollment.generate.schedule import Schedule
from enrollment.generate.tables import csv_line, place
from tests.conftest import at
from tests.made_up import PREFIX, plan

TODAY = date(2022, 10, 15)


def everyone(made):
    return [person for household in made for person in household.members]


@pytest.fixture(scope="module")
def county():
    return list(households(plan()))


@pytest.fixture(scope="module")
def people(county):
    return everyone(county)


def test_a_seed_gives_the_same_people_and_another_seed_others(people):
    assert everyone(households(plan())) == people
    assert everyone(households(plan(seed=8))) != people


def test_the_register_holds_exactly_the_people_asked_for(people):
    assert sum(not person.newcomer for person in people) == 2000
    assert sum(person.newcomer for person in people) == 50  # 2.5 % of 2,000


@pytest.mark.parametrize("number", [1, 2, 99])
def test_a_few_people_are_possible(number):
    few = everyone(households(plan(people=number)))
    assert sum(not person.newcomer for person in few) == number


def test_people_live_where_the_targets_are(county):
    lives = Counter()
    for household in county:
        lives[household.unit.key] += sum(not person.newcomer for person in household.members)
    assert lives == {"north": 600, "south": 1000, "zone": 400}  # 30, 50 and 20 of 100


def test_every_number_is_valid_and_given_out_once(people):
    numbers = [person.number for person in people]
    assert len(set(numbers)) == len(numbers)
    for person in people:
        verdict = idnumber.judge(
            person.number, TODAY, idnumber.kind_from_words(person.kind) or "unknown"
        )
        assert verdict.ok, verdict.problem
        if verdict.born_on:  # the old permanent resident card tells neither
            assert (verdict.born_on.toordinal(), verdict.sex) == (person.born, person.sex)


def test_when_a_birth_date_is_used_up_other_prefixes_help_until_none_is_left():
    numbers, random, born = Numbers(PREFIX, TODAY.toordinal()), Random(1), TODAY.toordinal() - 9999
    given = [numbers.identity(random, born, "F") for _ in range(2000)]
    assert len(set(given)) == 2000
    assert sum(number.startswith(PREFIX) for number in given) == 490  # 499 even orders less 9 of 00
    assert all(idnumber.judge(number, TODAY).ok for number in given)
    with pytest.raises(ValueError, match="no identity number is left"):
        for _ in range(9000):  # 18 prefixes of 490 numbers are 8,820
            numbers.identity(random, born, "F")


def test_most_numbers_begin_with_the_county_and_some_do_not(people):
    home = sum(person.number.startswith(PREFIX) for person in people) / len(people)
    assert 0.85 < home < 0.97


def test_a_unit_may_have_a_prefix_of_its_own():
    units = tuple(replace(unit, prefix="229901") for unit in plan().units[:1])
    made = everyone(households(plan(units=units)))
    assert sum(person.number.startswith("229901") for person in made) > len(made) * 0.8


def test_rare_names_and_papers_occur(people):
    texts = [person.name for person in people]
    assert any(ord(character) > 0xFFFF for name in texts for character in name)
    assert any("·" in name for name in texts)
    assert {person.kind for person in people} == {
        "居民身份证",
        "港澳台居民居住证",
        "外国人永久居留身份证",
    }
    foreign = [person.number for person in people if person.kind == "外国人永久居留身份证"]
    assert any(number[0] == "9" for number in foreign)
    assert any(number[:3].isalpha() for number in foreign)


def test_no_name_looks_damaged(people):
    assert not [person.name for person in people if names.damaged(person.name)]


def test_households_are_families(county):
    assert max(len(household.members) for household in county) <= 8  # 7 and a newcomer
    assert all(household.members[0].relation == "本人" for household in county)
    keys = [(household.village.key, household.number) for household in county]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("number", range(1, 8))
def test_children_are_twenty_years_younger_than_their_parents(number):
    random = Random(number)
    for _ in range(300):
        family = families.members(random, number)
        assert len(family) == number
        ages = {relation: age for relation, _sex, age in reversed(family)}  # the first of each
        parents = [ages["本人"], *([ages["配偶"]] if "配偶" in ages else [])]
        for relation, _sex, age in family:
            assert 0 < age <= families.OLDEST + 0.01
            if relation in ("子", "女"):
                assert age <= min(parents) - 19.8
            if relation in ("父", "母"):
                assert age >= ages["本人"] + 19.8
            if relation in ("孙子", "孙女"):
                assert age <= ages["子"] - 19.8


def test_categories_follow_ages(people):
    limits = {
        "1401": (0, 1),
        "1402": (0, 7),
        "1403": (5, 19),
        "1404": (17, 24),
        "1405": (5, 19),
        "1501": (17, 61),
        "1601": (59, 110),
    }
    seen = Counter(person.category for person in people)
    assert set(seen) == set(limits)
    for person in people:
        low, high = limits[person.category]
        assert low <= (TODAY.toordinal() - person.born) / 365.25 <= high


def test_about_94_in_100_were_enrolled_last_year(people):
    known = [person for person in people if not person.newcomer]
    assert 0.92 < sum(person.last_year for person in known) / len(known) < 0.96
    assert not any(person.last_year for person in people if person.newcomer)


def test_no_real_phone_rings(people):
    phones = {person.phone for person in people if person.phone}
    assert phones
    assert all(len(phone) == 11 and phone[:3] in PHONES for phone in phones)


def test_people_register_within_the_window_and_mostly_in_its_middle(people):
    days = sorted(p.registered / 86_400 for p in people if p.registered is not None)
    assert days[0] >= 0
    assert days[-1] < 78  # 15 October to 31 December
    tenth, half, ninth = (days[len(days) * share // 10] for share in (1, 5, 9))
    assert 5 < tenth < half < ninth < 60
    assert (ninth - tenth) < 45  # an S, not a straight line: 80 % of the people in half the time


def test_nobody_registers_before_the_opening_hour():
    opens = plan(opens_at=at("2022-12-30 15:00"))
    assert min(p.registered for p in everyone(households(opens)) if p.registered) >= 15 * 3600


def test_what_happens_later_is_left_out(people):
    until = everyone(households(plan(until=at("2022-11-18 16:30"))))
    registered = [person.registered for person in until if person.registered is not None]
    assert max(registered) < 34 * 86_400 + 16.5 * 3600  # 34 days after 15 October
    assert 0 < len(registered) < sum(person.registered is not None for person in people)


def test_nobody_registers_before_the_campaign_opens():
    early = everyone(households(plan(until=at("2022-10-01 00:00"))))
    assert all(person.registered is None for person in early)


def test_units_differ_in_pace(county):
    done = Counter()
    total = Counter()
    for household in county:
        for person in household.members:
            if person.registered is not None:
                total[household.unit.key] += 1
                done[household.unit.key] += person.registered < 30 * 86_400
    shares = [done[key] / total[key] for key in total]
    assert max(shares) - min(shares) > 0.05


def test_a_resident_row_names_village_household_and_person(county):
    household = next(h for h in county if h.village.name == "柳园村")
    person = household.members[0]
    row = resident_row(household, person, ("城南乡", "柳园村"))
    assert row[:7] == (
        "城南乡",
        "柳园村",
        household.group,
        household.number,
        person.name,
        "本人",
        person.name,
    )
    assert row[8] == person.number
    assert row[11] in ("是", "否")


def test_places_are_written_in_every_known_way():
    village = Village("v", "湖东村", "城北镇", "139901100200", ("湖东",), ("城北",), "139901100000")
    random = Random(1)
    written = Counter(place(random, village) for _ in range(3000))
    assert set(written) == {
        ("城北镇", "湖东村"),
        ("城北", "湖东村"),
        ("城北镇", "湖东"),
        ("139901100000", "139901100200"),
    }
    assert written["城北镇", "湖东村"] > 2800


def test_a_schedule_hands_out_exact_counts_evenly_and_each_name_at_least_once():
    schedule = Schedule({"common": 0.1, "once": 0.00001, "never": 0.0}, 1000, Random(1))
    taken = []
    for index in range(1000):
        schedule.step()
        taken += [(index, name) for name in ("common", "once", "never") if schedule.take(name)]
    assert Counter(name for _, name in taken) == {"common": 100, "once": 1}
    at_index = [index for index, name in taken if name == "common"]
    assert max(b - a for a, b in pairwise(at_index)) <= 11


def test_a_schedule_keeps_what_nobody_takes():
    schedule = Schedule({"fault": 0.5}, 10, Random(1))
    for _ in range(10):
        schedule.step()
    assert schedule.waiting == {"fault": 5}


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"))))
def test_a_fast_csv_line_reads_back_the_same(cells):
    line = csv_line(["first", *cells])
    assert next(csv.reader(io.StringIO(line, newline=""))) == ["first", *cells]


def test_the_calendar_tells_days_and_instants():
    calendar = Calendar(at("2022-10-15 00:00"), 78 * 86_400)
    second = 17 * 86_400 + 9 * 3600 + 5 * 60 + 7
    assert calendar.instant(second) == "2022-11-01 09:05:07"
    assert calendar.day(second) == "2022-11-01"
    assert calendar.is_sunday(1)  # 16 October 2022
    assert not calendar.is_sunday(0)


@pytest.mark.parametrize(
    "wrong", [{"people": 0}, {"prefix": "1399"}, {"closes_at": at("2022-10-15 00:00")}]
)
def test_a_senseless_plan_is_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        plan(**wrong)
