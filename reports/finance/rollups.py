"""Keeping the sums of money: recounted whole by a job, once something was heard.

Of a small campaign the page counts itself, so that it never shows less than what was just posted.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from config.lib import sql
from enrollment import clock, jobs
from enrollment.models import Campaign, Change, Job, SourceFile, User
from reports.models import FinanceState

KIND = "reports.count_money"
SMALL = 50_000  # payments: counted within a page's time
RECOUNT_AFTER = timedelta(hours=1)  # even unasked


@transaction.atomic
def refresh(campaign: Campaign) -> FinanceState:
    """Count a campaign's money again. Two at once wait for one another at the state's row, and so
    does who says that something has changed: nothing is lost between counting and committing."""
    state, _new = FinanceState.objects.select_for_update().get_or_create(campaign=campaign)
    with connection.cursor() as cursor:
        sql.run(cursor, "reports", "finance", {"campaign": campaign.pk, "top": campaign.region_id})
    state.refreshed_at, state.stale = timezone.now(), False
    state.save(update_fields=["refreshed_at", "stale"])
    return state


def heard(changes: Sequence[Change]) -> None:
    """Of whatever kind: the sums are no longer known to be true."""
    ids = sorted({change.campaign_id for change in changes})
    FinanceState.objects.bulk_create(
        (FinanceState(campaign_id=pk) for pk in ids),
        update_conflicts=True,
        unique_fields=["campaign"],
        update_fields=["stale"],
    )


def settle(campaign: Campaign) -> FinanceState:
    """The state of the sums, counted again first where something was heard since."""
    state = FinanceState.objects.filter(campaign=campaign).first()
    return refresh(campaign) if state is None or state.stale else state


def shown(campaign: Campaign) -> FinanceState:
    """For a page: as `settle`, but of a large campaign what was counted last, if anything was."""
    state = FinanceState.objects.filter(campaign=campaign).first()
    if state and state.refreshed_at and (not state.stale or _is_large(campaign)):
        return state
    return refresh(campaign)


def _is_large(campaign: Campaign) -> bool:
    posted = SourceFile.objects.filter(
        campaign=campaign, kind=SourceFile.Kind.PAYMENTS, state=SourceFile.State.POSTED
    )
    return (posted.aggregate(lines=Sum("new"))["lines"] or 0) > SMALL


def ask_for_counts(now: datetime) -> None:
    """One job for each working campaign of which something was heard, or nothing for long."""
    waiting = set(
        Job.objects.filter(kind=KIND, state=Job.State.QUEUED).values_list("campaign_id", flat=True)
    )
    states = FinanceState.objects.in_bulk()
    for campaign in Campaign.objects.working().exclude(pk__in=waiting):
        state = states.get(campaign.pk)
        counted_at = state.refreshed_at if state and not state.stale else None
        if counted_at and now - counted_at < RECOUNT_AFTER:
            continue
        jobs.enqueue(
            KIND,
            by=User.system(),
            now=clock.now(campaign),
            campaign=campaign,
            args={"campaign": campaign.pk},
        )


@jobs.job(KIND)
def carry_out(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    state = refresh(Campaign.objects.get(pk=job.args["campaign"]))
    return {"counted_at": state.refreshed_at.isoformat() if state.refreshed_at else None}
