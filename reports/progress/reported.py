"""The dashboard of a set whose places only report figures: the newest reports, not counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils import timezone

from enrollment.facts import day_start
from enrollment.models import Campaign, Region
from quotas import reporting
from quotas.models import ReportedCount, TargetSet
from quotas.queries import Row, read_sheet
from reports.progress import places, rules
from reports.progress.places import Base, Place, Requirement

WEEK = timedelta(days=rules.WEEK)


@dataclass(frozen=True)
class Counted:
    """What a place reported: who is enrolled is registered too, more is not known."""

    enrolled: int
    last_week: int = 0

    @property
    def registered(self) -> int:
        return self.enrolled


@dataclass(frozen=True)
class Line:
    """A place by its newest report; `report` None: it never reported and counts nobody (R-106).

    `last_week` is None where nothing older stands to compare with; then nothing is called stalled.
    """

    place: Place
    row: Row
    report: ReportedCount | None
    last_week: int | None

    @property
    def state(self) -> str:
        per_day = None if self.last_week is None else self.place.per_day
        required = self.place.requirement.required_bp
        return rules.place_state(self.place.rate_bp, required, self.last_week or 0, per_day)

    @property
    def is_stalled(self) -> bool:
        return self.state == "stalled"

    @property
    def is_known(self) -> bool:
        """Reported by the place itself, or, of the whole, by any of its places."""
        return self.row.counted is not None

    @property
    def superior_rate_bp(self) -> int | None:
        superior = self.row.superior
        return places.rate_bp(self.place.enrolled, superior) if superior else None


@dataclass(frozen=True)
class ReportDay:
    """A day as of which places reported: how many, and the sum of the newest at its end."""

    on: date
    reports: int
    total: int


@dataclass(frozen=True)
class ReportedBoard:
    """A set of reported figures as seen from one region, at the end of `today`."""

    campaign: Campaign
    region: Region
    set: TargetSet
    current: date
    today: date
    is_past: bool
    requirement: Requirement
    total: Line
    parts: list[Line]
    days: list[ReportDay]

    @cached_property
    def reported(self) -> list[Line]:
        return [line for line in self.parts if line.report]

    @property
    def silent(self) -> list[Line]:
        """Places with a target that never reported."""
        return [line for line in self.parts if line.place.base and not line.report]

    @property
    def stale(self) -> list[Line]:
        """Places whose newest report is a week old or older."""
        old = self.today - WEEK
        return [line for line in self.reported if line.report and line.report.as_of <= old]

    @property
    def dates(self) -> tuple[date, date] | None:
        """The oldest and the newest day as of which these figures were reported."""
        reports = [line.report.as_of for line in (self.reported or [self.total]) if line.report]
        return (min(reports), max(reports)) if reports else None

    @property
    def difference(self) -> int | None:
        """The region's own report less the sum of its parts'; None where only one is known."""
        if self.total.report is None or not self.reported:
            return None
        return self.total.report.persons - sum(line.place.enrolled for line in self.reported)

    @property
    def earlier_days(self) -> list[date]:
        """Days reported of whose end may be looked at, newest first."""
        return [day.on for day in self.days if day.on < self.current]

    @property
    def shown_days(self) -> list[ReportDay]:
        return [day for day in self.days if day.on <= self.today]

    @property
    def has_superior(self) -> bool:
        return any(line.row.superior is not None for line in (self.total, *self.parts))


def read_reported(
    campaign: Campaign,
    region: Region,
    target_set: TargetSet,
    *,
    now: datetime,
    on: date | None = None,
) -> ReportedBoard:
    """The board of `region` at the end of `on`, else now; a day to come is answered with today.

    Twelve queries, however many places. Places rank as in rankings (R-106): by the newest report.
    """
    current = timezone.localdate(now)
    is_past = on is not None and on < current
    today = on if is_past and on else current
    instant = day_start(today + timedelta(days=1)) - timedelta(seconds=1) if is_past else now
    sheet = read_sheet(target_set, region, instant)
    rows = {row.region.pk: row for row in (sheet.whole, *sheet.rows)}
    newest = reporting.newest(target_set, list(rows), instant)
    before = reporting.newest(target_set, list(rows), instant - WEEK)
    weeks = {
        pk: found.persons - before[pk].persons
        for pk, found in newest.items()
        if pk in before and before[pk].pk != found.pk
    }
    counts = {pk: Counted(row.counted or 0, weeks.get(pk, 0)) for pk, row in rows.items()}
    requirement = places.read_requirement(campaign, today)
    base = Base(
        target_set.slug, target_set.title, target_set.clause,
        {row.region.pk: row.persons for row in sheet.rows if row.persons is not None},
        target_set.insurance, reported=True,
    )  # fmt: skip
    ranked = places.ranked([row.region for row in sheet.rows], counts, base, requirement)
    parts = [_line(place, rows, newest, weeks) for place in ranked]
    parts = [line for line in parts if line.place.base is not None or line.report]
    below = [weeks[place.pk] for place in _regions(parts) if place.pk in weeks]
    if region.pk not in weeks and below:
        weeks[region.pk] = sum(below)
    counted = Counted(sheet.whole.counted or 0, weeks.get(region.pk, 0))
    total = Place(region, region.name, counted, sheet.whole.persons, requirement)
    ids = [place.pk for place in _regions(parts)] if any(p.report for p in parts) else [region.pk]
    return ReportedBoard(
        campaign=campaign,
        region=region,
        set=target_set,
        current=current,
        today=today,
        is_past=is_past,
        requirement=requirement,
        total=_line(total, rows, newest, weeks),
        parts=parts,
        days=_days(target_set, ids, now),
    )


def _regions(lines: Sequence[Line]) -> list[Region]:
    return [line.row.region for line in lines]


def _line(
    place: Place,
    rows: Mapping[int, Row],
    newest: Mapping[int, ReportedCount],
    weeks: Mapping[int, int],
) -> Line:
    assert place.region is not None  # a set of reports has no rest that counts to no part
    pk = place.region.pk
    return Line(place, rows[pk], newest.get(pk), weeks.get(pk))


def _days(target_set: TargetSet, region_ids: Sequence[int], at: datetime) -> list[ReportDay]:
    """The days reported of, newest first: a place's figure stands until it reports again."""
    by_day: dict[date, dict[int, int]] = {}
    rows = ReportedCount.objects.filter(
        target_set=target_set, region_id__in=region_ids, as_of__lte=timezone.localdate(at)
    ).order_by("as_of", "id")
    for as_of, region_id, persons in rows.values_list("as_of", "region_id", "persons"):
        by_day.setdefault(as_of, {})[region_id] = persons
    standing: dict[int, int] = {}
    days = []
    for on, brought in by_day.items():
        standing |= brought
        days.append(ReportDay(on, len(brought), sum(standing.values())))
    return days[::-1]
