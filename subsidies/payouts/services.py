"""Batches of pay-outs: made by one person, checked by another, exported, confirmed; what came back.

Source: docs/RULES.md R-256 to R-258.
"""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from config.lib import sql
from config.lib.siv import seal
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, User
from subsidies.models import PayOut, PayOutBatch, Transfer
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
    """A draft of what the funder is to pay in a month, as far as accounts are known.

    Errors: Refused where there is nothing that could go into it.
    """
    derive_pay_outs(campaign, now=now)
    batch = PayOutBatch.objects.create(
        campaign=campaign, funder=funder, month=month, made_at=now, made_by=by
    )
    values = {
        "batch_id": batch.pk, "campaign_id": campaign.pk, "funder": funder, "month": month,
    }  # fmt: skip
    with connection.cursor() as cursor:
        rows = sql.run(cursor, APP, "payout_batch", values)
    if not rows:
        raise Refused(_("Nothing to pay out here has an account and is in no batch yet."))
    _audit("make_pay_out_batch", batch, by=by, now=now, facts={"rows": rows})
    return batch


@transaction.atomic
def check_batch(batch: PayOutBatch, *, by: User, now: datetime) -> None:
    """A second person stands for it. Errors: MadeByTheSame; Refused unless it is a draft, or where
    somebody in it is not registered any more."""
    row = _locked(batch, State.DRAFT)
    if row.made_by_id == by.pk:
        raise MadeByTheSame
    gone = row.transfers.filter(pay_out__registration__ended_at__isnull=False).count()
    if gone:
        raise Refused(
            _("%(count)s people in it are registered no more; discard it and make it anew.")
            % {"count": gone}
        )
    _move(row, State.CHECKED, checked_at=now, checked_by=by)
    _audit("check_pay_out_batch", row, by=by, now=now)


@transaction.atomic
def discard_batch(batch: PayOutBatch, *, by: User, now: datetime) -> None:
    """Errors: Refused once it is checked: it stands for money then."""
    row = _locked(batch, State.DRAFT)
    _audit("discard_pay_out_batch", row, by=by, now=now, facts={"rows": row.transfers.count()})
    row.delete()


@transaction.atomic
def mark_exported(batch: PayOutBatch, *, by: User, now: datetime) -> None:
    """The file for the bank is taken; again is the same file. Errors: Refused while unchecked."""
    row = _locked(batch, State.CHECKED, State.EXPORTED, State.CONFIRMED)
    if row.state == State.CHECKED:
        _move(row, State.EXPORTED, exported_at=now)
    _audit("export_pay_out_batch", row, by=by, now=now)


@transaction.atomic
def confirm_batch(batch: PayOutBatch, *, by: User, now: datetime) -> None:
    """The bank has carried it out. Errors: Refused before it was exported."""
    row = _locked(batch, State.EXPORTED)
    _move(row, State.CONFIRMED, confirmed_at=now)
    _audit("confirm_pay_out_batch", row, by=by, now=now)


@transaction.atomic
def return_transfer(transfer: Transfer, *, why: str, by: User, now: datetime) -> None:
    """The money came back: the pay-out waits for another account.

    Errors: Refused without a reason, before the export, or where it came back already.
    """
    if not why.strip():
        raise Refused(_("Say why the transfer came back."))
    _locked(transfer.batch, State.EXPORTED, State.CONFIRMED)
    changed = Transfer.objects.filter(pk=transfer.pk, returned_at=None).update(
        returned_at=now, returned_by=by, returned_why=why.strip()[:200]
    )
    if not changed:
        raise Refused(_("This transfer came back already."))
    PayOut.objects.filter(pk=transfer.pay_out_id).update(account=None)
    _audit(
        "return_transfer", transfer.batch, by=by, now=now, why=why,
        facts={"pay_out": transfer.pay_out_id, "fen": transfer.fen},
    )  # fmt: skip


@transaction.atomic
def set_account(pay_out: PayOut, *, number: str, by: User, now: datetime) -> None:
    """Where a pay-out goes to. Errors: Refused for what is no account, or once it is in a batch."""
    digits = "".join(number.split()).replace("-", "")
    if not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 32):
        raise Refused(_("An account number has 8 to 32 digits."))
    row = PayOut.objects.select_for_update().get(pk=pay_out.pk)
    if row.ended_at or row.transfers.filter(returned_at=None).exists():
        raise Refused(_("This amount is in a batch already, or is due no more."))
    before = row.transfers.order_by("-returned_at").first()
    sealed = seal(digits)
    if before and bytes(before.account) == sealed:
        raise Refused(_("The transfer to this very account came back; name another."))
    row.account = sealed
    row.save(update_fields=["account"])
    AuditEntry.objects.create(
        at=now, by=by, action="set_account", campaign=row.campaign, object_kind="resident",
        object_id=row.resident_id, facts={"pay_out": row.pk, "last4": digits[-4:]},
    )  # fmt: skip


def _locked(batch: PayOutBatch, *states: str) -> PayOutBatch:
    row = PayOutBatch.objects.select_for_update().get(pk=batch.pk)
    if row.state not in states:
        raise Refused(
            _("The batch is %(state)s; this cannot be done with it.")
            % {"state": row.get_state_display()}
        )
    return row


def _move(row: PayOutBatch, state: str, **fields: Any) -> None:
    PayOutBatch.objects.filter(pk=row.pk).update(state=state, **fields)


def _audit(
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
