"""The fiscal subsidy for the enrolled of a campaign, by who funds it."""

from dataclasses import dataclass
from datetime import datetime

from enrollment import funding, ports
from enrollment.models import Campaign, Region


@dataclass(frozen=True)
class Report:
    """`unassigned`: places that no group of the notice names; their people are in no group."""

    enrolled: int
    per_person_fen: int
    places: tuple[tuple[str, str, int], ...]  # name, group, enrolled
    unassigned: tuple[str, ...]
    split: funding.Funding | None
    grouped: bool

    @property
    def total_fen(self) -> int:
        return self.enrolled * self.per_person_fen

    @property
    def rest_fen(self) -> int:
        """Of people in places that belong to no group of the notice."""
        return self.total_fen - (self.split.total_fen if self.split else 0)


def report(campaign: Campaign, now: datetime) -> Report | None:
    """None where the notice states no fiscal subsidy. Counts are live."""
    policy = campaign.policy
    fiscal = policy["fiscal"]
    if fiscal is None:
        return None
    groups = funding.groups(policy)
    grouped = groups != ("",)
    regions = list(campaign.region.children.order_by("position", "pk")) if grouped else []
    counts = ports.unit_counts(campaign, [campaign.region, *regions], now)
    enrolled = {count.region_id: count.enrolled for count in counts}
    whole = enrolled[campaign.region_id]
    if not grouped:
        split = funding.funding(policy, {"": whole})
        return Report(whole, fiscal.per_person_fen, (), (), split, False)
    found = {region.pk: group_of(region, groups) for region in regions}
    persons: dict[str, int] = dict.fromkeys((group for group in groups if group), 0)
    for region in regions:
        if (group := found[region.pk]) is not None:
            persons[group] += enrolled[region.pk]
    return Report(
        enrolled=whole,
        per_person_fen=fiscal.per_person_fen,
        places=tuple(
            (region.name, found[region.pk] or "", enrolled[region.pk]) for region in regions
        ),
        unassigned=tuple(region.name for region in regions if found[region.pk] is None),
        split=funding.funding(policy, persons),
        grouped=True,
    )


def group_of(region: Region, groups: tuple[str, ...]) -> str | None:
    """The group whose words name the place, by its name or what it is also called; nothing else is
    guessed."""
    names = [region.name, *(alias.name for alias in region.aliases.all())]
    return next(
        (group for group in groups if group and any(name and name in group for name in names)),
        None,
    )
