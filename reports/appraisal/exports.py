"""An appraisal as a workbook: one sheet of units, one of the arithmetic with its clauses."""

from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from config.lib import workbooks
from enrollment.facts import ZONE
from enrollment.models import Campaign
from reports.appraisal.page import Line, Sheet

WIDTHS = (6, 16, 12, 12, 10, 10, 10, 10, 14, 14, 14, 14, 40)
WORDS_WIDTHS = (16, 12, 80)


def appraisal_workbook(campaign: Campaign, sheet: Sheet) -> bytes:
    """XLSX of two sheets; header in line 3, a row for each unit, a total row. Money in yuan."""
    book = Workbook()
    page = book.active
    page.title = _("Appraisal and rewards")
    at = f"{sheet.at.astimezone(ZONE):%Y-%m-%d %H:%M}"
    page.append([f"{campaign.region.name} {campaign.title} {sheet.stage.title}"])
    page.append([_("As of %(at)s") % {"at": at}, "", "", "", sheet.target_set.title])
    page.append(
        [
            _("Rank"),
            _("Unit"),
            _("Target"),
            _("Counted"),
            _("Rate %"),
            _("Reached"),
            _("In time"),
            _("Missed hardship people"),
            _("Reward (yuan)"),
            _("Institutions (yuan)"),
            _("Taken off (yuan)"),
            _("Together (yuan)"),
            _("Consequences"),
        ]
    )
    for line in sheet.lines:
        page.append(_cells(line))
    total = sheet.total
    page.append(
        [
            "",
            _("Total"),
            total["target"],
            total["counted"],
            total["rate_bp"] / 100,
            total["met"],
            "",
            total["missed"],
            *(total[f"{key}_fen"] / 100 for key in ("own", "institutions", "deductions", "net")),
        ]
    )
    workbooks.dress(page, WIDTHS, total=page.max_row)
    words = book.create_sheet(_("How it is worked out"))
    words.append([f"{campaign.region.name} {sheet.stage.title}"])
    words.append([_("As of %(at)s") % {"at": at}])
    words.append([_("Unit"), _("Clause"), _("Arithmetic")])
    for line in sheet.lines:
        for each in line.row.because:
            words.append([line.row.unit.name, each.clause, each.words])
    workbooks.dress(words, WORDS_WIDTHS)
    return workbooks.saved(book)


def _cells(line: Line) -> list[Any]:
    row, unit = line.row, line.row.unit
    said = {True: _("in time"), False: _("not in time"), None: _("not said")}
    follows = [f"{each.words}（{each.clause}）" for each in row.consequences]
    if unit.disqualified:
        follows.append(_("disqualified: %(reason)s") % {"reason": unit.disqualified})
    return [
        row.rank,
        unit.name,
        unit.target,
        unit.counted,
        row.rate_bp / 100,
        _("yes") if row.met else _("no"),
        said[unit.on_time],
        unit.hardship_missed,
        line.own_fen / 100,
        line.institutions_fen / 100,
        row.deductions_fen / 100,
        line.net_fen / 100,
        "；".join(follows),
    ]
