"""Freezing and publishing rankings: every write of them."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.facts import ZONE
from enrollment.models import AuditEntry, Campaign, Region, User
from quotas.models import Target, TargetSet
from reports import books
from reports import books_words as wording
from reports.models import BooksRun, Disqualification, Ranking, RankingRow
from reports.progress.places import read_requirement
from reports.progress.queries import counts_for_set
from reports.rankings import rules
from reports.rankings.queries import previous_places
from reports.sections import RankingRule, series_of

SAID = 3  # rows of a broken check that a refusal names; the page of the books has more


def rule_of(campaign: Campaign, kind: str) -> RankingRule:
    """Errors: Refused naming the kinds the notice has."""
    found = {rule.key: rule for rule in campaign.policy["rankings"]}
    if kind not in found:
        raise Refused(
            _("The notice has no ranking “%(kind)s”; it has: %(kinds)s.")
            % {"kind": kind, "kinds": ", ".join(found) or "–"}
        )
    return found[kind]


@transaction.atomic
def freeze_ranking(
    *,
    campaign: Campaign,
    kind: str,
    as_of: datetime,
    target_set: TargetSet,
    by: User,
    now: datetime,
    region: Region | None = None,
    run: BooksRun | None = None,
) -> Ranking:
    """Freeze a draft of what is registered and paid by `as_of`, with the state of the books: as
    `run` found them just now, else as they are found here.

    The same cut-off again answers the ranking that is there: a second press changes nothing.
    Where only the unfinished take part and nobody is left, it is frozen without rows.
    Errors: Refused where no unit below the region has a target in the set.
    """
    rule = rule_of(campaign, kind)
    region = region or campaign.region
    # Serialises freezes of one campaign, so that numbers are given once and without gaps. No key:
    # whoever hears changes meanwhile writes jobs that refer to the campaign.
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    same = Ranking.objects.filter(
        campaign=campaign, kind=kind, region=region, target_set=target_set
    )
    if found := same.filter(as_of=as_of).first():
        return found
    placed = _place(campaign, rule, region, target_set, as_of)
    run = run or _run_books(campaign, by)
    latest = same.order_by("-number").first()
    ranking = Ranking.objects.create(
        campaign=campaign,
        kind=kind,
        region=region,
        target_set=target_set,
        policy_version=campaign.policy_version,
        number=latest.number + 1 if latest else 1,
        as_of=as_of,
        frozen_at=now,
        frozen_by=by,
        books_ok=run.ok,
        books=run.checks,
        required_bp=read_requirement(campaign, as_of.astimezone(ZONE).date()).required_bp,
        checksum=_checksum(placed),
    )
    RankingRow.objects.bulk_create(_row(ranking, place) for place in placed)
    AuditEntry.objects.create(
        at=now,
        by=by,
        action="freeze_ranking",
        campaign=campaign,
        object_kind="ranking",
        object_id=ranking.pk,
        facts={"as_of": as_of.isoformat(), "checksum": ranking.checksum},
    )
    return ranking


def publish_ranking(
    ranking: Ranking, *, by: User, now: datetime, run: BooksRun | None = None
) -> Ranking:
    """Publish a frozen ranking once; publishing it again changes nothing.

    The run of the books stays, also where it refuses the publication.
    Errors: Refused, naming rows, while the books, checked again now, do not hold.
    """
    ranking = Ranking.objects.get(pk=ranking.pk)
    if ranking.published_at:
        return ranking
    run = run or _run_books(ranking.campaign, by)
    if not run.ok:
        raise Refused(_sentences(run))
    return _publish(ranking, by=by, now=now)


@transaction.atomic
def _publish(ranking: Ranking, *, by: User, now: datetime) -> Ranking:
    ranking = Ranking.objects.select_for_update().get(pk=ranking.pk)
    if ranking.published_at:
        return ranking
    ranking.published_at, ranking.published_by = now, by
    ranking.save(update_fields=["published_at", "published_by"])
    AuditEntry.objects.create(
        at=now,
        by=by,
        action="publish_ranking",
        campaign=ranking.campaign,
        object_kind="ranking",
        object_id=ranking.pk,
    )
    return ranking


def publish_new_ranking(
    *,
    campaign: Campaign,
    kind: str,
    as_of: datetime,
    target_set: TargetSet,
    region: Region,
    by: User,
    now: datetime,
) -> Ranking:
    """Freeze and publish in one act: where the books do not hold, only their run stays behind."""
    rule_of(campaign, kind)
    run = _run_books(campaign, by)
    if not run.ok:
        raise Refused(_sentences(run))
    with transaction.atomic():
        ranking = freeze_ranking(
            campaign=campaign,
            kind=kind,
            as_of=as_of,
            target_set=target_set,
            region=region,
            by=by,
            now=now,
            run=run,
        )
        return publish_ranking(ranking, by=by, now=now, run=run)


def _run_books(campaign: Campaign, by: User) -> BooksRun:
    return books.run_books(campaign, cause=BooksRun.Cause.RANKING, by=by)


def _sentences(run: BooksRun) -> list[str]:
    """Why nothing is published: each broken check with the first of its rows."""
    return [
        _("The books do not hold, so nothing is published: %(check)s (%(found)s found: %(rows)s).")
        % {
            "check": wording.named(check),
            "found": check["found"],
            "rows": "；".join(wording.said(row) for row in check["rows"][:SAID]),
        }
        for check in run.checks
        if not check["ok"]
    ]


def _place(
    campaign: Campaign,
    rule: RankingRule,
    region: Region,
    target_set: TargetSet,
    as_of: datetime,
) -> list[rules.Placed]:
    targets = list(
        Target.objects.filter(target_set=target_set, region__parent=region, persons__isnull=False)
        .select_related("region")
        .order_by("region__position")
    )
    if not targets:
        raise Refused(
            _("No place below %(region)s has a target in “%(set)s”.")
            % {"region": region.name, "set": target_set.title}
        )
    counts = counts_for_set(campaign, target_set, [each.region for each in targets], as_of)
    disqualified = set(
        Disqualification.objects.live()
        .filter(campaign=campaign, institution=None)
        .values_list("region_id", flat=True)
    )
    units = [
        rules.Unit(
            region_id=target.region_id,
            name=target.region.name,
            position=target.region.position,
            target=target.persons or 0,
            registered=counts[target.region_id].registered,
            counted=getattr(counts[target.region_id], rule.basis),
            disqualified=target.region_id in disqualified,
        )
        for target in targets
    ]
    series = series_of(rule, campaign.policy["rankings"])
    before = previous_places(campaign, series, region, target_set, as_of)
    ranked = rules.participating(units, rule.participants, rule.unfinished_bp)
    return rules.place(ranked, before, rule.consequences, rule.unfinished_bp)


def _row(ranking: Ranking, place: rules.Placed) -> RankingRow:
    return RankingRow(
        ranking=ranking,
        region_id=place.unit.region_id,
        name=place.unit.name,
        position=place.unit.position,
        target=place.unit.target,
        registered=place.unit.registered,
        counted=place.unit.counted,
        added=place.added,
        rate_bp=place.rate_bp,
        rank=place.rank,
        tied=place.tied,
        previous_rank=place.previous.rank if place.previous else None,
        consequences=[c.as_told() for c in place.consequences],
    )


def _checksum(placed: list[rules.Placed]) -> str:
    """SHA-256 over the figures in rank order, so that a printed bulletin can be compared."""
    figures: list[Any] = [
        [p.unit.region_id, p.unit.target, p.unit.counted, p.rate_bp, p.rank] for p in placed
    ]
    return hashlib.sha256(json.dumps(figures).encode()).hexdigest()
