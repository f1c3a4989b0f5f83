"""What leaves of a batch: the bank's file, and a workbook for people."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from config.lib import layout, workbooks
from config.lib.siv import unseal
from enrollment.models import Identity
from subsidies.models import PayOutBatch
from subsidies.payouts import queries

LAYOUT = Path(settings.BASE_DIR) / "layouts" / "bank-transfer.toml"
WIDTHS = (6, 12, 22, 14, 16, 14, 24, 12, 14, 30, 12, 20)


def bank_file(batch: PayOutBatch) -> tuple[str, bytes]:
    """Name and content; the same batch gives the same bytes. Errors: LayoutFault."""
    rows, fen = queries.bank_rows(batch)
    form = layout.read(LAYOUT, queries.FIELDS)
    name = form.file.format(place=batch.campaign.region.name, number=batch.pk)
    return name, form.write(rows, told={}, sum_fen=fen)


def lines(batch: PayOutBatch) -> list[dict[str, Any]]:
    """Every transfer in the order of the bank's file, with numbers and accounts in full: an act,
    to be logged by whoever calls."""
    rows = list(
        batch.transfers.order_by("line").select_related("pay_out__resident__village__parent")
    )
    papers = Identity.objects.filter(
        current=True, resident__in=[row.pay_out.resident_id for row in rows]
    )
    numbers = {paper.resident_id: paper.number.reveal() for paper in papers}
    return [
        {
            "transfer": row,
            "out": row.pay_out,
            "person": row.pay_out.resident,
            "number": numbers.get(row.pay_out.resident_id, ""),
            "account": unseal(bytes(row.account)),
        }
        for row in rows
    ]


def workbook(batch: PayOutBatch) -> bytes:
    """XLSX: numbers and accounts are text, nothing is a formula, amounts are figures in yuan."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _("Pay-outs")
    funder = batch.funder or _("no funder stated")
    workbooks.add_row(sheet, [f"{batch.campaign.label}　{funder}　{batch.month:%Y-%m}"])
    workbooks.add_row(sheet, [
        _("No."), _("Name"), _("Number"), _("Township"), _("Village"),
        pgettext("pay-out", "Account holder"), _("Bank account"), _("Amount (yuan)"), _("Reason"),
        _("Clause"), _("Came back"), _("Why it came back"),
    ])  # fmt: skip
    whole = 0
    for line in lines(batch):
        row, out, place = line["transfer"], line["out"], line["person"].village
        whole += row.fen
        workbooks.add_row(sheet, [
            row.line, line["person"].name, line["number"], str(place.parent), str(place), row.name,
            line["account"], Decimal(row.fen) / 100, str(out.get_kind_display()), out.clause,
            f"{row.returned_at:%Y-%m-%d}" if row.returned_at else "", row.returned_why,
        ])  # fmt: skip
    workbooks.add_row(sheet, [_("Together"), *[""] * 6, Decimal(whole) / 100])
    workbooks.dress(sheet, WIDTHS, header=2, freeze="C3")
    return workbooks.saved(book)
