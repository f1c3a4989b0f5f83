"""One person: where they stand, whom they live with, what they held before, who looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, FilteredRelation, Q
from django.http import Http404
from django.utils import timezone

from enrollment import categories, ports
from enrollment.access import top_region
from enrollment.models import (
    AuditEntry,
    Campaign,
    Identity,
    LookUp,
    PriorEnrollment,
    Registration,
    Resident,
    User,
)
from enrollment.services.people import HEAD
from reports.people.timeline import Event, events

SHOWN = "show_number"  # AuditEntry.action
LOOKED_WITHIN = timedelta(days=90)


@dataclass(frozen=True)
class Member:
    """One of the household. state: paid, unpaid, exempt, elsewhere, missed, unregistered."""

    resident_id: int
    name: str
    relation: str
    age: int | None
    state: str


@dataclass(frozen=True)
class Year:
    """An earlier coverage period; `together`: how many in a row end with it."""

    year: int
    place: str


@dataclass(frozen=True)
class Person:
    """`registration` is the standing one, or the last; `state` as of now: paid, unpaid, exempt,
    stopped (it ended), or unregistered."""

    resident: Resident
    age: int | None
    identities: Sequence[Identity]
    registration: Registration | None
    state: str
    hardship: str
    events: Sequence[Event]
    household: Sequence[Member]
    years: Sequence[Year]
    years_in_a_row: int
    shown: Sequence[AuditEntry]
    look_ups: int

    @property
    def standing(self) -> Registration | None:
        row = self.registration
        return row if row and row.ended_at is None else None

    @property
    def masked(self) -> str:
        current = next((each for each in self.identities if each.current), None)
        return current.masked if current else "—"

    @property
    def burden_fen(self) -> int | None:
        """What the person pays in the end."""
        row = self.registration
        return None if row is None else row.own_fen - row.reimbursed_fen


def resident_or_404(user: User, campaign: Campaign, resident_id: int) -> Resident:
    """Someone who lives or is a student in the user's region, or whose registration counts or
    lives there."""
    here = top_region(user, campaign).path
    found = (
        Resident.objects.filter(
            Q(village__path__startswith=here)
            | Q(school__path__startswith=here)
            | Q(registrations__campaign=campaign, registrations__unit__path__startswith=here)
            | Q(registrations__campaign=campaign, registrations__village__path__startswith=here),
            pk=resident_id,
        )
        .select_related("village__parent", "household")
        .first()
    )
    if found is None:
        raise Http404
    return found


def read_person(
    campaign: Campaign, resident: Resident, user: User, *, now: datetime, real_now: datetime
) -> Person:
    """All of the page. `real_now`: looking happens in real time, also in practice."""
    rows = list(
        Registration.objects.filter(campaign=campaign, resident=resident)
        .select_related("village__parent", "unit", "registered_by", "ended_by", "policy_version")
        .order_by("-registered_at", "-pk")
    )
    standing = next((row for row in rows if row.ended_at is None), None)
    today = timezone.localdate(now)
    years = _years(campaign, resident)
    shown = AuditEntry.objects.filter(
        object_kind="resident",
        object_id=resident.pk,
        action=SHOWN,
        at__gt=real_now - LOOKED_WITHIN,
    )
    return Person(
        resident=resident,
        age=categories.age(resident.born_on, today),
        identities=list(resident.identities.order_by("-current", "-known_at", "pk")),
        registration=standing or (rows[0] if rows else None),
        state=_state(campaign, rows, standing),
        hardship=_hardship(campaign, standing),
        events=events(campaign, resident, rows),
        household=_household(campaign, resident, user, today),
        years=years,
        years_in_a_row=_in_a_row(campaign, years, standing is not None),
        shown=list(shown.select_related("by").order_by("-at", "-pk")[:5]),
        look_ups=LookUp.objects.filter(
            resident_id=resident.pk, campaign=campaign, at__gt=real_now - LOOKED_WITHIN
        ).count(),
    )


def _state(campaign: Campaign, rows: Sequence[Registration], standing: Registration | None) -> str:
    if standing is None:
        return "stopped" if rows else "unregistered"
    return ports.paid_states(campaign.pk, [standing.pk])[standing.pk]


def _hardship(campaign: Campaign, row: Registration | None) -> str:
    if row is None or not row.hardship:
        return ""
    rule = campaign.policy["subsidies"].of(row.hardship)
    return rule.name if rule else row.hardship


def _household(campaign: Campaign, resident: Resident, user: User, today: date) -> list[Member]:
    """The household, as far as it lives in the user's region."""
    if resident.household_id is None:
        return []
    here = top_region(user, campaign).path
    rows = list(
        Resident.objects.filter(household_id=resident.household_id, village__path__startswith=here)
        .annotate(
            live=FilteredRelation(
                "registrations",
                condition=Q(
                    registrations__insurance=campaign.insurance,
                    registrations__coverage_from=campaign.coverage_from,
                    registrations__ended_at=None,
                ),
            ),
            live_id=F("live__id"),
            live_campaign=F("live__campaign_id"),
        )
        .order_by("id")
        .values("id", "name", "relation", "born_on", "live_id", "live_campaign")
    )
    rows.sort(key=lambda row: row["relation"] != HEAD)  # the head first, as on the register
    ours = [row["live_id"] for row in rows if row["live_campaign"] == campaign.pk]
    states = ports.paid_states(campaign.pk, ours) if ours else {}
    last_year = set(
        PriorEnrollment.objects.filter(
            resident_id__in=[row["id"] for row in rows],
            insurance=campaign.insurance,
            coverage_from=campaign.coverage_from.replace(year=campaign.coverage_from.year - 1),
        ).values_list("resident_id", flat=True)
    )
    return [
        Member(
            row["id"],
            row["name"],
            row["relation"],
            categories.age(row["born_on"], today),
            states.get(row["live_id"])
            or ("elsewhere" if row["live_id"] else None)
            or ("missed" if row["id"] in last_year else "unregistered"),
        )
        for row in rows
    ]


def _years(campaign: Campaign, resident: Resident) -> list[Year]:
    rows = PriorEnrollment.objects.filter(
        resident_id=resident.pk,
        insurance=campaign.insurance,
        coverage_from__lt=campaign.coverage_from,
    ).select_related("village__parent")
    return [
        Year(row.coverage_from.year, f"{row.village.parent or ''}{row.village}")
        for row in rows.order_by("-coverage_from")
    ]


def _in_a_row(campaign: Campaign, years: Sequence[Year], registered: bool) -> int:
    """Years without a gap up to this one, or up to last year for who is not registered yet."""
    expected, count = campaign.coverage_from.year, int(registered)
    for year in years:
        if year.year != expected - 1:
            break
        expected, count = year.year, count + 1
    return count
