"""Proofs of payment in another place: entered, approved or refused by a second person, withdrawn.

Source: docs/RULES.md R-280 to R-284.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment import attachments, changes
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Registration, Resident, SourceFile, User
from subsidies.elsewhere.pricing import price_proofs
from subsidies.models import ElsewhereProof, Listing, Transfer
from subsidies.payouts.due import derive_pay_outs

State = ElsewhereProof.State
OPENED = "open_elsewhere_proof"  # AuditEntry.action


class EnteredByTheSame(Refused):
    """Who entered a proof cannot decide on it."""

    def __init__(self) -> None:
        super().__init__(_("You entered this proof; somebody else has to decide on it."))


@dataclass(frozen=True)
class Paid:
    """What a receipt of another place says."""

    on: date
    place: str
    channel: str
    fen: int
    receipt: str
    tier: str = ""


@transaction.atomic
def enter_proof(
    campaign: Campaign,
    resident: Resident,
    *,
    paid: Paid,
    attachment: tuple[str, BinaryIO] | None,
    by: User,
    now: datetime,
) -> ElsewhereProof:
    """A proof that waits for a second person. `attachment`: name and content of a photo or PDF.

    Errors: Refused for somebody registered here, who has a proof already, for a payment in the
    future, or an attachment of another kind or size.
    """
    _check_open(campaign)
    _check_not_registered(campaign, resident)
    if paid.on > timezone.localdate(now):
        raise Refused(_("This day lies in the future."))
    file = attachments.keep(campaign, SourceFile.Kind.PROOF, attachment, by=by, now=now)
    try:
        with transaction.atomic():
            row = ElsewhereProof.objects.create(
                campaign=campaign, resident=resident, paid_on=paid.on, place=paid.place.strip(),
                channel=paid.channel.strip(), fen=paid.fen, receipt=paid.receipt.strip(),
                tier=paid.tier, file=file, entered_at=now, entered_by=by,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(
            _("This person has a proof that waits or is approved; withdraw it first.")
        ) from None
    _audit("enter_elsewhere_proof", row, by=by, now=now)
    return row


@transaction.atomic
def approve_proof(proof: ElsewhereProof, *, by: User, now: datetime) -> None:
    """What the person's category grants comes back from the next derivation of pay-outs on.

    The person stands on the list of people enrolled elsewhere from then on. Errors:
    EnteredByTheSame; Refused unless it waits, or where the person is registered here by now.
    """
    row = _locked(proof, State.WAITING, by=by)
    _check_open(row.campaign)
    _check_not_registered(row.campaign, row.resident)
    _move(row, State.APPROVED, decided_at=now, decided_by=by)
    Listing.objects.get_or_create(
        campaign=row.campaign, resident=row.resident, kind="elsewhere", ended_at=None,
        defaults={"source": _source(row), "since": row.paid_on, "known_at": now, "marked_by": by},
    )  # fmt: skip
    with connection.cursor() as cursor:
        price_proofs(cursor, row.campaign, now=now)
    _tell(row, now)
    _audit("approve_elsewhere_proof", row, by=by, now=now)


@transaction.atomic
def refuse_proof(proof: ElsewhereProof, *, why: str, by: User, now: datetime) -> None:
    """Errors: EnteredByTheSame; Refused without a reason, or unless it waits."""
    if len(why.strip()) < 2:
        raise Refused(_("Say why the proof is refused."))
    row = _locked(proof, State.WAITING, by=by)
    _move(row, State.REFUSED, decided_at=now, decided_by=by, decided_why=why.strip()[:200])
    _audit("refuse_elsewhere_proof", row, by=by, now=now, why=why)


@transaction.atomic
def withdraw_proof(proof: ElsewhereProof, *, why: str, by: User, now: datetime) -> None:
    """It counts no more: what it owes ends, and the list of people enrolled elsewhere forgets it.

    Errors: Refused without a reason, unless it waits or is approved, or once money by it is in a
    batch.
    """
    if len(why.strip()) < 2:
        raise Refused(_("Say why the proof is withdrawn."))
    row = _locked(proof, State.WAITING, State.APPROVED)
    was = row.state
    _move(row, State.WITHDRAWN, withdrawn_at=now, withdrawn_by=by, withdrawn_why=why.strip()[:200])
    if was == State.APPROVED:
        Listing.objects.filter(
            campaign=row.campaign, resident=row.resident, kind="elsewhere", file=None,
            known_at=row.decided_at or now, marked_by=row.decided_by, ended_at=None,
        ).update(ended_at=now, ended_why=why.strip()[:240])  # fmt: skip
        # Important: takes the lock under which batches are made; before, one may just be made.
        derive_pay_outs(row.campaign, now=now)
        if Transfer.objects.filter(pay_out__cause__proof=row, returned_at=None).exists():
            raise Refused(_("Money by this proof is in a batch already; it cannot be withdrawn."))
        _tell(row, now)
    _audit("withdraw_elsewhere_proof", row, by=by, now=now, why=why)


def log_opening(proof: ElsewhereProof, *, by: User, at: datetime) -> None:
    """Looking at an attachment is one act: it may carry numbers in full. `at` is real time."""
    _audit(OPENED, proof, by=by, now=at)


def _locked(proof: ElsewhereProof, *states: str, by: User | None = None) -> ElsewhereProof:
    """`by`: who decides. Lock: the row, without keeping decisions from naming it."""
    rows = ElsewhereProof.objects.select_related("campaign", "resident")
    row = rows.select_for_update(no_key=True, of=("self",)).get(pk=proof.pk)
    if row.state not in states:
        raise Refused(
            _("This proof is %(state)s; somebody was quicker.") % {"state": row.get_state_display()}
        )
    if by and row.entered_by_id == by.pk:
        raise EnteredByTheSame
    return row


def _move(row: ElsewhereProof, state: str, **facts: object) -> None:
    row.state = state
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *facts])


def _check_open(campaign: Campaign) -> None:
    if campaign.state in (Campaign.State.ARCHIVED, Campaign.State.CLOSED):
        raise Refused(_("This campaign is over; no proof is taken in any more."))


def _check_not_registered(campaign: Campaign, resident: Resident) -> None:
    if Registration.objects.standing().filter(campaign=campaign, resident=resident).exists():
        raise Refused(_("This person is registered here, and nobody is insured twice."))


def _source(row: ElsewhereProof) -> str:
    return _("proof of payment in %(place)s, no. %(n)s") % {"place": row.place, "n": row.pk}


def _tell(row: ElsewhereProof, now: datetime) -> None:
    changes.append(
        changes.MARKS_CHANGED, campaign_id=row.campaign_id, at=now, resident_id=row.resident_id
    )


def _audit(action: str, row: ElsewhereProof, *, by: User, now: datetime, why: str = "") -> None:
    AuditEntry.objects.create(
        at=now, by=by, action=action, campaign_id=row.campaign_id, object_kind="elsewhere_proof",
        object_id=row.pk, why=why.strip()[:300],
        facts={"fen": row.fen, "resident": row.resident_id},
    )  # fmt: skip
