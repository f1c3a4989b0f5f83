"""Nobody missed, and whom to remind, as workbooks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from config.lib import workbooks
from enrollment.models import Campaign, Region
from reports.missed.board import Board, Sums
from reports.missed.queries import HINT, Listed


@dataclass(frozen=True)
class Line:
    """Someone to be reminded; `phone` in clear, or empty."""

    person: Listed
    phone: str
    reason: str


@dataclass(frozen=True)
class Sheet:
    unit: Region
    lines: list[Line]


def board_workbook(board: Board, boards: Mapping[str, Board]) -> bytes:
    """XLSX: by category, by place and category, by reason. `boards`: of each category."""
    book = Workbook()
    heads = [
        _("Should be enrolled"), _("Enrolled"), _("Missed"), _("Rate %"), _("Confirmed, apart")
    ]  # fmt: skip
    first = _page(book.active, _("By category"), board, [_("Category"), *heads])
    first.append([_("Each person once"), *_cells(board.total)])
    for line in board.categories:
        first.append([line.name, *_cells(line.sums)])
    workbooks.dress(first, (34, 12, 12, 12, 12, 12), total=4)
    names = [line.name for line in board.categories]
    second = _page(
        book.create_sheet(),
        _("By place"),
        board,
        [
            pgettext("column", "Place"), *heads, *([_("Taken off (yuan)")] if board.reward else []),
            *[f"{name} {_('missed')}" for name in names],
        ],
    )  # fmt: skip
    missed = {
        key: {line.region.pk: line.sums.missed for line in each.places}
        for key, each in boards.items()
    }
    sums = [*_cells(board.total), *_yuan(board.fen), *[c.sums.missed for c in board.categories]]
    second.append([board.region.name, *sums])
    for place in board.places:
        of_categories = [missed[line.key].get(place.region.pk, 0) for line in board.categories]
        cells = [*_cells(place.sums), *_yuan(place.fen), *of_categories]
        second.append([place.region.name, *cells])
    workbooks.dress(second, (24, *[12] * (6 + len(names))), total=4)
    third = _page(book.create_sheet(), _("By reason"), board, [_("Why not enrolled"), _("People")])
    for reason in board.reasons:
        name = reason.name or (
            _("not said, but a list suggests it") if reason.key == HINT else _("not said")
        )
        third.append([name, reason.people])
    workbooks.dress(third, (34, 12), total=4)
    return workbooks.saved(book)


def reminders_workbook(
    campaign: Campaign, region: Region, at: datetime, sheets: Sequence[Sheet]
) -> bytes:
    """XLSX of one sheet: place, group, household, head, name, masked number, telephone, reason.

    No category: lists go from hand to hand in a village.
    """
    book = Workbook()
    page = book.active
    page.title = _("Reminders")
    page.append([_("%(place)s: people to be reminded") % {"place": region.name}])
    page.append([f"{campaign.label}　{_as_of(at)}"])
    page.append(
        [
            _("Place"), _("Group"), _("Household"), _("Head"), _("Name"), _("Number"),
            _("Telephone"), _("Why not enrolled"),
        ]
    )  # fmt: skip
    for sheet in sheets:
        for line in sheet.lines:
            who = line.person
            page.append(
                [
                    sheet.unit.name, who.group_no, who.household, who.head_name, who.name,
                    who.masked, line.phone, line.reason,
                ]
            )  # fmt: skip
    workbooks.dress(page, (18, 8, 12, 12, 12, 16, 16, 20))
    return workbooks.saved(book)


def _page(page: Any, title: str, board: Board, heads: list[str]) -> Any:
    page.title = title
    page.append([f"{board.region.name}　{_('Nobody missed')}　{title}"])
    page.append([f"{board.campaign.label}　{_as_of(board.at)}"])
    page.append(heads)
    return page


def _as_of(at: datetime) -> str:
    return _("As of %(at)s") % {"at": f"{timezone.localtime(at):%Y-%m-%d %H:%M}"}


def _cells(sums: Sums) -> list[Any]:
    rate = None if sums.rate_bp is None else sums.rate_bp / 100
    return [sums.should, sums.enrolled, sums.missed, rate, sums.excused]


def _yuan(fen: int | None) -> list[Any]:
    return [] if fen is None else [fen / 100]
