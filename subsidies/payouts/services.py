"""Batches of pay-outs: made by one person, checked by another, exported, confirmed; what came back.

Source: docs/RULES.md R-256 to R-258, R-293.
"""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from config.lib import sql
from config.lib.siv import seal
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Registration, User
from subsidies.models import PayOut, PayOutBatch, Transfer
from subsidies.payouts import queries
from subsidies.payouts.accounts import FAULTS, cleaned, fault_of
from subsidies.payouts.due import APP, derive_pay_outs

State = PayOutBatch.State


class MadeByTheSame(Refused):
    """Who made a batch cannot check it."""

    def __init__(self) -> None:
        super().__init__(_("You made this batch; somebody else has to check it."))


@transaction.atomic
def make_batch(
    campaign: Campaign, *, funder: str, month: date, by: User, now: datetime
) -> PayOutBatch:
    """A draft of what the funder is to pay in a month, as far as nothing speaks against it.

    Two people at once: one waits for the other (derive_pay_outs holds the posting lock).
    Errors: Refused where there is nothing that could go into it.
    """
    derive_pay_outs(campaign, now=now)
    rows = queries.pay_outs(campaign).filter(funder=funder, due_month=month)
    waiting = list(queries.standing(rows, "waiting").values_list("pk", flat=True))
    batch = PayOutBatch.objects.create(
        campaign=campaign, funder=funder, month=month, made_at=now, made_by=by
    )
    with connection.cursor() as cursor:
        values = {"batch_id": batch.pk, "pay_outs": waiting}
        count = sql.run(cursor, APP, "payout_batch", values)
    if not count:
        raise Refused(_("Nothing to pay out here has an account and is in no batch yet."))
    audit("make_pay_out_batch", batch, by=by, now=now, facts={"rows": count})
    return batch


@transaction.atomic
def check_batch(batch: PayOutBatch, *, by: User, now: datetime) -> None:
    """A second person stands for it; pressed twice it is checked once.

    Errors: MadeByTheSame; Refused unless it is a draft, or where somebody in it is not to be paid
    any more.
    """
    row = locked(batch, State.DRAFT, State.CHECKED)
    if row.made_by_id == by.pk:
        raise MadeByTheSame
    if row.state == State.CHECKED and row.checked_by_id == by.pk:
        return
    _expect(row, State.DRAFT)
    _expect_payable(row)
    _move(row, State.CHECKED, checked_at=now, checked_by=by)
    audit("check_pay_out_batch", row, by=by, now=now)


@transaction.atomic
def discard_batch(batch: PayOutBatch, *, by: User, now: datetime) -> None:
    """Its amounts can go into another. Errors: Refused once the bank's file has left."""
    row = locked(batch, State.DRAFT, State.CHECKED)
    facts = {"rows": row.transfers.count(), "state": row.state}
    audit("discard_pay_out_batch", row, by=by, now=now, facts=facts)
    _move(row, State.DRAFT, checked_at=None, checked_by=None)
    row.delete()


@transaction.atomic
def mark_exported(batch: PayOutBatch, *, by: User, now: datetime) -> None:
    """The file for the bank is taken; again is the same file. Errors: Refused while unchecked, or
    where somebody in it is not to be paid any more before it has left."""
    row = locked(batch, State.CHECKED, State.EXPORTED, State.CONFIRMED)
    if row.state == State.CHECKED:
        _expect_payable(row)
        _move(row, State.EXPORTED, exported_at=now)
    audit("export_pay_out_batch", row, by=by, now=now)


@transaction.atomic
def confirm_batch(batch: PayOutBatch, *, by: User, now: datetime) -> None:
    """The bank has carried it out; pressed twice it is confirmed once. Errors: Refused before it
    was exported."""
    row = locked(batch, State.EXPORTED, State.CONFIRMED)
    if row.state == State.EXPORTED:
        confirmed(row, by=by, now=now)


def confirmed(row: PayOutBatch, *, by: User, now: datetime) -> None:
    """`row` is locked by the caller, and exported."""
    _move(row, State.CONFIRMED, confirmed_at=now)
    audit("confirm_pay_out_batch", row, by=by, now=now)


