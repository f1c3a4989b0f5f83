"""Registering one person, and taking a registration back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.lib import names
from enrollment import asked, categories, changes, places, ports, pricing, rules
from enrollment.access import top_region
from enrollment.errors import Refused
from enrollment.facts import Facts, Mark
from enrollment.models import AuditEntry, Campaign, Region, Registration, Resident, User
from enrollment.models.resident import Category
from enrollment.services import lookups, people
from enrollment.services.people import Person

UNDO_WITHIN = timedelta(minutes=10)


class NotOpen(Refused):
    """The campaign, or the notice, takes no registration at this instant."""


class AlreadyRegistered(Refused):
    """The person has a live registration in this insurance and period, seen by the user."""

    def __init__(self, registration: Registration, name: str):
        self.registration = registration
        at = timezone.localtime(registration.registered_at)
        super().__init__(
            _(
                "%(name)s is registered already: %(at)s, %(village)s, by %(by)s. "
                "Nobody can be registered twice."
            )
            % {
                "name": name,
                "at": f"{at:%Y-%m-%d %H:%M}",
                "village": registration.village.name,
                "by": registration.registered_by,
            }
        )


class BelongsElsewhere(Refused):
    """The person, or their registration, is outside the user's region; ask `lookups.look_up`."""

    def __init__(self) -> None:
        super().__init__(_("This person belongs to another place and cannot be registered here."))


class NeedsConfirming(Refused):
    """What was written is unlikely. `doubts` maps a key to its sentence; saving again with the
    keys confirmed saves."""

    def __init__(self, doubts: dict[str, str]):
        self.doubts = doubts
        super().__init__(doubts.values())


class FormUsed(Refused):
    """Another person was saved with this form's key."""

    def __init__(self) -> None:
        super().__init__(_("This form had saved another person before. Save once more."))


class AnotherPerson(Refused):
    """The form was filled with one person's data, the number is another's."""

    def __init__(self) -> None:
        super().__init__(_("The number was changed after the look-up; it was looked up again."))


class NotEligible(Refused):
    """The notice does not admit this person, or not now; with its clause and words."""

    def __init__(self, name: str, price: pricing.Price, listed: Iterable[ports.Listed] = ()):
        said = _("%(name)s cannot be registered: %(why)s.") % {"name": name, "why": price.refusal}
        on_list = _("On a list of %(source)s since %(since)s: %(kind)s.")
        told = (
            on_list % {"source": each.source, "since": each.since, "kind": each.name}
            for each in listed
        )
        super().__init__((said, *told))


class TierMissing(Refused):
    """What the person owes goes by a tier, and none was chosen; names those there are."""

    def __init__(self, tiers: Iterable[str]):
        said = _("The tier must be told: %(detail)s.")
        super().__init__(said % {"detail": pgettext("list", ", ").join(tiers)})


class TooLateToUndo(Refused):
    pass


@dataclass(frozen=True)
class Receipt:
    """What a save answers; `again`: the same form had been saved before, nothing was written."""

    registration: Registration
    resident: Resident
    again: bool = False
    new_household: bool = False


def register_one(
    *,
    campaign: Campaign,
    person: Person,
    by: User,
    now: datetime,
    save_key: UUID,
    confirmed: frozenset[str] = frozenset(),
) -> Receipt:
    """Register one person: all or nothing, and once however often the form is sent.

    Takes no lock. Of two saves of one person, number or key at the same moment the unique indexes
    let one through; the other looks again and is told what it now finds.
    Errors: NotOpen, AlreadyRegistered, BelongsElsewhere, NeedsConfirming, HouseholdUnclear,
    AnotherPerson, FormUsed, NotEligible, TierMissing, Refused.
    """
    save = _Save(campaign, person, by, now, save_key, confirmed)
    try:
        with transaction.atomic():
            return save.carry_out()
    except IntegrityError:
        with transaction.atomic():
            return save.saved_before() or save.carry_out()


