"""Beat ticks, a worker freezes: a due ranking is frozen by a job exactly once.

The practice clock stands at Friday 2022-11-18 16:30; the campaign was opened at that instant.
"""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse

from enrollment import jobs, tasks
from enrollment.errors import Refused
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


def test_a_ranking_may_tell_of_the_days_before_it_falls_due(campaign, clock, enroll):
    """On Fridays at 17:00 of the time up to the end of Thursday."""
    version = campaign.policy_version
    version.source = version.source.replace(
        'weekday = "friday"', 'weekday = "friday"\nas_of = "day_before"', 1
    )
    version.save()
    enroll("north-1", 3, at("2022-11-24 23:59"))
    enroll("north-1", 2, at("2022-11-25 00:00"))
    # the one of the 18th counts until the 17th, when the campaign was not open yet
    clock("2022-11-25 16:59")
    tasks.tick()
    assert asked() == []
    clock("2022-11-25 17:00")
    for _minute in range(2):
        tasks.tick()
        work()
    assert len(asked()) == 1
    ranking = Ranking.objects.get()
    assert ranking.as_of == at("2022-11-25 00:00") - timedelta(microseconds=1)
    assert ranking.frozen_at == at("2022-11-25 17:00")
    assert list(ranking.rows.values_list("name", "counted")) == [("城北镇", 3), ("城南乡", 0)]


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


# --- a ranking that could not be frozen


@pytest.fixture
def fault(monkeypatch):
    """fault(error): freezing fails with it; fault(None): it works again."""
    from reports.rankings import services

    works = services.freeze_ranking

    def set_fault(error):
        def freeze(**how):
            if error:
                raise error
            return works(**how)

        monkeypatch.setattr(services, "freeze_ranking", freeze)

    return set_fault


@pytest.mark.parametrize(
    ("error", "state"), [(Refused("no targets"), "refused"), (RuntimeError("x"), "failed")]
)
def test_a_ranking_that_failed_is_asked_for_again_by_the_next_tick(
    campaign, clock, fault, error, state
):
    clock("2022-11-18 17:00")
    fault(error)
    tasks.tick()
    work()
    assert [row.state for row in asked()] == [state] and not Ranking.objects.exists()
    fault(None)
    tasks.tick()
    tasks.tick()
    first, second = asked()  # two ticks, one new job
    assert (first.once_key, second.args) == (None, first.args)
    work()
    assert Ranking.objects.get().published_at
    tasks.tick()
    assert len(asked()) == 2


def test_a_lasting_fault_is_tried_after_growing_pauses(campaign, clock, fault):
    """So that a day of ticks does not fill the table: at once, a minute, two minutes later."""
    clock("2022-11-18 17:00")
    fault(RuntimeError("x"))
    for _tick in range(4):
        tasks.tick()
        work()
    assert [row.state for row in asked()] == ["failed", "failed"]
    second = asked()[-1]
    Job.objects.filter(pk=second.pk).update(finished_at=F("finished_at") - timedelta(seconds=61))
    tasks.tick()
    work()
    assert len(asked()) == 3
    Job.objects.filter(pk=asked()[-1].pk).update(
        finished_at=F("finished_at") - timedelta(seconds=61)
    )
    tasks.tick()
    assert len(asked()) == 3  # now two minutes are due


def test_a_waiting_job_keeps_its_key(campaign, clock):
    clock("2022-11-18 17:00")
    tasks.tick()
    (row,) = asked()
    tasks.tick()
    assert [each.pk for each in asked()] == [row.pk] and asked()[0].once_key


# --- only the unfinished, and other periods

AFTERWARDS = """
[[rankings]]
key = "afterwards"
title = "后段周排名"
window = "whole"
after = "concentrated"
every = "week"
weekday = "friday"
hour = "17:00"
participants = "unfinished"
publish = "when_books_hold"
clause = "六（二）"
words = "未完成任务的继续周排名"

[[rankings.consequences]]
when = "unfinished"
words = "约谈"
clause = "六（三）"

[[rankings.consequences]]
when = "by_decision"
words = "问责"
clause = "八（三）"
"""

