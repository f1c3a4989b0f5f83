"""People with hardship marks, counted and listed by place, category and reason."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from config.lib import siv, sql
from enrollment.models import Campaign, Region
from reports.missed.rules import excused
from reports.models import RollupState
from reports.people.rows import Row

STATES = ("marked", "should", "enrolled", "missed", "excused", "open")
NONE, HINT, SAID, WAITING = "none", "hint", "said", "waiting"
MOST_LIVE = 64  # places that are counted live at once; more are read from the roll-ups


@dataclass(frozen=True)
class Count:
    """People of one counting unit in one state; category "" counts each person once.

    `reason`: said by a person; `hint`: where nobody has said one, what lists suggest. `excused`:
    the reason takes them out of 应参, and is confirmed; `waiting`: it would, and is not. `unit_id`
    is null in sums over all units.
    """

    unit_id: int | None
    category: str
    enrolled: bool
    excused: bool
    waiting: bool
    reason: str
    hint: str
    people: int

    def is_in(self, state: str, reason: str = "") -> bool:
        """Whether the list of the state and reason names them, as sql/people_marked reads it."""
        if not {
            "enrolled": self.enrolled,
            "should": not self.excused,
            "missed": not self.enrolled and not self.excused,
            "excused": self.excused,
            "open": not self.enrolled,
        }.get(state, True):
            return False
        if reason in ("", SAID, HINT, WAITING):
            found = {"": True, SAID: self.reason, HINT: self.hint, WAITING: self.waiting}
            return bool(found[reason])
        if reason == NONE:
            return not (self.enrolled or self.reason or self.hint)
        return reason in (self.reason, f"{HINT}:{self.hint}")


@dataclass(frozen=True)
class Listed(Row):
    """Someone of such a list, and why they are not enrolled. The phone is sealed."""

    enrolled: bool
    categories: list[str]
    through_household: list[str]  # those of the categories that somebody else of the household has
    head_name: str | None
    phone: Any
    reason: str
    note: str
    said_at: datetime | None
    said_by: str
    excused: bool
    waiting: bool
    approved_by: str
    hint: str
    hint_since: date | None
    hint_source: str

    def phone_number(self) -> str:
        """In clear: an act, to be logged by whoever calls."""
        return siv.unseal(self.phone) if self.phone else ""


@dataclass(frozen=True)
class Counted:
    """How marked people stand `at`: by unit who bears a category; where it was not counted live,
    who bears another is summed."""

    at: datetime
    live: bool
    rows: list[Count]


def counts_now(campaign: Campaign, region: Region, now: datetime, category: str) -> Counted:
    """Few places are counted live; more are read from the roll-ups, recounted within a minute of a
    change. Source: docs/RULES.md R-302.
    """
    state, units = None, _units(region)
    if len(units) > MOST_LIVE:
        state = RollupState.objects.filter(campaign=campaign).first()
    if state is None:
        return Counted(now, True, marked_counts(campaign, region, now))
    params = {"campaign": campaign.pk, "units": units, "category": category}
    with connection.cursor() as cursor:
        sql.run(cursor, "reports", "marked_rolled", params)
        return Counted(state.as_of, False, [Count(*row) for row in cursor.fetchall()])


def marked_counts(campaign: Campaign, region: Region, at: datetime) -> list[Count]:
    """How the marked people of a region stand at an instant, by counting unit.

    Cost: of the campaign's own region all its marks are read, of a part its people.
    Source: docs/RULES.md R-123.
    """
    with connection.cursor() as cursor:
        sql.run(cursor, "reports", "marked_counts", count_params(campaign, region, at))
        return [Count(*row) for row in cursor.fetchall()]


def count_params(campaign: Campaign, region: Region, at: datetime) -> dict[str, Any]:
    """What sql/marked_counts asks for."""
    whole = region.contains(campaign.region)
    return {**_facts(campaign, at), "units": _units(region), "whole": whole}


def _units(region: Region) -> list[int]:
    return list(Region.objects.within(region).values_list("pk", flat=True))


def people_by_unit(
    counts: Iterable[Count], state: str, category: str = "", reason: str = ""
) -> Counter[int]:
    """How many people the list of each unit names."""
    found: Counter[int] = Counter()
    for row in counts:
        if row.unit_id and row.category == category and row.is_in(state, reason):
            found[row.unit_id] += row.people
    return found


def page_of(
    campaign: Campaign,
    units: Sequence[int],
    people: Mapping[int, int],
    at: datetime,
    state: str,
    *,
    category: str = "",
    reason: str = "",
    behind: tuple[str | None, int | None] = (None, None),
    limit: int,
) -> list[Listed]:
    """The first `limit` people of these units, in their order, behind one of the first unit.

    `people`: how many each unit has; units without anybody are not looked at, and no more units
    than the page needs.
    """
    first = units[0] if units else None
    ids = [unit for unit in units if people.get(unit) or (unit == first and behind[1])]
    rows: list[Listed] = []
    begin = 0
    while begin < len(ids) and len(rows) < limit:
        end, expected = begin, 0
        while end < len(ids) and expected < limit - len(rows):
            # Of the first unit nobody may be left: the page began behind one of them.
            expected += 0 if behind[1] and end == begin else people[ids[end]]
            end += 1
        rows += listed(
            campaign, ids[begin:end], at, state,
            category=category, reason=reason, behind=behind, limit=limit - len(rows),
        )  # fmt: skip
        begin, behind = end, (None, None)
    return rows


def listed(
    campaign: Campaign,
    units: Sequence[int],
    at: datetime,
    state: str,
    *,
    category: str = "",
    reason: str = "",
    behind: tuple[str | None, int | None] = (None, None),
    limit: int | None = None,
) -> list[Listed]:
    """People of sql/people_marked; `behind`: pinyin and id of a person of the first unit."""
    params = {
        **_facts(campaign, at),
        "units": list(units),
        "state": state,
        "category": category,
        "reason": reason,
        "pinyin": behind[0],
        "resident": behind[1],
        "limit": limit,
    }
    with connection.cursor() as cursor:
        sql.run(cursor, "reports", "people_marked", params)
        return [Listed(*row) for row in cursor.fetchall()]


def _facts(campaign: Campaign, at: datetime) -> dict[str, Any]:
    return {
        "campaign": campaign.pk,
        "at": at,
        "insurance": campaign.insurance,
        "coverage_from": campaign.coverage_from,
        "household": list(campaign.policy["subsidies"].household_keys),
        "excused": list(excused(campaign.policy)),
    }
