"""A clerk's own day: the last registrations, how many, and the places they count to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F
from django.utils import timezone

from enrollment import ports, rules
from enrollment.access import top_region
from enrollment.desk.queries import fetch
from enrollment.desk.words import LISTED_CATEGORIES
from enrollment.facts import day_start
from enrollment.models import Campaign, Region, Registration, User
from enrollment.models.region import RegionQuerySet
from enrollment.services.registrations import UNDO_WITHIN

LAST = 10
STRIP_VILLAGES = 3
STRIP_BARS = 3  # as many with a bar as 1366 px hold


@dataclass(frozen=True)
class Day:
    """How many a clerk registered today, and how many of them were taken back."""

    made: int
    withdrawn: int

    @property
    def standing(self) -> int:
        return self.made - self.withdrawn


@dataclass(frozen=True)
class Row:
    """One of my registrations. `number`: the how-manieth of its day, None on another day.
    `state`: paid, unpaid, exempt, withdrawn. Values, not instances: ten are read for each save."""

    number: int | None
    id: int
    known_at: datetime
    name: str
    masked_number: str
    village_id: int
    village: str
    category: str
    hardship: str
    own_fen: int
    state: str
    can_undo: bool
    household_id: int | None
    head_name: str
    group_no: str


def my_day(campaign: Campaign, user: User, now: datetime) -> Day:
    counts = Registration.objects.filter(
        campaign=campaign,
        registered_by=user,
        source=Registration.Source.DESK,
        known_at__range=(day_start(timezone.localdate(now)), now),
    ).aggregate(made=Count("id"), withdrawn=Count("ended_at"))
    return Day(counts["made"], counts["withdrawn"])


def my_last(
    campaign: Campaign, user: User, now: datetime, limit: int = LAST, offset: int = 0
) -> tuple[Day, list[Row]]:
    """My latest registrations, newest first, taken back ones among them; and my day's count."""
    found = fetch(
        "desk_last",
        {
            "user_id": user.pk,
            "campaign_id": campaign.pk,
            "now": now,
            "today": day_start(timezone.localdate(now)),
            "limit": limit,
            "offset": offset,
        },
    )
    day = Day(found[0]["made"], found[0]["withdrawn"]) if found else Day(0, 0)
    states = ports.paid_states(campaign.pk, [row["id"] for row in found]) if found else {}
    first = day.made - offset
    return day, [_row(campaign, row, first - i, states, now) for i, row in enumerate(found)]


def _row(
    campaign: Campaign, row: Mapping[str, Any], number: int, states: dict[int, str], now: datetime
) -> Row:
    same_day = timezone.localdate(row["known_at"]) == timezone.localdate(now)
    return Row(
        number=number if same_day else None,
        id=row["id"],
        known_at=row["known_at"],
        name=row["name"],
        masked_number=row["masked_number"],
        village_id=row["village_id"],
        village=row["village"],
        category=str(LISTED_CATEGORIES[row["category"]]),
        hardship=_hardship_name(campaign, row["hardship"]),
        own_fen=row["own_fen"],
        state="withdrawn" if row["ended"] else states.get(row["id"], "unpaid"),
        can_undo=not row["ended"] and now - row["known_at"] < UNDO_WITHIN,
        household_id=row["household_id"],
        head_name=row["head_name"],
        group_no=row["group_no"],
    )


def _hardship_name(campaign: Campaign, hardship: str) -> str:
    return ports.hardship_names(campaign.policy).get(hardship, hardship)


def villages(campaign: Campaign, user: User) -> list[Region]:
    """Where the clerk may register people, in the order of the tree; `township` is its name.

    A school's clerk registers students of any village, where the notice counts them to schools.
    Only what the form shows is read: a county's clerk has five hundred of them.
    """
    top = top_region(user, campaign)
    if top.kind == Region.Kind.SCHOOL and rules.counts_to_schools(campaign.policy):
        top = campaign.region
    return _choices(Region.objects.within(top).lived_in())


def schools(campaign: Campaign, user: User) -> list[Region]:
    """Those a student can be of: any of the campaign, since pupils of a township go to others;
    a school's own clerk has no other. Empty where the notice counts nobody to schools.

    Source: docs/RULES.md R-170.
    """
    if not rules.counts_to_schools(campaign.policy):
        return []
    top = top_region(user, campaign)
    where = top if top.kind == Region.Kind.SCHOOL else campaign.region
    return _choices(Region.objects.within(where).schools())


def _choices(regions: RegionQuerySet) -> list[Region]:
    return list(
        regions.only("id", "name", "initials", "path", "parent_id")
        .annotate(township=F("parent__name"))
        .order_by("parent__position", "parent_id", "position", "id")
    )


def chosen(choices: Sequence[Region], value: Any) -> Region | None:
    """The one whose id stands in the form, as a number or as it was sent."""
    return next((region for region in choices if str(region.pk) == str(value)), None)


def only(schools: Sequence[Region], own: Region) -> Region | None:
    """What a school's own clerk need not choose."""
    return schools[0] if own.kind == Region.Kind.SCHOOL and len(schools) == 1 else None


def strip(
    campaign: Campaign, user: User, now: datetime, rows: Sequence[Row], choices: Sequence[Region]
) -> list[ports.UnitCount]:
    """My township and my villages: those of my last registrations, else the first ones; a school's
    clerk sees the school alone."""
    own = top_region(user, campaign)
    if own.kind == Region.Kind.SCHOOL:
        return ports.unit_counts(campaign, [own], now)
    by_id = {village.pk: village for village in choices}
    mine = [by_id[row.village_id] for row in rows if row.village_id in by_id]
    regions = list(dict.fromkeys([*mine, *choices]))[:STRIP_VILLAGES]
    if own.level == Region.Level.TOWNSHIP:
        regions.insert(0, own)
    units = ports.unit_counts(campaign, regions, now)
    barred = [unit for unit in units if unit.target]
    return units[:STRIP_BARS] if len(barred) > STRIP_BARS else units
