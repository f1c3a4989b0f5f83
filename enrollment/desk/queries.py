"""What the desk shows beside the form: one person, and the household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from config.lib import sql
from enrollment import asked, categories, places, ports, pricing
from enrollment import facts as known
from enrollment.access import top_region
from enrollment.models import Campaign, Registration, Resident, User

HOUSEHOLD_SHOWN = 12


@dataclass(frozen=True)
class Member:
    """One of a household. `state`: here, paid, unpaid, exempt, elsewhere, missed, unregistered."""

    resident_id: int
    name: str
    relation: str
    age: int | None
    state: str


@dataclass(frozen=True)
class LastYear:
    """The latest earlier enrollment known; `years` in a row up to it."""

    year: int
    place: str
    years: int


@dataclass(frozen=True)
class TierChoice:
    """A tier to choose, "" for none. `owed`: fen; None: not known, not stated or not admitted."""

    tier: str
    owed: int | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of someone of one's own region. `tier`: of their last registration."""

    last_year: LastYear | None
    price: pricing.Price | None  # None: the notice states no fee
    marks: Sequence[ports.Marked]
    payments: Sequence[ports.PaymentFact]
    members: Sequence[Member]
    more_members: int
    tier: str = ""
    tiers: Sequence[TierChoice] = ()
    listed: Sequence[ports.Listed] = ()
    doubtful: Sequence[ports.Listed] = ()  # of these: somebody has to look
    cash: str = ""  # in words: taken, not paid yet

    @property
    def mark(self) -> ports.Marked | None:
        """The mark whose category decides the price."""
        hardship = self.price.hardship if self.price else ""
        return next((m for m in self.marks if m.category == hardship), None)

    @property
    def missed(self) -> list[Member]:
        return [member for member in self.members if member.state == "missed"]

    @property
    def next_member(self) -> Member | None:
        return next_of(self.members)


def next_of(members: Sequence[Member]) -> Member | None:
    """Whom to go on with: who was enrolled last year first, and those after the one here."""
    here = next((i for i, member in enumerate(members) if member.state == "here"), -1)
    order = [*members[here + 1 :], *members[: max(here, 0)]]
    for state in ("missed", "unregistered"):
        found = next((member for member in order if member.state == state), None)
        if found:
            return found
    return None


def facts_of(campaign: Campaign, resident: Resident, user: User, now: datetime) -> Facts:
    on = timezone.localdate(now)
    people = _people(campaign, resident, user)
    registered = [row["live_id"] for row in people if row["live_id"] and row["seen"]]
    states = ports.paid_states(campaign.pk, registered) if registered else {}
    marks = ports.marks_of(campaign, [resident.pk]).get(resident.pk, [])
    members = [_member(row, resident, campaign, states, on) for row in people]
    tier = _last_tier(campaign, resident)
    told = _told(resident, marks, now)
    listed = asked.on_lists(campaign, resident.pk)
    told |= asked.facts_of(campaign, listed)
    told |= places.facts_of(campaign.policy, resident, resident.village)
    return Facts(
        last_year=_last_year(next(row for row in people if row["id"] == resident.pk)),
        price=price_of(campaign, **told, tier=tier or None),
        marks=marks,
        payments=ports.payments_of(campaign.pk, resident.pk),
        members=members[:HOUSEHOLD_SHOWN],
        more_members=max(0, len(members) - HOUSEHOLD_SHOWN),
        tier=tier,
        tiers=tiers_of(campaign, **told),
        listed=listed,
        doubtful=asked.doubtful(campaign.policy, listed),
        cash=ports.cash_taken(campaign.pk, resident.pk),
    )


def household_after(
    campaign: Campaign, resident: Resident, user: User, now: datetime
) -> list[Member]:
    """The household of someone just saved, for F6."""
    on = timezone.localdate(now)
    people = _people(campaign, resident, user)
    return [_member(row, resident, campaign, {}, on) for row in people]


def price_of(campaign: Campaign, **facts: Any) -> pricing.Price | None:
    """What a person of these facts owes; None where the notice does not state it."""
    try:
        return pricing.price(campaign.policy, known.Facts(**facts), presume=True)
    except ports.NotStated:
        return None


def tiers_of(campaign: Campaign, **facts: Any) -> tuple[TierChoice, ...]:
    """What there is to choose, with what a person of these facts owes by it."""
    found = asked.prices_by_tier(campaign.policy, known.Facts(**facts))
    return tuple(
        TierChoice(tier, price.own_fen if price and price.eligible else None)
        for tier, price in found.items()
    )


def _told(resident: Resident, marks: Sequence[ports.Marked], now: datetime) -> dict[str, Any]:
    """Their facts, as the desk would register them now."""
    on = timezone.localdate(now)
    return {
        "born_on": resident.born_on,
        "category": categories.proposed(resident.category, resident.born_on, on) or None,
        "marks": tuple(each.mark for each in marks),
        "registered_at": now,
        "residence": resident.residence or None,
    }


def _last_tier(campaign: Campaign, resident: Resident) -> str:
    """That of their last registration, where it can still be chosen. Source: R-172."""
    tiers = asked.tiers_of(campaign.policy)
    if not tiers:
        return ""
    before = Registration.objects.standing().filter(
        resident=resident,
        insurance=campaign.insurance,
        coverage_from__lt=campaign.coverage_from,
        tier__in=tiers,
    )
    return before.order_by("-coverage_from").values_list("tier", flat=True).first() or ""


def _people(campaign: Campaign, resident: Resident, user: User) -> list[dict[str, Any]]:
    """The household as far as it lies in the user's region (sql/desk_household.sql)."""
    return fetch(
        "desk_household",
        {
            "resident_id": resident.pk,
            "household_id": resident.household_id,
            "path": top_region(user, campaign).path,
            "insurance": campaign.insurance,
            "coverage_from": campaign.coverage_from,
        },
    )


def fetch(name: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    """What a SQL file answers, a dict for each row. Put into words by hand: the desk is typed at
    all day, and the ORM takes longer to write these queries than the database to answer them."""
    with connection.cursor() as cursor:
        sql.run(cursor, "enrollment", name, params)
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _member(
    row: dict[str, Any],
    resident: Resident,
    campaign: Campaign,
    states: dict[int, str],
    on: date,
) -> Member:
    if row["id"] == resident.pk:
        state = "here"
    elif row["live_id"]:
        state = states.get(row["live_id"], "unpaid") if row["seen"] else "elsewhere"
    else:
        missed = row["years"][:1] == [campaign.coverage_from.year - 1]
        state = "missed" if missed else "unregistered"
    years = categories.age(row["born_on"], on)
    return Member(row["id"], row["name"], row["relation"], years, state)


def _last_year(row: dict[str, Any]) -> LastYear | None:
    years = row["years"]
    if not years:
        return None
    in_a_row = 1
    while in_a_row < len(years) and years[in_a_row] == years[0] - in_a_row:
        in_a_row += 1
    return LastYear(years[0], row["place"], in_a_row)
