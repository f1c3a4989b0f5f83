"""A place against its denominator: what the dashboard, its Excel and the command all show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.translation import gettext as _

from enrollment.models import Campaign, Region
from quotas.models import Target
from quotas.rules import next_checkpoint, required_bp
from quotas.sections import Checkpoint
from reports.progress import rules
from reports.rankings.rules import Unit, place, rate_bp

PRIOR = "prior"


class Counted(Protocol):
    """Persons of a place: from the roll-ups, or counted at an instant."""

    @property
    def registered(self) -> int: ...
    @property
    def enrolled(self) -> int: ...


@dataclass(frozen=True)
class Base:
    """A denominator: a target set, or last year's enrolled people (`slug` "prior").

    `reported`: its places only report figures, so nothing that is counted is measured by it.
    """

    slug: str
    title: str
    clause: str
    persons: Mapping[int, int]
    insurance: str = ""
    reported: bool = False
    level: str = "own"


@dataclass(frozen=True)
class Requirement:
    """What share should be reached today, what share next, and the days until then."""

    required_bp: int | None
    checkpoint: Checkpoint | None
    days_left: int

    @property
    def checkpoint_bp(self) -> int | None:
        return self.checkpoint.share_bp if self.checkpoint else None


@dataclass(frozen=True)
class Place:
    """`region` None: people who count to the whole and to none of its parts."""

    region: Region | None
    name: str
    counted: Counted
    base: int | None
    requirement: Requirement
    rank: int | None = None
    tied: bool = False
    previous_rank: int | None = None

    @property
    def registered(self) -> int:
        return self.counted.registered

    @property
    def enrolled(self) -> int:
        return self.counted.enrolled

    @property
    def unpaid(self) -> int:
        return self.registered - self.enrolled

    @property
    def change(self) -> int | None:
        """Ranks gained since the ranking before; below zero: lost."""
        if self.rank is None or self.previous_rank is None:
            return None
        return self.previous_rank - self.rank

    @property
    def last_week(self) -> int:
        return getattr(self.counted, "last_week", 0)

    @property
    def rate_bp(self) -> int | None:
        return None if self.base is None else rate_bp(self.enrolled, self.base)

    @property
    def whole_rate(self) -> int | None:
        """Per cent, rounded."""
        return None if self.rate_bp is None else (self.rate_bp + 50) // 100

    @property
    def required(self) -> int | None:
        if self.base is None or self.requirement.required_bp is None:
            return None
        return rules.required_persons(self.base, self.requirement.required_bp)

    @property
    def gap(self) -> int | None:
        """Positive: that many persons are missing today."""
        return None if self.required is None else self.required - self.enrolled

    @property
    def per_day(self) -> int | None:
        share = self.requirement.checkpoint_bp
        if self.base is None or share is None:
            return None
        return rules.needed_per_day(self.base, self.enrolled, share, self.requirement.days_left)

    @property
    def state(self) -> str:
        return rules.place_state(
            self.rate_bp, self.requirement.required_bp, self.last_week, self.per_day
        )

    @property
    def is_stalled(self) -> bool:
        return self.state == "stalled"

    @property
    def tile(self) -> str:
        return rules.tile(self.rate_bp, self.requirement.required_bp)


def read_requirement(campaign: Campaign, today: date) -> Requirement:
    windows, checkpoints = campaign.policy["windows"], campaign.policy["checkpoints"]
    checkpoint = next_checkpoint(checkpoints, today)
    start = min((window.start for window in windows), default=None)
    return Requirement(
        required_bp(checkpoints, start, today) if start else None,
        checkpoint,
        (checkpoint.on - today).days if checkpoint else 0,
    )


def read_bases(
    campaign: Campaign, region_ids: Sequence[int], prior: Mapping[int, int]
) -> list[Base]:
    """Every denominator by which these places can be measured, the one shown first in front;
    those of reported figures among them.

    The first of `region_ids` is the whole: without a target of its own it has its parts' sum.
    """
    rows = (
        Target.objects.filter(
            target_set__campaign=campaign,
            region_id__in=region_ids,
            persons__isnull=False,
        )
        .order_by("-target_set__shown_first", "target_set_id")
        .values_list(
            "target_set__slug", "target_set__title", "target_set__clause",
            "target_set__insurance", "target_set__counted", "target_set__level",
            "region_id", "persons",
        )
    )  # fmt: skip
    facts: dict[str, tuple[str, str, str, bool, str]] = {}
    persons: dict[str, dict[int, int]] = {}
    for slug, title, clause, insurance, counted, level, region_id, people in rows:
        facts[slug] = (title, clause, insurance, counted == "reported", level)
        persons.setdefault(slug, {})[region_id] = people or 0
    for of_set in persons.values():
        of_set.setdefault(region_ids[0], sum(of_set.values()))
    bases = [
        Base(slug, title, clause, persons[slug], insurance, reported, level)
        for slug, (title, clause, insurance, reported, level) in facts.items()
    ]
    last_year = {pk: people for pk, people in prior.items() if people}
    return [*bases, Base(PRIOR, _("Enrolled last year"), "", last_year)]


def choose_bases(bases: Sequence[Base], slug: str | None) -> tuple[Base, Base]:
    """What the whole is measured by, and what its parts are: the one asked for, or shown first.

    Villages have no targets: then the parts are measured by last year's enrolled, the whole by
    its own target still.
    """
    bases = [base for base in bases if not base.reported]
    base = next((base for base in bases if base.slug == slug), bases[0])
    measures_parts = len(base.persons) > 1 or len(bases) == 1
    return base, base if measures_parts else bases[-1]


def ranked(
    children: Sequence[Region],
    counts: Mapping[int, Counted],
    base: Base,
    requirement: Requirement,
    previous: Mapping[int, int] | None = None,
) -> list[Place]:
    """Places by rank, equal rates sharing one; then those without a denominator, in order.

    `previous`: each place's rank in the ranking before.
    """
    before = previous or {}
    by_id = {child.pk: child for child in children}
    units = [
        Unit(pk, child.name, child.position, base.persons[pk], 0, counts[pk].enrolled)
        for pk, child in by_id.items()
        if pk in base.persons
    ]
    places = [
        Place(
            region=by_id[placed.unit.region_id],
            name=placed.unit.name,
            counted=counts[placed.unit.region_id],
            base=placed.unit.target,
            requirement=requirement,
            rank=placed.rank,
            tied=placed.tied,
            previous_rank=before.get(placed.unit.region_id),
        )
        for placed in place(units, {}, ())
    ]
    return places + [
        Place(child, child.name, counts[child.pk], None, requirement)
        for child in children
        if child.pk not in base.persons
    ]
