"""What the finance pages show, from the sums that rollups.py keeps; never from a payment."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.db.models import Aggregate, Count, F, QuerySet, Sum
from django.db.models.functions import TruncDate

from enrollment.facts import ZONE
from enrollment.models import Campaign, Region
from reports.finance.payments import Filters, column, filtered, payments_of, totals
from reports.models import FinanceDay, FinancePlace, FinanceProfile

COLUMNS = (
    "payments", "fen", "matched_fen", "open_fen", "refund_due_fen", "refunded_fen", "reversed_fen",
)  # fmt: skip


@dataclass
class Money:
    """Payments summed, in fen: fen = matched + open + refund due + refunded + reversed."""

    payments: int = 0
    fen: int = 0
    matched_fen: int = 0
    open_fen: int = 0
    refund_due_fen: int = 0
    refunded_fen: int = 0
    reversed_fen: int = 0

    @property
    def net_fen(self) -> int:
        """What is still there."""
        return self.fen - self.refunded_fen - self.reversed_fen

    def add(self, other: "Money") -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


@dataclass
class Owed:
    """Registrations summed, in fen. due: parts not settled, less what is matched of them."""

    people: int = 0
    enrolled: int = 0
    due_fen: int = 0
    due_on_behalf_fen: int = 0
    on_behalf_fen: int = 0  # settled
    deducted_fen: int = 0
    reimbursed_fen: int = 0  # granted, once the own part is settled

    def add(self, row: FinanceProfile) -> None:
        self.people += row.people
        self.enrolled += row.people * (row.own_settled and row.on_behalf_settled)
        if not row.own_settled:
            self.due_fen += row.people * row.own_fen - row.own_matched_fen
        if not row.on_behalf_settled:
            self.due_on_behalf_fen += row.people * row.on_behalf_fen - row.on_behalf_matched_fen
        self.on_behalf_fen += row.on_behalf_matched_fen
        self.deducted_fen += row.people * row.deducted_fen
        self.reimbursed_fen += row.people * row.reimbursed_fen * row.own_settled


@dataclass
class Place:
    """A part of the region, or (`apart`) what is of the region itself and of no part of it."""

    region: Region
    apart: bool = False
    money: Money = field(default_factory=Money)
    owed: Owed = field(default_factory=Owed)


def has_days(campaign: Campaign, region: Region) -> bool:
    """Whether days and channels are kept for it: of townships and above, not of a village."""
    above = [int(pk) for pk in region.path.strip("/").split("/")]
    return not (
        Region.objects.within(campaign.region)
        .filter(pk__in=above, level=Region.Level.TOWNSHIP)
        .exclude(pk=region.pk)
        .exists()
    )


def places(campaign: Campaign, region: Region) -> list[Place]:
    """The parts of a region in the order of the tree, what is apart last; they sum to the whole."""
    paths = dict(Region.objects.within(region).values_list("pk", "path"))
    parts = {child.pk: Place(child) for child in region.children.order_by("position", "pk")}
    apart = Place(region, apart=True)
    depth = len(region.path.strip("/").split("/"))

    def part_of(pk: int) -> Place:
        ids = paths[pk].strip("/").split("/")
        return parts[int(ids[depth])] if len(ids) > depth else apart

    kept = FinancePlace.objects.filter(campaign_id=campaign.pk, place_id__in=paths)
    for row in kept.values("place_id", *COLUMNS):
        part_of(row.pop("place_id")).money.add(Money(**row))
    for profile in FinanceProfile.objects.filter(campaign_id=campaign.pk, unit_id__in=paths):
        part_of(profile.unit_id).owed.add(profile)
    found = [each for each in parts.values() if each.money.payments or each.owed.people]
    return [*found, apart] if apart.money.payments or apart.owed.people else found


def whole(parts: Iterable[Place]) -> tuple[Money, Owed]:
    money, owed = Money(), Owed()
    for part in parts:
        money.add(part.money)
        for each in fields(owed):
            setattr(owed, each.name, getattr(owed, each.name) + getattr(part.owed, each.name))
    return money, owed


def by_day(campaign: Campaign, region: Region) -> list[tuple[date, Money]]:
    """Newest first."""
    return [(row.pop("day"), Money(**row)) for row in _by(campaign, region, "day", "-day")]


def by_channel(campaign: Campaign, region: Region) -> list[tuple[str, Money]]:
    """Most money first; as the files call the channel."""
    return [(row.pop("channel"), Money(**row)) for row in _by(campaign, region, "channel", "-fen")]


def _by(campaign: Campaign, region: Region, key: str, order: str) -> list[dict[str, Any]]:
    rows: QuerySet[Any]
    counts: Aggregate = Sum("payments")
    if has_days(campaign, region):
        townships = Region.objects.within(region).values("pk")
        rows = FinanceDay.objects.filter(campaign_id=campaign.pk, township_id__in=townships)
    else:
        rows = payments_of(campaign, region)
        if key == "day":
            rows = rows.annotate(day=TruncDate("paid_at", tzinfo=ZONE))
        counts = Count("id")
    sums = {name: Sum(name) for name in COLUMNS if name != "payments"}
    found = rows.values(key).annotate(payments=counts, **sums).order_by(order, key)
    return list(found.values(key, *COLUMNS))


def sum_of(campaign: Campaign, asked: Filters) -> tuple[int | None, int]:
    """How many payments a list has (None where no sum counts them) and the fen it sums up to; from
    the same sums as the figure that led to it, or from the payments where none are kept."""
    places = Region.objects.filter(pk=asked.region.pk)
    inside: Any = (places if asked.apart else Region.objects.within(asked.region)).values("pk")
    rows: QuerySet[Any]
    if asked.day is None and asked.channel is None:
        rows = FinancePlace.objects.filter(campaign_id=campaign.pk, place_id__in=inside)
    elif has_days(campaign, asked.region) and not asked.apart:
        rows = FinanceDay.objects.filter(campaign_id=campaign.pk, township_id__in=inside)
        rows = rows.filter(day=asked.day) if asked.day else rows
        rows = rows if asked.channel is None else rows.filter(channel=asked.channel)
    else:
        return totals(filtered(campaign, asked), asked.standing)
    found = rows.aggregate(
        n=Sum("payments", default=0), sum_fen=Sum(column(asked.standing), default=0)
    )
    return None if asked.standing else found["n"], found["sum_fen"]


def enrolled_by_place(campaign: Campaign) -> dict[int, int]:
    """Unit → people of whom every part is settled, of the whole campaign."""
    rows = FinanceProfile.objects.filter(
        campaign_id=campaign.pk, own_settled=True, on_behalf_settled=True
    )
    found: dict[int, int] = defaultdict(int)
    for unit_id, people in rows.values_list("unit_id", F("people")):
        found[unit_id] += people
    return found
