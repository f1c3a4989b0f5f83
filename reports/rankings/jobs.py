"""Freezing a due ranking: asked for by the tick, carried out by a worker."""

from datetime import datetime
from typing import Any

from enrollment import clock, jobs
from enrollment.errors import Refused
from enrollment.models import Campaign, Job, User
from quotas.models import TargetSet
from reports.rankings import services
from reports.rankings.queries import due_reports

KIND = "reports.freeze_ranking"


def ask_for_due_rankings(now: datetime) -> None:
    """One job for each due ranking, however often the tick comes by."""
    for due in due_reports(now):
        jobs.enqueue(
            KIND,
            by=User.system(),
            now=clock.now(due.campaign),
            campaign=due.campaign,
            args={
                "campaign": due.campaign.pk,
                "kind": due.rule.key,
                "target_set": due.target_set.pk,
                "as_of": due.as_of.isoformat(),
            },
            once_key=f"{KIND}:{due.campaign.pk}:{due.rule.key}:{due.target_set.pk}:"
            f"{due.as_of.isoformat()}",
        )


@jobs.job(KIND)
def freeze(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Freeze; publish at once where the policy says so and the books hold, else leave a draft."""
    campaign = Campaign.objects.select_related("region").get(pk=job.args["campaign"])
    now = clock.now(campaign)
    ranking = services.freeze_ranking(
        campaign=campaign,
        kind=job.args["kind"],
        as_of=datetime.fromisoformat(job.args["as_of"]),
        target_set=TargetSet.objects.get(pk=job.args["target_set"]),
        by=job.created_by,
        now=now,
    )
    refused: list[str] = []
    if services.rule_of(campaign, ranking.kind).publish == "when_books_hold":
        try:
            ranking = services.publish_ranking(ranking, by=job.created_by, now=now)
        except Refused as refusal:
            refused = refusal.messages
    return {"ranking": ranking.pk, "published": bool(ranking.published_at), "refused": refused}
