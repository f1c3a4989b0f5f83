"""Money in hand: cash not yet paid in, by collector and village, and what was kept too long.

Cash is paid in once its batch balances with a slip. Source: docs/RULES.md R-384, R-59.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib import figures
from enrollment.access import region_of
from enrollment.facts import ZONE
from enrollment.models import Campaign, Region, User
from enrollment.ports import Reason
from payments.collection import working_days
from payments.in_hand import due_by
from payments.models import BatchLine, CollectionBatch, Taking
from payments.sections import MoneyInHand


@dataclass(frozen=True)
class Held:
    """What one collector holds, or held, of one village. `until`: today, or the slip's day.

    `due_on` null: the notice sets no limit. `guessed`: days of a year whose calendar is not known.
    """

    by: User
    place: Region
    heads: int
    fen: int
    first_on: date
    until: date
    days: int  # working days, the first and the last counted
    due_on: date | None
    because: tuple[Reason, ...]
    guessed: bool
    batch: CollectionBatch | None = None  # by which it was paid in

    @property
    def too_long(self) -> bool:
        return self.due_on is not None and self.until > self.due_on

    @property
    def reached(self) -> bool:
        """It has to go now: today is the last day, or later."""
        return self.due_on is not None and self.until >= self.due_on

    @property
    def over(self) -> int:
        """Days behind the last day on which it might be in hand."""
        return (self.until - self.due_on).days if self.due_on and self.too_long else 0


@dataclass(frozen=True)
class Alarm:
    """Who must pay in now, and those who should have done so before."""

    groups: int
    fen: int
    late: int
    late_fen: int


def limits(campaign: Campaign) -> MoneyInHand | None:
    """None where the notice sets no limit on money in hand."""
    terms: MoneyInHand | None = campaign.policy["money_in_hand"]
    if terms is None or (terms.limit_fen is None and terms.limit_working_days is None):
        return None
    return terms


def in_hand(campaign: Campaign, region: Region, now: datetime) -> list[Held]:
    """Of a region and all below, whoever has to pay in first at the top. Three queries."""
    paid_in = BatchLine.objects.filter(
        taking=OuterRef("pk"), live=True, batch__state__in=CollectionBatch.REMITTED
    )
    rows = _by_day(Taking.objects.live().filter(~Exists(paid_in)), campaign, region)
    today = timezone.localdate(now)
    groups: dict[tuple[int, int], list[dict]] = defaultdict(list)
    for row in rows:
        groups[row["taken_by"], row["place"]].append(row)
    people, places = _named(groups)
    found = [
        _held(campaign, days, people[who], places[where], today, None)
        for (who, where), days in groups.items()
    ]
    return sorted(found, key=lambda one: (one.due_on or date.max, one.first_on, one.place.path))


def kept_too_long(campaign: Campaign, region: Region, now: datetime) -> list[Held]:
    """What is in hand too long now, and what was when it was paid in, worst first."""
    if limits(campaign) is None:
        return []
    rows = _by_day(
        Taking.objects.live().filter(
            lines__live=True,
            lines__batch__state__in=CollectionBatch.REMITTED,
            lines__batch__slips__ended_at=None,
        ),
        campaign,
        region,
        "lines__batch",
        "lines__batch__slips__paid_on",
    )
    groups: dict[tuple[int, int, int], list[dict]] = defaultdict(list)
    for row in rows:
        groups[row["taken_by"], row["place"], row["lines__batch"]].append(row)
    people, places = _named(groups)
    batches = CollectionBatch.objects.in_bulk({key[2] for key in groups})
    past = [
        _held(
            campaign, days, people[who], places[where], days[0]["lines__batch__slips__paid_on"],
            batches[batch],
        )
        for (who, where, batch), days in groups.items()
    ]  # fmt: skip
    late = [one for one in [*in_hand(campaign, region, now), *past] if one.too_long]
    return sorted(late, key=lambda one: (-one.over, one.place.path, one.by.pk))


def alarm(campaign: Campaign, region: Region, now: datetime) -> Alarm | None:
    """None where nothing has to be paid in today."""
    if limits(campaign) is None:
        return None
    rows = [one for one in in_hand(campaign, region, now) if one.reached]
    if not rows:
        return None
    late = [one for one in rows if one.too_long]
    return Alarm(len(rows), sum(r.fen for r in rows), len(late), sum(r.fen for r in late))


def alarm_words(campaign: Campaign, user: User, now: datetime) -> str:
    """One sentence for the desk of whoever takes cash or answers for it; else empty."""
    found = alarm(campaign, region_of(user), now)
    if found is None:
        return ""
    fen, late = figures.yuan(found.fen), figures.yuan(found.late_fen)
    words = _("Cash of %(fen)s yuan must be paid in at the bank today.") % {"fen": fen}
    if found.late:
        words += _(" %(fen)s yuan of it were due before.") % {"fen": late}
    return words


def _by_day(rows, campaign: Campaign, region: Region, *more: str) -> list[dict]:
    return list(
        rows.filter(campaign=campaign, place__path__startswith=region.path)
        .annotate(day=TruncDate("taken_at", tzinfo=ZONE))
        .values("taken_by", "place", "day", *more)
        .annotate(heads=Count("pk"), sum_fen=Sum("fen"))
        .order_by("day")
    )


def _named(groups) -> tuple[dict[int, User], dict[int, Region]]:
    people = User.objects.in_bulk({key[0] for key in groups})
    places = Region.objects.select_related("parent").in_bulk({key[1] for key in groups})
    return people, places


def _held(
    campaign: Campaign,
    days: Sequence[dict],
    by: User,
    place: Region,
    until: date,
    batch: CollectionBatch | None,
) -> Held:
    collected = [
        (datetime.combine(row["day"], datetime.min.time(), ZONE), row["sum_fen"]) for row in days
    ]
    due = due_by(campaign.policy, collected, working_days.is_working_day)
    first = days[0]["day"]
    last = max(until, due.on) if due else until
    return Held(
        by=by, place=place, heads=sum(row["heads"] for row in days),
        fen=sum(row["sum_fen"] for row in days), first_on=first, until=until,
        days=working_days.between(first, until), due_on=due.on if due else None,
        because=due.because if due else (),
        guessed=not (working_days.is_known(first) and working_days.is_known(last)), batch=batch,
    )  # fmt: skip
