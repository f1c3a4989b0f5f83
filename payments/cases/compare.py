"""One payment beside the people it may have been for: the facts in the order people check them.

A number is masked and its holder's birth is shown as an age: beside the last four digits the date
would give the number away.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from config.lib import idnumber
from config.lib.figures import yuan
from config.lib.names import mask_number
from enrollment.models import Campaign, Identity, Registration, Resident
from payments.cases.suggestions import DECIDED, FOUND, HOLDER, Suggestion
from payments.models import Match, Payment
from payments.queries import paid_states, with_receipt


@dataclass(frozen=True)
class Cell:
    """One fact: text, or characters with whether each differs. `same`: None where nothing is
    compared. `state`: a key of config.states."""

    text: str = ""
    same: bool | None = None
    parts: Sequence[tuple[str, bool]] = ()
    note: str = ""
    state: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody it may have been for. `registration`: theirs in this campaign, if it stands."""

    resident: Resident
    suggestion: Suggestion
    registration: Registration | None
    number: str
    held: frozenset[str]
    state: str  # paid, unpaid, exempt; "" where not registered
    paid_at: datetime | None
    household: tuple[int, int]  # others of it who have paid, and of these on the same receipt
    cells: list[Cell] = field(default_factory=list)

    @property
    def chosen(self) -> bool:
        """By a person, not suggested."""
        return self.suggestion.why in (FOUND, DECIDED)


ROWS = ("name", "number", "person", "place", "year", "fen", "registered", "settled", "household")


def people(
    campaign: Campaign,
    payment: Payment,
    suggested: Sequence[Suggestion],
    today: date,
    chosen: Suggestion | None = None,
) -> list[Person]:
    """At most two: the number's holder first, then who is suggested. A dozen queries.

    `chosen`: somebody who must be among them.
    """
    wanted = list(suggested)
    if payment.resident_id:
        wanted.insert(0, Suggestion(payment.resident_id, HOLDER))
    wanted = wanted[:2]
    if chosen and chosen.resident_id not in {each.resident_id for each in wanted}:
        wanted = [*wanted[:1], chosen]
    ids = [each.resident_id for each in wanted]
    residents = Resident.objects.select_related("village__parent").in_bulk(ids)
    papers: dict[int, list[Identity]] = defaultdict(list)
    for paper in Identity.objects.filter(resident_id__in=ids).order_by("-current", "id"):
        papers[paper.resident_id].append(paper)
    standing = Registration.objects.standing().filter(campaign=campaign, resident_id__in=ids)
    registrations = {row.resident_id: row for row in standing.select_related("registered_by")}
    states = paid_states(campaign.pk, [row.pk for row in registrations.values()])
    settled = _settled_at(row.pk for row in registrations.values())
    households = _households(campaign, payment, residents.values())
    found = []
    for each in wanted:
        resident = residents.get(each.resident_id)
        if resident is None:
            continue
        registration = registrations.get(resident.pk)
        numbers = [paper.number.reveal() for paper in papers[resident.pk]]
        person = Person(
            resident=resident,
            suggestion=each,
            registration=registration,
            number=numbers[0] if numbers else "",
            held=frozenset(numbers),
            state=states.get(registration.pk, "") if registration else "",
            paid_at=settled.get(registration.pk) if registration else None,
            household=households.get(resident.pk, (0, 0)),
        )
        person.cells.extend(_compare(campaign, payment, person, today))
        found.append(person)
    return found


def own_cells(campaign: Campaign, payment: Payment, today: date) -> list[Cell]:
    """The payment's own column, in the order of ROWS."""
    number = payment.number.reveal()
    others = _others_on_receipt(campaign, payment)
    return [
        Cell(payment.name or "–"),
        Cell(mask_number(number) or "–"),
        Cell(_by_number(number, payment.number_kind, today) or "–"),
        Cell(payment.place or "–"),
        Cell(str(payment.year)),
        Cell(yuan(payment.fen)),
        Cell("–"),
        Cell("–"),
        Cell(
            ngettext("%(n)s other on the receipt", "%(n)s others on the receipt", others)
            % {"n": others}
            if others
            else "–"
        ),
    ]


def _compare(campaign: Campaign, payment: Payment, person: Person, today: date) -> list[Cell]:
    resident, registration = person.resident, person.registration
    number = payment.number.reveal()
    village, township = resident.village, resident.village.parent
    year = campaign.coverage_from.year
    owed = registration.own_fen if registration else None
    same_village = bool(payment.place) and village.name in payment.place
    paid, on_receipt = person.household
    return [
        _text(payment.name, resident.name, payment.name_key == resident.name_key),
        _number(number, person),
        _birth(payment, number, person, today),
        Cell(f"{township} {village}", same=same_village if payment.place else None),
        Cell(str(year), same=payment.year == year),
        Cell(yuan(owed), same=None if owed is None else owed == payment.fen),
        _registered(registration),
        Cell(_on(person.paid_at), state=person.state) if person.state else Cell("–"),
        Cell(_household_words(paid, on_receipt), same=on_receipt > 0 or None),
    ]


def _text(written: str, ours: str, same: bool) -> Cell:
    return Cell(ours, same) if same else Cell(same=False, parts=_parts(written, ours))


