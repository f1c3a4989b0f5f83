"""Workbooks of collection: money kept too long."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from config.lib import workbooks
from enrollment.models import Campaign
from payments.collection.held import Held

WIDTHS = (14, 16, 12, 8, 14, 13, 13, 8, 13, 8, 14, 10, 44)


def kept_workbook(campaign: Campaign, rows: Sequence[Held]) -> bytes:
    """XLSX; texts are texts, amounts figures in yuan, days dates."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _("Money kept too long")[:31]
    workbooks.add_row(
        sheet, [f"{campaign.region.name}　{campaign.label}　{_('Money kept too long')}"]
    )
    workbooks.add_row(sheet, [
        _("Township"), _("Village"), pgettext("cash", "Collector"), _("Heads"),
        _("Amount (yuan)"), _("First cash"), _("Until"), _("Working days"), _("Last day allowed"),
        _("Days over"), _("Where it is"), _("Clause"), _("Because"),
    ])  # fmt: skip
    for one in rows:
        workbooks.add_row(sheet, [
            str(one.place.parent or ""), one.place.name, str(one.by), one.heads,
            Decimal(one.fen) / 100, one.first_on, one.until, one.days, one.due_on, one.over,
            where(one), one.because[0].clause if one.because else "",
            "；".join(reason.words for reason in one.because),
        ])  # fmt: skip
    workbooks.dress(sheet, WIDTHS, header=2, freeze="C3")
    return workbooks.saved(book)


def where(one: Held) -> str:
    if one.batch is None:
        return _("still in hand")
    return _("paid in by batch %(n)s") % {"n": one.batch.number}
