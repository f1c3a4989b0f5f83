"""Fiscal money that came in: entered with its document, taken back by a counter-entry."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, User
from reports.models import FiscalReceipt


@transaction.atomic
def enter_receipt(
    campaign: Campaign,
    *,
    funder: str,
    fen: int,
    received_on: date,
    document: str,
    note: str,
    by: User,
    now: datetime,
    at: datetime,
) -> FiscalReceipt:
    """`now` by the campaign's clock, `at` by the real one. Errors: Refused, also for a document of
    the funder that is entered already and stands."""
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    funder, document = funder.strip(), document.strip()
    problems = []
    if not funder:
        problems.append(_("Say who the money came from."))
    if not document:
        problems.append(_("Say by which document or voucher it came."))
    if fen <= 0:
        problems.append(_("The amount must be more than nothing."))
    if received_on > timezone.localdate(now):
        problems.append(_("The day of receipt lies in the future."))
    same = FiscalReceipt.objects.filter(
        campaign=campaign, funder=funder, document=document, cancels=None, cancelled_by=None
    )
    if same.exists():
        problems.append(
            _("Document %(document)s of %(funder)s is entered already.")
            % {"document": document, "funder": funder}
        )
    if problems:
        raise Refused(problems)
    row = FiscalReceipt.objects.create(
        campaign=campaign,
        funder=funder,
        fen=fen,
        received_on=received_on,
        document=document,
        note=note.strip(),
        at=now,
        known_at=at,
        by=by,
    )
    _log("enter_fiscal_receipt", row, by, at)
    return row


@transaction.atomic
def counter_receipt(
    receipt: FiscalReceipt, *, why: str, by: User, now: datetime, at: datetime
) -> FiscalReceipt:
    """An entry of the same amount the other way; both stay. Errors: Refused."""
    Campaign.objects.select_for_update(no_key=True).get(pk=receipt.campaign_id)
    if not why.strip():
        raise Refused(_("Say why the entry is taken back."))
    if receipt.cancels_id or FiscalReceipt.objects.filter(cancels=receipt).exists():
        raise Refused(_("This entry is taken back already."))
    row = FiscalReceipt.objects.create(
        campaign_id=receipt.campaign_id,
        funder=receipt.funder,
        fen=-receipt.fen,
        received_on=timezone.localdate(now),
        document=receipt.document,
        note=why.strip(),
        cancels=receipt,
        at=now,
        known_at=at,
        by=by,
    )
    _log("counter_fiscal_receipt", row, by, at)
    return row


def _log(action: str, row: FiscalReceipt, by: User, at: datetime) -> None:
    AuditEntry.objects.create(
        at=at,
        by=by,
        action=action,
        campaign_id=row.campaign_id,
        object_kind="fiscal_receipt",
        object_id=row.pk,
        facts={"funder": row.funder, "fen": row.fen, "document": row.document},
    )