@dataclass(frozen=True)
class _Save:
    campaign: Campaign
    person: Person
    by: User
    now: datetime
    save_key: UUID
    confirmed: frozenset[str]

    def carry_out(self) -> Receipt:
        may_register(self.campaign, self.now)
        self._check_person()
        identity = lookups.find(self.campaign, self.person.kind, self.person.number)
        resident = identity.resident if identity else None
        if self.person.about and (resident is None or resident.pk != self.person.about):
            raise AnotherPerson
        if identity and resident:
            standing = lookups.standing_of(identity)
            if standing and standing.save_key == self.save_key:
                return self._receipt_of(standing)
            self._check_place(resident, standing)
            if standing:
                raise AlreadyRegistered(standing, resident.name)
        listed = asked.on_lists(self.campaign, resident.pk if resident else None)
        self._check_doubts(resident, listed)
        home, new_household = people.household_of(self.person, resident, save_key=self.save_key)
        changed: list[str] = []
        if resident:
            changed = people.update_person(resident, self.person, home=home)
        else:
            resident = people.add_person(self.person, home=home, now=self.now)
        registration = self._register(resident, listed, new=identity is None)
        changes.append(
            changes.REGISTERED,
            campaign_id=self.campaign.pk,
            resident_id=resident.pk,
            at=self.now,
        )
        AuditEntry.objects.create(
            at=self.now,
            by=self.by,
            action="register",
            campaign=self.campaign,
            object_kind="registration",
            object_id=registration.pk,
            facts={
                "resident": resident.pk,
                "new_resident": identity is None,
                "changed": changed,
                "confirmed": sorted(self.confirmed),
            },
        )
        return Receipt(registration, resident, new_household=new_household)

    def saved_before(self) -> Receipt | None:
        """The receipt of this very form, if it was saved."""
        found = Registration.objects.filter(save_key=self.save_key).first()
        if found is None:
            return None
        identity = lookups.find(self.campaign, self.person.kind, self.person.number)
        if identity is None or identity.resident_id != found.resident_id:
            raise FormUsed
        return self._receipt_of(found)

    def _receipt_of(self, registration: Registration) -> Receipt:
        if registration.registered_by_id != self.by.pk:
            raise FormUsed
        return Receipt(registration, registration.resident, again=True)

    def _check_person(self) -> None:
        own, school = top_region(self.by, self.campaign), self.person.school
        if own.kind == Region.Kind.SCHOOL:  # its students live in any village
            if school is None or not own.contains(school):
                raise Refused(_("Choose your own school."))
        elif not own.contains(self.person.village):
            raise Refused(_("Choose a village of your own region."))
        for name in (self.person.name, self.person.head_name):
            if names.damaged(name):
                raise Refused(
                    _(
                        "“%(name)s” holds a “?” or a character that cannot be read. Write the name "
                        "as the paper shows it."
                    )
                    % {"name": name}
                )

    def _check_place(self, resident: Resident, standing: Registration | None) -> None:
        own = top_region(self.by, self.campaign)
        if standing and (own.contains(standing.unit) or own.contains(standing.village)):
            return
        if standing or not resident.belongs_to(own):
            raise BelongsElsewhere

    def _check_doubts(self, resident: Resident | None, listed: list[ports.Listed]) -> None:
        person, doubts = self.person, {}
        for each in asked.doubtful(self.campaign.policy, listed):
            doubts[f"list:{each.kind}"] = _(
                "A list says of %(name)s: %(kind)s since %(since)s. If it is wrong, press F8 again."
            ) % {"name": person.name, "kind": each.name, "since": each.since}
        if resident and people.differs(resident, person):
            doubts[f"name:{names.name_key(person.name)}"] = _(
                "This number was %(known)s, now it says %(name)s. "
                "If the paper says so, press F8 again."
            ) % {"known": resident.name, "name": person.name}
        born_on = person.born_on or (resident.born_on if resident else None)
        on = timezone.localdate(self.now)
        if categories.contradicts(person.category, born_on, on):
            doubts[f"category:{person.category}"] = _(
                "At %(age)s years “%(category)s” is unusual. If it is right, press F8 again."
            ) % {
                "age": categories.age(born_on, on),
                "category": Category(person.category).label,
            }
        open_doubts = {key: text for key, text in doubts.items() if key not in self.confirmed}
        if open_doubts:
            raise NeedsConfirming(open_doubts)

    def _register(
        self, resident: Resident, listed: list[ports.Listed], *, new: bool
    ) -> Registration:
        marks = [] if new else ports.marks_of(self.campaign, [resident.pk]).get(resident.pk, [])
        price = self._price(resident, tuple(each.mark for each in marks), listed)
        return Registration.objects.create(
            campaign=self.campaign,
            resident=resident,
            insurance=self.campaign.insurance,
            coverage_from=self.campaign.coverage_from,
            village=self.person.village,
            unit=self._unit(resident, price.unit),
            category=self.person.category,
            registered_at=self.now,
            known_at=self.now,
            registered_by=self.by,
            source=Registration.Source.DESK,
            save_key=self.save_key,
            fee_fen=price.fee_fen,
            own_fen=price.own_fen,
            on_behalf_fen=price.on_behalf_fen,
            deducted_fen=price.deducted_fen,
            reimbursed_fen=price.reimbursed_fen,
            hardship=price.hardship,
            tier=self.person.tier,
            policy_version=self.campaign.policy_version,
        )

    def _unit(self, resident: Resident, word: str) -> Region:
        """Where it counts. A household at the desk is one of the person's village (`household_of`).

        Source: docs/RULES.md R-05, R-67.
        """
        school = resident.school
        if word == "school" and school and self.campaign.region.contains(school):
            return school
        return self.person.village

    def _price(
        self, resident: Resident, marks: tuple[Mark, ...], listed: list[ports.Listed]
    ) -> pricing.Price:
        """Errors: NotEligible, TierMissing; Refused where the notice does not state what is due."""
        listed = asked.on_lists(self.campaign, resident.pk)
        facts = Facts(
            born_on=resident.born_on,
            category=self.person.category,
            marks=marks,
            registered_at=self.now,
            tier=self.person.tier or None,
            residence=resident.residence or None,
            **asked.facts_of(self.campaign, listed),
            **places.facts_of(self.campaign.policy, resident, self.person.village),
        )
        if asked.tier_is_missing(self.campaign.policy, facts):
            raise TierMissing(asked.tiers_of(self.campaign.policy))
        try:
            price = pricing.price(self.campaign.policy, facts, presume=True)
        except ports.NotStated as gap:
            raise Refused(pricing.in_words((gap.reason,))) from None
        if not price.eligible:
            by = asked.deciding(self.campaign.policy, listed)
            raise NotEligible(self.person.name, price, by)
        return price