def _parts(written: str, ours: str) -> list[tuple[str, bool]]:
    """`ours` in pieces, with whether each differs from what was written."""
    pieces = []
    for tag, _from, _to, start, end in SequenceMatcher(
        None, written, ours, autojunk=False
    ).get_opcodes():
        if start < end:
            pieces.append((ours[start:end], tag != "equal"))
    return pieces


def _number(written: str, person: Person) -> Cell:
    """Digit by digit where both are as long; what differs behind the mask is said by position."""
    if written in person.held:
        former = written != person.number
        return Cell(mask_number(written), same=True, note=_("an earlier number") if former else "")
    ours = person.number
    shown = mask_number(ours)
    if not ours or len(ours) != len(written) or len(ours) < 9:
        return Cell(same=False, parts=[(shown or "–", bool(ours))])
    differs = [a != b for a, b in zip(written, ours, strict=True)]
    visible = [*differs[:4], *[False] * 4, *differs[-4:]]
    hidden = [str(at + 1) for at in range(4, len(ours) - 4) if differs[at]]
    note = _("also digits %(digits)s") % {"digits": _runs(hidden)} if hidden else ""
    return Cell(same=False, parts=list(zip(shown, visible, strict=True)), note=note)


def _runs(digits: Sequence[str]) -> str:
    """5, 6, 7, 9 → "5–7, 9"."""
    runs: list[list[int]] = []
    for digit in map(int, digits):
        if runs and runs[-1][-1] == digit - 1:
            runs[-1].append(digit)
        else:
            runs.append([digit])
    return pgettext("list", ", ").join(
        f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs
    )


def _by_number(number: str, kind: str, today: date) -> str:
    """Age and sex that a number tells; empty where it tells none."""
    verdict = idnumber.judge(number, today, kind or idnumber.RESIDENT_ID)
    if not verdict.born_on:
        return ""
    return _("by number %(age)s, %(sex)s") % {
        "age": _age(verdict.born_on, today),
        "sex": _sex(verdict.sex),
    }


def _birth(payment: Payment, number: str, person: Person, today: date) -> Cell:
    resident = person.resident
    if resident.born_on is None:
        return Cell("–")
    words = _("%(age)s, %(sex)s") % {
        "age": _age(resident.born_on, today),
        "sex": _sex(resident.sex),
    }
    verdict = idnumber.judge(number, today, payment.number_kind or idnumber.RESIDENT_ID)
    if not verdict.born_on:
        return Cell(words)
    same = verdict.born_on == resident.born_on
    note = "" if same else _("another birth date")
    if same and resident.sex and verdict.sex != resident.sex:
        same, note = False, ""
    return Cell(words, same=same, note=note)


def _age(born_on: date, today: date) -> str:
    years = today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
    return ngettext("%(n)s year old", "%(n)s years old", years) % {"n": years}


def _sex(sex: str) -> str:
    return {"M": _("male"), "F": _("female")}.get(sex, _("sex unknown"))


def _registered(registration: Registration | None) -> Cell:
    if registration is None:
        return Cell(_("not registered this year"), same=False)
    source = {"desk": "", "file": _("in bulk"), "renewal": _("renewal")}[registration.source]
    who = str(registration.registered_by)
    return Cell(" ".join(filter(None, (_on(registration.registered_at), who, source))))


def _on(instant: datetime | None) -> str:
    return timezone.localtime(instant).strftime("%m-%d") if instant else ""


def _household_words(paid: int, on_receipt: int) -> str:
    if not paid:
        return _("nobody else has paid")
    said = ngettext("%(n)s other has paid", "%(n)s others have paid", paid) % {"n": paid}
    return said + _(", on the same receipt") if on_receipt else said


def _settled_at(registration_ids: Iterable[int]) -> dict[int, datetime]:
    """registration id → when its own part was last paid for."""
    rows = Match.objects.of_registrations(registration_ids).filter(part="own", ended_at=None)
    return {row.registration_id: row.at for row in rows.order_by("at")}


def _others_on_receipt(campaign: Campaign, payment: Payment) -> int:
    if not payment.receipt:
        return 0
    return with_receipt(campaign.pk, payment.receipt).exclude(pk=payment.pk).count()


def _households(
    campaign: Campaign, payment: Payment, residents: Iterable[Resident]
) -> dict[int, tuple[int, int]]:
    """resident id → of their household, who else has paid here, and who on this receipt."""
    homes = {row.pk: row.household_id for row in residents if row.household_id}
    if not homes:
        return {}
    members: dict[int, int] = dict(
        Registration.objects.standing()
        .filter(campaign=campaign, resident__household_id__in=set(homes.values()))
        .values_list("id", "resident__household_id")
    )
    rows = Match.objects.of_registrations(members).filter(part="own", ended_at=None)
    paid = list(rows.values_list("registration_id", "resident_id", "payment_id"))
    together = set()
    if payment.receipt and paid:
        together = set(
            with_receipt(campaign.pk, payment.receipt).order_by().values_list("id", flat=True)
        )
    found = {}
    for resident_id, home in homes.items():
        others = [(who, pk) for of, who, pk in paid if members[of] == home and who != resident_id]
        found[resident_id] = (
            len({who for who, _pk in others}),
            len({who for who, pk in others if pk in together}),
        )
    return found


def numbers_in_full(payment: Payment, shown: Sequence[Person]) -> dict[str, Any]:
    """An act, to be logged by whoever calls."""
    return {
        "payment": payment.number.reveal(),
        "people": [person.number for person in shown],
    }
