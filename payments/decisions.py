"""What people decide about payments: proposed by one, approved by another, taken back with a why.

Every act is of many decisions at once or of none, in a handful of statements, however many.
Source: docs/RULES.md R-350 to R-356.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction
from django.db.utils import IntegrityError, OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.lib import sql
from enrollment import changes
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Registration, SourceFile, User
from payments import bulk, services
from payments import decision_fit as fit
from payments.decision_models import Reason
from payments.models import Decision, Part, Payment

Kind = Decision.Kind
NAMED = 10  # refusals that are named one by one
PATIENCE = "10s"  # how long a person waits for a file that is being posted


@transaction.atomic
def propose(
    campaign: Campaign,
    payment_ids: Iterable[int],
    kind: str,
    *,
    registration_id: int | None = None,
    part: str = Part.OWN,
    fen: Mapping[int, int] | None = None,
    reason: str,
    evidence: str = "",
    evidence_file: SourceFile | None = None,
    by: User,
    now: datetime,
) -> list[Decision]:
    """Propose one decision for each payment, in one action (`bulk`); all or nothing.

    A match goes to `registration_id`, or for each payment to who holds its number and is
    registered; it takes what the part still lacks, and the rest of the payment is refund due.
    A refund gives back `fen[payment]`, all that is left by default; once one was carried out
    another may follow for the rest. A hold or a question to the
    township is in effect at once, and ends when something else is proposed.
    Errors: Refused, naming the payments that cannot be decided so.
    """
    reason, evidence = reason.strip(), evidence.strip()
    if not reason or (reason == Reason.OTHER and not evidence):
        raise Refused(_("Say why."))
    ids = sorted(set(payment_ids))
    payments = list(
        Payment.objects.filter(campaign_id=campaign.pk, id__in=ids).order_by("paid_at", "id")
    )
    if not ids or len(payments) != len(ids):
        raise Refused(_("These payments are not there any more; look at the list again."))
    faults: list[str] = []
    follows = _make_room(payments, kind, faults, by=by, now=now)
    refunds = {row.pk: (fen or {}).get(row.pk, fit.remaining(row)) for row in payments}
    targets: dict[int, tuple[Registration, int]] = {}
    if kind == Kind.MATCH:
        targets = fit.targets_of(campaign, payments, registration_id, part, faults)
    elif kind == Kind.REFUND:
        fit.check_refunds(payments, refunds, faults)
    else:
        fit.check_open(payments, faults)
    _refuse(faults)
    action = uuid4()
    rows = []
    for row in payments:
        registration, amount = targets.get(row.pk, (None, 0))
        rows.append(
            Decision(
                campaign=campaign,
                payment_id=row.pk,
                kind=kind,
                registration=registration,
                resident_id=registration.resident_id if registration else None,
                part=part if registration else "",
                fen=refunds[row.pk] if kind == Kind.REFUND else amount,
                follows=follows.get(row.pk),
                reason=reason,
                evidence=evidence[:300],
                evidence_file=evidence_file,
                bulk=action,
                proposed_at=now,
                proposed_by=by,
            )
        )
    try:
        with transaction.atomic():
            made = Decision.objects.bulk_create(rows)
    except IntegrityError:
        raise Refused(_("Somebody else has just decided one of these payments.")) from None
    _audit("propose_payment_decision", made, by=by, now=now, why=evidence or reason)
    return made


@transaction.atomic
def approve(
    campaign: Campaign, decision_ids: Iterable[int], *, by: User, now: datetime
) -> list[Decision]:
    """A second person agrees: the payments stand as decided from now on; all or nothing.

    Errors: Refused for one's own proposal, for what somebody decided meanwhile, and where the
    payment, the registration or the part has changed so that it does not fit any more.
    """
    lock(campaign)
    rows = _locked(campaign, decision_ids)
    faults = [_done(row) for row in rows if row.state != "waiting"]
    if any(row.proposed_by_id == by.pk for row in rows):
        faults.append(_("Who proposes a decision does not approve it: another person must."))
    _refuse(faults)
    fit.check_still_fits(rows, faults)
    _refuse(faults)
    ids = [row.pk for row in rows]
    with connection.cursor() as cursor:
        sql.run(cursor, "payments", "approve", {"ids": ids, "by": by.pk, "now": now})
    services.classify_payments(campaign, [row.payment_id for row in rows], by=by, now=now)
    approved = list(Decision.objects.filter(id__in=ids).order_by("id"))
    _refuse([_done(row) for row in approved if row.state != "standing"])
    _audit("approve_payment_decision", approved, by=by, now=now)
    changes.append(changes.PAYMENTS_DECIDED, campaign_id=campaign.pk, at=now)
    return approved


@transaction.atomic
def refuse(
    campaign: Campaign, decision_ids: Iterable[int], *, by: User, now: datetime, why: str
) -> list[Decision]:
    """A second person does not agree. Errors: Refused as `approve`, and without a reason."""
    rows = _open_to(campaign, decision_ids, "waiting", why)
    if any(row.proposed_by_id == by.pk for row in rows):
        raise Refused(_("Your own proposal is withdrawn, not refused."))
    ids = [row.pk for row in rows]
    Decision.objects.filter(id__in=ids).update(
        refused_at=now, refused_by=by, refused_why=why.strip()[:200]
    )
    return _after("refuse_payment_decision", ids, by=by, now=now, why=why)


@transaction.atomic
def withdraw(
    campaign: Campaign, decision_ids: Iterable[int], *, by: User, now: datetime, why: str = ""
) -> list[Decision]:
    """Who proposed takes it back before it is approved."""
    why = why.strip() or "withdrawn"
    rows = _open_to(campaign, decision_ids, "waiting", why)
    if any(row.proposed_by_id != by.pk for row in rows):
        raise Refused(_("Only who proposed a decision withdraws it."))
    return _end("withdraw_payment_decision", rows, by=by, now=now, why=why)


@transaction.atomic
def answer(
    campaign: Campaign, decision_ids: Iterable[int], *, by: User, now: datetime, why: str
) -> list[Decision]:
    """A hold is lifted, a question answered: `why` is the answer, the payment is open as before."""
    rows = _open_to(campaign, decision_ids, "told", why)
    return _end("answer_payment_decision", rows, by=by, now=now, why=why)


@transaction.atomic
def undo(
    campaign: Campaign, decision_ids: Iterable[int], *, by: User, now: datetime, why: str
) -> list[Decision]:
    """An approved decision ends, and what stands against its payment is derived again.

    Errors: Refused without a reason, and once money has gone back because of it.
    """
    lock(campaign)
    rows = _open_to(campaign, decision_ids, "standing", why)
    refunds = [row.payment_id for row in rows if row.kind == Kind.REFUND]
    paid = {row.pk: row for row in Payment.objects.filter(id__in=refunds)}
    faults = [
        fit.told_of(paid[row.payment_id], _("has gone back already; this cannot be undone."))
        for row in rows
        if row.kind == Kind.REFUND and fit.gone_back(paid[row.payment_id]) > row.back_fen
    ]
    fit.check_undo(rows, paid, faults)
    _refuse(faults)
    ended = _end("undo_payment_decision", rows, by=by, now=now, why=why)
    services.classify_payments(campaign, [row.payment_id for row in rows], by=by, now=now)
    changes.append(changes.PAYMENTS_DECIDED, campaign_id=campaign.pk, at=now)
    return ended


def _make_room(
    payments: Sequence[Payment], kind: str, faults: list[str], *, by: User, now: datetime
) -> dict[int, Decision]:
    """Holds and questions end, what two people decide upon is a fault, unless it is a refund that
    was carried out: payment id → the one that a refund of the rest follows."""
    live = Decision.objects.live().filter(payment_id__in=[row.pk for row in payments])
    locked = live.select_related("proposed_by").select_for_update(of=("self",)).order_by("id")
    rows = {row.payment_id: row for row in locked}
    follows: dict[int, Decision] = {}
    for row in payments:
        standing = rows.get(row.pk)
        if standing is None or standing.state == "told":
            continue
        if kind == Kind.REFUND and fit.carried_out(standing, row):
            follows[row.pk] = standing
        else:
            fault = _("a decision of %(who)s waits or stands already.")
            faults.append(fit.told_of(row, fault % {"who": standing.proposed_by}))
    told = [row.pk for row in rows.values() if row.state == "told"]
    if told:
        Decision.objects.filter(id__in=told).update(
            ended_at=now, ended_by=by, ended_why="decided_anew"
        )
    return follows


# --- rows and words


def lock(campaign: Campaign) -> None:
    """The posting lock, waited for as long as a person at a page waits."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"set local lock_timeout = '{PATIENCE}'")
            bulk.lock(cursor, campaign.pk)
            cursor.execute("set local lock_timeout to default")
    except OperationalError:
        raise Refused(
            _("A payment file is being posted just now. Try again in a minute.")
        ) from None


