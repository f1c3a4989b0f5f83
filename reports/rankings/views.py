"""Pages of rankings: the list, one frozen ranking, its publication, its Excel."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST

from enrollment import clock
from enrollment.access import READERS, Role, allow, campaign_or_404, top_region
from enrollment.errors import Refused
from enrollment.http import Request, as_workbook
from enrollment.models import Campaign
from quotas.rules import next_checkpoint
from reports import books, books_page
from reports.appraisal.queries import standing_disqualifications
from reports.models import Ranking, RankingRow
from reports.rankings import exports, services
from reports.rankings.queries import followed, known_later, rule_of_ranking, visible_rankings
from reports.rankings.rules import rate_bp

PUBLISHERS = (Role.BUREAU, Role.ADMIN)


@require_GET
@allow(*READERS)
def rankings(request: Request, slug: str) -> HttpResponse:
    """Straight to the newest; the page's own side lists the earlier ones."""
    campaign = campaign_or_404(request.user, slug)
    newest = visible_rankings(campaign, request.user).order_by("-as_of", "-pk").first()
    if newest is not None:
        return redirect("ranking", slug, newest.pk)
    return render(
        request,
        "reports/rankings_none.html",
        {"tab": "rankings", "rules": campaign.policy["rankings"]},
    )


@require_GET
@allow(*READERS)
def ranking(request: Request, slug: str, ranking_id: int) -> HttpResponse:
    campaign, found = _get(request, slug, ranking_id)
    rows = list(found.rows.select_related("region"))
    total = _total(found)
    required = found.required_bp
    rule = rule_of_ranking(found)
    top = top_region(request.user, campaign)
    disqualified = standing_disqualifications(campaign)
    reasons = {each.region_id: each.reason for each in disqualified if each.institution is None}
    with translation.override("zh-hans"):  # the printed bulletin is Chinese
        in_print = [follows for row in rows if (follows := followed(row, rule))]
    return render(
        request,
        "reports/ranking.html",
        {
            "tab": "rankings",
            "ranking": found,
            "rule": rule,
            "disqualified": disqualified,
            "disqualified_then": standing_disqualifications(campaign, found.frozen_at),
            "rows": [
                {
                    "row": row,
                    "gap_bp": None if required is None else row.rate_bp - required,
                    "follows": followed(row, rule),
                    "seen": top.contains(row.region),
                    "disqualified": reasons.get(row.region_id, ""),
                }
                for row in rows
            ],
            "total": total,
            "total_gap_bp": None if required is None else total["rate_bp"] - required,
            "checkpoint_bp": _checkpoint_bp(campaign, found),
            "reached": sum(1 for row in rows if required is not None and row.rate_bp >= required),
            "missed": sum(1 for row in rows if required is not None and row.rate_bp < required),
            "in_print": in_print,
            "undecided": [c for c in rule.consequences if c.when == "by_decision"],
            "known_later": known_later(found),
            "document": campaign.policy["document"],
            "earlier": _with_totals(
                visible_rankings(campaign, request.user)
                .filter(kind=found.kind, region=found.region, target_set=found.target_set)
                .order_by("-as_of")[:12]
            ),
            "others": [
                (rule_of_ranking(other).title, other)
                for other in visible_rankings(campaign, request.user)
                .filter(region=found.region, target_set=found.target_set)
                .exclude(kind=found.kind)
                .order_by("kind", "-as_of", "-pk")
                .distinct("kind")
            ],
            "may_publish": found.published_at is None and request.user.role in PUBLISHERS,
            "broken": _broken(campaign, found),
            "printed_at": clock.now(campaign),
        },
    )


@require_POST
@allow(*PUBLISHERS)
def publication(request: Request, slug: str, ranking_id: int) -> HttpResponse:
    campaign, found = _get(request, slug, ranking_id)
    try:
        services.publish_ranking(found, by=request.user, now=clock.now(campaign))
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("ranking", slug, found.pk)


@require_GET
@allow(*READERS)
def ranking_xlsx(request: Request, slug: str, ranking_id: int) -> HttpResponse:
    campaign, found = _get(request, slug, ranking_id)
    name = f"{slug}-{found.kind}-{found.number}.xlsx"
    return as_workbook(exports.ranking_workbook(campaign, found), name)


def _get(request: Request, slug: str, ranking_id: int) -> tuple[Campaign, Ranking]:
    campaign = campaign_or_404(request.user, slug)
    return campaign, get_object_or_404(visible_rankings(campaign, request.user), pk=ranking_id)


def _broken(campaign: Campaign, found: Ranking) -> list[dict[str, Any]]:
    """Of a draft: what the books were last found to break, with the rows."""
    run = None if found.published_at else books.last_run(campaign)
    return books_page.shown(campaign, run, only_broken=True) if run else []


def _total(found: Ranking) -> dict[str, int]:
    sums = found.rows.aggregate(
        target=Sum("target"),
        counted=Sum("counted"),
        added=Sum("added"),
        registered=Sum("registered"),
    )
    sums = {key: value or 0 for key, value in sums.items()}  # nobody took part
    return {**sums, "rate_bp": rate_bp(sums["counted"], sums["target"])}


def _with_totals(rows: Iterable[Ranking]) -> list[dict[str, object]]:
    found = list(rows)
    sums = {
        row["ranking"]: row
        for row in RankingRow.objects.filter(ranking__in=found)
        .values("ranking")
        .annotate(target=Sum("target"), counted=Sum("counted"))
    }
    return [
        {
            "ranking": row,
            "rate_bp": rate_bp(sums[row.pk]["counted"], sums[row.pk]["target"])
            if row.pk in sums
            else None,
        }
        for row in found
    ]


def _checkpoint_bp(campaign: Campaign, found: Ranking) -> int | None:
    checkpoint = next_checkpoint(campaign.policy["checkpoints"], found.as_of.date())
    return checkpoint.share_bp if checkpoint else None
