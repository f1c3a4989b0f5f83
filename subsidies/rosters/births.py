"""Which child a row of a birth list is about, and where it belongs: before the rows are judged.

A few queries for any number of rows. What is found stands in temp tables (roster_births.sql); the
number of a child who is held by a parent's gets a serial that is free. Source: docs/RULES.md R-297,
R-298.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from config.lib import copyin, names, siv
from config.lib.siv import Sealed
from enrollment.models import Identity, Resident
from enrollment.services.newborns import PROVISIONAL
from subsidies.rosters.newborn_rows import CHILD_OF, PARENTS

BY_CERTIFICATE, BY_PARENT = "birth_certificate", "guardian"
SERIALS = range(1, 100)


@dataclass(frozen=True)
class Row:
    """One row that tells of a birth. `unnamed`: called after a parent."""

    position: int
    kind: str
    number: str
    born_on: date | None
    name_key: str
    sex: str
    certificate: str
    parents: tuple[str, ...]
    unnamed: bool

    @property
    def holder(self) -> str:
        """The parent whose number the child is held by."""
        return self.number.partition("-")[0]


@dataclass(frozen=True)
class Child:
    """Somebody in the register who may be meant."""

    resident_id: int
    born_on: date | None
    name_key: str
    unnamed: bool
    sex: str


@dataclass
class Known:
    """What the register says of the numbers in the list."""

    holders: dict[bytes, int] = field(default_factory=dict)  # sealed number → resident
    homes: dict[bytes, tuple[int | None, int]] = field(default_factory=dict)  # → household, village
    children: dict[str, list[Child]] = field(default_factory=lambda: defaultdict(list))  # of parent
    serials: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


def settle(cursor: Any) -> None:
    """Fill temp tables roster_same, roster_homes and roster_papers, and give serials."""
    rows = list(_rows(cursor))
    if not rows:
        return
    known = _known(rows)
    same, homes, papers, numbers = [], [], [], []
    taken: set[int] = set()
    given: dict[tuple[str, date | None, str], int] = {}
    for row in rows:
        held = known.holders.get(siv.seal(row.number)) if row.kind != BY_PARENT else None
        found = held or _same(row, known, taken)
        if row.kind == BY_PARENT and not found:
            numbers.append((row.position, *_paper(_numbered(row, known, given))))
        if found and not held:
            taken.add(found)
            same.append((row.position, found, row.kind not in PROVISIONAL))
            if row.kind != BY_PARENT:
                current = row.kind not in PROVISIONAL
                papers.append((row.position, row.kind, *_paper(row.number), current))
        beside = row.certificate if row.kind != BY_CERTIFICATE else ""
        if beside and siv.seal(beside) not in known.holders:
            papers.append((row.position, BY_CERTIFICATE, *_paper(beside), False))
        if home := next(
            (known.homes[s] for s in map(siv.seal, row.parents) if s in known.homes), None
        ):
            homes.append((row.position, *home))
    copyin.copy_rows(cursor, "roster_same", ("position", "resident_id", "joins"), same)
    copyin.copy_rows(cursor, "roster_homes", ("position", "household_id", "village_id"), homes)
    paper = ("number", "head4", "last4", "head")
    copyin.copy_rows(cursor, "roster_papers", ("position", "kind", *paper, "current"), papers)
    copyin.copy_rows(cursor, "roster_serials", ("position", *paper), numbers)
    cursor.execute(
        "update roster_staged staged set number = serials.number, head4 = serials.head4,"
        " last4 = serials.last4, head = serials.head"
        " from roster_serials serials where serials.position = staged.position"
    )


def _rows(cursor: Any) -> Iterator[Row]:
    cursor.execute(
        "select position, kind, number, born_on, name_key, sex, more from roster_staged"
        " where more is not null and problem is null order by position"
    )
    for position, kind, number, born_on, name_key, sex, more in cursor.fetchall():
        told = json.loads(siv.unseal(more))
        yield Row(
            position, kind, siv.unseal(number), born_on, name_key, sex,
            told.get("certificate", ""),
            tuple(told[name] for name in PARENTS if name in told), told.get("unnamed", False),
        )  # fmt: skip


def _known(rows: Iterable[Row]) -> Known:
    known = Known()
    numbers = {each for row in rows for each in (row.number, row.certificate, *row.parents) if each}
    held = Identity.objects.filter(number__in=numbers).values_list(
        "number", "resident_id", "resident__household_id", "resident__village_id"
    )
    of_household: dict[int, set[str]] = defaultdict(set)
    parents = {siv.seal(parent): parent for row in rows for parent in row.parents}
    for number, resident_id, household_id, village_id in held:
        sealed = number.data if isinstance(number, Sealed) else bytes(number)
        known.holders[sealed] = resident_id
        known.homes[sealed] = (household_id, village_id)
        if household_id and sealed in parents:
            of_household[household_id].add(parents[sealed])
    born = {row.born_on for row in rows if row.born_on}
    for person in Resident.objects.filter(household__in=of_household, born_on__in=born).order_by(
        "pk"
    ):
        for parent in of_household[person.household_id or 0]:
            known.children[parent].append(_child(person))
    heads = {siv.head_hash(parent) for row in rows for parent in (*row.parents, row.holder)}
    serials = Identity.objects.filter(kind=BY_PARENT, head__in=heads).select_related("resident")
    for identity in serials.order_by("pk"):
        parent, _hyphen, serial = identity.number.reveal().partition("-")
        known.serials[parent].add(int(serial))
        child = _child(identity.resident)
        if child not in known.children[parent]:
            known.children[parent].append(child)
    return known


def _child(person: Resident) -> Child:
    unnamed = person.name.endswith(tuple(CHILD_OF.values()))
    return Child(person.pk, person.born_on, person.name_key, unnamed, person.sex)


def _same(row: Row, known: Known, taken: set[int]) -> int | None:
    """The child known by the certificate; else one of the same parent, born on the same day, of
    the same name, or the only one there who had no name yet."""
    if found := known.holders.get(siv.seal(row.certificate)) if row.certificate else None:
        return found
    if row.born_on is None:
        return None
    fitting = {
        child.resident_id: child
        for parent in row.parents
        for child in known.children[parent]
        if child.born_on == row.born_on
        and child.resident_id not in taken
        and (not child.sex or not row.sex or child.sex == row.sex)
    }
    named = [pk for pk, child in fitting.items() if child.name_key == row.name_key]
    if named:
        return named[0]
    nameless = [pk for pk, child in fitting.items() if child.unnamed]
    return nameless[0] if len(nameless) == 1 and not row.unnamed else None


def _numbered(row: Row, known: Known, given: dict[tuple[str, date | None, str], int]) -> str:
    """The parent's number with a serial that nobody has; one for rows that say the same child."""
    key = (row.holder, row.born_on, row.name_key)
    serial = None if row.unnamed else given.get(key)
    if serial is None:
        used = known.serials[row.holder]
        serial = next(each for each in SERIALS if each not in used)
        used.add(serial)
        given[key] = serial
    return f"{row.holder}-{serial}"


def _paper(number: str) -> tuple[bytes, str, str, bytes]:
    return siv.seal(number), number[:4], names.last4(number), siv.head_hash(number)