TWICE = """
[[rankings.consequences]]
when = "last_twice_unfinished"
words = "传达"
clause = "六（三）"
"""


@pytest.fixture
def afterwards(campaign):
    version = campaign.policy_version
    version.source += AFTERWARDS
    version.save()


def test_afterwards_only_the_unfinished_are_ranked(campaign, afterwards, clock, enroll):
    enroll("north-1", 10)  # all of its target
    enroll("south-1", 5)
    clock("2022-12-02 17:00")  # the first Friday behind 30 November
    tasks.tick()
    work()
    ranking = Ranking.objects.get(kind="afterwards")
    assert (ranking.as_of, bool(ranking.published_at)) == (at("2022-12-02 17:00"), True)
    assert list(ranking.rows.values_list("name", "counted", "rank")) == [("城南乡", 5, 1)]
    assert ranking.rows.get().consequences == [{"clause": "六（三）", "words": "约谈"}]


def test_with_nobody_left_it_is_frozen_without_rows(campaign, afterwards, clock, enroll, sign_in):
    enroll("north-1", 10)
    enroll("south-1", 20)
    clock("2022-12-02 17:00")
    tasks.tick()
    work()
    ranking = Ranking.objects.get(kind="afterwards")
    assert ranking.published_at and not ranking.rows.exists()
    bob = sign_in("bob")
    page = bob.get(reverse("ranking", args=[campaign.slug, ranking.pk]))
    assert page.status_code == 200 and "各单位均已完成任务" in page.content.decode()
    assert bob.get(reverse("ranking-xlsx", args=[campaign.slug, ranking.pk])).status_code == 200
    clock("2022-12-09 17:00")
    tasks.tick()
    work()
    assert Ranking.objects.filter(kind="afterwards").count() == 2
    page = bob.get(reverse("rankings", args=[campaign.slug]), follow=True)
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("continues", "north"),
    [
        ('continues = "weekly"', ("城北镇", 2, 0, ["约谈", "传达"])),
        ("", ("城北镇", None, 1, ["约谈"])),
    ],
)
def test_last_twice_running_goes_on_from_the_ranking_that_is_continued(
    campaign, clock, enroll, continues, north
):
    version = campaign.policy_version
    version.source += AFTERWARDS.replace('title = "后', f'{continues}\ntitle = "后') + TWICE
    version.save()
    enroll("south-1", 5)
    enroll("north-1", 1)  # 1 of 10: last in both weekly rankings
    clock("2022-12-02 17:00")
    tasks.tick()
    work()
    row = Ranking.objects.get(kind="afterwards").rows.get(name="城北镇")
    found = (row.name, row.previous_rank, row.added, [c["words"] for c in row.consequences])
    assert found == north


def test_the_page_tells_clause_words_and_reason_and_what_a_person_decides(
    campaign, afterwards, clock, enroll, sign_in
):
    enroll("south-1", 5)
    clock("2022-12-02 17:00")
    tasks.tick()
    work()
    ranking = Ranking.objects.get(kind="afterwards")
    text = sign_in("bob").get(reverse("ranking", args=[campaign.slug, ranking.pk])).content.decode()
    assert "“六（三）”予以约谈" in text  # the bulletin
    assert "未完成任务" in text and "问责" in text and "八（三）" in text
    assert "集中征缴阶段周排名" in text  # the way to the other ranking


def test_a_ranking_that_a_new_notice_no_longer_has_is_still_shown(
    campaign, afterwards, clock, sign_in
):
    from enrollment.models import PolicyVersion

    clock("2022-12-02 17:00")
    tasks.tick()
    work()
    ranking = Ranking.objects.get(kind="afterwards")
    old = campaign.policy_version
    PolicyVersion.objects.create(
        **{
            field.name: getattr(old, field.name)
            for field in PolicyVersion._meta.concrete_fields
            if field.name not in ("id", "number", "source")
        },
        number=old.number + 1,
        source=old.source.replace(AFTERWARDS, ""),
    )
    for name in ("ranking", "ranking-xlsx"):
        page = sign_in("alice").get(reverse(name, args=[campaign.slug, ranking.pk]))
        assert page.status_code == 200
