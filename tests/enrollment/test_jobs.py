"""A job is a row: claimed once, carried out whole or not at all, and never lost."""

import threading
from datetime import timedelta

import pytest
from celery.signals import before_task_publish
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from enrollment import jobs
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Job, JobProgress, User
from tests.enrollment.threads import beside

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "progress"])
NOW = timezone.now()
SOON = 20  # seconds after which a test would rather fail than wait


def leave_a_trace(job):
    AuditEntry.objects.create(at=NOW, by=job.created_by, action="test", object_id=job.pk)


@jobs.job("tests.works")
def works(job, progress):
    leave_a_trace(job)
    progress("Reading", 1, 2)
    return {"answer": 42}


@jobs.job("tests.refuses")
def refuses(job, progress):
    leave_a_trace(job)
    raise Refused(["line 3: no date", "line 9: no date"])


@jobs.job("tests.breaks")
def breaks(job, progress):
    leave_a_trace(job)
    raise ValueError("411328199003072518 is not a date")


class Gate:
    """A handler that waits in the middle of its work until the test lets it go on."""

    def __init__(self):
        self.entered, self.go_on, self.backend = threading.Event(), threading.Event(), 0

    def __call__(self, job, progress):
        leave_a_trace(job)
        progress("Reading the lines", 3, 10)
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            self.backend = cursor.fetchone()[0]
        self.entered.set()
        assert self.go_on.wait(SOON)
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        return {}


@pytest.fixture
def gate():
    handler = Gate()
    jobs.job("tests.waits")(handler)
    yield handler
    handler.go_on.set()


@pytest.fixture
def enqueue():
    def enqueue(kind, **more):
        return jobs.enqueue(kind, by=User.system(), now=NOW, **more)

    return enqueue


@pytest.fixture
def rung():
    """Ids of the jobs whose doorbell rang."""
    ids = []

    def hear(sender, body, **_):
        ids.append(body[0][0])

    before_task_publish.connect(hear, sender="enrollment.run_job")
    yield ids
    before_task_publish.disconnect(hear, sender="enrollment.run_job")


def state(row):
    row.refresh_from_db()
    return (row.state, row.result, row.problems)


def test_a_job_is_carried_out_and_answers(enqueue):
    row = enqueue("tests.works")
    jobs.run(row.pk)
    assert state(row) == ("done", {"answer": 42}, [])
    assert row.finished_at and AuditEntry.objects.get().object_id == row.pk


def test_a_job_that_is_done_is_not_carried_out_again(enqueue):
    row = enqueue("tests.works")
    jobs.run(row.pk)
    assert jobs.run(row.pk) is None  # the doorbell may ring twice
    assert AuditEntry.objects.count() == 1


def test_a_refusal_undoes_the_work_and_says_why(enqueue):
    row = enqueue("tests.refuses")
    jobs.run(row.pk)
    assert state(row) == ("refused", None, ["line 3: no date", "line 9: no date"])
    assert not AuditEntry.objects.exists()


def test_a_fault_undoes_the_work_and_tells_no_data(enqueue):
    row = enqueue("tests.breaks")
    jobs.run(row.pk)
    assert state(row) == ("failed", None, ["ValueError"])
    assert not AuditEntry.objects.exists()


def test_a_job_is_claimed_by_one_worker_only(enqueue, gate):
    row = enqueue("tests.waits")
    with beside() as start:
        first = start(jobs.run, row.pk)
        assert gate.entered.wait(SOON)
        assert jobs.run(row.pk) is None  # at once, without waiting for the other
        gate.go_on.set()
        assert first.result(SOON).state == "done"
    assert AuditEntry.objects.count() == 1


def test_progress_is_seen_while_the_work_itself_is_not(enqueue, gate):
    row = enqueue("tests.waits")
    with beside() as start:
        running = start(jobs.run, row.pk)
        assert gate.entered.wait(SOON)
        progress = jobs.progress_of(row)
        assert (progress.stage, progress.done, progress.total) == ("Reading the lines", 3, 10)
        assert state(row) == ("queued", None, []) and not AuditEntry.objects.exists()
        gate.go_on.set()
        running.result(SOON)
    assert AuditEntry.objects.exists()


def test_a_worker_that_dies_leaves_nothing_half_done_and_the_job_free(enqueue, gate):
    row = enqueue("tests.waits")
    with beside() as start:
        dying = start(jobs.run, row.pk)
        assert gate.entered.wait(SOON)
        with connection.cursor() as cursor:  # what the database sees of a kill -9
            cursor.execute("select pg_terminate_backend(%s)", [gate.backend])
        gate.go_on.set()
        with pytest.raises(DatabaseError):
            dying.result(SOON)
    assert state(row) == ("queued", None, []) and not AuditEntry.objects.exists()
    assert jobs.run(row.pk).state == "done"
    assert JobProgress.objects.get().attempt == 2


def test_one_cause_makes_one_job(enqueue):
    first, again = (enqueue("tests.works", once_key="friday") for _n in range(2))
    assert first.pk == again.pk and enqueue("tests.works").pk != first.pk
    assert Job.objects.count() == 2


def test_a_job_that_nobody_carries_out_cannot_be_asked_for(enqueue):
    with pytest.raises(LookupError, match=r"tests\.unknown"):
        enqueue("tests.unknown")


def test_the_doorbell_rings_once_the_row_is_there_for_others(enqueue, rung):
    with transaction.atomic():
        row = enqueue("tests.works", once_key="friday")
        assert rung == []
    assert rung == [row.pk]
    enqueue("tests.works", once_key="friday")
    assert rung == [row.pk]  # known: nothing to ring for


def test_a_job_that_is_rolled_back_never_rings(enqueue, rung):
    with transaction.atomic():
        enqueue("tests.works")
        transaction.set_rollback(True)
    assert rung == [] and not Job.objects.exists()


def test_what_was_rung_a_while_ago_is_rung_again_and_then_left_alone(enqueue, rung):
    row = enqueue("tests.works")
    rung.clear()  # the broker was emptied
    assert jobs.ring_again(timezone.now()) == 0  # too early: a worker may just be busy
    later = timezone.now() + jobs.RING_AGAIN + timedelta(seconds=1)
    assert jobs.ring_again(later) == 1 and rung == [row.pk]
    assert jobs.ring_again(later + timedelta(seconds=1)) == 0


def test_a_job_that_a_worker_holds_is_not_rung_again(enqueue, gate, rung):
    row = enqueue("tests.waits")
    with beside() as start:
        running = start(jobs.run, row.pk)
        assert gate.entered.wait(SOON)
        assert jobs.ring_again(timezone.now() + timedelta(hours=1)) == 0
        gate.go_on.set()
        running.result(SOON)
    assert jobs.ring_again(timezone.now() + timedelta(hours=2)) == 0  # done
