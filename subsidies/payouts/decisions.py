"""What a person decides of an amount that is held back. Source: docs/RULES.md R-291."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import AuditEntry, User
from subsidies.models import PayOut, PayOutDecision
from subsidies.payouts import queries
from subsidies.payouts.held import DEAD
from subsidies.payouts.services import editable, keep_account

What = PayOutDecision.What


@transaction.atomic
def release(
    pay_out: PayOut, *, why: str, by: User, now: datetime, payee: str = "", number: str = ""
) -> PayOutDecision:
    """It is paid all the same: to `payee`'s account, or to the person's own.

    Errors: Refused without a reason; unless it is held; for what belongs to a dead person without
    an heir's name and account; for what is no account.
    """
    row, held = _held(pay_out, why)
    payee = payee.strip()
    if held == DEAD and not (payee and number.strip()):
        raise Refused(_("Say to whom it goes and to which account: the person has died."))
    if number.strip():
        keep_account(row, number)
    row.payee = payee[:60]
    row.save(update_fields=["payee"])
    return _decide(row, What.RELEASED, held, why, by, now)


@transaction.atomic
def drop(pay_out: PayOut, *, why: str, by: User, now: datetime) -> PayOutDecision:
    """It is paid to nobody. Errors: Refused without a reason, or unless it is held."""
    row, held = _held(pay_out, why)
    return _decide(row, What.DROPPED, held, why, by, now)


@transaction.atomic
def take_back(pay_out: PayOut, *, by: User, now: datetime) -> None:
    """It is held again, and nobody else's account stays with it. Errors: Refused once it is in a
    batch, or where nothing was decided."""
    row = editable(pay_out)
    standing = PayOutDecision.objects.filter(pay_out=row, ended_at=None)
    if not standing.update(ended_at=now, ended_by=by):
        raise Refused(_("Nothing is decided of this amount."))
    if row.payee:
        row.payee, row.account, row.account_fault = "", None, None
        row.save(update_fields=["payee", "account", "account_fault"])
    _audit("take_back_pay_out_decision", row, by=by, now=now)


def _held(pay_out: PayOut, why: str) -> tuple[PayOut, str]:
    """The row, locked, and by which list it is held."""
    if not why.strip():
        raise Refused(_("Say why."))
    row = editable(pay_out)
    found = queries.standing(queries.pay_outs(row.campaign), "held").filter(pk=row.pk)
    held = found.values_list("held", flat=True).first()
    if held is None:
        raise Refused(_("This amount is not held back."))
    return row, held


def _decide(row: PayOut, what: str, held: str, why: str, by: User, now: datetime) -> PayOutDecision:
    """What was decided of another list before ends."""
    PayOutDecision.objects.filter(pay_out=row, ended_at=None).update(ended_at=now, ended_by=by)
    _audit(f"{what}_pay_out", row, by=by, now=now, why=why)
    return PayOutDecision.objects.create(
        pay_out=row, what=what, held=held, why=why.strip()[:200], at=now, by=by
    )


def _audit(action: str, row: PayOut, *, by: User, now: datetime, why: str = "") -> None:
    AuditEntry.objects.create(
        at=now, by=by, action=action, campaign=row.campaign, object_kind="pay_out",
        object_id=row.pk, why=why[:300], facts={"fen": row.fen, "payee": bool(row.payee)},
    )  # fmt: skip
