"""Workbooks of collection: money kept too long."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from enrollment.models import Campaign
from payments.collection.held import Held

WIDTHS = (14, 16, 12, 8, 14, 13, 13, 8, 13, 8, 14, 10, 44)


def kept_workbook(campaign: Campaign, rows: Sequence[Held]) -> bytes:
    """XLSX; texts are texts, amounts figures in yuan, days dates."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _("Money kept too long")[:31]
    _row(sheet, [f"{campaign.region.name}　{campaign.label}　{_('Money kept too long')}"])
    sheet["A1"].font = Font(bold=True, size=14)
    _row(sheet, [
        _("Township"), _("Village"), pgettext("cash", "Collector"), _("Heads"),
        _("Amount (yuan)"), _("First cash"), _("Until"), _("Working days"), _("Last day allowed"),
        _("Days over"), _("Where it is"), _("Clause"), _("Because"),
    ])  # fmt: skip
    for one in rows:
        _row(sheet, [
            str(one.place.parent or ""), one.place.name, str(one.by), one.heads,
            Decimal(one.fen) / 100, one.first_on, one.until, one.days, one.due_on, one.over,
            where(one), one.because[0].clause if one.because else "",
            "；".join(reason.words for reason in one.because),
        ])  # fmt: skip
    for at, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
        head = sheet.cell(2, at)
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
    sheet.freeze_panes = "C3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_title_rows = "1:2"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def where(one: Held) -> str:
    if one.batch is None:
        return _("still in hand")
    return _("paid in by batch %(n)s") % {"n": one.batch.number}


def _row(sheet: Any, values: list[Any]) -> None:
    """Texts stay texts, whatever they begin with."""
    sheet.append(values)
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type, cell.number_format = "s", "@"
        elif isinstance(cell.value, Decimal):
            cell.number_format = "#,##0.00"
        elif cell.is_date:
            cell.number_format = "yyyy-mm-dd"
