"""Beat ticks, a worker freezes: a due ranking is frozen by a job exactly once.

The practice clock stands at Friday 2022-11-18 16:30; the campaign was opened at that instant.
"""

import pytest
from django.db.models import F

from enrollment import jobs, tasks
from enrollment.models import Job, User
from enrollment.services import campaigns
from reports.models import Ranking, Rollup
from tests.conftest import assert_table, at

pytestmark = pytest.mark.django_db(databases=["default", "progress"])
FREEZE = "reports.freeze_ranking"
FRIDAYS = [at("2022-11-18 17:00"), at("2022-11-25 17:00")]


@pytest.fixture
def clock(campaign):
    """clock("2022-11-18 17:00") moves it there, as a person does."""

    def move(text):
        campaigns.move_clock(campaign, to=at(text), by=User.system())
        campaign.refresh_from_db()

    return move


def asked():
    return list(Job.objects.filter(kind=FREEZE).order_by("id"))


def work(rows=None):
    """Carry out the jobs that wait, in this order."""
    for row in asked() if rows is None else rows:
        jobs.run(row.pk)


def test_before_its_hour_nothing_is_asked_for(campaign):
    tasks.tick()
    assert asked() == []


def test_at_its_hour_the_ranking_is_frozen_and_published_once(campaign, clock, enroll):
    enroll("north-1", 3)
    clock("2022-11-18 17:00")
    for _minute in range(3):
        tasks.tick()
    (job,) = asked()
    assert job.args["as_of"] == FRIDAYS[0].isoformat() and job.campaign_id == campaign.pk
    work()
    work()  # its doorbell rang twice
    tasks.tick()
    assert len(asked()) == 1
    job.refresh_from_db()
    ranking = Ranking.objects.get()
    assert (job.state, job.result["published"]) == ("done", True)
    assert (ranking.as_of, ranking.frozen_at, ranking.published_at) == (FRIDAYS[0],) * 3
    assert list(ranking.rows.values_list("name", "counted")) == [("城北镇", 3), ("城南乡", 0)]


def test_with_broken_books_it_stays_a_draft_and_the_job_says_why(campaign, clock, enroll):
    enroll("north-1", 3)
    Rollup.objects.update(enrolled=F("enrolled") + 1)
    clock("2022-11-18 17:00")
    tasks.tick()
    work()
    (job,) = asked()
    assert job.state == "done" and not job.result["published"] and job.result["refused"]
    assert_table(Ranking, ["as_of", "published_at", "books_ok"], [(FRIDAYS[0], None, False)])


def test_a_notice_that_wants_a_person_gets_a_draft(campaign, clock):
    version = campaign.policy_version
    version.source = version.source.replace('"when_books_hold"', '"by_person"')
    version.save()
    clock("2022-11-18 17:00")
    tasks.tick()
    work()
    assert_table(Ranking, ["as_of", "published_at", "books_ok"], [(FRIDAYS[0], None, True)])


def test_what_fell_due_while_nobody_looked_is_frozen_too_in_its_order(campaign, clock):
    """Two workers may take the jobs in any order; numbers and places before follow the weeks."""
    clock("2022-11-28 09:00")
    tasks.tick()
    rows = asked()
    assert [row.args["as_of"] for row in rows] == [friday.isoformat() for friday in FRIDAYS]
    work(reversed(rows))
    numbered = Ranking.objects.order_by("number").values_list("number", "as_of")
    assert list(numbered) == [(1, FRIDAYS[0]), (2, FRIDAYS[1])]
    assert not Ranking.objects.filter(published_at=None).exists()
    second = Ranking.objects.get(number=2)
    assert list(second.rows.values_list("previous_rank", flat=True)) == [1, 1]
    assert {row.state for row in Job.objects.filter(kind=FREEZE)} == {"done"}


def test_a_clock_moved_back_asks_for_nothing_twice(campaign, clock):
    clock("2022-11-18 17:00")
    tasks.tick()
    work()
    clock("2022-11-18 16:00")
    tasks.tick()
    clock("2022-11-18 18:00")
    tasks.tick()
    work()
    assert Ranking.objects.count() == len(asked()) == 1


def test_after_the_window_no_ranking_falls_due(campaign, clock):
    clock("2022-12-30 18:00")
    tasks.tick()
    assert [row.args["as_of"] for row in asked()] == [friday.isoformat() for friday in FRIDAYS]


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_a_campaign_that_does_not_work_owes_no_ranking(campaign, clock, state):
    clock("2022-11-18 17:00")
    campaign.state = state
    campaign.save()
    tasks.tick()
    assert asked() == []


def test_a_ranking_published_by_hand_is_not_asked_for(campaign, clock):
    from quotas.models import TargetSet
    from reports.rankings.services import publish_new_ranking

    clock("2022-11-18 17:00")
    publish_new_ranking(
        campaign=campaign, kind="weekly", as_of=FRIDAYS[0], target_set=TargetSet.objects.get(),
        region=campaign.region, by=User.system(), now=FRIDAYS[0],
    )  # fmt: skip
    tasks.tick()
    assert asked() == []
