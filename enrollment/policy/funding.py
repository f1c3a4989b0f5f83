"""The fiscal subsidy for the enrolled of a campaign, by who funds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from enrollment import funding, ports
from enrollment.models import Campaign, Region


@dataclass(frozen=True)
class Place:
    """A part of the campaign's region; `group` None: in none of the notice."""

    region_id: int
    name: str
    enrolled: int
    group: str | None
    own: bool = False  # said of this place alone


@dataclass(frozen=True)
class Report:
    """Fen. `places` only where the notice distinguishes groups of places."""

    enrolled: int
    per_person_fen: int
    groups: tuple[str, ...]
    places: tuple[Place, ...]
    split: funding.Funding | None

    @property
    def total_fen(self) -> int:
        return self.enrolled * self.per_person_fen

    @property
    def unassigned(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.group is None)

    @property
    def rest_fen(self) -> int:
        """Of people who are in no group of the notice."""
        return self.total_fen - (self.split.total_fen if self.split else 0)


def report(campaign: Campaign, now: datetime, chosen: Mapping[str, str]) -> Report | None:
    """None where the notice states no fiscal subsidy that is the same for everybody: its rules
    would need people of each kind. Counts are live.

    A group that names its places has them; of others somebody says it: `chosen` has the number of
    a group under the id of a region, or under "all" for every other place.
    """
    policy = campaign.policy
    fiscal = policy["fiscal"]
    if fiscal is None or fiscal.rules:
        return None
    groups = tuple(group for group in funding.groups(policy) if group)
    regions = list(campaign.region.children.prefetch_related("aliases")) if groups else []
    counts = ports.unit_counts(campaign, [campaign.region, *regions], now)
    enrolled = {count.region_id: count.enrolled for count in counts}
    whole = enrolled[campaign.region_id]
    others = _picked(groups, chosen.get("all"))
    places = []
    for region in regions:
        own = _picked(groups, chosen.get(str(region.pk))) or named(region, groups)
        place = Place(region.pk, region.name, enrolled[region.pk], own or others, own is not None)
        places.append(place)
    persons = {} if groups else {"": whole}
    for place in places:
        if place.group is not None:
            persons[place.group] = persons.get(place.group, 0) + place.enrolled
    split = funding.funding(policy, persons)
    return Report(whole, fiscal.per_person_fen, groups, tuple(places), split)


def _picked(groups: tuple[str, ...], number: str | None) -> str | None:
    if number and number.isdigit() and 1 <= int(number) <= len(groups):
        return groups[int(number) - 1]
    return None


def named(region: Region, groups: tuple[str, ...]) -> str | None:
    """The group whose words name the place, by its name or what it is also called."""
    names = [region.name, *(alias.name for alias in region.aliases.all())]
    return next((group for group in groups if any(name in group for name in names)), None)
