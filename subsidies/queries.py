"""Who is marked, for those who ask through the ports."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from enrollment.facts import Mark
from enrollment.models import Campaign, Region, Registration, Resident
from enrollment.ports import Listed, Marked
from subsidies.models import Entitlement, Listing
from subsidies.rosters.words import LIST_NAMES
from subsidies.rules import counted_until
from subsidies.sections import SubsidyRules
from subsidies.timing import marks_due


def marks_of(campaign: Campaign, resident_ids: Iterable[int]) -> dict[int, list[Marked]]:
    """Marks that count by the policy's last day of recognition, earliest first.

    A category for the whole household marks its other members too, unless they have it themselves.
    """
    rules = campaign.policy["subsidies"]
    asked = list(resident_ids)
    marks: dict[int, list[Marked]] = defaultdict(list)
    for row in _standing(campaign).filter(resident_id__in=asked):
        marks[row.resident_id].append(_marked(rules, row, row.source))
    for resident_id, row in _through_household(campaign, rules, asked):
        if row.category not in [mark.category for mark in marks[resident_id]]:
            source = _("%(source)s (through the household)") % {"source": row.source}
            marks[resident_id].append(_marked(rules, row, source))
    for held in marks.values():
        held.sort(key=lambda mark: mark.recognised_on)
    return {resident_id: held for resident_id, held in marks.items() if held}


def listed(campaign: Campaign, resident_ids: Iterable[int]) -> dict[int, list[Listed]]:
    """The lists that these people stand on now, the earliest first."""
    found: dict[int, list[Listed]] = defaultdict(list)
    rows = Listing.objects.filter(
        campaign=campaign, ended_at=None, resident_id__in=list(resident_ids)
    )
    for row in rows.order_by("since", "id"):
        name = str(LIST_NAMES.get(row.kind, row.kind))
        found[row.resident_id].append(Listed(row.kind, name, row.since, row.source))
    return dict(found)


def marks_held_at(campaign: Campaign, resident_id: int, at: datetime) -> tuple[Mark, ...]:
    """The person's own marks as they stood at an instant, late ones among them."""
    rows = Entitlement.objects.filter(campaign=campaign, resident_id=resident_id, known_at__lte=at)
    rows = rows.filter(Q(ended_at=None) | Q(ended_at__gt=at)).order_by("recognised_on", "id")
    return tuple(Mark(row.category, row.grade, row.recognised_on) for row in rows)


def marked_late(campaign: Campaign, region: Region) -> QuerySet[Entitlement]:
    """Standing marks entered too late, of people who count to a region: where they are registered,
    else where they live. None where the notice states no time. Source: docs/RULES.md R-190."""
    due = marks_due(campaign.policy)
    if due is None:
        return Entitlement.objects.none()
    here = Registration.objects.standing().filter(campaign=campaign, resident=OuterRef("resident"))
    return Entitlement.objects.filter(
        Exists(here.filter(unit__path__startswith=region.path))
        | Q(resident__village__path__startswith=region.path) & ~Exists(here),
        campaign=campaign,
        ended_at=None,
        known_at__gte=due,
    )


def _standing(campaign: Campaign):
    rows = Entitlement.objects.filter(campaign=campaign, ended_at=None)
    until = counted_until(campaign.policy)
    if until:
        rows = rows.filter(recognised_on__lt=until)
    return rows.order_by("recognised_on", "grade", "id")


def _through_household(campaign: Campaign, rules: SubsidyRules, asked: list[int]):
    """Resident asked about, and a mark of another member of the household."""
    if not rules.household_keys:
        return
    homes: dict[int, list[int]] = defaultdict(list)
    people = Resident.objects.filter(pk__in=asked, household__isnull=False)
    for resident_id, household_id in people.values_list("pk", "household_id"):
        homes[household_id].append(resident_id)
    rows = _standing(campaign).filter(
        category__in=rules.household_keys, resident__household_id__in=list(homes)
    )
    for row in rows.select_related("resident"):
        for resident_id in homes[row.resident.household_id]:
            if resident_id != row.resident_id:
                yield resident_id, row


def _marked(rules: SubsidyRules, row: Entitlement, source: str) -> Marked:
    rule = rules.of(row.category)
    name = rule.name if rule else row.category
    return Marked(row.category, name, row.recognised_on, source, row.grade)
