"""What only the page of reported figures needs beside its board, and its workbook."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from config.lib import workbooks
from config.states import STATES
from enrollment.access import Role
from enrollment.models import Region, User
from reports.progress import drawing, page
from reports.progress.places import Base
from reports.progress.reported import Line, ReportedBoard

MAY_ENTER = (Role.BUREAU, Role.ADMIN)
WIDTHS = (7, 18, 12, 12, 10, 12, 10, 11, 11, 10, 12)


def context(board: ReportedBoard, user: User) -> dict[str, Any]:
    requirement = board.requirement
    required, checkpoint = requirement.required_bp, requirement.checkpoint_bp
    gap = board.total.place.gap
    above = [int(part) for part in board.region.path.strip("/").split("/")][:-1]
    regions = Region.objects.in_bulk(above)
    sets = board.campaign.target_sets.filter(counted="reported").order_by("-shown_first", "pk")
    bases = [Base(s.slug, s.title, s.clause, {}, s.insurance, True, s.level) for s in sets]
    return {
        "board": board,
        "set": board.set,
        "dates": dates(board),
        "inside": {
            line.row.region.pk
            for line in (board.total, *board.parts)
            if page.seen(board.campaign, user, line.row.region)
        },
        "document": board.campaign.policy["document"],
        "sets": page.set_choices(board.campaign, bases),
        "above": [
            (regions[pk], page.seen(board.campaign, user, regions[pk]))
            for pk in above
            if pk in regions
        ],
        "set_query": f"?set={board.set.slug}"
        + (f"&day={board.today:%Y-%m-%d}" if board.is_past else ""),
        "progress_url": reverse("progress", args=[board.campaign.slug]),
        "reports_url": reverse("target-reports", args=[board.campaign.slug, board.set.slug]),
        "may_enter": user.role in MAY_ENTER,
        "today_word": pgettext("tick", "then") if board.is_past else pgettext("tick", "today"),
        "required_short": page.short(required),
        "checkpoint_short": page.short(checkpoint),
        "gap_size": None if gap is None else abs(gap),
        "lines": [board.total, *board.parts],
        "state_words": _state_words(board),
        "whole_word": page.WHOLES.get(
            Region.Level(board.region.level), pgettext("progress", "Total")
        ),
        "column_ticks": drawing.ticks(required, checkpoint, page.COLUMN_BAR),
        "headline_ticks": drawing.ticks(required, checkpoint, page.HEADLINE_BAR, 74, at_end=56),
        "headline_bar": page.HEADLINE_BAR,
    }


def _state_words(board: ReportedBoard) -> list[tuple[str, int]]:
    found = [line.state for line in board.parts]
    return [
        (str(STATES[state].word), found.count(state))
        for state in ("ahead", "normal", "behind", "stalled")
    ]


def dates(board: ReportedBoard) -> str:
    """As of which days the figures were reported: one day, or the oldest to the newest."""
    if board.dates is None:
        return _("nothing reported yet")
    first, last = board.dates
    if first == last:
        return _("reported as of %(day)s") % {"day": first}
    return _("reported as of %(first)s to %(last)s") % {"first": first, "last": last}


def workbook(board: ReportedBoard) -> bytes:
    """XLSX of one sheet: title, dates, header, the whole, its places. Rates are in percent."""
    book = Workbook()
    sheet = book.active
    sheet.title = _("Reported figures")
    sheet.append([f"{board.region.name}　{board.set.title}"])
    sheet.append([f"{board.set.insurance_word}　{dates(board)}"])
    sheet.append(
        [
            pgettext("progress", "Rank"),
            pgettext("progress", "Place"),
            pgettext("progress", "Target"),
            pgettext("progress", "Reported"),
            pgettext("progress", "Rate %"),
            _("Superior's target"),
            _("Its rate %"),
            pgettext("progress", "Missing today"),
            pgettext("progress", "Last 7 days"),
            pgettext("progress", "State"),
            pgettext("progress", "Reported as of"),
        ]
    )
    for line in (board.total, *board.parts):
        sheet.append(_cells(line))
    workbooks.dress(sheet, WIDTHS, freeze="C5", total=4)
    return workbooks.saved(book)


def _cells(line: Line) -> list[Any]:
    place, superior = line.place, line.superior_rate_bp
    return [
        place.rank,
        place.name,
        place.base,
        place.enrolled if line.is_known else None,
        None if place.rate_bp is None else place.rate_bp / 100,
        line.row.superior,
        None if superior is None else superior / 100,
        place.gap,
        line.last_week,
        str(STATES[line.state].word) if line.state else None,
        line.report.as_of if line.report else None,
    ]