def may_register(campaign: Campaign, now: datetime) -> None:
    """Errors: NotOpen, with the notice's windows and clause."""
    policy = campaign.policy
    if campaign.state not in (Campaign.State.OPEN, Campaign.State.CLOSING):
        raise NotOpen(
            _("Nobody can be registered: the campaign is %(state)s.")
            % {"state": campaign.get_state_display()}
        )
    if policy["fee"] is None:
        raise NotOpen(_("The notice states no fee; nobody can be registered."))
    if rules.open_window(policy, now):
        return
    windows = pgettext("list", "; ").join(
        _("%(title)s %(first)s to %(last)s (%(clause)s)")
        % {
            "title": window.title,
            "first": window.start,
            "last": window.last_day,
            "clause": window.clause,
        }
        for window in rules.registering_windows(policy)
    )
    raise NotOpen(
        _(
            "Today, %(today)s, is outside the notice's windows, nobody can be registered: "
            "%(windows)s."
        )
        % {"today": timezone.localdate(now), "windows": windows}
    )


@transaction.atomic
def withdraw(*, registration: Registration, by: User, now: datetime, why: str) -> None:
    """Take back one's own registration made at the desk, within ten minutes, before any payment.

    Errors: TooLateToUndo; Refused for another's, a paid one, one taken back already, or no reason.
    """
    if not why.strip():
        raise Refused(_("Say why the registration is taken back."))
    if registration.registered_by_id != by.pk or registration.source != Registration.Source.DESK:
        raise Refused(_("Only who registered a person at the desk can take it back."))
    if now - registration.known_at >= UNDO_WITHIN:
        raise TooLateToUndo(_("More than ten minutes have passed; it can no longer be taken back."))
    states = ports.paid_states(registration.campaign_id, [registration.pk])
    if states.get(registration.pk) == "paid":
        raise Refused(_("There is a payment for this registration; it is not taken back here."))
    standing = Registration.objects.standing().filter(pk=registration.pk)
    if not standing.update(ended_at=now, ended_by=by, ended_why=why.strip()[:200]):
        raise Refused(_("This registration was taken back already."))
    changes.append(
        changes.REGISTRATION_ENDED,
        campaign_id=registration.campaign_id,
        resident_id=registration.resident_id,
        at=now,
    )
    AuditEntry.objects.create(
        at=now,
        by=by,
        action="withdraw_registration",
        campaign_id=registration.campaign_id,
        object_kind="registration",
        object_id=registration.pk,
        why=why.strip()[:300],
    )
