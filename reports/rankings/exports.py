"""A ranking as a workbook: the weekly report's columns, as offices pass them on."""

from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from config.lib import workbooks
from enrollment.facts import ZONE
from enrollment.models import Campaign
from reports.models import Ranking
from reports.rankings.queries import rule_of_ranking

WIDTHS = (6, 16, 12, 12, 12, 12, 10, 8, 8, 14, 30)


def ranking_workbook(campaign: Campaign, ranking: Ranking) -> bytes:
    """XLSX of one sheet: title, cut-off, header in line 3, a row for each unit, a total row.

    Rates and gaps are numbers in percent and percentage points.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = _("Ranking")
    rule = rule_of_ranking(ranking)
    sheet.append(
        [f"{ranking.region.name} {rule.title} {_('Ranking No. %(n)s') % {'n': ranking.number}}"]
    )
    as_of = ranking.as_of.astimezone(ZONE)
    sheet.append([_("As of %(at)s") % {"at": f"{as_of:%Y-%m-%d %H:%M}"}])
    sheet.append(
        [
            _("No."),
            _("Unit"),
            _("Target"),
            _("Registered"),
            _("Counted"),
            _("Added"),
            _("Rate %"),
            _("Rank"),
            _("Before"),
            _("Gap to requirement"),
            _("Consequences"),
        ]
    )
    rows = list(ranking.rows.all())
    for index, row in enumerate(rows, start=1):
        gap = "" if ranking.required_bp is None else (row.rate_bp - ranking.required_bp) / 100
        sheet.append(
            [
                index,
                row.name,
                row.target,
                row.registered,
                row.counted,
                row.added,
                row.rate_bp / 100,
                row.rank,
                row.previous_rank,
                gap,
                "、".join(consequence["words"] for consequence in row.consequences),
            ]
        )
    target, counted = sum(row.target for row in rows), sum(row.counted for row in rows)
    sheet.append(
        [
            "",
            _("Total"),
            target,
            sum(row.registered for row in rows),
            counted,
            sum(row.added for row in rows),
            counted * 10_000 // target / 100 if target else "",
        ]
    )
    _dress(sheet)
    return workbooks.saved(book)


def _dress(sheet: Any) -> None:
    bold = Font(bold=True)
    for cells in (sheet[1], sheet[3], sheet[sheet.max_row]):
        for cell in cells:
            cell.font = bold
    for cell in sheet[3]:
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for index, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "3:3"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
