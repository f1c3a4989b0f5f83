"""Long work: a row to be claimed, a function to run it, a doorbell to say so (DESIGN 8)."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, transaction
from django.db.models import Q
from django.utils import timezone

from enrollment.errors import Refused
from enrollment.models import Campaign, Job, JobProgress, User

log = logging.getLogger("canbao.jobs")
Handler = Callable[[Job, "Progress"], dict[str, Any]]
_handlers: dict[str, Handler] = {}
RING_AGAIN = timedelta(seconds=20)  # a job nobody holds is rung again after this


class Progress:
    """Says how far the job is, through a second connection, at most five times a second."""

    def __init__(self, job_id: int | None):
        self.job_id = job_id
        self._last = 0.0
        self._stage = ""

    def start(self) -> None:
        if self.job_id is None:
            return
        now = timezone.now()
        row, created = JobProgress.objects.using("progress").get_or_create(
            job_id=self.job_id, defaults={"started_at": now, "at": now, "attempt": 1}
        )
        if not created:
            JobProgress.objects.using("progress").filter(job_id=self.job_id).update(
                attempt=row.attempt + 1, stage="", done=0, total=0, started_at=now, at=now
            )

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        """`stage` is an English msgid, translated where it is shown."""
        if self.job_id is None:
            return
        if stage == self._stage and done < total and time.monotonic() - self._last < 0.2:
            return
        self._stage, self._last = stage, time.monotonic()
        JobProgress.objects.using("progress").filter(job_id=self.job_id).update(
            stage=stage, done=done, total=total, at=timezone.now()
        )


def job(kind: str) -> Callable[[Handler], Handler]:
    """Name the function that carries out jobs of this kind. It runs inside one transaction."""

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def enqueue(
    kind: str,
    *,
    by: User,
    now: datetime,
    campaign: Campaign | None = None,
    args: dict[str, Any] | None = None,
    once_key: str | None = None,
) -> Job:
    """Write the row in the caller's transaction; ring once it is committed.

    With `once_key` the same cause makes one job, however often it is asked for.
    """
    if kind not in _handlers:
        raise LookupError(f"no handler for jobs of kind {kind!r}")
    values = {
        "kind": kind,
        "args": args or {},
        "campaign": campaign,
        "created_by": by,
        "created_at": now,
        "rung_at": timezone.now(),
    }
    if once_key:
        row, created = Job.objects.get_or_create(once_key=once_key, defaults=values)
    else:
        row, created = Job.objects.create(**values), True
    if created:
        transaction.on_commit(lambda: ring(row.id))
    return row


def ring(job_id: int) -> None:
    """Best effort: with the broker away, the tick rings again."""
    from enrollment.tasks import run_job

    try:
        run_job.delay(job_id)
    except Exception as error:  # kombu raises many kinds; the row is safe, the tick rings again
        log.warning("doorbell did not ring: %s", type(error).__name__)


def ring_again(now: datetime) -> int:
    """Ring for queued jobs that were rung a while ago and that no worker holds."""
    with transaction.atomic():
        ids = list(
            Job.objects.select_for_update(skip_locked=True)
            .filter(Q(rung_at__lt=now - RING_AGAIN) | Q(rung_at=None), state=Job.State.QUEUED)
            .values_list("id", flat=True)[:100]
        )
        Job.objects.filter(id__in=ids).update(rung_at=now)
    for job_id in ids:
        ring(job_id)
    return len(ids)


def run(job_id: int) -> Job | None:
    """Claim and carry out a job in one transaction. None when it is done or held by another.

    The handler works in a savepoint: a refusal or a fault undoes its work, and the job's row,
    still held, says why.
    """
    with transaction.atomic():
        row = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(id=job_id, state=Job.State.QUEUED)
            .first()
        )
        if row is None:
            return None
        progress = Progress(row.id)
        progress.start()
        try:
            with transaction.atomic():
                row.result = _handlers[row.kind](row, progress)
            row.state = Job.State.DONE
        except Refused as refusal:
            row.state, row.problems = Job.State.REFUSED, refusal.messages
        except Exception as error:
            if not _connection_is_alive():
                raise  # the database went away: the claim is rolled back, the tick rings again
            log.exception("job %s (%s) failed", row.id, row.kind)
            row.state, row.problems = Job.State.FAILED, [type(error).__name__]
        row.finished_at = timezone.now()
        row.save(update_fields=["state", "result", "problems", "finished_at"])
    return row


def _connection_is_alive() -> bool:
    connection = connections["default"]
    return connection.connection is not None and connection.connection.closed == 0


def progress_of(row: Job) -> JobProgress | None:
    return JobProgress.objects.filter(job_id=row.id).first()
