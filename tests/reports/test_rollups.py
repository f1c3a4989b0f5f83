"""Roll-ups: what each day brought, held against plain Python; kept true; counted live."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrollment import changes, jobs, ports
from enrollment.models import Campaign, Change, Job, User
from enrollment.services.campaigns import move_clock
from payments.models import Match
from reports.models import Rollup, RollupNow, RollupState
from reports.progress import rollups
from reports.progress.queries import Counts, count_as_of, standings
from tests.conftest import assert_table, at
from tests.reports.facts import Fact, Paid, Writer, by_day

pytestmark = pytest.mark.django_db(databases=["default", "progress"])

NOW = at("2022-11-18 16:30")
FULL = 35000


@pytest.fixture
def write(campaign, places, make_resident):
    return Writer(campaign, places, make_resident)


def rolled(places, key):
    """Rows of a place as (day of November, registered, enrolled, yuan)."""
    rows = Rollup.objects.filter(region_id=places[key].pk).order_by("day")
    return [(row.day.day, row.registered, row.enrolled, row.paid_fen // 100) for row in rows]


def nov(day, clock="10:00"):
    return at(f"2022-11-{day:02d} {clock}")


def test_an_empty_campaign_has_an_instant_and_no_rows(campaign):
    rollups.refresh(campaign, as_of=NOW)
    assert (Rollup.objects.count(), RollupState.objects.get().as_of) == (0, NOW)


@pytest.mark.parametrize(
    ("fact", "rows"),
    [
        # registered on the 3rd, paid on the 5th: enrolled on the 5th
        (Fact("north-1", nov(3), paid=[Paid(nov(5))]), [(3, 1, 0, 0), (5, 0, 1, 350)]),
        # paid before being registered: enrolled with the registration
        (Fact("north-1", nov(5), paid=[Paid(nov(3))]), [(3, 0, 0, 350), (5, 1, 1, 0)]),
        # nothing is due: enrolled at once
        (Fact("north-1", nov(3), own=0), [(3, 1, 1, 0)]),
        # all of it on behalf, paid on the 7th
        (
            Fact("north-1", nov(3), own=0, on_behalf=FULL, paid=[Paid(nov(7), part="on_behalf")]),
            [(3, 1, 0, 0), (7, 0, 1, 350)],
        ),
        # both parts are needed, the later one settles
        (
            Fact(
                "north-1", nov(3), own=10000, on_behalf=25000,
                paid=[Paid(nov(9), 10000), Paid(nov(4), 25000, "on_behalf")],
            ),
            [(3, 1, 0, 0), (4, 0, 0, 250), (9, 0, 1, 100)],
        ),
        # too little does not settle
        (Fact("north-1", nov(3), paid=[Paid(nov(5), 34999)]), [(3, 1, 0, 0), (5, 0, 0, 349)]),
        # two that share a part settle together
        (
            Fact(
                "north-1", nov(3),
                paid=[Paid(nov(4), 20000, alone=False), Paid(nov(6), 15000, alone=False)],
            ),
            [(3, 1, 0, 0), (4, 0, 0, 200), (6, 0, 1, 150)],
        ),
        # paid on behalf of someone for whom no such part is expected: the money counts
        (
            Fact("north-1", nov(3), paid=[Paid(nov(5), part="on_behalf")]),
            [(3, 1, 0, 0), (5, 0, 0, 350)],
        ),
        # a reversed payment takes away on its own day
        (
            Fact("north-1", nov(3), paid=[Paid(nov(5), ended=nov(9))]),
            [(3, 1, 0, 0), (5, 0, 1, 350), (9, 0, -1, -350)],
        ),
        # another payment stands in at the same instant: nothing is lost in between
        (
            Fact("north-1", nov(3), paid=[Paid(nov(5), ended=nov(9)), Paid(nov(9))]),
            [(3, 1, 0, 0), (5, 0, 1, 350)],
        ),
        # a registration that ended counts from its day until the day it ended
        (
            Fact("north-1", nov(3), ended=nov(8), paid=[Paid(nov(5))]),
            [(3, 1, 0, 0), (5, 0, 1, 350), (8, -1, -1, 0)],
        ),
        # made and withdrawn on one day: nothing
        (Fact("north-1", nov(3), ended=nov(3, "10:05")), []),
        # paid only after it had ended
        (
            Fact("north-1", nov(3), ended=nov(4), paid=[Paid(nov(6))]),
            [(3, 1, 0, 0), (4, -1, 0, 0), (6, 0, 0, 350)],
        ),
        # late in the evening in China is still that day
        (Fact("north-1", nov(3, "23:59"), own=0), [(3, 1, 1, 0)]),
    ],
)  # fmt: skip
def test_what_a_registration_brings_on_which_day(campaign, places, write, fact, rows):
    write(fact)
    rollups.refresh(campaign, as_of=NOW)
    assert rolled(places, "north-1") == rows
    assert rolled(places, "north") == rows
    assert rolled(places, "county") == rows
    assert rolled(places, "south") == []


def test_what_has_not_happened_yet_does_not_count(campaign, places, write):
    write(Fact("north-1", nov(3), ended=nov(20), paid=[Paid(nov(18, "17:00"))]))
    write(Fact("north-1", nov(18, "16:31"), own=0))
    rollups.refresh(campaign, as_of=NOW)
    assert rolled(places, "north-1") == [(3, 1, 0, 0)]
    rollups.refresh(campaign, as_of=nov(18, "17:00"))
    assert rolled(places, "north-1") == [(3, 1, 0, 0), (18, 1, 2, 350)]


def test_a_part_sums_its_parts(campaign, places, write):
    for unit, count in (("north-1", 2), ("north-2", 1), ("south-1", 3)):
        for _n in range(count):
            write(Fact(unit, nov(3), own=0))
    rollups.refresh(campaign, as_of=NOW)
    assert_table(
        Rollup,
        ["region_id", "registered", "enrolled"],
        [
            (places[key].pk, n, n)
            for key, n in [
                ("north-1", 2), ("north-2", 1), ("north", 3), ("south-1", 3), ("south", 3),
                ("county", 6),
            ]
        ],
    )  # fmt: skip


def test_a_recount_writes_only_what_differs(campaign, places, write):
    one = write(Fact("north-1", nov(3), own=0))
    write(Fact("north-1", nov(4), own=0))
    rollups.refresh(campaign, as_of=NOW)
    before = dict(Rollup.objects.values_list("day", "id").filter(region_id=places["north-1"].pk))
    with connection.cursor() as cursor:
        cursor.execute("select xmin::text from reports_rollup order by id")
        versions = cursor.fetchall()
        rollups.refresh(campaign, as_of=NOW)
        cursor.execute("select xmin::text from reports_rollup order by id")
        assert cursor.fetchall() == versions
    one.delete()
    rollups.refresh(campaign, as_of=NOW)
    after = dict(Rollup.objects.values_list("day", "id").filter(region_id=places["north-1"].pk))
    assert after == {date(2022, 11, 4): before[date(2022, 11, 4)]}


HOURS = st.integers(0, 24 * 20).map(lambda hours: nov(1, "00:00") + timedelta(hours=hours))
PAID = st.builds(
    Paid,
    at=HOURS,
    fen=st.sampled_from([FULL, 20000, 15000]),
    part=st.sampled_from(["own", "own", "on_behalf"]),
    ended=st.none() | HOURS,
    alone=st.just(False),
)


@st.composite
def fact(draw):
    own, on_behalf = draw(st.sampled_from([(FULL, 0), (0, 0), (0, FULL), (15000, 20000)]))
    start = draw(HOURS)
    end = draw(st.none() | st.integers(1, 200).map(lambda hours: start + timedelta(hours=hours)))
    paid = draw(st.lists(PAID, max_size=3))
    for row in paid:
        if row.ended is not None and row.ended <= row.at:
            row.ended = row.at + timedelta(hours=1)
    alone = [row for row in paid if row.ended is None]
    if len(alone) == 1:  # one live match that covers its part by itself
        alone[0].alone = alone[0].fen >= (own if alone[0].part == "own" else on_behalf)
    return Fact(draw(st.sampled_from(["north-1", "north-2", "south-1"])), start, own, on_behalf,
                end, paid)  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(facts=st.lists(fact(), max_size=6), as_of=HOURS)
def test_days_and_instants_are_counted_as_plain_python_counts_them(
    campaign, places, write, facts, as_of
):
    from enrollment.models import Registration

    Match.objects.all().delete()
    Registration.objects.all().delete()
    for one in facts:
        write(one)
    rollups.refresh(campaign, as_of=as_of)
    keys = {region.pk: key for key, region in places.items()}
    found = {
        (keys[row.region_id], row.day): (row.registered, row.enrolled, row.paid_fen)
        for row in Rollup.objects.all()
        if "-" in keys[row.region_id]
    }
    assert found == by_day(facts, as_of)
    counts = count_as_of(campaign, [places["north"], places["county"]], as_of)
    for key, prefix in (("north", "north"), ("county", "")):
        here = [one for one in facts if one.unit.startswith(prefix)]
        assert counts[places[key].pk] == Counts(
            sum(one.stands(as_of) for one in here), sum(one.enrolled(as_of) for one in here)
        )
    _instant, totals = standings(campaign, [places["county"].pk])
    assert totals[places["county"].pk].enrolled == counts[places["county"].pk].enrolled


def test_counting_as_of_an_instant_answers_for_every_region_asked(campaign, places, write):
    write(Fact("north-1", nov(3), paid=[Paid(nov(5))]))
    units = [places["north"], places["south"]]
    # inclusive: at the very instant of the payment it counts
    assert count_as_of(campaign, units, nov(5)) == {
        places["north"].pk: Counts(1, 1),
        places["south"].pk: Counts(0, 0),
    }
    assert count_as_of(campaign, units, nov(5, "09:59"))[places["north"].pk] == Counts(1, 0)


def test_what_stands_is_rolled_up_beside_the_days(campaign, places, write, make_resident):
    from subsidies.models import Entitlement

    paid = write(Fact("north-1", nov(3), paid=[Paid(nov(5))]), prior=True)
    unpaid = write(Fact("north-1", nov(3)), prior=True)
    away = make_resident("李未来", number="411328199003072518", village="south-1", prior=True)
    for person in (paid.resident, unpaid.resident, away):
        for category in ("lifted", "monitored"):  # marked twice, counted once
            Entitlement.objects.create(
                campaign=campaign, resident=person, category=category,
                recognised_on=date(2022, 9, 1), source="list", known_at=NOW,
                marked_by=User.system(),
            )  # fmt: skip
    rollups.refresh(campaign, as_of=NOW)
    assert_table(
        RollupNow,
        ["region_id", "prior", "marked", "marked_enrolled"],
        [
            (places[key].pk, *figures)
            for key, figures in {
                "county": (3, 3, 1), "north": (2, 2, 1), "north-1": (2, 2, 1), "north-2": (0, 0, 0),
                "south": (1, 1, 0), "south-1": (1, 1, 0), "south-2": (0, 0, 0),
            }.items()
        ],
    )  # fmt: skip


def test_a_change_is_heard_and_counted_once_it_is_consumed(campaign, places, write):
    row = write(Fact("north-1", nov(18), own=0))
    changes.append(changes.REGISTERED, campaign_id=campaign.pk, resident_id=row.resident_id, at=NOW)
    assert Rollup.objects.count() == 0
    changes.consume()
    assert rolled(places, "county") == [(18, 1, 1, 0)]
    assert RollupState.objects.get().as_of == NOW


class TestTick:
    def asked(self):
        rollups.ask_for_recounts(timezone.now())
        return Job.objects.filter(kind=rollups.KIND).count()

    def test_a_campaign_never_counted_is_asked_for_once(self, campaign):
        assert self.asked() == 1
        assert self.asked() == 1  # it waits already
        jobs.run(Job.objects.get().pk)
        assert RollupState.objects.get().as_of == NOW
        assert self.asked() == 1  # true: nothing more to do

    def test_a_moved_practice_clock_is_counted_anew(self, campaign, cast):
        rollups.refresh(campaign, as_of=NOW)
        move_clock(campaign, to=at("2022-11-18 17:00"), by=cast["dana"])
        assert self.asked() == 1
        jobs.run(Job.objects.get().pk)
        assert RollupState.objects.get().as_of == at("2022-11-18 17:00")

    def real(self, campaign):
        Campaign.objects.filter(pk=campaign.pk).update(practice=False, clock=None)
        rollups.refresh(campaign, as_of=timezone.now() - timedelta(seconds=1))
        return RollupState.objects.get().as_of

    def test_with_nothing_heard_only_the_instant_of_a_real_campaign_moves_on(self, campaign):
        before = self.real(campaign)
        assert self.asked() == 0
        assert RollupState.objects.get().as_of > before

    def test_it_does_not_move_on_while_a_change_waits(self, campaign):
        before = self.real(campaign)
        changes.append(changes.REGISTERED, campaign_id=campaign.pk, at=NOW, resident_id=1)
        assert self.asked() == 0
        assert RollupState.objects.get().as_of == before

    def test_after_long_silence_it_is_recounted(self, campaign):
        self.real(campaign)
        RollupState.objects.update(refreshed_at=timezone.now() - timedelta(minutes=11))
        assert self.asked() == 1

    def test_a_closed_campaign_is_left_alone(self, campaign):
        Campaign.objects.update(state=Campaign.State.CLOSED)
        assert self.asked() == 0


class TestUnitCounts:
    """The desk's strip: roll-ups, and what they have not heard of."""

    def count(self, campaign, places, *keys):
        return ports.unit_counts(campaign, [places[key] for key in keys], NOW)

    def test_a_township_by_its_target_a_village_by_last_year(self, campaign, places, write):
        write(Fact("north-1", nov(18), paid=[Paid(nov(18))]), prior=True)
        write(Fact("north-1", nov(17)), prior=True)
        rollups.refresh(campaign, as_of=NOW)
        village, township = self.count(campaign, places, "north-1", "north")
        assert (village.name, village.target, village.rate_bp) == ("东湖村", 2, 5000)
        assert (township.target, township.rate_bp) == (10, 1000)
        assert (village.registered, village.enrolled, village.today) == (2, 1, 1)
        # day 35 of 47 until 96 %: 9600 * 35 / 47 = 7148.9
        assert (village.required_bp, village.checkpoint_bp) == (7148, 9600)

    def test_a_save_counts_before_it_is_heard(self, campaign, places, write):
        rollups.refresh(campaign, as_of=NOW)
        rows = [write(Fact("north-1", NOW, own=own)) for own in (FULL, 0)]
        for row in rows:
            changes.append(
                changes.REGISTERED, campaign_id=campaign.pk, resident_id=row.resident_id, at=NOW
            )
        found = self.count(campaign, places, "north-1", "north", "south")
        assert [(c.registered, c.enrolled, c.today) for c in found] == [(2, 1, 2)] * 2 + [(0, 0, 0)]
        changes.consume()
        assert Change.objects.count() == 0
        assert self.count(campaign, places, "north-1", "north", "south") == found

    def test_what_was_taken_back_counts_no_more(self, campaign, places, write):
        row = write(Fact("north-1", NOW))
        rollups.refresh(campaign, as_of=NOW)
        row.ended_at, row.ended_by, row.ended_why = NOW, User.system(), "slip"
        row.save()
        changes.append(
            changes.REGISTRATION_ENDED,
            campaign_id=campaign.pk, resident_id=row.resident_id, at=NOW,
        )  # fmt: skip
        assert [c.registered for c in self.count(campaign, places, "north-1")] == [0]

    def test_it_takes_three_queries_however_many_places(self, campaign, places, write):
        rollups.refresh(campaign, as_of=NOW)
        assert campaign.policy
        with CaptureQueriesContext(connection) as queries:
            self.count(campaign, places, "north", "north-1", "north-2", "south")
        assert len(queries) == 3
