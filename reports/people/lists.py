"""Lists of people: those a figure counts, page by page in the order of the register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from config.lib import names, sql
from enrollment.facts import day_start
from enrollment.models import Campaign, Region, Resident
from reports.missed.queries import counts_now, page_of, people_by_unit
from reports.people.rows import Row
from reports.progress.queries import Standing, standings, with_pending
from subsidies.timing import marks_due

PAGE = 50
FOUND_AT_MOST = 50
MOST_UNITS_AT_ONCE = 32
COUNTED = ("registered", "enrolled", "unpaid")  # figures of the dashboard
MISSING = ("missed", "unregistered")  # of the register, and in no registration
MARKED = "marked"  # with a hardship mark, and missed: a figure of the dashboard, of now
LATE = "late"  # with a hardship mark that was entered too late, now
STATUSES = (*COUNTED, MARKED, LATE, *MISSING)


@dataclass(frozen=True)
class LateRow(Row):
    """Someone of the list LATE."""

    recognised_on: date
    marked_at: datetime


@dataclass(frozen=True)
class Page:
    """`next_from`: unit and resident to begin behind, or null at the end."""

    rows: list[Row]
    next_from: tuple[int, int] | None


def instant_of(campaign_now: datetime, on: date | None) -> datetime:
    """Now, or the last moment of an earlier day."""
    if on is None or on >= timezone.localdate(campaign_now):
        return campaign_now
    return day_start(on + timedelta(days=1)) - timedelta(microseconds=1)


def totals(campaign: Campaign, region: Region, now: datetime, on: date | None) -> Standing:
    """The dashboard's figures of the region, and what waits to be heard if they are today's."""
    as_of, found = standings(campaign, [region.pk], on)
    if on is None or (as_of and on >= timezone.localdate(as_of)):
        found = with_pending(campaign, found, now)
    return found[region.pk]


def missing_totals(campaign: Campaign, units: Sequence[Region]) -> dict[str, int]:
    """Counted from the register: for a township or less, not for a county."""
    params = {**_period(campaign), "units": [unit.pk for unit in units]}
    with connection.cursor() as cursor:
        sql.run(cursor, "reports", "people_missing_count", params)
        return dict(zip(MISSING, cursor.fetchone(), strict=True))


def units_below(region: Region) -> list[Region]:
    """The region and everything below it, in the order of the tree."""
    found = list(Region.objects.within(region).select_related("parent"))
    children: dict[int | None, list[Region]] = {}
    for each in sorted(found, key=lambda each: (each.position, each.pk)):
        children.setdefault(each.parent_id, []).append(each)
    ordered, waiting = [], [next(each for each in found if each.pk == region.pk)]
    while waiting:
        each = waiting.pop()
        ordered.append(each)
        waiting.extend(reversed(children.get(each.pk, [])))
    return ordered


def read_page(
    campaign: Campaign,
    units: Sequence[Region],
    status: str,
    at: datetime,
    after: tuple[int, int] | None = None,
    limit: int = PAGE,
) -> Page:
    """The next `limit` people behind `after`, unit by unit; first few units, then more at once.

    `status` is one of COUNTED, at the instant, or another of STATUSES, now. A cursor that leads
    nowhere begins at the beginning.
    """
    ids = [unit.pk for unit in units]
    begin, pinyin, resident = 0, None, None
    if after and after[0] in ids:
        person = Resident.objects.filter(pk=after[1]).values_list("pinyin", flat=True).first()
        if person is not None:
            begin, pinyin, resident = ids.index(after[0]), person, after[1]
    if status == MARKED:
        return _marked(campaign, units[0], ids[begin:], at, (pinyin, resident), limit)
    rows: list[Row] = []
    some = len(ids) if status == LATE else 1  # those are read from the marks
    while begin < len(ids) and len(rows) <= limit:
        chunk = ids[begin : begin + some]
        rows += _read(campaign, status, at, chunk, pinyin, resident, limit + 1 - len(rows))
        begin, some = begin + some, max(some, min(2 * some, MOST_UNITS_AT_ONCE))
        pinyin = resident = None
    return _page(rows, limit)


def _page(rows: Sequence[Row], limit: int) -> Page:
    if len(rows) <= limit:
        return Page(list(rows), None)
    last = rows[limit - 1]
    return Page(list(rows[:limit]), (last.unit_id, last.resident_id))


def _marked(
    campaign: Campaign,
    region: Region,
    ids: list[int],
    at: datetime,
    behind: tuple[str | None, int | None],
    limit: int,
) -> Page:
    counted = counts_now(campaign, region, at, "")
    people = people_by_unit(counted.rows, "missed")
    rows = page_of(campaign, ids, people, counted.at, "missed", behind=behind, limit=limit + 1)
    return _page(rows, limit)


def _read(
    campaign: Campaign,
    status: str,
    at: datetime,
    units: list[int],
    pinyin: str | None,
    resident: int | None,
    limit: int,
) -> list[Row]:
    params: dict[str, Any] = {
        "units": units,
        "status": status,
        "pinyin": pinyin,
        "resident": resident,
        "limit": limit,
    }
    due = marks_due(campaign.policy) if status == LATE else None
    if status == LATE and due is None:
        return []
    name = "people_marked_late" if status == LATE else "people_page"
    if status in MISSING:
        name = "people_missing"
    params |= {"campaign": campaign.pk, "at": at, "due": due, **_period(campaign)}
    with connection.cursor() as cursor:
        sql.run(cursor, "reports", name, params)
        return [(LateRow if status == LATE else Row)(*row) for row in cursor.fetchall()]


def _period(campaign: Campaign) -> dict[str, Any]:
    return {"insurance": campaign.insurance, "coverage_from": campaign.coverage_from}


def people_called(campaign: Campaign, region: Region, name: str) -> list[Resident]:
    """People of the region with exactly this name, spelling variants of dots and blanks aside.

    One more than FOUND_AT_MOST says that there are more.
    """
    here = Q(village__path__startswith=region.path) | Q(
        registrations__campaign=campaign, registrations__unit__path__startswith=region.path
    )
    return list(
        Resident.objects.filter(here, name_key=names.name_key(name))
        .select_related("village__parent", "household")
        .prefetch_related("identities")
        .distinct()
        .order_by("village__parent__position", "village__position", "pinyin", "id")[
            : FOUND_AT_MOST + 1
        ]
    )
