"""People with hardship marks, counted and listed by place, category and reason."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from config.lib import names, siv, sql
from enrollment import categories
from enrollment.models import Campaign, Region

STATES = ("should", "enrolled", "missed", "excused")


@dataclass(frozen=True)
class Count:
    """People of one counting unit in one state; category "" counts each person once.

    `reason`: said by a person; `hint`: where nobody has said one, what lists suggest.
    """

    unit_id: int
    category: str
    enrolled: bool
    reason: str
    hint: str
    people: int


@dataclass(frozen=True)
class Listed:
    """Someone of a list. The number is masked; the phone is sealed until it is revealed."""

    resident_id: int
    unit_id: int
    name: str
    born_on: date | None
    category: str
    head4: str | None
    last4: str | None
    group_no: str | None
    household: str | None
    relation: str
    registered_at: datetime | None
    own_fen: int | None
    on_behalf_fen: int | None
    hardship: str
    settled: bool
    enrolled: bool
    categories: list[str]
    head_name: str | None
    phone: Any
    reason: str
    note: str
    said_at: datetime | None
    said_by: str
    hint: str
    hint_since: date | None
    hint_source: str

    @property
    def masked(self) -> str:
        return names.mask_number(f"{self.head4}{'*' * 10}{self.last4}") if self.last4 else "—"

    @property
    def state(self) -> str:
        if self.enrolled:
            return "paid" if self.own_fen else "exempt"
        if self.registered_at is None:
            return "missed" if self.settled else "unregistered"
        return "unpaid"

    @property
    def waits_on_behalf(self) -> bool:
        return not self.enrolled and self.own_fen == 0

    def age(self, on: date) -> int | None:
        return categories.age(self.born_on, on)

    def phone_number(self) -> str:
        """In clear: an act, to be logged by whoever calls."""
        return siv.unseal(self.phone) if self.phone else ""


def marked_counts(campaign: Campaign, region: Region, at: datetime) -> list[Count]:
    """How the marked people of a region stand at an instant, by counting unit.

    Cost: the marks of the whole campaign are read, not its people. Source: docs/RULES.md R-123.
    """
    params = {**_facts(campaign, at), "path": region.path}
    with connection.cursor() as cursor:
        sql.run(cursor, "reports", "marked_counts", params)
        return [Count(*row) for row in cursor.fetchall()]


def marked_rows(
    campaign: Campaign,
    units: Sequence[int],
    at: datetime,
    state: str,
    *,
    category: str = "",
    reason: str = "",
    excused: Collection[str] = (),
    behind: tuple[str | None, int | None] = (None, None),
    limit: int | None = None,
) -> list[tuple[Any, ...]]:
    """Rows of sql/people_marked; `behind`: pinyin and id of a person of the first unit."""
    params = {
        **_facts(campaign, at),
        "units": list(units),
        "state": state,
        "category": category,
        "reason": reason,
        "excused": list(excused),
        "pinyin": behind[0],
        "resident": behind[1],
        "limit": limit,
    }
    with connection.cursor() as cursor:
        sql.run(cursor, "reports", "people_marked", params)
        return cursor.fetchall()


def listed(
    campaign: Campaign, units: Sequence[int], at: datetime, state: str, **how: Any
) -> list[Listed]:
    """The same, as people; see `marked_rows`."""
    return [Listed(*row) for row in marked_rows(campaign, units, at, state, **how)]


def _facts(campaign: Campaign, at: datetime) -> dict[str, Any]:
    return {
        "campaign": campaign.pk,
        "at": at,
        "insurance": campaign.insurance,
        "coverage_from": campaign.coverage_from,
    }
