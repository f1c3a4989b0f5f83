"""Writing down one person as a clerk gives them: resident, identity, household."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from config.lib.names import last4, name_key, pinyin_key
from config.lib.siv import Sealed, head_hash
from enrollment.errors import Refused
from enrollment.models import Household, Identity, Region, Resident

HEAD = "本人"  # relation of the head of a household to the head, as registers write it
FORMER = "原登记姓名："  # before the former name in a resident's note; data, so never translated


class HouseholdUnclear(Refused):
    """Several households of the village have a head of this name."""


@dataclass(frozen=True)
class Person:
    """One person as written on the form. `number` is clean and judged (config.lib.idnumber), or
    sealed where the person was chosen from a household and the number never left the database."""

    kind: str
    number: str | Sealed
    name: str
    category: str
    village: Region
    born_on: date | None = None
    sex: str = ""
    group_no: str = ""
    head_name: str = ""
    relation: str = ""
    phone: str = ""
    residence: str | None = None  # facts.RESIDENCES, "" for none told; None: not asked
    tier: str = ""  # chosen, where the notice has a choice
    school: Region | None = None
    school_asked: bool = False  # whether the form had a place for it; else a known one stays
    household_id: int | None = None  # the household the clerk came from, if any
    about: int | None = None  # the resident whose data the form was filled with, if any


def add_person(person: Person, *, home: Household | None, now: datetime) -> Resident:
    """A new resident with their current identity. Errors: IntegrityError, the number is taken."""
    assert isinstance(person.number, str)
    resident = Resident.objects.create(
        name=person.name,
        name_key=name_key(person.name),
        pinyin=pinyin_key(person.name),
        sex=person.sex,
        born_on=person.born_on,
        category=person.category,
        village=person.village,
        school=person.school,
        household=home,
        relation=person.relation,
        residence=person.residence or "",
        phone=person.phone or None,
        known_at=now,
    )
    Identity.objects.create(
        resident=resident,
        kind=person.kind,
        number=person.number,
        head4=person.number[:4],
        last4=last4(person.number),
        head=head_hash(person.number),
        known_at=now,
    )
    return resident


def update_person(resident: Resident, person: Person, *, home: Household | None) -> list[str]:
    """Write what differs; answers the names of the fields changed.

    A name of another spelling is kept as the name, the former one stays in the note: payments and
    rosters may come under either.
    """
    new = {
        "category": person.category,
        "village_id": person.village.pk,
        "household_id": home.pk if home else None,
        "relation": person.relation,
    }
    if person.school_asked:
        new["school_id"] = person.school.pk if person.school else None
    if person.residence is not None:
        new["residence"] = person.residence
    if person.phone and (resident.phone is None or resident.phone.reveal() != person.phone):
        new["phone"] = person.phone
    if differs(resident, person):
        new |= {
            "name": person.name,
            "name_key": name_key(person.name),
            "pinyin": pinyin_key(person.name),
            "note": "；".join(filter(None, [resident.note, FORMER + resident.name]))[:200],
        }
    changed = [field for field, value in new.items() if getattr(resident, field) != value]
    for field in changed:
        setattr(resident, field, new[field])
    if changed:
        resident.save(update_fields=changed)
    return changed


def differs(resident: Resident, person: Person) -> bool:
    """Whether the name is another one, beyond dots, blanks and widths."""
    return resident.name_key != name_key(person.name)


def household_of(
    person: Person, resident: Resident | None, *, save_key: UUID
) -> tuple[Household | None, bool]:
    """The household a person belongs to, and whether it was made for them.

    Their own, the one the clerk came from, or the one of that head in the village; a new one where
    there is none; None where no head is named. Errors: HouseholdUnclear.
    """
    home = resident.household if resident else None
    for known in (home, _came_from(person, home)):
        if known and known.village_id == person.village.pk and _has_head(known, person):
            return _in_group(known, person.group_no), False
    head = person.head_name or (person.name if person.relation == HEAD else "")
    if not head:
        return None, False
    if person.relation != HEAD:
        same = Household.objects.filter(village=person.village, head_name=head).order_by("id")
        if person.group_no:
            same = same.filter(group_no__in=[person.group_no, ""])
        found = list(same[:2])
        if len(found) == 1:
            return _in_group(found[0], person.group_no), False
        if found:
            raise HouseholdUnclear(
                _(
                    "More than one household of %(village)s has the head %(name)s. Give the group, "
                    "or look up someone of that household and go on with F6."
                )
                % {"village": person.village.name, "name": head}
            )
    made = Household.objects.create(
        village=person.village,
        number=f"N{save_key.hex[:10].upper()}",  # until the village gives its own
        head_name=head,
        group_no=person.group_no,
    )
    return made, True


def _came_from(person: Person, home: Household | None) -> Household | None:
    if not person.household_id or (home and home.pk == person.household_id):
        return None
    return Household.objects.filter(pk=person.household_id).first()


def _has_head(home: Household, person: Person) -> bool:
    return not person.head_name or name_key(home.head_name) == name_key(person.head_name)


def _in_group(home: Household, group_no: str) -> Household:
    if group_no and home.group_no != group_no:
        home.group_no = group_no
        home.save(update_fields=["group_no"])
    return home
