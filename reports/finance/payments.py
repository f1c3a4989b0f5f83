"""The list of payments behind a figure of the finance pages: the same filters, the same sum."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, Sum

from enrollment.facts import day_start
from enrollment.models import Campaign, Region, Resident
from payments.models import Payment, PaymentQuerySet

PAGE = 100
MOST_ROWS = 20_000  # of a workbook
STANDINGS = ("matched", "open", "refund_due", "refunded", "reversed")
THERE = "there"  # asked for like a standing: received, neither refunded nor reversed


@dataclass(frozen=True)
class Filters:
    """`apart`: only what is of the region itself and of no part of it. `standing`: only payments
    of which some fen stand so; the sum is of these fen."""

    region: Region
    apart: bool = False
    day: date | None = None
    channel: str | None = None
    standing: str = ""

    def query(self, **other: Any) -> str:
        """For a link to this list."""
        said = {
            "region": self.region.pk,
            "apart": "1" if self.apart else None,
            "day": self.day.isoformat() if self.day else None,
            "channel": self.channel,
            "standing": self.standing or None,
            **other,
        }
        return urlencode({key: value for key, value in said.items() if value is not None})


def payments_of(campaign: Campaign, region: Region, *, apart: bool = False) -> PaymentQuerySet:
    """Payments of a region, as sql/finance.sql places them: by the home of the person, without one
    by the township as recognised, else at the campaign's own region."""
    rows = Payment.objects.filter(campaign_id=campaign.pk)
    is_top = region.pk == campaign.region_id
    if is_top and not apart:
        return rows
    if not apart:
        below = Region.objects.within(region).values("id")
        return rows.filter(_at(below))
    here = _at(Region.objects.filter(pk=region.pk).values("id"))
    if not is_top:
        return rows.filter(here)
    inside = Region.objects.within(region).values("id")
    return rows.filter(
        here
        | Q(resident_id=None) & (Q(township_id=None) | ~Q(township_id__in=inside))
        | Q(resident_id__isnull=False)
        & ~Q(resident_id__in=Resident.objects.filter(village_id__in=inside).values("id"))
    )


def _at(regions: Any) -> Q:
    people = Resident.objects.filter(village_id__in=regions).values("id")
    return Q(resident_id__in=people) | Q(resident_id=None, township_id__in=regions)


def filtered(campaign: Campaign, asked: Filters) -> PaymentQuerySet:
    rows = payments_of(campaign, asked.region, apart=asked.apart)
    if asked.day is not None:
        since, until = day_start(asked.day), day_start(asked.day + timedelta(days=1))
        rows = rows.filter(paid_at__gte=since, paid_at__lt=until)
    if asked.channel is not None:
        rows = rows.filter(channel=asked.channel)
    if asked.standing == THERE:
        rows = rows.filter(fen__gt=F("refunded_fen") + F("reversed_fen"))
    elif asked.standing:
        rows = rows.filter(**{f"{asked.standing}_fen__gt": 0})
    return rows


def column(standing: str) -> Any:
    """What a list of this standing sums up."""
    if standing == THERE:
        return F("fen") - F("refunded_fen") - F("reversed_fen")
    return F(f"{standing}_fen" if standing else "fen")


@dataclass(frozen=True)
class Page:
    """`next_after`: the id to go on behind, or null at the end."""

    rows: list[Payment]
    next_after: int | None


def read_page(rows: PaymentQuerySet, after: int) -> Page:
    """In the order in which they came in, from behind the payment `after`."""
    found = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def totals(rows: PaymentQuerySet, standing: str) -> tuple[int, int]:
    """Payments, and the fen that the list sums up."""
    found = rows.aggregate(n=Count("id"), sum_fen=Sum(column(standing), default=0))
    return found["n"], found["sum_fen"]
