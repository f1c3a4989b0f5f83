"""Refunds out to the tax bureau by layout, each once; they close by its refund lines alone.

Source: docs/RULES.md R-391.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from config.lib import idnumber
from config.lib.layout import Money
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Region, User
from payments.models import Decision, Payment, Stop, TaxExport, TaxRefund
from payments.tax_out import export, pieces
from payments.tax_out.listed import open_refunds

LAYOUT = "tax-refunds"
FIELDS = (
    "no", "list", "name", "kind", "number", "receipt", "paid_on", "year", "paid", "amount",
    "reason", "township",
)  # fmt: skip
TOO_MUCH = gettext_noop("paid too much")


def due(campaign: Campaign) -> QuerySet[Payment]:
    """Payments of which something is to go back, whoever or whatever decided it."""
    return Payment.objects.filter(campaign_id=campaign.pk, refund_due_fen__gt=0)


def to_send(campaign: Campaign) -> QuerySet[Payment]:
    """Of these, what waits on no list to the tax bureau. A rest follows once the earlier list's
    money has gone back."""
    sent = open_refunds().filter(payment_id=OuterRef("id"))
    return due(campaign).filter(~Exists(sent)).order_by("township_id", "paid_at", "id")


@transaction.atomic
def export_refunds(campaign: Campaign, *, why: str, by: User, now: datetime) -> TaxExport:
    """A list of everything that is to go back and is on none. Numbers leave the house: one act.

    Errors: Refused without a reason, where nothing waits, or for a layout that does not fit.
    """
    if len(why.strip()) < 2:
        raise Refused(_("Say what the file is for."))
    layout = pieces.layout_of(LAYOUT, FIELDS)
    with connection.cursor() as cursor:
        export.lock(cursor, campaign)
    rows = list(to_send(campaign).select_for_update(no_key=True, of=("self",)))
    if not rows:
        raise Refused(_("No refund waits to be sent."))
    reasons = reasons_of(campaign, [row.pk for row in rows])
    last = export.last_of(campaign, TaxExport.Kind.REFUNDS)
    number = (last.number if last else 0) + 1
    fen = sum(row.refund_due_fen for row in rows)
    file = pieces.seal(
        layout, _written(rows, reasons, number), len(rows), campaign=campaign, number=number,
        sum_fen=fen, by=by, now=now,
    )  # fmt: skip
    made = TaxExport.objects.create(
        campaign=campaign, kind=TaxExport.Kind.REFUNDS, number=number, layout=LAYOUT,
        since=last.until if last else None, until=now, rows=len(rows), fen=fen,
        why=why.strip()[:200], file=file, made_by=by,
    )  # fmt: skip
    TaxRefund.objects.bulk_create(
        TaxRefund(
            export=made, payment_id=row.pk, row=n, fen=row.refund_due_fen,
            back_fen=row.reversed_fen + row.refunded_fen, stop_id=reasons[row.pk][1],
            reason=reasons[row.pk][0][:60],
        )
        for n, row in enumerate(rows, start=1)
    )  # fmt: skip
    export.log(made, "make_refund_list", by=by, at=now, why=why)
    return made


def call_back(
    campaign: Campaign, payment_ids: Iterable[Any], *, why: str, by: User, now: datetime
) -> int:
    """These refunds are on no list any more, so that the tax bureau is to be told; how many were.

    Those that were carried out stay. In the caller's transaction. Errors: Refused without a reason.
    """
    if len(why.strip()) < 2:
        raise Refused(_("Say why."))
    rows = open_refunds().filter(export__campaign=campaign, payment_id__in=payment_ids)
    found = list(rows.select_for_update(of=("self",)))
    TaxRefund.objects.filter(pk__in=[row.pk for row in found]).update(
        live=False, called_back_at=now, called_back_by=by, called_back_why=why.strip()[:200]
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=now, by=by, action="call_back_refund", campaign=campaign,
            object_kind="tax_refund", object_id=row.pk, why=why.strip()[:300],
            facts={"payment": row.payment_id, "fen": row.fen},
        )
        for row in found
    )  # fmt: skip
    return len(found)


@transaction.atomic
def call_back_one(row: TaxRefund, *, why: str, by: User, now: datetime) -> None:
    """Errors: Refused without a reason, or once it was carried out."""
    if not open_refunds().filter(pk=row.pk).exists():
        raise Refused(_("The tax bureau's line has come: this refund is carried out."))
    call_back(row.export.campaign, [row.payment_id], why=why, by=by, now=now)


def reasons_of(campaign: Campaign, payment_ids: list[int]) -> dict[int, tuple[str, int | None]]:
    """payment id → why it goes back, as the tax bureau reads it, and the stop behind it."""
    named = {rule.reason: rule.name for rule in campaign.policy["refunds"]}
    decided = (
        Decision.objects.standing()
        .filter(payment_id__in=payment_ids, kind=Decision.Kind.REFUND)
        .order_by("id")
    )
    stops = {
        row.bulk: row
        for row in Stop.objects.filter(campaign=campaign, bulk__in=decided.values("bulk"))
    }
    with override("zh-hans"):  # of refunds that follow one another the last says why
        found: dict[int, tuple[str, int | None]] = dict.fromkeys(payment_ids, (_(TOO_MUCH), None))
        for row in decided:
            stop = stops.get(row.bulk)
            said = stop.reason_name if stop else named.get(row.reason, row.reason_label)
            found[row.payment_id] = (said, stop.pk if stop else None)
    return found


def _written(
    rows: list[Payment], reasons: dict[int, tuple[str, int | None]], number: int
) -> Iterator[dict[str, Any]]:
    kinds = export.in_chinese(idnumber.KINDS)
    townships = dict(
        Region.objects.filter(pk__in={row.township_id for row in rows}).values_list("id", "name")
    )
    for n, row in enumerate(rows, start=1):
        yield {
            "no": n,
            "list": number,
            "name": row.name,
            "kind": kinds.get(row.number_kind, ""),
            "number": row.number.reveal(),
            "receipt": row.receipt,
            "paid_on": localdate(row.paid_at),
            "year": row.year,
            "paid": Money(row.fen),
            "amount": Money(row.refund_due_fen),
            "reason": reasons[row.pk][0],
            "township": townships.get(row.township_id or 0, row.place),
        }
