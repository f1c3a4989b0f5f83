"""Reads of targets: newest reported counts, sums of children, what stands beside a target."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enrollment import ports
from enrollment.models import Campaign, PriorEnrollment, Region
from quotas import denominators, reporting
from quotas.models import Target, TargetSet
from quotas.rules import rate_bp

PRIOR = "prior"


def reported_counts(
    target_set: TargetSet, region_ids: Iterable[int], at: datetime
) -> dict[int, int]:
    """Region → persons of its newest report dated on or before the day of `at`.

    A place that never reported has none: it counts nobody. Source: docs/RULES.md R-106.
    """
    found = reporting.newest(target_set, list(region_ids), at)
    return {pk: row.persons for pk, row in found.items()}


@dataclass(frozen=True)
class Row:
    """A place in a set, beside its superior's target and what its own children have."""

    region: Region
    persons: int | None
    base: int | None
    remark: str
    superior: int | None
    counted: int | None  # enrolled, or what it reported; None: outside the campaign
    below: int | None  # sum of its children's targets; None where none has one
    has_children: bool

    @property
    def rate_bp(self) -> int | None:
        return rate_bp(self.counted, self.persons)

    @property
    def superior_rate_bp(self) -> int | None:
        return rate_bp(self.counted, self.superior)

    @property
    def growth(self) -> int | None:
        return None if None in (self.persons, self.base) else (self.persons or 0) - (self.base or 0)

    @property
    def difference(self) -> int | None:
        """Children's sum less the place's own target; 0: they agree."""
        if self.below is None or self.persons is None:
            return None
        return self.below - self.persons


@dataclass(frozen=True)
class Sheet:
    """A set as seen from one region: the region itself on top, its children below."""

    top: Row
    rows: tuple[Row, ...]

    @property
    def sum(self) -> int:
        return sum(row.persons or 0 for row in self.rows)

    @property
    def unknown(self) -> int:
        return sum(row.persons is None for row in self.rows)

    @property
    def is_broken_down(self) -> bool:
        """Whether sums below say anything that the sheet itself does not."""
        has_own = self.top.difference is not None
        return has_own or any(row.below is not None for row in self.rows)

    @property
    def whole(self) -> Row:
        """The top row; what the table does not say of the region is the sum of its places."""
        top = self.top
        return replace(
            top,
            persons=self._or_sum(top.persons, "persons"),
            base=self._or_sum(top.base, "base"),
            superior=self._superior(top),
            counted=self._or_sum(top.counted, "counted"),
        )

    def _superior(self, top: Row) -> int | None:
        """The superior's own figure; the sum only where it speaks of every place that is summed."""
        summed = [row for row in self.rows if row.persons is not None]
        if top.superior is None and any(row.superior is None for row in summed):
            return None
        return self._or_sum(top.superior, "superior")

    def _or_sum(self, own: int | None, name: str) -> int | None:
        said = [getattr(row, name) for row in self.rows if getattr(row, name) is not None]
        return sum(said) if own is None and said else own


def read_sheet(target_set: TargetSet, region: Region, now: datetime) -> Sheet:
    """The rows of a set for a region and its children; eight queries, however many places.

    A superior's set lists the places beside the campaign's region where it speaks of them.
    """
    campaign = target_set.campaign
    children = list(Region.objects.filter(parent=region).order_by("position", "id"))
    if target_set.level == TargetSet.Level.SUPERIOR and region.pk == campaign.region_id:
        beside = Region.objects.filter(parent_id=region.parent_id).exclude(pk=region.pk)
        named = target_set.targets.values("region_id")
        children = [*beside.filter(pk__in=named).order_by("position", "id"), *children]
    places = [region, *children]
    ids = [place.pk for place in places]
    own = {target.region_id: target for target in target_set.targets.filter(region_id__in=ids)}
    superior = _superior(target_set, ids)
    counted = _counted(target_set, places, now)
    sums = dict(
        target_set.targets.filter(region__parent_id__in=ids)
        .values_list("region__parent_id")
        .annotate(Sum("persons"))
    )
    parents = set(
        Region.objects.filter(parent_id__in=ids).values_list("parent_id", flat=True).distinct()
    )
    rows = [
        Row(
            region=place,
            persons=own[place.pk].persons if place.pk in own else None,
            base=own[place.pk].base if place.pk in own else None,
            remark=own[place.pk].remark if place.pk in own else "",
            superior=superior.get(place.pk),
            counted=counted.get(place.pk),
            below=sums.get(place.pk),
            has_children=place.pk in parents,
        )
        for place in places
    ]
    return Sheet(rows[0], tuple(rows[1:]))


def _superior(target_set: TargetSet, region_ids: Sequence[int]) -> dict[int, int]:
    """What the authority above wants of these places, by the same insurance."""
    rows = Target.objects.filter(
        target_set__campaign_id=target_set.campaign_id,
        target_set__level=TargetSet.Level.SUPERIOR,
        target_set__insurance=target_set.insurance,
        region_id__in=region_ids,
        persons__isnull=False,
    ).exclude(target_set=target_set)
    return {row.region_id: row.persons or 0 for row in rows}


