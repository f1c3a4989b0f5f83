"""Claims of payment: how many are open where and for how long, one person's, one whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib.figures import yuan
from enrollment.access import top_region
from enrollment.models import Campaign, Identity, Region, User
from payments.claim_models import ClaimQuerySet
from payments.collection.queries import taken_of
from payments.models import Claim, ClaimEnd

STATES = ("open", "payment", "dropped")
_DROPPED = Exists(ClaimEnd.objects.live().filter(claim=OuterRef("pk"), kind="dropped"))
_PAID = Exists(ClaimEnd.objects.live().filter(claim=OuterRef("pk"), kind="payment"))


@dataclass(frozen=True)
class Counts:
    """Open claims: how many, how much, and days since the oldest was told."""

    open: int
    fen: int
    days: int


@dataclass(frozen=True)
class TownshipCount:
    """A township's claims. `days`: since the oldest open one was told."""

    place: Region
    open: int
    fen: int
    days: int
    closed: int
    dropped: int


@dataclass(frozen=True)
class Row:
    """A claim as the list shows it. `ended`: its live end."""

    claim: Claim
    number: str
    days: int
    ended: ClaimEnd | None


def visible(campaign: Campaign, user: User) -> ClaimQuerySet:
    """Claims of people who live in the user's subtree."""
    return below(campaign, top_region(user, campaign))


def below(campaign: Campaign, region: Region) -> ClaimQuerySet:
    return Claim.objects.filter(campaign=campaign, resident__village__path__startswith=region.path)


def of_state(rows: ClaimQuerySet, state: str) -> ClaimQuerySet:
    """`state`: of STATES."""
    return rows.open() if state == "open" else rows.ended(state)


def counts(campaign: Campaign, user: User, now: datetime) -> Counts:
    """Of what the user sees; for the exceptions desk and the section's navigation."""
    found = (
        visible(campaign, user)
        .open()
        .aggregate(n=Count("pk"), fen=Sum("fen", default=0), oldest=Min("entered_at"))
    )
    return Counts(found["n"], found["fen"], _days(found["oldest"], now))


def by_township(campaign: Campaign, region: Region, now: datetime) -> list[TownshipCount]:
    """The townships of the region that have any, in the order of the tree."""
    opened = Q(dropped=False, paid=False)
    found = {
        row.pop("resident__village__parent"): row
        for row in below(campaign, region)
        .annotate(dropped=_DROPPED, paid=_PAID)
        .values("resident__village__parent")
        .annotate(
            n=Count("pk", filter=opened),
            sum=Sum("fen", filter=opened, default=0),
            oldest=Min("entered_at", filter=opened),
            n_paid=Count("pk", filter=Q(paid=True)),
            n_dropped=Count("pk", filter=Q(dropped=True)),
        )
        .order_by()
    }
    places = Region.objects.filter(pk__in=[pk for pk in found if pk]).order_by("position", "id")
    return [
        TownshipCount(
            place, row["n"], row["sum"], _days(row["oldest"], now), row["n_paid"], row["n_dropped"]
        )
        for place in places
        for row in [found[place.pk]]
    ]


def older(rows: ClaimQuerySet, days: int, now: datetime) -> ClaimQuerySet:
    return rows.filter(entered_at__lt=now - timedelta(days=days))


def listed(rows: Iterable[Claim], now: datetime) -> list[Row]:
    """With masked number, age in days, and what ended each; three queries."""
    claims = list(rows)
    people = {claim.resident_id for claim in claims}
    numbers = {
        paper.resident_id: paper.masked
        for paper in Identity.objects.filter(resident_id__in=people, current=True)
    }
    ended = {
        row.claim_id: row
        for row in ClaimEnd.objects.live().filter(claim__in=claims).select_related("by")
    }
    return [
        Row(
            claim,
            numbers.get(claim.resident_id, "—"),
            _days(claim.entered_at, now),
            ended.get(claim.pk),
        )
        for claim in claims
    ]


def of_resident(campaign: Campaign, resident_id: int) -> list[Claim]:
    """One person's, newest first, each with its ends, the newest first."""
    ends = ClaimEnd.objects.select_related("by", "undone_by").order_by("-at", "-pk")
    rows = Claim.objects.filter(campaign=campaign, resident_id=resident_id)
    return list(
        rows.select_related("entered_by")
        .prefetch_related(Prefetch("ends", queryset=ends))
        .order_by("-pk")
    )


def told_at_the_desk(campaign_id: int, resident_id: int) -> str:
    """What whoever takes money of this person again should know first; empty without a claim."""
    rows = Claim.objects.filter(campaign_id=campaign_id, resident_id=resident_id).open()
    row = rows.order_by("-pk").first()
    if row is None:
        return ""
    return _(
        "says that %(yuan)s yuan were paid on %(day)s by %(channel)s, and nothing has arrived yet:"
        " look before money is taken again"
    ) % {"yuan": yuan(row.fen), "day": _day(row.paid_on), "channel": row.channel}


def words_at_the_desk(campaign_id: int, resident_id: int) -> str:
    """Cash that was taken already, and what the person says has been paid; else empty."""
    said = [taken_of(campaign_id, resident_id), told_at_the_desk(campaign_id, resident_id)]
    return "；".join(filter(None, said))


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d}"


def _days(since: datetime | None, now: datetime) -> int:
    if since is None:
        return 0
    return max((timezone.localdate(now) - timezone.localdate(since)).days, 0)
