"""Counting how far places have come: from the roll-ups, live, or from the facts at an instant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from config.lib import sql
from enrollment import ports
from enrollment.models import Campaign, Region
from quotas.models import Target, TargetSet
from quotas.queries import reported_counts
from reports.models import Rollup
from reports.progress.places import Place, read_requirement


@dataclass(frozen=True)
class Counts:
    """Persons at an instant."""

    registered: int
    enrolled: int


@dataclass(frozen=True)
class Standing:
    """A region in the roll-ups, up to a day. Persons, and fen; the last six as of now."""

    registered: int
    enrolled: int
    paid_fen: int
    last_week: int
    registered_today: int
    enrolled_today: int
    prior: int
    open_payments: int
    open_fen: int
    marked: int
    marked_enrolled: int
    marked_excused: int

    @property
    def marked_missing(self) -> int:
        return self.marked - self.marked_enrolled


@dataclass(frozen=True)
class Day:
    """What one day brought to a region, net, and the totals at its end."""

    on: date
    registered: int
    enrolled: int
    total_enrolled: int


@dataclass(frozen=True)
class IdleVillage:
    """A village where nobody was enrolled for three days though last year's people are missing."""

    region_id: int
    name: str
    parent_id: int
    parent_name: str
    registered: int
    enrolled: int
    prior: int
    last: date | None

    @property
    def unpaid(self) -> int:
        return self.registered - self.enrolled


def count_as_of(campaign: Campaign, units: Sequence[Region], at: datetime) -> dict[int, Counts]:
    """Registered and enrolled at the instant in each of these regions, everything below included.

    From the facts, in one pass over the campaign; nothing is left out of the answer, a region in
    which nobody is registered counts zero.
    """
    rows = _rows("as_of", {"campaign": campaign.pk, "at": at})
    paths = dict(Region.objects.filter(pk__in=[row[0] for row in rows]).values_list("id", "path"))
    wanted = {unit.pk for unit in units}
    sums = {unit.pk: [0, 0] for unit in units}
    for unit_id, registered, enrolled in rows:
        for above in wanted.intersection(_ids(paths[unit_id])):
            sums[above][0] += registered
            sums[above][1] += enrolled
    return {pk: Counts(*found) for pk, found in sums.items()}


def counts_for_set(
    campaign: Campaign, target_set: TargetSet, units: Sequence[Region], at: datetime
) -> dict[int, Counts]:
    """The same against a set: places of a set with reported figures count what they reported."""
    if not target_set.is_reported:
        return count_as_of(campaign, units, at)
    found = reported_counts(target_set, [unit.pk for unit in units], at)
    return {unit.pk: Counts(found.get(unit.pk, 0), found.get(unit.pk, 0)) for unit in units}


def _ids(path: str) -> Iterable[int]:
    return map(int, path.strip("/").split("/"))


def standings(
    campaign: Campaign, region_ids: Sequence[int], on: date | None = None
) -> tuple[datetime | None, dict[int, Standing]]:
    """The roll-ups' instant, and each region up to and with `on` (the roll-ups' own day if None).

    One query; None before the first roll-up, all zero then.
    """
    rows = _rows("counts", {"campaign": campaign.pk, "regions": list(region_ids), "day": on})
    as_of = rows[0][1] if rows else None
    return as_of, {row[0]: Standing(*row[2:]) for row in rows}


def with_pending(
    campaign: Campaign, found: Mapping[int, Standing], now: datetime
) -> dict[int, Standing]:
    """The same, and what the roll-ups have not heard of yet: a clerk sees their own last save.

    Money is not live: matching itself happens when the change is consumed.
    """
    params = {"campaign": campaign.pk, "regions": list(found), "day": timezone.localdate(now)}
    live = dict(found)
    for region_id, registered, enrolled, registered_today in _rows("pending", params):
        known = found[region_id]
        live[region_id] = replace(
            known,
            registered=known.registered + registered,
            enrolled=known.enrolled + enrolled,
            last_week=known.last_week + enrolled,
            registered_today=known.registered_today + registered_today,
            enrolled_today=known.enrolled_today + enrolled,
        )
    return live


def days(campaign: Campaign, region: Region, upto: date) -> list[Day]:
    """The days that brought something to a region, oldest first."""
    rows = Rollup.objects.filter(campaign_id=campaign.pk, region_id=region.pk, day__lte=upto)
    total, found = 0, []
    for on, registered, enrolled in rows.order_by("day").values_list(
        "day", "registered", "enrolled"
    ):
        total += enrolled
        found.append(Day(on, registered, enrolled, total))
    return found


def idle_villages(campaign: Campaign, region: Region, on: date) -> list[IdleVillage]:
    """Villages without a newly enrolled person for three days up to `on`, in the tree's order."""
    params = {"campaign": campaign.pk, "path": region.path, "day": on}
    return [IdleVillage(*row) for row in _rows("idle", params)]


def unit_counts(
    campaign: Campaign, regions: Sequence[Region], now: datetime
) -> list[ports.UnitCount]:
    """The answer to the port: live, in the order asked; targets of the set that is shown first.

    A village has no target of its own: its share is of those enrolled there last year.
    """
    ids = [region.pk for region in regions]
    targets = dict(
        Target.objects.filter(
            target_set__campaign=campaign,
            target_set__shown_first=True,
            region_id__in=ids,
            persons__isnull=False,
        ).values_list("region_id", "persons")
    )
    today = timezone.localdate(now)
    found = with_pending(campaign, standings(campaign, ids, today)[1], now)
    requirement = read_requirement(campaign, today)
    counts = []
    for region in regions:
        standing = found[region.pk]
        base = targets.get(region.pk) or standing.prior or None
        place = Place(region, region.name, standing, base, requirement)
        counts.append(
            ports.UnitCount(
                region_id=region.pk,
                name=region.name,
                target=base,
                registered=place.registered,
                enrolled=place.enrolled,
                today=standing.registered_today,
                rate_bp=place.rate_bp,
                required_bp=requirement.required_bp,
                checkpoint_bp=requirement.checkpoint_bp,
                stalled=place.is_stalled,
            )
        )
    return counts


def _rows(name: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        sql.run(cursor, "reports", name, params)
        return cursor.fetchall()
