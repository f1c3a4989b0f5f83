"""Pricing everybody by profile is pricing them one by one (tests/data/rich-2023.toml)."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrollment import bulk, pricing
from enrollment.bulk import profiles
from enrollment.facts import ZONE, Facts, Mark, day_start
from enrollment.models import Registration, Resident, SourceProblem, User
from enrollment.services.campaigns import load_notice
from subsidies.models import Entitlement
from tests.conftest import assert_table, at

NOW = at("2022-12-20 10:00")
RICH = Path(__file__).parents[1] / "data" / "rich-2023.toml"
PARTS = (
    "fee_fen", "own_fen", "on_behalf_fen", "deducted_fen", "reimbursed_fen", "hardship", "unit",
)  # fmt: skip


@pytest.fixture
def rich(campaign):
    """The same county under the rich notice; region and people are those of the small one."""
    return load_notice(RICH, by=User.system(), now=NOW, practice=True)


def near(*days):
    """Days around each of these."""
    return [day + timedelta(days=more) for day in days for more in (-1, 0, 1)]


BORN = near(
    date(1922, 11, 20), date(1952, 11, 20), date(1960, 1, 1), date(1969, 12, 31), date(1962, 12, 5),
    date(2004, 2, 28), date(2004, 2, 29), date(2022, 10, 20), date(2022, 11, 14),
)  # fmt: skip
REGISTERED = [
    datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
    for day in near(
        date(2022, 10, 15), date(2022, 11, 10), date(2022, 11, 12), date(2022, 11, 16),
        date(2022, 11, 20), date(2022, 12, 1), date(2022, 12, 5),
    )
    for hour in (0, 16, 17)
]  # fmt: skip
RECOGNISED = near(date(2022, 10, 31), date(2022, 11, 20), date(2022, 12, 10))
CATEGORIES = ["1501", "1404", "1601", "1401", "1403"]
HELD = [
    [(mark, day)]
    for mark in (("low", "1"), ("low", "2"), ("low", ""), ("named_only", ""))
    for day in RECOGNISED
]
SEXES = {"M": "male", "F": "female", "": None}
HOMES = {
    "north-1": ("north", "county"), "north-2": ("139901001002", "north"), "south-1": ("south",),
}  # fmt: skip
BOUNDS = ([*BORN, None], CATEGORIES, REGISTERED, [[], *HELD], [*SEXES], [*HOMES])
ANY = (
    st.one_of(st.sampled_from(BOUNDS[0]), st.dates(date(1920, 1, 1), date(2022, 12, 1))),
    st.sampled_from(CATEGORIES),
    st.integers(0, 90 * 24).map(lambda hour: at("2022-10-10 00:00") + timedelta(hours=hour)),
    st.one_of(
        st.sampled_from(BOUNDS[3]),
        st.tuples(st.sampled_from(HELD[:27]), st.sampled_from(HELD[27:])).map(
            lambda m: [*m[0], *m[1]]
        ),
    ),
    st.sampled_from(BOUNDS[4]),
    st.sampled_from(BOUNDS[5]),
)


@st.composite
def alike(draw):
    """A person, and others like them but for one thing, which is at every bound of a rule."""
    person = draw(st.tuples(*ANY))
    varied = draw(st.integers(0, len(BOUNDS) - 1))
    return [person, *((*person[:varied], each, *person[varied + 1 :]) for each in BOUNDS[varied])]


def add(campaign, village, born_on, category, marks, sex):
    resident = Resident.objects.create(
        name="王", name_key="王", born_on=born_on, category=category, village=village, known_at=NOW,
        sex=sex,
    )  # fmt: skip
    for (key, grade), recognised_on in marks:
        Entitlement.objects.create(
            campaign=campaign, resident=resident, category=key, grade=grade,
            recognised_on=recognised_on, source="名单", known_at=NOW, marked_by=User.system(),
        )  # fmt: skip
    return resident


def by_profile(campaign, registered, tiers=None):
    """resident id → problem, refusal and parts, as the database joins them back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "create temp table registering"
            " (line int, resident_id bigint, registered_at timestamptz, tier text) on commit drop"
        )
        for resident_id, instant in registered.items():
            values = [resident_id, instant, (tiers or {}).get(resident_id)]
            cursor.execute("insert into registering values (0, %s, %s, %s)", values)
        profiles.stage_prices(cursor, campaign)
        cursor.execute(
            "select resident_id, problem, refusal, fee_fen, own_fen, on_behalf_fen, deducted_fen,"
            " reimbursed_fen, hardship, unit from registration_profiled"
            " join registration_profiles using (category, marks, born, registered, age, days, told)"
            " join registration_prices using (profile)"
        )
        found = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute("drop table registering")
    return found


