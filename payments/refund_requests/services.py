"""Stops and refund requests: proposed with evidence, approved by a second person where money goes
back, refused, withdrawn, undone. Source: docs/RULES.md R-389 to R-392."""

from datetime import datetime
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment import attachments, changes
from enrollment.errors import Refused
from enrollment.models import (
    AuditEntry,
    Campaign,
    NotEnrolling,
    Registration,
    SourceFile,
    User,
)
from enrollment.services import ending, not_enrolling
from payments import decisions
from payments.models import Decision, Stop
from payments.refund_requests import lists, queries
from payments.refund_requests.foresee import WHY_NOT, Foreseen, foresee, reasons_of

OPENED = "open_refund_evidence"  # AuditEntry.action


class ProposedByTheSame(Refused):
    """Who proposes that money goes back does not decide on it."""

    def __init__(self) -> None:
        super().__init__(_("You proposed this refund; somebody else has to decide on it."))


@transaction.atomic
def propose(
    campaign: Campaign,
    registration: Registration,
    *,
    reason: str,
    evidence: str,
    benefits_used: bool | None = None,
    attachment: tuple[str, BinaryIO] | None = None,
    by: User,
    now: datetime,
) -> Stop:
    """The registration ends at once where no money goes back, else once another approves. Of one
    that a refund ended, once that was carried out, the rest is asked for.

    `attachment`: name and content of a photo or PDF. Errors: Refused without reason or evidence,
    where it was paid and nothing goes back, or where it is stopped or asked for already.
    """
    evidence = evidence.strip()[:400]
    names = reasons_of(campaign)
    if reason not in names:
        raise Refused(_("Choose a reason."))
    if len(evidence) < 2:
        raise Refused(_("Say what shows it: a certificate, who confirmed it and when."))
    earlier = earlier_of(registration)
    row = registration if earlier else _standing(campaign, registration)
    coming = foresee(
        campaign, row, reason, timezone.localdate(now), benefits_used=benefits_used,
        earlier=earlier,
    )  # fmt: skip
    if coming.asks_use and benefits_used is None:
        raise Refused(_("Say whether benefits have been used: the notice asks for it."))
    if coming.stays:
        raise Refused(
            _("Nothing goes back, and the registration stays as it is paid: %(clause)s %(words)s")
            % {"clause": coming.clause, "words": coming.words}
        )
    if earlier and not coming.fen:
        raise Refused(
            _("Nothing more goes back: %(clause)s %(words)s")
            % {"clause": coming.clause, "words": coming.words}
        )
    kind = SourceFile.Kind.EVIDENCE
    file = attachments.keep(campaign, kind, attachment, by=by, now=now)
    try:
        with transaction.atomic():
            stop = Stop.objects.create(
                campaign=campaign, resident_id=row.resident_id, registration=row,
                follows=earlier[-1] if earlier else None, reason=reason,
                reason_name=names[reason][:60], asked_on=timezone.localdate(now),
                benefits_used=benefits_used if coming.asks_use else None,
                own_fen=coming.own_fen, aid_fen=coming.aid_fen, clause=coming.clause[:80],
                words=coming.words[:400], evidence=evidence,
                file=file, proposed_at=now, proposed_by=by,
            )  # fmt: skip
    except IntegrityError:
        raise Refused(_("Somebody has asked for this already; look at the list again.")) from None
    if coming.fen:
        _audit("propose_refund", stop, by=by, now=now, why=evidence)
        return stop
    _end(stop, by=by, now=now)
    _audit("stop_registration", stop, by=by, now=now, why=evidence)
    return stop


@transaction.atomic
def approve(stop: Stop, *, by: User, now: datetime) -> Stop:
    """The payments are to go back, the registration ends, what is due changes with it.

    Errors: Refused for one's own proposal, one that somebody decided meanwhile, and where what was
    paid has changed since it was proposed.
    """
    decisions.lock(stop.campaign)  # Important: before any row, as everybody who classifies
    row = _locked(stop, by=by)
    earlier = earlier_of(row.registration)
    registration = row.registration if earlier else _standing(row.campaign, row.registration)
    coming = foresee(
        row.campaign, registration, row.reason, row.asked_on, benefits_used=row.benefits_used,
        earlier=earlier,
    )  # fmt: skip
    if (coming.own_fen, coming.aid_fen) != (row.own_fen, row.aid_fen):
        raise Refused(
            _("What was paid has changed since this was proposed; refuse it and propose it anew.")
        )
    made = _decide(row, coming, by=by, now=now)
    _move(row, approved_at=now, approved_by=by, bulk=made[0].bulk)
    if earlier:
        _move(row, stopped_at=now)
    else:
        _end(row, by=by, now=now)
    _audit("approve_refund", row, by=by, now=now)
    return row


@transaction.atomic
def refuse(stop: Stop, *, why: str, by: User, now: datetime) -> Stop:
    """Errors: Refused without a reason, for one's own proposal, or where it is decided."""
    why = _why(why)
    row = _locked(stop, by=by)
    _move(row, refused_at=now, refused_by=by, refused_why=why)
    _audit("refuse_refund", row, by=by, now=now, why=why)
    return row


@transaction.atomic
def withdraw(stop: Stop, *, why: str, by: User, now: datetime) -> Stop:
    """Who proposed it takes it back before it is approved."""
    why = _why(why)
    row = _locked(stop)
    if row.proposed_by_id != by.pk:
        raise Refused(_("Only who proposed a refund withdraws it; another refuses it."))
    _move(row, withdrawn_at=now, withdrawn_by=by, withdrawn_why=why)
    _audit("withdraw_refund", row, by=by, now=now, why=why)
    return row


