"""When the books are checked unasked: after postings, and every night."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from enrollment import changes, clock, jobs
from enrollment.models import Campaign, Change, Job, JobProgress, User
from reports.books import run_books
from reports.models import BooksRun

KIND = "reports.check_books"
NIGHT = time(1)  # from this hour on; offices are empty, and the day before is whole


def heard(changed: Sequence[Change]) -> None:
    """Payments were posted: the books are checked once, however many files come in a row."""
    ids = {change.campaign_id for change in changed if change.kind == changes.PAYMENTS_POSTED}
    for campaign in Campaign.objects.filter(pk__in=ids).order_by("pk"):
        if not _waits(campaign):
            _ask(campaign, BooksRun.Cause.POSTED, clock.now(campaign))


def _waits(campaign: Campaign) -> bool:
    """Whether a check is asked for that has not begun: one that runs may have passed by already."""
    queued = Job.objects.filter(kind=KIND, campaign=campaign, state=Job.State.QUEUED)
    begun = JobProgress.objects.filter(job_id__in=queued.values("pk")).values("job_id")
    return queued.exclude(pk__in=begun).exists()


def ask_every_night(now: datetime) -> None:
    """One job a night for each campaign that still takes in money, whatever else was checked."""
    local = timezone.localtime(now)
    if local.time() < NIGHT:
        return
    for campaign in Campaign.objects.exclude(state__in=("draft", "archived")):
        once_key = f"{KIND}:{campaign.pk}:{local.date().isoformat()}"
        _ask(campaign, BooksRun.Cause.NIGHT, clock.now(campaign), once_key)


def _ask(campaign: Campaign, cause: str, now: datetime, once_key: str | None = None) -> None:
    jobs.enqueue(
        KIND,
        by=User.system(),
        now=now,
        campaign=campaign,
        args={"campaign": campaign.pk, "cause": cause},
        once_key=once_key,
    )


def ask_now(campaign: Campaign, *, by: User, now: datetime) -> Job:
    """By a person on the page; one that waits already is theirs too."""
    return jobs.enqueue(
        KIND,
        by=by,
        now=now,
        campaign=campaign,
        args={"campaign": campaign.pk, "cause": BooksRun.Cause.PAGE},
    )


@jobs.job(KIND)
def carry_out(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    campaign = Campaign.objects.select_related("region").get(pk=job.args["campaign"])
    run = run_books(campaign, cause=job.args["cause"], by=job.created_by, apart=True)
    return {"run": run.pk, "ok": run.ok}