def one_by_one(campaign, born_on, category, registered_at, marks, sex="", home="north-1"):
    facts = Facts(
        sex=SEXES[sex],
        region=HOMES[home],
        born_on=born_on,
        category=category,
        registered_at=registered_at,
        marks=tuple(
            Mark(key, grade, recognised_on) for (key, grade), recognised_on in sorted(marks)
        ),
    )
    problem, refusal, price = profiles.priced_or_why_not(campaign.policy, facts)
    return (problem, refusal, *(getattr(price, name) for name in PARTS))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people=alike())
def test_pricing_by_profile_is_pricing_one_by_one(rich, places, people):
    with transaction.atomic():
        expected, registered = {}, {}
        for born_on, category, registered_at, marks, sex, home in people:
            resident = add(rich, places[home], born_on, category, marks, sex)
            registered[resident.pk] = registered_at
            expected[resident.pk] = one_by_one(
                rich, born_on, category, registered_at, marks, sex, home
            )
        assert by_profile(rich, registered) == expected
        transaction.set_rollback(True)


def test_the_people_drawn_meet_every_rule(rich):
    """So that the property above is about something: each outcome comes about."""
    outcomes = {
        (problem, parts[0], parts[-2], parts[-1])
        for born_on in BORN
        for category in ("1403", "1404", "1501")
        for registered_at in REGISTERED
        for marks in (
            [],
            [(("low", "1"), RECOGNISED[0])],
            [(("low", "1"), RECOGNISED[-1])],
            [(("named_only", ""), RECOGNISED[0])],
        )
        for sex in ("M", "F")
        for problem, _why, *parts in [
            one_by_one(rich, born_on, category, registered_at, marks, sex, "south-1")
        ]
    }
    assert {problem for problem, *_rest in outcomes} == {"", "not_eligible", "not_stated"}
    assert {fee for _problem, fee, *_rest in outcomes} == {
        0,
        20000,
        28000,
        30000,
        31000,
        35000,
        96000,
    }
    assert {key for *_rest, key, _unit in outcomes} >= {"", "low"}
    assert {unit for *_rest, unit in outcomes} == {"village", "household", "school"}


@pytest.mark.parametrize(
    ("born_on", "day"), [(date(2004, 2, 28), "adult"), (date(2004, 2, 29), "minor")]
)
def test_a_leap_day_is_cut_where_python_counts_it(rich, born_on, day):
    """On 2022-02-28 who was born on 2004-02-29 is 17, as years_between says."""
    price = one_by_one(rich, born_on, "1403", at("2022-11-01 10:00"), [])
    assert price[2] == {"adult": 35000, "minor": 20000}[day]
    cuts = profiles.cuts_of(rich.policy)
    assert date(2004, 2, 29) in cuts.born and day_start(date(2022, 11, 16)) in cuts.registered


def test_to_register_before_being_recognised_is_not_to_have_paid(rich):
    """Recognised on 10-25: registered on 10-20 they need not pay; paid on 10-20 it comes back."""
    marks = (Mark("low", "1", date(2022, 10, 25)),)
    registered = pricing.price(rich.policy, Facts(registered_at=at("2022-10-20"), marks=marks))
    paid = pricing.price(rich.policy, Facts(paid_at=at("2022-10-20"), marks=marks))
    assert (registered.own_fen, registered.on_behalf_fen) == (0, 35000)
    assert (paid.own_fen, paid.reimbursed_fen) == (35000, 35000)


def test_whoever_the_notice_does_not_admit_is_a_rejected_row_with_the_clause(
    rich, places, make_resident
):
    """At 2022-12-20: 960 with the fiscal part for an adult; a student is too late; 特困职工: not
    stated."""
    adult = make_resident("王小明", number="411328198003072512", prior=True)
    student = make_resident("李四", number="411328200203072519", prior=True, category="1404")
    worker = make_resident("赵六", number="411328198103072518", prior=True)
    Entitlement.objects.create(
        campaign=rich, resident=worker, category="named_only", recognised_on=date(2022, 10, 1),
        source="名单", known_at=NOW, marked_by=User.system(),
    )  # fmt: skip
    result = bulk.renew(rich, by=User.system(), now=NOW, progress=lambda *_: None)
    assert (result["read"], result["registered"], result["rejected"]) == (3, 1, 2)
    assert result["problems"] == {"not_eligible": 1, "not_stated": 1}
    assert_table(Registration, ["resident_id", "fee_fen"], [(adult.pk, 96000)])
    said = dict(SourceProblem.objects.values_list("code", "message"))
    assert "二（二）" in said["not_eligible"] and "李*" in said["not_eligible"]
    assert "五（二）" in said["not_stated"] and "赵*" in said["not_stated"]
    assert student.name not in said["not_eligible"]