def _locked(campaign: Campaign, decision_ids: Iterable[int]) -> list[Decision]:
    """The decisions, in the order in which everybody locks them."""
    ids = set(decision_ids)
    rows = list(
        Decision.objects.filter(campaign=campaign, id__in=ids).select_for_update().order_by("id")
    )
    if not ids or len(rows) != len(ids):
        raise Refused(_("These decisions are not there; look at the list again."))
    return rows


def _open_to(
    campaign: Campaign, decision_ids: Iterable[int], state: str, why: str
) -> list[Decision]:
    if not why.strip():
        raise Refused(_("Say why."))
    rows = _locked(campaign, decision_ids)
    _refuse([_done(row) for row in rows if row.state != state])
    return rows


def _done(row: Decision) -> str:
    """What became of a decision that somebody had in hand: told to the second of two people."""
    who = {
        "refused": row.refused_by,
        "undone": row.ended_by,
        "withdrawn": row.ended_by,
        "standing": row.approved_by,
    }.get(row.state, row.proposed_by)
    words: dict[str, Callable[[str], str]] = {
        "refused": lambda who: _("%(who)s has refused this decision.") % {"who": who},
        "undone": lambda who: _("%(who)s has undone this decision.") % {"who": who},
        "withdrawn": lambda who: _("%(who)s has withdrawn this decision.") % {"who": who},
        "standing": lambda who: _("%(who)s has approved this decision already.") % {"who": who},
        "waiting": lambda who: _("The proposal of %(who)s is not approved yet.") % {"who": who},
        "told": lambda who: _("What %(who)s said needs no approval.") % {"who": who},
    }
    return words[row.state](str(who))


