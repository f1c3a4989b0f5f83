"""Registrations and matches as bare facts, and what must be counted from them, in plain Python."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from enrollment.models import Campaign, Region, Registration, Resident, User
from payments.models import Match
from tests.enrollment.people import number


@dataclass
class Paid:
    """A match: fen of a part from an instant on, until another where it ended."""

    at: datetime
    fen: int = 35000
    part: str = "own"
    ended: datetime | None = None
    alone: bool = True


@dataclass
class Fact:
    """A registration with its matches."""

    unit: str
    at: datetime
    own: int = 35000
    on_behalf: int = 0
    ended: datetime | None = None
    paid: list[Paid] = field(default_factory=list)

    def stands(self, at: datetime) -> bool:
        return self.at <= at and (self.ended is None or self.ended > at)

    def enrolled(self, at: datetime) -> bool:
        def met(part: str) -> int:
            return sum(
                p.fen
                for p in self.paid
                if p.part == part and p.at <= at and (p.ended is None or p.ended > at)
            )

        return self.stands(at) and met("own") >= self.own and met("on_behalf") >= self.on_behalf


class Writer:
    """write(fact) makes the person, the registration and the matches. Payments are not needed."""

    def __init__(self, campaign: Campaign, places: dict[str, Region], make_resident: Any) -> None:
        self.campaign, self.places, self.make_resident = campaign, places, make_resident
        self.made = 0

    def __call__(self, fact: Fact, **resident: Any) -> Registration:
        self.made += 1
        paper = number(f"1980{self.made // 899 + 1:02d}01", 100 + self.made % 899)
        name = resident.pop("name", f"王{self.made}")
        person = self.make_resident(name, number=paper, village=fact.unit, **resident)
        return self.register(person, fact)

    def register(self, person: Resident, fact: Fact) -> Registration:
        system = User.system()
        row = Registration.objects.create(
            campaign=self.campaign,
            resident=person,
            insurance=self.campaign.insurance,
            coverage_from=self.campaign.coverage_from,
            village=self.places[fact.unit],
            unit=self.places[fact.unit],
            category="1501",
            registered_at=fact.at,
            known_at=fact.at,
            registered_by=system,
            source="desk",
            fee_fen=fact.own + fact.on_behalf,
            own_fen=fact.own,
            on_behalf_fen=fact.on_behalf,
            policy_version=self.campaign.policy_version,
            ended_at=fact.ended,
            ended_by=system if fact.ended else None,
            ended_why="left" if fact.ended else None,
        )
        Match.objects.bulk_create(
            Match(
                campaign_id=self.campaign.pk,
                payment_id=row.pk * 1000 + at,
                registration_id=row.pk,
                resident_id=person.pk,
                part=paid.part,
                fen=paid.fen,
                due_fen=fact.own if paid.part == "own" else fact.on_behalf,
                policy_version_id=self.campaign.policy_version.pk,
                rule="number",
                alone=paid.alone,
                at=paid.at,
                known_at=paid.at,
                by_id=system.pk,
                ended_at=paid.ended,
            )
            for at, paid in enumerate(fact.paid)
        )
        return row


def by_day(facts: list[Fact], as_of: datetime) -> dict[tuple[str, date], tuple[int, int, int]]:
    """(unit, day) → registered, enrolled, fen: the difference between the day's end and start."""
    found: dict[tuple[str, date], list[int]] = {}

    def add(unit: str, instant: datetime, what: int, count: int) -> None:
        found.setdefault((unit, timezone.localdate(instant)), [0, 0, 0])[what] += count

    for fact in facts:
        if fact.at > as_of:
            continue
        instants = {fact.at, fact.ended} | {p.at for p in fact.paid} | {p.ended for p in fact.paid}
        was_standing = was_enrolled = False
        for instant in sorted(i for i in instants if i and i <= as_of):
            standing, enrolled = fact.stands(instant), fact.enrolled(instant)
            add(fact.unit, instant, 0, standing - was_standing)
            add(fact.unit, instant, 1, enrolled - was_enrolled)
            was_standing, was_enrolled = standing, enrolled
        for paid in fact.paid:
            if paid.at <= as_of:
                add(fact.unit, paid.at, 2, paid.fen)
                if paid.ended and paid.ended <= as_of:
                    add(fact.unit, paid.ended, 2, -paid.fen)
    return {key: (r, e, fen) for key, (r, e, fen) in found.items() if r or e or fen}
