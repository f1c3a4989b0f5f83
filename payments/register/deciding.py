"""The township decides what came back: accepting runs what the desk would run.

Source: docs/RULES.md R-374, R-375.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment import ports
from enrollment.access import Role, region_of
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Household, Region, Registration, Resident, User
from enrollment.rules import category_by_age
from enrollment.services import not_enrolling
from enrollment.services.people import Person, update_person
from enrollment.services.registrations import register_one
from payments.collection.services import take_cash
from payments.models import RegisterProposal, Taking
from subsidies.models import Repricing
from subsidies.services import correct_category

Kind = RegisterProposal.Kind
State = RegisterProposal.State
DECIDERS = (Role.CLERK, Role.BUREAU, Role.ADMIN)
_FORMS = UUID("6f9a1c8e-6f51-4c53-9b7e-0d3f6b8d2f11")  # namespace of an addition's save key


@dataclass
class Decided:
    """How many were accepted; `problems`: sentences about those that stay as proposals, `told`:
    about what came of those that were accepted."""

    accepted: int = 0
    problems: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def may_decide(user: User) -> bool:
    """A township or above; never the village itself."""
    above = user.region is not None and user.region.level != Region.Level.VILLAGE
    return above and user.role in DECIDERS


def accept(campaign: Campaign, ids: Collection[int], *, by: User, now: datetime) -> Decided:
    """Carry out these proposals, each by itself: one that cannot be stays and is told.

    Additions go first, so that cash and reasons of theirs find them.
    Errors: Refused for nothing chosen, or for who may not decide.
    """
    _check(ids, by)
    decided = Decided()
    gone = _("%(n)s of these were decided by somebody else just now; look again.")
    order = [Kind.ADDITION, Kind.CORRECTION, Kind.REASON, Kind.CASH]
    with transaction.atomic():
        rows = sorted(_locked(campaign, ids, by), key=lambda row: order.index(Kind(row.kind)))
        if len(rows) < len(set(ids)):
            decided.problems.append(gone % {"n": len(set(ids)) - len(rows)})
        for row in rows:
            try:
                with transaction.atomic():
                    told = _accept_one(row, campaign, by, now)
            except Refused as refusal:
                decided.problems += [f"{_who(row)}: {text}" for text in refusal.messages]
            except IntegrityError:
                said = _("somebody else wrote the same just now; look again.")
                decided.problems.append(f"{_who(row)}: {said}")
            else:
                decided.accepted += 1
                decided.told += [f"{_who(row)}: {told}"] if told else []
    return decided


@transaction.atomic
def refuse(campaign: Campaign, ids: Collection[int], *, why: str, by: User, now: datetime) -> int:
    """Nothing of it is done; how many there were. Errors: Refused without a reason."""
    _check(ids, by)
    if len(why.strip()) < 2:
        raise Refused(_("Say why it is refused; the village reads it."))
    rows = _locked(campaign, ids, by)
    if not rows:
        raise Refused(_("Somebody else has decided on one of these; look again."))
    for row in rows:
        _check_other(row, by)
        row.why = why.strip()[:200]
        _decide(row, State.REFUSED, by, now)
    return len(rows)


def _check(ids: Collection[int], by: User) -> None:
    if not may_decide(by):
        raise Refused(_("The township decides what the village proposes."))
    if not ids:
        raise Refused(_("Tick what is to be decided."))


def _locked(campaign: Campaign, ids: Collection[int], by: User) -> list[RegisterProposal]:
    rows = RegisterProposal.objects.filter(
        campaign=campaign, pk__in=ids, state=State.PROPOSED,
        issue__village__path__startswith=region_of(by).path,
    )  # fmt: skip
    # Important: in one order; two who decide at once wait for each other, the second finds none.
    found = rows.select_for_update(of=("self",)).order_by("pk")
    return list(found.select_related("issue__village", "resident__household", "by"))


def _check_other(row: RegisterProposal, by: User) -> None:
    if row.by_id == by.pk:
        raise Refused(_("Who brought the register does not decide on it; somebody else has to."))


def _accept_one(row: RegisterProposal, campaign: Campaign, by: User, now: datetime) -> str:
    """What came of it, where that is to be told."""
    _check_other(row, by)
    act = {
        Kind.CORRECTION: _correct,
        Kind.ADDITION: _add,
        Kind.CASH: _take,
        Kind.REASON: _say,
    }[Kind(row.kind)]
    told = act(row, campaign, by, now)
    _decide(row, State.ACCEPTED, by, now)
    return told or ""


def _decide(row: RegisterProposal, state: str, by: User, now: datetime) -> None:
    row.state, row.decided_by, row.decided_at = state, by, now
    row.save(update_fields=["state", "decided_by", "decided_at", "why"])
    AuditEntry.objects.create(
        at=now, by=by, action=f"{state}_register_proposal", campaign_id=row.campaign_id,
        object_kind="resident" if row.resident_id else "register_proposal",
        object_id=row.resident_id or row.pk, why=row.why,
        facts={"proposal": row.pk, "kind": row.kind, "field": row.field, "by": row.by_id},
    )  # fmt: skip


def _correct(row: RegisterProposal, campaign: Campaign, by: User, now: datetime) -> str:
    resident, after = row.resident, row.after.reveal()
    assert resident is not None  # by constraint: only additions have none
    home = resident.household
    said = [_of_field(row.field, text.reveal()) for text in (row.before, row.after) if text]
    held = _held(campaign, resident, row.field)
    if held not in said:
        raise Refused(
            _("this was changed since, to “%(now)s”; what the village writes may be out of date.")
            % {"now": held}
        )
    if row.field in ("group", "head"):
        if home is None:
            raise Refused(_("This person belongs to no household any more."))
        name = {"group": "group_no", "head": "head_name"}[row.field]
        setattr(home, name, after)
        home.save(update_fields=[name])
        return ""
    if row.field == "category":
        return _recategorise(row, resident, after, campaign, by, now)
    changes: dict[str, Any] = {}
    if row.field == "household":
        home = _household(row.issue.village, json.loads(after))
    else:
        changes[row.field] = after
    update_person(resident, _as_is(resident, **changes), home=home)
    return ""


def _recategorise(
    row: RegisterProposal, resident: Resident, category: str, campaign: Campaign, by: User,
    now: datetime,
) -> str:  # fmt: skip
    """What each owes follows. Source: docs/RULES.md R-424."""
    why = _("payment register %(n)s") % {"n": row.issue.serial}
    made = correct_category(
        campaign=campaign, resident=resident, category=category, by=by, now=now, why=why
    )
    if made is None or made.registration_id is None:
        return ""
    if made.outcome == Repricing.Outcome.UNPRICED:
        raise Refused(_("under this category nothing can be due: %(why)s") % {"why": made.words})
    if made.outcome == Repricing.Outcome.UPDATED:
        cash = Taking.objects.filter(registration_id=made.registration_id, withdrawn_at=None)
        if cash.exists():
            return _("what is due has changed; the cash that was taken is by the old sum.")
        return ""
    paid = ports.paid_states(campaign.pk, [made.registration_id])[made.registration_id] == "paid"
    if paid:
        return _("paid already: what was paid stands (%(outcome)s).") % {
            "outcome": made.get_outcome_display()
        }
    return "" if made.outcome == Repricing.Outcome.SAME else str(made.get_outcome_display())


def _of_field(field_: str, text: str) -> str:
    return str(json.loads(text)["household"]) if field_ == "household" else text


def _held(campaign: Campaign, resident: Resident, field_: str) -> str:
    """What we hold now, as a proposal says it; of a household its number; the category of who is
    registered is that of the registration."""
    home = resident.household
    if field_ == "category":
        standing = Registration.objects.standing().filter(campaign=campaign, resident=resident)
        return standing.values_list("category", flat=True).first() or resident.category
    if field_ == "phone":
        return resident.phone.reveal() if resident.phone else ""
    if field_ in ("name", "relation"):
        return str(getattr(resident, field_))
    name = {"group": "group_no", "head": "head_name", "household": "number"}[field_]
    return str(getattr(home, name)) if home else ""


def _household(village: Region, said: dict[str, str]) -> Household:
    """The one of that number in the village; a new one where there is none."""
    home, _made = Household.objects.get_or_create(
        village=village, number=said["household"],
        defaults={"head_name": said["head"], "group_no": said["group"]},
    )  # fmt: skip
    return home


def _as_is(resident: Resident, **changes: Any) -> Person:
    values = {
        "name": resident.name,
        "category": resident.category,
        "relation": resident.relation,
        **changes,
    }
    return Person(kind="", number="", village=resident.village, **values)


def _add(row: RegisterProposal, campaign: Campaign, by: User, now: datetime) -> None:
    said = json.loads(row.after.reveal())
    born_on = date.fromisoformat(said["born_on"]) if said["born_on"] else None
    category = said["category"] or category_by_age(born_on, timezone.localdate(now)) or ""
    if not category:
        raise Refused(_("The category is not told and the age does not decide it; register at the "
                        "desk."))  # fmt: skip
    person = Person(
        kind=said["kind"], number=said["number"], name=said["name"], category=category,
        village=row.issue.village, born_on=born_on, sex=said["sex"], group_no=said["group"],
        head_name=said["head"], relation=said["relation"], phone=said["phone"],
    )  # fmt: skip
    key = uuid5(_FORMS, str(row.pk))
    receipt = register_one(campaign=campaign, person=person, by=by, now=now, save_key=key)
    if said["household"] and receipt.resident.household_id is None:
        home = _household(row.issue.village, said)
        update_person(receipt.resident, _as_is(receipt.resident), home=home)


def _say(row: RegisterProposal, campaign: Campaign, by: User, now: datetime) -> None:
    """Whoever brought the register has said it, so that the one who decides may confirm it."""
    assert row.resident_id is not None  # by constraint: only additions have none
    ids, after = [row.resident_id], row.after.reveal()
    if not after:
        not_enrolling.take_back(campaign=campaign, resident_ids=ids, by=row.by, at=now)
        return
    said = json.loads(after)
    not_enrolling.say_why(
        campaign=campaign, resident_ids=ids, reason=said["reason"], note=said["note"], by=row.by,
        at=now,
    )  # fmt: skip


def _take(row: RegisterProposal, campaign: Campaign, by: User, now: datetime) -> None:
    """The money is in the hand of whoever brought the register."""
    said = json.loads(row.after.reveal())
    resident = row.resident
    assert resident is not None  # by constraint: only additions have none
    standing = Registration.objects.standing().filter(campaign=campaign, resident=resident)
    registration = standing.first() or _registered(row, resident, campaign, by, now)
    day = timezone.make_aware(datetime.combine(date.fromisoformat(said["on"]), time.min))
    take_cash(
        campaign, [registration.pk], fen_by_registration={registration.pk: said["fen"]},
        by=row.by, at=day, now=now, source=Taking.Source.REGISTER,
    )  # fmt: skip


def _registered(
    row: RegisterProposal, resident: Resident, campaign: Campaign, by: User, now: datetime
) -> Registration:
    """Whoever hands over the money enrolls; as the register knows them."""
    paper, home = resident.identities.filter(current=True).first(), resident.household
    if paper is None:
        raise Refused(_("No number is known of this person; register them at the desk."))
    person = replace(
        _as_is(resident), kind=paper.kind, number=paper.number, born_on=resident.born_on,
        sex=resident.sex, group_no=home.group_no if home else "",
        head_name=home.head_name if home else "", household_id=home.pk if home else None,
        about=resident.pk,
    )  # fmt: skip
    key = uuid5(_FORMS, str(row.pk))
    return register_one(campaign=campaign, person=person, by=by, now=now, save_key=key).registration


def _who(row: RegisterProposal) -> str:
    if row.resident:
        return row.resident.name
    return str(json.loads(row.after.reveal())["name"])