@transaction.atomic
def undo(stop: Stop, *, why: str, by: User, now: datetime) -> Stop:
    """The registration stands again and its payments with it, or the rest stays with the fund. A
    refund that was sent to the tax bureau is called back there by the list's number.

    Errors: Refused without a reason, once the tax bureau's refund line has come, or where the
    person was registered anew.
    """
    why = _why(why)
    decisions.lock(stop.campaign)
    row = Stop.objects.select_related("campaign", "registration").select_for_update(
        no_key=True, of=("self",)
    ).get(pk=stop.pk)  # fmt: skip
    if row.undone_at or not row.stopped_at:
        raise Refused(_("This is not in effect; look at it again."))
    made = Decision.objects.standing().filter(campaign=row.campaign, bulk=row.bulk)
    ids = list(made.values_list("pk", flat=True)) if row.bulk else []
    if row.follows is None:
        _restore(row, by=by, now=now)
    _move(row, undone_at=now, undone_by=by, undone_why=why, restored_id=row.restored_id)
    if ids:
        lists.call_back(row.campaign, made.values_list("payment_id"), why=why, by=by, now=now)
        decisions.undo(row.campaign, ids, by=by, now=now, why=why)
    if row.follows is None:
        not_enrolling.take_back(
            campaign=row.campaign, resident_ids=[row.resident_id], by=by, at=now
        )
    _audit("undo_stop", row, by=by, now=now, why=why)
    return row


def earlier_of(registration: Registration) -> list[Stop]:
    """The requests that ended it and gave something back, in their order; empty while it stands.

    Errors: Refused while the last of them waits for another person or for the tax bureau's line.
    """
    rows = Stop.objects.standing().filter(
        registration=registration, stopped_at__isnull=False, bulk__isnull=False
    )
    found = list(rows.order_by("pk"))
    if found and not queries.is_closed(found[-1]):
        raise Refused(
            _("The refund before it is not carried out yet; the rest can be asked for then.")
        )
    return found


def log_opening(stop: Stop, *, by: User, at: datetime) -> None:
    """Looking at evidence is one act: it may carry numbers in full. `at` is real time."""
    _audit(OPENED, stop, by=by, now=at)


def _standing(campaign: Campaign, registration: Registration) -> Registration:
    rows = Registration.objects.standing().filter(campaign=campaign)
    row = rows.select_for_update(of=("self",), no_key=True).filter(pk=registration.pk).first()
    if row is None:
        raise Refused(_("This registration has ended already."))
    return row


def _decide(row: Stop, coming: Foreseen, *, by: User, now: datetime) -> list[Decision]:
    """By who proposed it and by who approves it, as the exceptions desk would."""
    made = decisions.propose(
        row.campaign, coming.by_payment, Decision.Kind.REFUND, fen=coming.by_payment,
        reason=row.reason, evidence=row.evidence, evidence_file=row.file, by=row.proposed_by,
        now=now,
    )  # fmt: skip
    return decisions.approve(row.campaign, [each.pk for each in made], by=by, now=now)


def _end(row: Stop, *, by: User, now: datetime) -> None:
    why = f"{row.reason_name}: {row.evidence}"
    ending.end_registrations(row.campaign, [row.registration_id], by=by, now=now, why=why)
    _move(row, stopped_at=now)
    said = WHY_NOT.get(row.reason, row.reason)
    if said in NotEnrolling.Reason.values:
        not_enrolling.say_why(
            campaign=row.campaign, resident_ids=[row.resident_id], reason=said,
            note=row.reason_name, by=by, at=now,
        )  # fmt: skip


def _restore(row: Stop, *, by: User, now: datetime) -> None:
    """An end stays as it was written: the same registration stands again as another row."""
    again = Registration.objects.get(pk=row.registration_id)
    again.pk, again.save_key, again.known_at, again.registered_by = None, None, now, by
    again.ended_at = again.ended_by = again.ended_why = None
    again._state.adding = True
    try:
        with transaction.atomic():
            again.save()
    except IntegrityError:
        raise Refused(_("This person is registered anew meanwhile; nothing is undone.")) from None
    row.restored_id = again.pk
    changes.append(
        changes.REGISTERED, campaign_id=row.campaign_id, resident_id=row.resident_id, at=now
    )


def _locked(stop: Stop, *, by: User | None = None) -> Stop:
    """One that waits. `by`: who decides. Lock: the row, without keeping others from naming it."""
    rows = Stop.objects.select_related("campaign", "registration", "proposed_by", "file")
    row = rows.select_for_update(no_key=True, of=("self",)).get(pk=stop.pk)
    if row.approved_at or row.refused_at or row.withdrawn_at or row.stopped_at:
        raise Refused(_("Somebody was quicker: this does not wait any more. Look at it again."))
    if by and row.proposed_by_id == by.pk:
        raise ProposedByTheSame
    return row


def _move(row: Stop, **facts: object) -> None:
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))


def _why(why: str) -> str:
    if len(why.strip()) < 2:
        raise Refused(_("Say why."))
    return why.strip()[:200]


def _audit(action: str, row: Stop, *, by: User, now: datetime, why: str = "") -> None:
    AuditEntry.objects.create(
        at=now, by=by, action=action, campaign_id=row.campaign_id, object_kind="stop",
        object_id=row.pk, why=why.strip()[:300],
        facts={"resident": row.resident_id, "own_fen": row.own_fen, "aid_fen": row.aid_fen},
    )  # fmt: skip
