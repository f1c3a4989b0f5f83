"""Whether a payment can be decided so: asked when it is proposed, and again when it is approved.

Every function adds a sentence per payment to `faults`, which names the payment and says what to do.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from config.lib.figures import yuan
from enrollment.models import Campaign, Registration
from payments.models import Decision, Match, Part, Payment, Standing, Stop
from payments.tax_out.listed import open_refunds


def targets_of(
    campaign: Campaign,
    payments: Sequence[Payment],
    registration_id: int | None,
    part: str,
    faults: list[str],
) -> dict[int, tuple[Registration, int]]:
    """payment id → the registration it is to settle, and how much of it that takes."""
    standing = Registration.objects.standing().filter(campaign=campaign)
    if registration_id is not None:
        only = standing.filter(pk=registration_id).first()
        found = {row.pk: only for row in payments}
    else:
        people = {row.resident_id for row in payments if row.resident_id}
        of = {row.resident_id: row for row in standing.filter(resident_id__in=people)}
        found = {row.pk: of.get(row.resident_id or 0) for row in payments}
    ids = [row.pk for row in payments]
    registered = {row.pk for row in found.values() if row}
    lacking = _lacking(registered, part, but=ids)
    here = set(
        Match.objects.filter(payment_id__in=ids, ended_at=None).values_list(
            "payment_id", "registration_id", "part"
        )
    )
    targets: dict[int, tuple[Registration, int]] = {}
    for row in payments:
        registration = found[row.pk]
        fault = _misfit(campaign, row, registration, part)
        if registration and (row.pk, registration.pk, part) in here:
            fault = _("is matched so already.")
        elif registration and not fault:
            amount = min(remaining(row), lacking[registration.pk])
            lacking[registration.pk] -= amount
            targets[row.pk] = (registration, amount)
            if not amount:
                fault = _("another payment settles that part already.")
        if fault:
            faults.append(told_of(row, fault))
    return targets


def _misfit(
    campaign: Campaign, payment: Payment, registration: Registration | None, part: str
) -> str:
    if not remaining(payment):
        return _("nothing of it is left.")
    if payment.year != campaign.coverage_from.year:
        return _("it is for %(year)s: it goes back, or the tax bureau corrects the year.") % {
            "year": payment.year
        }
    if registration is None:
        return _("nobody is registered whom it could be for; choose the person.")
    return "" if _due(registration, part) else _("the person owes nothing of that part.")


def _due(registration: Registration, part: str) -> int:
    return registration.on_behalf_fen if part == Part.ON_BEHALF else registration.own_fen


def _lacking(registration_ids: set[int], part: str, *, but: Iterable[int]) -> dict[int, int]:
    """What the part lacks when matches and waiting proposals of other payments are taken off."""
    rows = Registration.objects.in_bulk(registration_ids)
    lacking = {pk: _due(row, part) for pk, row in rows.items()}
    of_others = ~Q(payment_id__in=list(but))
    matched = Match.objects.of_registrations(lacking).filter(of_others, part=part, ended_at=None)
    proposed = Decision.objects.waiting().filter(
        of_others, registration_id__in=lacking, part=part, kind=Decision.Kind.MATCH
    )
    for taken in (matched, proposed):
        for pk, sum_fen in taken.values_list("registration_id").annotate(Sum("fen")):
            lacking[pk] = max(0, lacking[pk] - sum_fen)
    return lacking


def check_refunds(payments: Sequence[Payment], fen: Mapping[int, int], faults: list[str]) -> None:
    for row in payments:
        if not remaining(row):
            faults.append(told_of(row, _("nothing of it is left.")))
        elif not 0 < fen[row.pk] <= remaining(row):
            faults.append(told_of(row, _("between 0.01 and the amount that is left can go back.")))


def check_open(payments: Sequence[Payment], faults: list[str]) -> None:
    """Only what is open can be held, or asked about."""
    faults += [told_of(row, _("is not open.")) for row in payments if row.standing != Standing.OPEN]


def check_still_fits(rows: Sequence[Decision], faults: list[str]) -> None:
    """What may have changed since it was proposed: the payment, the registration, the part."""
    paid = Payment.objects.in_bulk([row.payment_id for row in rows])
    standing = Registration.objects.standing().in_bulk(
        [row.registration_id for row in rows if row.registration_id]
    )
    used: dict[tuple[int, str], int] = defaultdict(int)
    ids = list(paid)
    live = Match.objects.filter(payment_id__in=ids, ended_at=None)
    matched_at = dict(live.values_list("payment_id", "known_at"))
    for part in Part.values:
        asked = {
            row.registration_id
            for row in rows
            if row.part == part and row.registration_id and row.registration_id in standing
        }
        matched = (
            Match.objects.of_registrations(asked)
            .filter(~Q(payment_id__in=ids), part=part, ended_at=None)
            .values_list("registration_id")
            .annotate(Sum("fen"))
        )
        for pk, sum_fen in matched:
            used[pk, part] += sum_fen
    for row in rows:
        payment = paid.get(row.payment_id)
        if payment is None:
            faults.append(_("A payment is not there any more: its file was taken back."))
            continue
        if remaining(payment) < row.fen:
            faults.append(told_of(payment, _("part of it has gone back since; propose it anew.")))
        if payment.pk in matched_at and matched_at[payment.pk] > row.proposed_at:
            faults.append(told_of(payment, _("has matched by itself since; propose it anew.")))
        if row.follows and not (
            row.follows.state == "standing" and carried_out(row.follows, payment)
        ):
            faults.append(told_of(payment, _("the refund before it is not carried out.")))
        if row.kind != Decision.Kind.MATCH:
            continue
        registration = standing.get(row.registration_id or 0)
        if registration is None:
            faults.append(told_of(payment, _("the registration has ended; propose it anew.")))
            continue
        used[registration.pk, row.part] += row.fen
        if used[registration.pk, row.part] > _due(registration, row.part):
            faults.append(told_of(payment, _("another payment settles that part already.")))


def check_undo(rows: Sequence[Decision], paid: Mapping[int, Payment], faults: list[str]) -> None:
    """A refund that was sent to the tax bureau, or ended a registration, is undone where it was
    made: the list is called back, the registration stands again. Of several the last goes first."""
    sent = {
        each.payment_id: each.export.number
        for each in open_refunds().filter(payment_id__in=paid).select_related("export")
    }
    followed = set(
        Decision.objects.live()
        .filter(follows__in=[row.pk for row in rows])
        .values_list("follows_id", flat=True)
    )
    stopped = set(
        Stop.objects.standing()
        .filter(bulk__in={row.bulk for row in rows})
        .values_list("bulk", flat=True)
    )
    for row in rows:
        if row.pk in followed:
            said = _("the rest was decided upon since: undo that first.")
            faults.append(told_of(paid[row.payment_id], said))
        elif row.kind == Decision.Kind.REFUND and row.bulk in stopped:
            said = _("it ended a registration: undo the refund request instead.")
            faults.append(told_of(paid[row.payment_id], said))
        elif row.payment_id in sent:
            said = _("it is on refund list %(number)s: call it back there first.")
            faults.append(told_of(paid[row.payment_id], said % {"number": sent[row.payment_id]}))


def remaining(payment: Payment) -> int:
    return payment.fen - gone_back(payment)


def gone_back(payment: Payment) -> int:
    return payment.reversed_fen + payment.refunded_fen


def carried_out(decision: Decision, payment: Payment) -> bool:
    """A refund whose money has gone back."""
    refunds = decision.state == "standing" and decision.kind == Decision.Kind.REFUND
    return refunds and gone_back(payment) >= decision.back_fen + decision.fen


def told_of(payment: Payment, fault: str) -> str:
    return _("%(name)s, %(yuan)s yuan: %(fault)s") % {
        "name": payment.name,
        "yuan": yuan(payment.fen),
        "fault": fault,
    }
