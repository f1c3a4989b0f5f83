"""Freezing a due ranking: asked for by the tick, carried out by a worker."""

from datetime import datetime
from typing import Any

from enrollment import clock, jobs
from enrollment.errors import Refused
from enrollment.models import Campaign, Job, User
from quotas.models import TargetSet
from reports.models import Ranking
from reports.rankings import rules, services
from reports.rankings.queries import due_reports

KIND = "reports.freeze_ranking"
ENDED_BADLY = (Job.State.REFUSED, Job.State.FAILED)


def ask_for_due_rankings(now: datetime) -> None:
    """One job for each due ranking, however often the tick comes by.

    A job that was refused or failed is asked for again: at once the first time, then after ever
    longer pauses, so that a lasting fault does not fill the table of jobs.
    """
    for due in due_reports(now):
        args = {
            "campaign": due.campaign.pk,
            "kind": due.rule.key,
            "target_set": due.target_set.pk,
            "as_of": due.as_of.isoformat(),
        }
        once_key = ":".join(map(str, (KIND, *args.values())))
        if _may_ask(once_key, args, now):
            jobs.enqueue(
                KIND,
                by=User.system(),
                now=clock.now(due.campaign),
                campaign=due.campaign,
                args=args,
                once_key=once_key,
            )


def _may_ask(once_key: str, args: dict[str, Any], now: datetime) -> bool:
    """Free the key of a job that ended badly, once its pause is over.

    Source: docs/RULES.md R-124.
    """
    row = Job.objects.filter(once_key=once_key).first()
    if row is None:
        return True
    if row.state not in ENDED_BADLY:
        return False
    tries = Job.objects.filter(kind=KIND, args=args, state__in=ENDED_BADLY).count()
    if row.finished_at and now < row.finished_at + rules.pause_after(tries):
        return False
    # Two ticks at once: the update waits for the other's, and enqueue's key lets one job through.
    Job.objects.filter(pk=row.pk, state__in=ENDED_BADLY).update(once_key=None)
    return True


@jobs.job(KIND)
def freeze(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Freeze; publish at once where the policy says so and the books hold, else leave a draft.

    What fell due before and waits for another worker is frozen first: a ranking's number and the
    places before it follow the weeks, not the workers.
    """
    campaign = Campaign.objects.select_related("region").get(pk=job.args["campaign"])
    kind, as_of = job.args["kind"], datetime.fromisoformat(job.args["as_of"])
    target_set = TargetSet.objects.get(pk=job.args["target_set"])
    now = clock.now(campaign)
    for due in due_reports(now):
        same = (due.campaign.pk, due.rule.key, due.target_set.pk)
        if same == (campaign.pk, kind, target_set.pk) and due.as_of < as_of:
            _freeze_one(campaign, kind, target_set, due.as_of, by=job.created_by, now=now)
    ranking, refused = _freeze_one(campaign, kind, target_set, as_of, by=job.created_by, now=now)
    return {"ranking": ranking.pk, "published": bool(ranking.published_at), "refused": refused}


def _freeze_one(
    campaign: Campaign,
    kind: str,
    target_set: TargetSet,
    as_of: datetime,
    *,
    by: User,
    now: datetime,
) -> tuple[Ranking, list[str]]:
    """The ranking, and why it stays a draft where the books do not hold."""
    ranking = services.freeze_ranking(
        campaign=campaign, kind=kind, as_of=as_of, target_set=target_set, by=by, now=now
    )
    if services.rule_of(campaign, kind).publish == "when_books_hold":
        try:
            ranking = services.publish_ranking(ranking, by=by, now=now)
        except Refused as refusal:
            return ranking, refusal.messages
    return ranking, []
