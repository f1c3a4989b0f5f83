"""What leaves of a batch: the bank's file, and a workbook for people."""

from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from config.lib import layout
from config.lib.siv import unseal
from enrollment.models import Identity
from subsidies.models import PayOutBatch
from subsidies.payouts import queries

LAYOUT = Path(settings.BASE_DIR) / "layouts" / "bank-transfer.toml"
MONEY = "#,##0.00"
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
    _row(sheet, [f"{batch.campaign.label}　{funder}　{batch.month:%Y-%m}"])
    sheet["A1"].font = Font(bold=True, size=14)
    _row(sheet, [
        _("No."), _("Name"), _("Number"), _("Township"), _("Village"),
        pgettext("pay-out", "Account holder"), _("Bank account"), _("Amount (yuan)"), _("Reason"),
        _("Clause"), _("Came back"), _("Why it came back"),
    ])  # fmt: skip
    whole = 0
    for line in lines(batch):
        row, out, place = line["transfer"], line["out"], line["person"].village
        whole += row.fen
        _row(sheet, [
            row.line, line["person"].name, line["number"], str(place.parent), str(place), row.name,
            line["account"], Decimal(row.fen) / 100, str(out.get_kind_display()), out.clause,
            f"{row.returned_at:%Y-%m-%d}" if row.returned_at else "", row.returned_why,
        ])  # fmt: skip
    _row(sheet, [_("Together"), *[""] * 6, Decimal(whole) / 100])
    for at, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
        head = sheet.cell(2, at)
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
    sheet.freeze_panes = "C3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_title_rows = "1:2"
    out_file = BytesIO()
    book.save(out_file)
    return out_file.getvalue()


def _row(sheet: Any, values: list[Any]) -> None:
    """Texts stay texts, whatever they begin with."""
    sheet.append(values)
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type, cell.number_format = "s", "@"
        elif isinstance(cell.value, Decimal):
            cell.number_format = MONEY