def _refuse(faults: Sequence[str]) -> None:
    """Named one by one up to NAMED, the rest counted."""
    if not faults:
        return
    told = list(dict.fromkeys(faults))
    rest = len(told) - NAMED
    if rest > 0:
        more = ngettext("… and %(n)s more.", "… and %(n)s more.", rest) % {"n": rest}
        told = [*told[:NAMED], more]
    raise Refused(told)


def _end(
    action: str, rows: Sequence[Decision], *, by: User, now: datetime, why: str
) -> list[Decision]:
    ids = [row.pk for row in rows]
    Decision.objects.filter(id__in=ids).update(
        ended_at=now, ended_by=by, ended_why=why.strip()[:200]
    )
    return _after(action, ids, by=by, now=now, why=why)


def _after(action: str, ids: Sequence[int], *, by: User, now: datetime, why: str) -> list[Decision]:
    rows = list(Decision.objects.filter(id__in=ids).order_by("id"))
    _audit(action, rows, by=by, now=now, why=why)
    return rows


def _audit(
    action: str, rows: Sequence[Decision], *, by: User, now: datetime, why: str = ""
) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=now,
            by=by,
            action=action,
            campaign_id=row.campaign_id,
            object_kind="payment_decision",
            object_id=row.pk,
            why=why[:300],
            facts={"payment": row.payment_id, "kind": row.kind, "fen": row.fen},
        )
        for row in rows
    )
