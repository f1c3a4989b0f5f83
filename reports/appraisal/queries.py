"""The facts of an appraisal, read from the database at an instant."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection

from config.lib import sql
from enrollment.facts import day_start
from enrollment.models import Campaign, Institution, Region
from quotas.models import Target, TargetSet
from reports.appraisal.rules import UnitFacts
from reports.models import Disqualification
from reports.progress.queries import counts_for_set
from reports.sections import Stage


def cut_off(campaign: Campaign, stage: Stage, now: datetime) -> datetime:
    """The stage's last instant, or now while it has not come. Source: docs/RULES.md R-117."""
    until = day_start(stage.until(campaign.policy["windows"]))
    return min(until - timedelta(microseconds=1), now)


def unit_facts(
    campaign: Campaign,
    target_set: TargetSet,
    at: datetime,
    on_time: Collection[int] | None,
    institutions: Mapping[int, int] | None = None,
) -> list[UnitFacts]:
    """The places directly below the campaign's region that have a target, at the instant.

    `on_time`: ids of those who made their batches and paid in in time; None: nobody has said.
    `institutions`: how many a place has of each kind, where somebody says so; else those known.
    """
    targets = list(
        Target.objects.filter(
            target_set=target_set, region__parent=campaign.region, persons__isnull=False
        )
        .select_related("region")
        .order_by("region__position")
    )
    places = [target.region for target in targets]
    basis = campaign.policy["appraisal"].basis
    counts = counts_for_set(campaign, target_set, places, at)
    missed = _below(places, _missed(campaign, at))
    centres = _institutions(places)
    kinds = {reward.institution for reward in campaign.policy["appraisal"].rewards}
    for pk, count in (institutions or {}).items():
        centres[pk] = Counter(dict.fromkeys(kinds, count))
    reasons = dict(
        Disqualification.objects.live().filter(campaign=campaign).values_list("region_id", "reason")
    )
    return [
        UnitFacts(
            region_id=target.region_id,
            name=target.region.name,
            position=target.region.position,
            target=target.persons or 0,
            counted=getattr(counts[target.region_id], basis),
            hardship_missed=missed[target.region_id],
            on_time=None if on_time is None else target.region_id in on_time,
            institutions=dict(centres[target.region_id]),
            disqualified=reasons.get(target.region_id, ""),
        )
        for target in targets
    ]


def _missed(campaign: Campaign, at: datetime) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        sql.run(cursor, "reports", "marked_missing", {"campaign": campaign.pk, "at": at})
        return cursor.fetchall()


def _below(places: Sequence[Region], found: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Counts of low places, summed into the place each lies in."""
    rows = dict(found)
    paths = Region.objects.filter(pk__in=rows).values_list("id", "path")
    sums = {place.pk: 0 for place in places}
    for low, path in paths:
        for place in places:
            if path.startswith(place.path):
                sums[place.pk] += rows[low]
    return sums


def _institutions(places: Sequence[Region]) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for kind, path in Institution.objects.values_list("kind", "region__path"):
        for place in places:
            if path.startswith(place.path):
                found[place.pk][kind] += 1
    return found