def _counted(target_set: TargetSet, places: Sequence[Region], now: datetime) -> dict[int, int]:
    campaign = target_set.campaign
    if target_set.is_reported:
        return reported_counts(target_set, [place.pk for place in places], now)
    inside = [place for place in places if campaign.region.contains(place)]
    return {each.region_id: each.enrolled for each in ports.unit_counts(campaign, inside, now)}


def disagreements(campaign: Campaign, top: Region | None = None) -> dict[int, int]:
    """Target set → how many of its places, from `top` down, differ from their children's sum."""
    below = dict(
        ((row[0], row[1]), row[2])
        for row in Target.objects.filter(
            target_set__campaign=campaign, region__parent__isnull=False
        )
        .values_list("target_set_id", "region__parent_id")
        .annotate(Sum("persons"))
    )
    found: dict[int, int] = {}
    rows = Target.objects.filter(target_set__campaign=campaign, persons__isnull=False)
    if top:
        rows = rows.filter(region__path__startswith=top.path)
    for set_id, region_id, persons in rows.values_list("target_set_id", "region_id", "persons"):
        if below.get((set_id, region_id), persons) != persons:
            found[set_id] = found.get(set_id, 0) + 1
    return found


@dataclass(frozen=True)
class Listed:
    """A set in the list: how many places it states highest, their sum, how many not known yet."""

    set: TargetSet
    places: int
    persons: int
    unknown: int
    disagreeing: int


def sets_of(campaign: Campaign, top: Region) -> list[Listed]:
    """Every set of the campaign, the one shown first in front; for a part of it, its own figures.

    A set that names the campaign's own region or those beside it is summed at that level, so that
    nobody is summed twice; any other at the level below.
    """
    region, whole = campaign.region, top.pk == campaign.region_id
    beside = Q(region=region) | Q(region__parent=region.parent_id, region__parent__isnull=False)
    differ = disagreements(campaign, None if whole else top)
    found = []
    for each in campaign.target_sets.select_related("locked_by").order_by("-shown_first", "pk"):
        wanted = beside if whole else Q(region=top)
        highest = list(each.targets.filter(wanted).values_list("persons", flat=True))
        if whole and len(highest) < 2:
            below = each.targets.filter(region__parent=region)
            highest = list(below.values_list("persons", flat=True)) or highest
        known = [persons for persons in highest if persons is not None]
        unknown = len(highest) - len(known)
        found.append(Listed(each, len(highest), sum(known), unknown, differ.get(each.pk, 0)))
    return found


def weights_by(
    campaign: Campaign, target_set: TargetSet, region: Region, now: datetime
) -> dict[str, tuple[str, Mapping[int, int]]]:
    """What a target can be shared out by: key → title, child → weight.

    Last year's enrolled, other sets, denominators; only those that weigh anything here.
    """
    children = list(Region.objects.filter(parent=region))
    found: dict[str, tuple[str, Mapping[int, int]]] = {
        PRIOR: (pgettext("targets", "Enrolled last year"), _prior(campaign, region, children))
    }
    for other in campaign.target_sets.exclude(pk=target_set.pk):
        rows = other.targets.filter(region__parent=region, persons__isnull=False)
        found[f"set-{other.slug}"] = (
            other.title,
            {row.region_id: row.persons or 0 for row in rows},
        )
    bases = target_set.targets.filter(region__parent=region, base__isnull=False)
    found["base"] = (_("Base of this table"), {row.region_id: row.base or 0 for row in bases})
    for rule in campaign.policy["denominators"]:
        shares = denominators.shares(campaign, rule, children, now)
        persons = {each.region.pk: each.persons for each in shares if each.persons is not None}
        found[f"of-{rule.key}"] = (rule.name, persons)
    return {key: pair for key, pair in found.items() if sum(pair[1].values()) > 0}


def _prior(campaign: Campaign, region: Region, children: Sequence[Region]) -> dict[int, int]:
    """Children → people enrolled in the period before, everything below included."""
    rows = (
        PriorEnrollment.objects.filter(
            insurance=campaign.insurance,
            coverage_from__lt=campaign.coverage_from,
            village__path__startswith=region.path,
        )
        .values_list("coverage_from", "village__path")
        .annotate(Count("id"))
    )
    newest = max((row[0] for row in rows), default=None)
    found = {child.pk: 0 for child in children}
    for period, path, count in rows:
        below = path.removeprefix(region.path).split("/")[0]
        if period == newest and below.isdigit():
            found[int(below)] = found.get(int(below), 0) + count
    return found


def tree_order(region_ids: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """Region → a key that sorts places as the tree shows them: positions from the root down."""
    paths = dict(Region.objects.filter(pk__in=list(region_ids)).values_list("pk", "path"))
    ids = {pk: [int(part) for part in path.strip("/").split("/")] for pk, path in paths.items()}
    above = {each for parts in ids.values() for each in parts}
    position = dict(Region.objects.filter(pk__in=above).values_list("pk", "position"))
    return {pk: [(position[each], each) for each in parts] for pk, parts in ids.items()}
