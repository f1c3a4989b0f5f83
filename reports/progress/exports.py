"""The dashboard's table as a workbook."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from config.lib import workbooks
from config.states import STATES
from reports.progress.board import Board
from reports.progress.places import Place

WIDTHS = (7, 9, 18, 12, 11, 11, 11, 13, 10, 10, 10)
HEADER_ROW = 3


def board_workbook(board: Board) -> bytes:
    """XLSX of one sheet: title, cut-off and denominator, header, the whole, its parts.

    Rates are numbers in percent; a gap above zero is that many persons missing.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = _("Progress")
    sheet.append([_title(board)])
    sheet.append([_under(board)])
    sheet.append(
        [
            pgettext("progress", "Rank"),
            pgettext("progress", "Since last"),
            pgettext("progress", "Place"),
            board.part_base.title,
            pgettext("count", "Registered"),
            pgettext("count", "Enrolled"),
            pgettext("progress", "Rate %"),
            pgettext("progress", "Missing today"),
            pgettext("progress", "Last 7 days"),
            pgettext("progress", "Needed a day"),
            pgettext("progress", "State"),
        ]
    )
    sheet.append(_cells(board.sum_of_parts))
    for place in board.parts:
        sheet.append(_cells(place))
    _dress(sheet)
    return workbooks.saved(book)


def _title(board: Board) -> str:
    title = _("%(title)s: progress") % {"title": board.campaign.title}
    return f"{board.region.name}　{title}"


def _under(board: Board) -> str:
    return "　".join(
        [
            _("As of %(at)s") % {"at": cut_off(board)},
            _("Denominator: %(base)s") % {"base": board.part_base.title},
        ]
    )


def cut_off(board: Board, now: bool = False) -> str:
    """The instant the figures are true of, in China; a past day is looked at at its end.

    `now`: of the newest figures, whichever day is looked at.
    """
    if board.is_past and not now:
        return f"{board.today} 24:00"
    if board.as_of is None:
        return "–"
    return f"{timezone.localtime(board.as_of):%Y-%m-%d %H:%M}"


def _cells(place: Place) -> list[Any]:
    return [
        place.rank,
        place.change,
        place.name,
        place.base,
        place.registered,
        place.enrolled,
        None if place.rate_bp is None else place.rate_bp / 100,
        place.gap,
        place.last_week,
        place.per_day,
        str(STATES[place.state].word) if place.state else None,
    ]


def _dress(sheet: Any) -> None:
    for row in sheet.iter_rows(min_row=HEADER_ROW + 1):
        for cell in row[3:10]:
            cell.number_format = "0.00" if cell.column == 7 else "#,##0"
    below = HEADER_ROW + 1
    workbooks.dress(sheet, WIDTHS, header=HEADER_ROW, freeze=f"D{below + 1}", total=below)
