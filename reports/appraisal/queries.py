"""The facts of an appraisal, read from the database at an instant."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from enrollment.facts import day_start
from enrollment.models import Campaign, Institution, Region
from quotas.models import Target, TargetSet
from reports.appraisal.rules import DisqualifiedInstitution, UnitFacts
from reports.missed import queries as marked
from reports.models import Disqualification, InTime
from reports.progress.queries import Counts, Standing, counts_for_set, standings
from reports.sections import Stage


def cut_off(campaign: Campaign, stage: Stage, now: datetime) -> datetime:
    """The stage's last instant, or now while it has not come. Source: docs/RULES.md R-117."""
    until = day_start(stage.until(campaign.policy["windows"]))
    return min(until - timedelta(microseconds=1), now)


def unit_facts(
    campaign: Campaign,
    target_set: TargetSet,
    at: datetime,
    on_time: Mapping[int, bool] | None = None,
    institutions: Mapping[int, int] | None = None,
    *,
    rolled: bool = False,
    asks_missed: bool = True,
) -> list[UnitFacts]:
    """The places directly below the campaign's region that have a target, at the instant.

    `rolled`: as the roll-ups of a large campaign have it, for a page about now; else from facts.
    `asks_missed`: whether anybody asks for the missed; else there are none.
    `on_time`: who made batches and paid in in time, and who did not; of others nobody has said.
    `institutions`: how many a place has of each kind, where somebody says so; else those known.
    """
    targets = _targets(campaign, target_set)
    places = [target.region for target in targets]
    basis = campaign.policy["appraisal"].basis
    counts = _counts(campaign, target_set, places, at, rolled)
    missed = _below(places, _missed(campaign, at, rolled) if asks_missed else ())
    out = standing_disqualifications(campaign)
    centres = _institutions(places, {row.institution_id for row in out if row.institution_id})
    kinds = {reward.institution for reward in campaign.policy["appraisal"].rewards}
    for pk, count in (institutions or {}).items():
        centres[pk] = Counter(dict.fromkeys(kinds, count))
    said = on_time or {}
    reasons = {row.region_id: row.reason for row in out if row.institution is None}
    return [
        UnitFacts(
            region_id=target.region_id,
            name=target.region.name,
            position=target.region.position,
            target=target.persons or 0,
            counted=getattr(counts[target.region_id], basis),
            hardship_missed=missed[target.region_id],
            on_time=said.get(target.region_id),
            institutions=dict(centres[target.region_id]),
            disqualified=reasons.get(target.region_id, ""),
            disqualified_institutions=tuple(
                DisqualifiedInstitution(row.institution.kind, row.institution.name, row.reason)
                for row in out
                if row.institution and row.region.path.startswith(target.region.path)
            ),
        )
        for target in targets
    ]


def _targets(campaign: Campaign, target_set: TargetSet) -> list[Target]:
    return list(
        Target.objects.filter(
            target_set=target_set, region__parent=campaign.region, persons__isnull=False
        )
        .select_related("region")
        .order_by("region__position")
    )


def units_with_target(campaign: Campaign, target_set: TargetSet) -> list[Region]:
    """The places that are appraised, in the notice's order."""
    return [target.region for target in _targets(campaign, target_set)]


def said_in_time(campaign: Campaign, stage: Stage) -> dict[int, InTime]:
    """Region → the last word on whether it was in time; what was taken back is left out."""
    rows = (
        InTime.objects.filter(campaign=campaign, stage=stage.key)
        .select_related("by")
        .order_by("region_id", "-pk")
        .distinct("region_id")
    )
    return {row.region_id: row for row in rows if row.in_time is not None}


def in_time(campaign: Campaign, stage: Stage) -> dict[int, bool]:
    """The same as facts of an appraisal."""
    return {pk: bool(row.in_time) for pk, row in said_in_time(campaign, stage).items()}


def standing_disqualifications(
    campaign: Campaign, at: datetime | None = None
) -> list[Disqualification]:
    """Those that have not been lifted, or that stood at the instant, oldest first."""
    rows = Disqualification.objects.filter(campaign=campaign)
    return list(
        (rows.live() if at is None else rows.standing_at(at))
        .select_related("region", "institution", "by")
        .order_by("pk")
    )


def _counts(
    campaign: Campaign, target_set: TargetSet, places: Sequence[Region], at: datetime, rolled: bool
) -> Mapping[int, Counts | Standing]:
    many = Region.objects.within(campaign.region).count() > marked.MOST_LIVE
    if rolled and many and not target_set.is_reported:
        as_of, found = standings(campaign, [place.pk for place in places])
        if as_of is not None:
            return found
    return counts_for_set(campaign, target_set, places, at)


def _missed(campaign: Campaign, at: datetime, rolled: bool) -> Iterable[tuple[int, int]]:
    """Counting units and their missed people, whoever is excused left out (R-263)."""
    if rolled:
        rows = marked.counts_now(campaign, campaign.region, at, "").rows
    else:
        rows = marked.marked_counts(campaign, campaign.region, at)
    return marked.people_by_unit(rows, "missed").items()


def _below(places: Sequence[Region], found: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Counts of low places, summed into the place each lies in."""
    rows: Counter[int] = Counter()
    for low, people in found:
        rows[low] += people
    paths = Region.objects.filter(pk__in=rows).values_list("id", "path")
    sums = {place.pk: 0 for place in places}
    for low, path in paths:
        for place in places:
            if path.startswith(place.path):
                sums[place.pk] += rows[low]
    return sums


def _institutions(places: Sequence[Region], without: set[int]) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    known = Institution.objects.exclude(pk__in=without)
    for kind, path in known.values_list("kind", "region__path"):
        for place in places:
            if path.startswith(place.path):
                found[place.pk][kind] += 1
    return found
