"""Reads of rankings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from enrollment import clock
from enrollment.access import Role, sees_all_of
from enrollment.models import Campaign, Region, User
from payments.models import Match
from quotas.models import TargetSet
from reports.models import Ranking, RankingRow
from reports.rankings.rules import Previous, cut_off, due_instants
from reports.sections import RankingRule, span_of

OFFICE = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)


def visible_rankings(campaign: Campaign, user: User) -> QuerySet[Ranking]:
    """Published ones for everybody who works in the campaign; drafts for the bureau only."""
    rows = Ranking.objects.filter(campaign=campaign).select_related(
        "region", "target_set", "published_by", "frozen_by", "policy_version"
    )
    office = user.role in OFFICE and sees_all_of(user, campaign)
    return rows if office else rows.exclude(published_at=None)


def previous_places(
    campaign: Campaign,
    series: Sequence[str],
    region: Region,
    target_set: TargetSet,
    as_of: datetime,
) -> dict[int, Previous]:
    """Each unit's place in the last published ranking before `as_of` of one of the kinds.

    Source: docs/RULES.md R-200.
    """
    before = (
        Ranking.objects.filter(
            campaign=campaign,
            kind__in=series,
            region=region,
            target_set=target_set,
            as_of__lt=as_of,
        )
        .exclude(published_at=None)
        .order_by("-as_of", "-pk")
        .first()
    )
    if before is None:
        return {}
    worst = before.rows.aggregate(worst=Max("rank"))["worst"]
    return {
        row.region_id: Previous(row.rank, row.counted, row.rank == worst and worst > 1)
        for row in before.rows.all()
    }


def rule_of_ranking(ranking: Ranking) -> RankingRule:
    """The rule under which it was frozen, whatever the policy says today."""
    rules = ranking.policy_version.read()["rankings"]
    found: RankingRule = next(rule for rule in rules if rule.key == ranking.kind)
    return found


@dataclass(frozen=True)
class Followed:
    """What follows for a unit, with the reason; `reason` in the reader's language."""

    name: str
    words: str
    clause: str
    reason: str
    by_decision: bool


def followed(row: RankingRow, rule: RankingRule) -> list[Followed]:
    """The consequences that a frozen row keeps, explained by the rule that it was frozen under."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for each in rule.consequences:
        said = _("tied last") if each.when == "last" and row.tied else each.reason
        reasons.setdefault((each.clause, each.words), []).append(said)
    return [
        Followed(
            name=row.name,
            words=kept["words"],
            clause=kept["clause"],
            reason="、".join(reasons.get((kept["clause"], kept["words"]), [])),
            by_decision=bool(kept.get("by_decision")),
        )
        for kept in row.consequences
    ]


@dataclass(frozen=True)
class DueReport:
    """A ranking whose hour has come and that nobody has frozen; `as_of`: its cut-off."""

    campaign: Campaign
    rule: RankingRule
    target_set: TargetSet
    as_of: datetime


def due_reports(now: datetime) -> list[DueReport]:
    """Rankings due by `now`, or by a practice campaign's own clock, oldest first.

    What fell due before the campaign was opened is not owed.
    """
    due = []
    for campaign in Campaign.objects.working().select_related("region"):
        target_set = campaign.target_sets.filter(shown_first=True).first()
        if target_set is None or campaign.opened_at is None:
            continue
        policy = campaign.policy
        campaign_now = clock.now(campaign) if campaign.practice else now
        for rule in policy["rankings"]:
            span = span_of(rule, policy["windows"], policy["checkpoints"])
            frozen = set(
                Ranking.objects.filter(
                    campaign=campaign, kind=rule.key, region=campaign.region, target_set=target_set
                ).values_list("as_of", flat=True)
            )
            instants = due_instants(rule, span, campaign.opened_at, campaign_now)
            due += [
                DueReport(campaign, rule, target_set, as_of)
                for as_of in (cut_off(rule, instant) for instant in instants)
                if as_of not in frozen and as_of > campaign.opened_at
            ]
    return due


def known_later(ranking: Ranking) -> int:
    """How many payments made by the cut-off became known only after the freeze."""
    return Match.objects.filter(
        campaign_id=ranking.campaign_id,
        at__lte=ranking.as_of,
        known_at__gt=ranking.frozen_at,
        ended_at=None,
    ).count()
