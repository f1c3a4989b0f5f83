"""Keeping the roll-ups true: recounted whole, within a minute of a change.

A recount replaces what was there, so it may run twice, late, or for many changes at once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from config.lib import sql
from enrollment import clock, jobs
from enrollment.models import Campaign, Change, Job, User
from reports.missed.queries import count_params
from reports.models import RollupState

KIND = "reports.refresh_rollups"
RECOUNT_AFTER = timedelta(minutes=10)  # even unasked: no lost doorbell lets figures stay wrong


@transaction.atomic
def refresh(campaign: Campaign, *, as_of: datetime) -> None:
    """Recount a campaign from the facts up to `as_of`, business time.

    Cost: one pass over its registrations and matches. Two at once wait for one another at the
    state's row; readers see the old figures until this commits.
    """
    state, _new = RollupState.objects.select_for_update().get_or_create(
        campaign=campaign, defaults={"as_of": as_of, "refreshed_at": timezone.now()}
    )
    params = {
        "campaign": campaign.pk,
        "top": campaign.region_id,
        "insurance": campaign.insurance,
        "coverage_from": campaign.coverage_from,
        "as_of": as_of,
    }
    marked = count_params(campaign, campaign.region, as_of)
    with connection.cursor() as cursor:
        sql.run(cursor, "reports", "rollup", params)
        # What the pages count live and what is kept for them is one statement.
        cursor.execute("drop table if exists marked_fresh")
        counted = sql.text("reports", "marked_counts")
        cursor.execute(f"create temp table marked_fresh on commit drop as {counted}", marked)
        sql.run(cursor, "reports", "rollup_marked", params)
        sql.run(cursor, "reports", "rollup_now", params)
    state.as_of, state.refreshed_at = as_of, timezone.now()
    state.save(update_fields=["as_of", "refreshed_at"])


def heard(changes: Sequence[Change]) -> None:
    """Changes of any kind: recount each campaign they name, once."""
    ids = {change.campaign_id for change in changes}
    for campaign in Campaign.objects.filter(pk__in=ids).order_by("pk"):
        refresh(campaign, as_of=clock.now(campaign))


def ask_for_recounts(now: datetime) -> None:
    """One job for each working campaign whose roll-ups fell behind its clock.

    A real campaign's clock always runs: with nothing heard, the same figures are true of now, and
    only the instant moves on. A new day, a moved practice clock and long silence are recounted.
    """
    waiting = set(
        Job.objects.filter(kind=KIND, state=Job.State.QUEUED).values_list("campaign_id", flat=True)
    )
    states = RollupState.objects.in_bulk()
    for campaign in Campaign.objects.working().exclude(pk__in=waiting):
        state, at = states.get(campaign.pk), clock.now(campaign)
        if state is not None and _still_true(campaign, state, at, now):
            if not campaign.practice:
                _move_on(campaign, state, at)
            continue
        jobs.enqueue(
            KIND, by=User.system(), now=at, campaign=campaign, args={"campaign": campaign.pk}
        )


def _still_true(campaign: Campaign, state: RollupState, at: datetime, now: datetime) -> bool:
    if campaign.practice:
        return state.as_of == at
    same_day = timezone.localdate(state.as_of) == timezone.localdate(at)
    return same_day and now - state.refreshed_at < RECOUNT_AFTER


def _move_on(campaign: Campaign, state: RollupState, at: datetime) -> None:
    """Compare and set: where a change waits, or a recount got here first, nothing moves."""
    waits = Change.objects.filter(subscriber="reports", campaign_id=campaign.pk).exists()
    if not waits:
        RollupState.objects.filter(campaign=campaign, as_of=state.as_of).update(as_of=at)


@jobs.job(KIND)
def carry_out(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    campaign = Campaign.objects.get(pk=job.args["campaign"])
    as_of = clock.now(campaign)
    refresh(campaign, as_of=as_of)
    return {"as_of": as_of.isoformat()}
