"""The dashboard of one region: the whole, its parts, what is required, what waits."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment.models import Campaign, Region
from enrollment.sections import Window
from reports.models import Ranking, RankingRow
from reports.progress import places, queries, rules
from reports.progress.places import Base, Place, Requirement
from reports.progress.queries import Day, IdleVillage, Standing

DAYS_BACK = 14  # how far back the choice of the cut-off goes


@dataclass(frozen=True)
class Published:
    """The last published ranking of these places, and each one's rank in it."""

    number: int
    as_of: datetime
    ranks: dict[int, int]


@dataclass
class Board:
    """`as_of` is null before the first roll-up. `today`: the day looked at; `is_past` if earlier.

    `total` is the whole by `base`; `sum_of_parts` the same people by `part_base`, as its rows are.
    """

    campaign: Campaign
    region: Region
    above: list[Region]
    as_of: datetime | None
    today: date
    is_past: bool
    bases: list[Base]
    base: Base
    part_base: Base
    requirement: Requirement
    whole: Standing
    total: Place
    sum_of_parts: Place
    parts: list[Place]
    days: list[Day]
    idle: list[IdleVillage]
    published: Published | None

    @property
    def counted_bases(self) -> list[Base]:
        """By which people counted here can be measured."""
        return [base for base in self.bases if not base.reported]

    @property
    def reported_bases(self) -> list[Base]:
        """The sets whose places only report figures: a board of their own (reported.py)."""
        return [base for base in self.bases if base.reported]

    @cached_property
    def window(self) -> Window | None:
        """The window that ends first of those that still run, else the last one."""
        windows = self.campaign.policy["windows"]
        running = [w for w in windows if w.start <= self.today < w.until]
        if running:
            return min(running, key=lambda w: w.until)
        return max(windows, key=lambda w: w.until, default=None)

    @property
    def start(self) -> date | None:
        return min((w.start for w in self.campaign.policy["windows"]), default=None)

    @property
    def day_number(self) -> int:
        return max(0, (self.today - self.start).days + 1) if self.start else 0

    @property
    def day_count(self) -> int:
        last = max((w.until for w in self.campaign.policy["windows"]), default=self.today)
        return (last - self.start).days if self.start else 0

    @property
    def days_of_window_left(self) -> int:
        return max(0, (self.window.last_day - self.today).days) if self.window else 0

    @cached_property
    def forecast(self) -> rules.Forecast | None:
        checkpoint = self.requirement.checkpoint
        if not self.total.base or checkpoint is None:
            return None
        return rules.forecast(
            self.total.base,
            self.total.enrolled,
            self.total.last_week,
            checkpoint.share_bp,
            checkpoint.on,
            self.today,
        )

    @property
    def week_rate_bp(self) -> int | None:
        """What seven days added to the rate."""
        base = self.total.base
        return self.total.last_week * 10_000 // base if base else None

    @property
    def states(self) -> list[tuple[str, int]]:
        found = Counter(place.state for place in self.parts)
        return [(state, found[state]) for state in ("ahead", "normal", "behind", "stalled")]

    @property
    def in_tree_order(self) -> list[Place]:
        parts = [(place.region, place) for place in self.parts if place.region and place.base]
        ordered = sorted(parts, key=lambda part: (part[0].position, part[0].pk))
        return [place for _region, place in ordered]

    @property
    def idle_places(self) -> list[tuple[str, int]]:
        """The places that have most idle villages."""
        return Counter(village.parent_name for village in self.idle).most_common(2)

    @property
    def cut_offs(self) -> list[date]:
        """Earlier days whose end may be looked at, newest first."""
        if self.as_of is None or self.start is None:
            return []
        now = timezone.localdate(self.as_of)
        count = min(DAYS_BACK, (now - self.start).days)
        return [now - timedelta(days=n) for n in range(1, count + 1)]


def read_board(
    campaign: Campaign,
    region: Region,
    *,
    now: datetime,
    base_slug: str | None = None,
    on: date | None = None,
) -> Board:
    """The dashboard of `region`, from roll-ups; a part of the campaign's region is counted live.

    Six queries, however many parts there are; seven live. A day to come is answered with today.
    """
    above, children = _around(region)
    ids = [region.pk, *(child.pk for child in children)]
    as_of, found = queries.standings(campaign, ids, on)
    is_past = bool(on and as_of and on < timezone.localdate(as_of))
    if not is_past and as_of and region.pk != campaign.region_id:
        as_of, found = now, queries.with_pending(campaign, found, now)
    today = on if is_past and on else timezone.localdate(as_of or now)
    bases = places.read_bases(campaign, ids, {pk: found[pk].prior for pk in ids})
    base, part_base = places.choose_bases(bases, base_slug)
    requirement = places.read_requirement(campaign, today)
    whole = found[region.pk]
    published = _published(campaign, region, part_base, today)
    parts = places.ranked(
        children, found, part_base, requirement, published.ranks if published else None
    )
    return Board(
        campaign=campaign,
        region=region,
        above=above,
        as_of=as_of,
        today=today,
        is_past=is_past,
        bases=bases,
        base=base,
        part_base=part_base,
        requirement=requirement,
        whole=whole,
        total=Place(region, region.name, whole, base.persons.get(region.pk), requirement),
        sum_of_parts=Place(
            region, region.name, whole, part_base.persons.get(region.pk), requirement
        ),
        parts=parts + _rest(whole, [found[child.pk] for child in children], requirement),
        days=queries.days(campaign, region, today),
        idle=queries.idle_villages(campaign, region, today),
        published=published,
    )


def _around(region: Region) -> tuple[list[Region], list[Region]]:
    """Its ancestors from the root down, and its children in order."""
    above = [int(part) for part in (region.path or "").strip("/").split("/")][:-1]
    found = Region.objects.filter(Q(pk__in=above) | Q(parent=region)).order_by("position", "id")
    by_id = {each.pk: each for each in found}
    children = [each for each in by_id.values() if each.parent_id == region.pk]
    return [by_id[pk] for pk in above], children


def _rest(whole: Standing, parts: Sequence[Standing], requirement: Requirement) -> list[Place]:
    """A last row, so that the rows always sum to the whole."""
    rest = Standing(
        **{
            field.name: getattr(whole, field.name) - sum(getattr(p, field.name) for p in parts)
            for field in fields(Standing)
        }
    )
    if not parts or not (rest.registered or rest.enrolled):
        return []
    return [Place(None, _("Counted to no part"), rest, None, requirement)]


def _published(campaign: Campaign, region: Region, base: Base, today: date) -> Published | None:
    # A place among the unfinished only says nothing of its place among all.
    partly = [r.key for r in campaign.policy["rankings"] if r.participants != "all"]
    latest = (
        Ranking.objects.filter(
            campaign=campaign,
            region=region,
            target_set__slug=base.slug,
            published_at__isnull=False,
            as_of__date__lte=today,
        )
        .exclude(kind__in=partly)
        .order_by("-as_of", "-pk")
    )
    rows = list(
        RankingRow.objects.filter(ranking_id=Subquery(latest.values("pk")[:1])).values_list(
            "region_id", "rank", "ranking__number", "ranking__as_of"
        )
    )
    if not rows:
        return None
    return Published(rows[0][2], rows[0][3], {region_id: rank for region_id, rank, *_rest in rows})
