"""A table found in a file: its columns, its rows, and what stands around them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from config.lib.tabular.faults import refuse

Row = tuple[int, list[Any]]
TOTAL_WORDS = ("合计", "总计", "小计", "共计", "总合计")
REMARK = re.compile(
    r"(制表|填表|填报|审核|审批|复核|经办|单位|负责|编制|报送|打印|导出|备注|说明|注)[^:：]{0,8}[:：]"
)
# First characters of rows that are looked at more closely; every other row passes unseen.
SUSPICIOUS = frozenset("合总小共制填审复经单负编报打导备说注 \u3000")


@dataclass(frozen=True)
class Glance:
    """A sheet that was not read as a table, or a text file: what it begins with."""

    sheet: str
    first: list[Row]
    height: int  # rows, as far as anything stands in one
    hidden: bool = False
    encoding: str = ""


@dataclass
class Table:
    """Read `rows()` once, to the end; then `totals` and `notes` are complete."""

    headers: list[str]
    header_line: int
    columns: dict[str, int]  # field → index
    encoding: str = ""  # of a text file
    sheet: str = ""  # of a workbook
    hidden: bool = False  # the sheet is; read because somebody chose so
    title: str = ""  # what stands above the header
    notes: list[str] = field(default_factory=list)
    of_file: int = 0  # how many notes, the first ones, are of the whole file
    totals: list[Row] = field(default_factory=list)
    unread: "list[Glance]" = field(default_factory=list)  # other sheets, of a workbook's first
    _required: tuple[int, ...] = field(default=(), repr=False)  # indexes
    _rows: Iterator[Row] = field(default_factory=lambda: iter(()), repr=False)

    @property
    def unknown(self) -> list[str]:
        """Headers nobody asked for; kept and shown."""
        used = set(self.columns.values())
        return [h for index, h in enumerate(self.headers) if h and index not in used]

    def rows(self) -> Iterator[Row]:
        """(line in the file, cells padded to the header's width); blank rows are left out.

        An empty cell is "". Cells of a text file are text; of a workbook also numbers, dates.
        Errors: FileFault at a row that cannot be read, or that is wider than the header.
        """
        width = len(self.headers)
        for line, cells in self._rows:
            if len(cells) != width:
                cells = _fit(cells, width, line)
            first = cells[0]
            if not first or (isinstance(first, str) and first[0] in SUSPICIOUS):
                text = first_text(cells)
                if not text:
                    continue
                if text.startswith(TOTAL_WORDS):
                    self.totals.append((line, cells))
                    continue
                if self._is_remark(text, cells):
                    self.notes.append(_("line %(n)s is a remark below the table") % {"n": line})
                    continue
            yield line, cells

    def _is_remark(self, text: str, cells: Sequence[Any]) -> bool:
        """A line such as 制表人：… 审核人：…, nothing of a row in the required columns."""
        return bool(REMARK.match(text)) and all(
            blank(cells[index]) or REMARK.match(str(cells[index]).strip())
            for index in self._required
        )


def blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _fit(cells: list[Any], width: int, line: int) -> list[Any]:
    if len(cells) < width:
        return cells + [""] * (width - len(cells))
    if not all(map(blank, cells[width:])):
        raise refuse(
            _("the row has %(cells)s cells, the header has %(width)s")
            % {"cells": len(cells), "width": width},
            line,
        )
    return cells[:width]


def is_total(cells: Sequence[Any]) -> bool:
    return first_text(cells).startswith(TOTAL_WORDS)


def first_text(cells: Sequence[Any]) -> str:
    """The first cell that is not blank, without its blanks."""
    first = next((cell for cell in cells if not blank(cell)), "")
    return "".join(first.split()) if isinstance(first, str) else str(first)