@transaction.atomic
def return_transfer(transfer: Transfer, *, why: str, by: User, now: datetime) -> None:
    """The money came back: the pay-out waits for another account.

    Errors: Refused without a reason, before the export, or where it came back already.
    """
    if not why.strip():
        raise Refused(_("Say why the transfer came back."))
    locked(transfer.batch, State.EXPORTED, State.CONFIRMED)
    changed = Transfer.objects.filter(pk=transfer.pk, returned_at=None).update(
        returned_at=now, returned_by=by, returned_why=why.strip()[:200]
    )
    if not changed:
        raise Refused(_("This transfer came back already."))
    PayOut.objects.filter(pk=transfer.pay_out_id).update(account=None, account_fault=None)
    audit(
        "return_transfer", transfer.batch, by=by, now=now, why=why,
        facts={"pay_out": transfer.pay_out_id, "line": transfer.line, "fen": transfer.fen},
    )  # fmt: skip


@transaction.atomic
def set_account(pay_out: PayOut, *, number: str, by: User, now: datetime) -> None:
    """Where a pay-out goes to. Errors: Refused for what is no account, or once it is in a batch."""
    row = editable(pay_out)
    last4 = keep_account(row, number)
    AuditEntry.objects.create(
        at=now, by=by, action="set_account", campaign=row.campaign, object_kind="resident",
        object_id=row.resident_id, facts={"pay_out": row.pk, "last4": last4},
    )  # fmt: skip


def editable(pay_out: PayOut) -> PayOut:
    """The row, locked. Errors: Refused where it is in a batch or due no more."""
    row = PayOut.objects.select_for_update().get(pk=pay_out.pk)
    if row.ended_at or row.transfers.filter(returned_at=None).exists():
        raise Refused(_("This amount is in a batch already, or is due no more."))
    return row


def keep_account(row: PayOut, number: str) -> str:
    """Answers its last four digits. Errors: Refused for what is no account, or the one from which
    the money came back."""
    digits = cleaned(number)
    if fault := fault_of(digits):
        raise Refused(_("The account number %(fault)s.") % {"fault": FAULTS[fault]})
    before = row.transfers.order_by("-returned_at").first()
    sealed = seal(digits)
    if before and bytes(before.account) == sealed:
        raise Refused(_("The transfer to this very account came back; name another."))
    row.account, row.account_fault = sealed, ""
    row.save(update_fields=["account", "account_fault"])
    return digits[-4:]


def stopped(batch: PayOutBatch) -> int:
    """How many in it are not to be paid any more: registered no more, or here although they were
    enrolled elsewhere, or held back since."""
    ids = batch.transfers.filter(returned_at=None).values("pay_out")
    ended = Q(registration__ended_at__isnull=False)
    here = Registration.objects.standing().filter(
        campaign=batch.campaign_id, resident=OuterRef("resident")
    )
    gone = PayOut.objects.filter(ended | Q(registration=None) & Exists(here), pk__in=ids)
    return len({*gone.values_list("pk", flat=True), *queries.held_in(batch)})


def _expect_payable(row: PayOutBatch) -> None:
    if count := stopped(row):
        raise Refused(
            _(
                "%(count)s people in it are registered no more or held back by now; discard it and"
                " make it anew."
            )
            % {"count": count}
        )


def locked(batch: PayOutBatch, *states: str) -> PayOutBatch:
    """The row, locked until the transaction ends. Errors: Refused in any other state."""
    row = PayOutBatch.objects.select_for_update().filter(pk=batch.pk).first()
    if row is None:
        raise Refused(_("Somebody has discarded this batch meanwhile."))
    _expect(row, *states)
    return row


def _expect(row: PayOutBatch, *states: str) -> None:
    if row.state not in states:
        raise Refused(
            _("The batch is %(state)s; this cannot be done with it.")
            % {"state": row.get_state_display()}
        )


def _move(row: PayOutBatch, state: str, **fields: Any) -> None:
    PayOutBatch.objects.filter(pk=row.pk).update(state=state, **fields)


def audit(
    action: str,
    batch: PayOutBatch,
    *,
    by: User,
    now: datetime,
    why: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    AuditEntry.objects.create(
        at=now, by=by, action=action, campaign=batch.campaign, object_kind="pay_out_batch",
        object_id=batch.pk, why=why[:300], facts=facts or {},
    )  # fmt: skip
