"""Who may be meant by a number that a spreadsheet has cut. Never taken in: only shown."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from enrollment.models import Identity, Region
from subsidies.models import RosterLine


@dataclass(frozen=True)
class Suggestion:
    """A known person with the same first 15 digits and the same name."""

    resident_id: int
    name: str
    number: str  # masked
    village: str


def for_lines(lines: Iterable[RosterLine], within: Region) -> dict[int, list[Suggestion]]:
    """Line's id → people who live in the region and may be meant, by number; twins are several.

    Only of lines whose number was damaged and still shows 15 digits. Two queries for any number of
    lines; for a page of them, not for a file. Source: docs/RULES.md R-247.
    """
    damaged = {
        line.pk: (bytes(line.head), line.name_key)
        for line in lines
        if line.problem == "number_damaged" and line.head and line.name_key
    }
    held = Identity.objects.filter(
        head__in={head for head, _name in damaged.values()},
        resident__village__path__startswith=within.path,
    ).select_related("resident__village")
    found: dict[tuple[bytes, str], list[Suggestion]] = defaultdict(list)
    for identity in held.order_by("last4", "pk"):
        resident = identity.resident
        found[bytes(identity.head), resident.name_key].append(
            Suggestion(resident.pk, resident.name, identity.masked, resident.village.name)
        )
    return {pk: found[sought] for pk, sought in damaged.items() if sought in found}
