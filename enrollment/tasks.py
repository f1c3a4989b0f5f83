"""Celery's edge: each task translates and makes one call inward."""

from celery import shared_task
from django.utils import timezone

from enrollment import changes, jobs, ticks


@shared_task(name="enrollment.run_job")
def run_job(job_id: int) -> None:
    jobs.run(job_id)


@shared_task(name="enrollment.tick")
def tick() -> None:
    """Beat's only message: ring what nobody holds, consume changes, ask what is due."""
    now = timezone.now()
    jobs.ring_again(now)
    ticks.run_all(now)
    changes.consume()
