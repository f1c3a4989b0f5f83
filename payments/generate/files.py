"""Payment detail files as the tax bureau writes them (DOMAIN: payment detail file)."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

from enrollment.generate.pace import DAY, Calendar
from enrollment.generate.places import Village
from enrollment.generate.tables import CsvFile

from .charge import Charge
from .lines import NORMAL, REVERSAL, Line

COLUMNS = (
    "序号",
    "税务机关",
    "缴费人姓名",
    "证件类型",
    "证件号码",
    "征收项目",
    "征收品目",
    "费款所属期起",
    "费款所属期止",
    "应缴金额",
    "实缴金额",
    "缴款日期",
    "入库日期",
    "电子税票号码",
    "完税证明号",
    "缴费渠道",
    "代征单位",
    "街道乡镇",
    "村社区",
    "特殊人群标识",
    "状态",
    "备注",
    "原电子税票号码",
)
TITLE = "城乡居民基本医疗保险费缴费明细"
ITEM, SUBITEM = "城乡居民基本医疗保险费", "城乡居民基本医疗保险费（个人缴纳）"
COLLECTED, COUNTER = "代征", "银行柜台"
CHANNELS = ("微信",) * 38 + ("支付宝",) * 12 + ("APP",) * 6 + (COUNTER,) * 9 + (COLLECTED,) * 35
WITHOUT_TIME = (COLLECTED, COUNTER)  # these report a bare date
MOST_SHEET_ROWS = 1_048_576


def yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


class Layout:
    """Turns a line into the cells of its row."""

    def __init__(self, charge: Charge, calendar: Calendar, span: int, end: int) -> None:
        """`span`: seconds a file covers; `end`: nothing later is known to any file."""
        self._authority = charge.authority
        self._calendar = calendar
        self._span, self._end = span, end
        until = charge.coverage_until - timedelta(days=1)
        self._periods = {
            years: (shifted(charge.coverage_from, years), shifted(until, years))
            for years in (-1, 0, 1)
        } | {None: ("", "")}

    def cells(self, line: Line, serial: int) -> tuple[str, ...]:
        """Which of two ways a correction names its original, and when the money reached the
        treasury, follow from the line alone, so that its copy in a later file is the same."""
        village: Village = line.household.village
        starts, ends = self._periods[line.year]
        paid = line.paid_at
        remark, original = "", line.original
        if line.state != NORMAL and paid % 2:
            act = "冲红" if line.state == REVERSAL else "退费"
            remark, original = f"{act}，原电子税票号码：{line.original}", ""
        treasury = paid + (1 + paid % 5) * DAY
        when = ""
        if line.dated:
            bare = line.channel in WITHOUT_TIME
            when = self._calendar.day(paid) if bare else self._calendar.instant(paid)
        return (
            str(serial),
            self._authority,
            line.name,
            line.kind,
            line.number,
            ITEM,
            SUBITEM,
            starts,
            ends,
            yuan(line.due),
            yuan(line.fen),
            when,
            self._calendar.day(treasury) if treasury < self._shown_until(paid) else "",
            line.receipt,
            line.receipt[-8:],
            line.channel,
            committee(village) if line.channel == COLLECTED else "",
            village.township,
            village.name,
            line.mark,
            line.state,
            remark,
            original,
        )

    def _shown_until(self, paid: int) -> int:
        """The end of the period in which it was paid: later treasury dates are not known yet."""
        return min((paid // self._span + 1) * self._span, self._end)


def shifted(day: date, years: int) -> str:
    """The same day in another year; 29 February becomes 28."""
    try:
        moved = day.replace(year=day.year + years)
    except ValueError:
        moved = day.replace(year=day.year + years, day=28)
    return moved.isoformat()


def committee(village: Village) -> str:
    """Who collects in a village: …村委会, …社区居委会; the township where it has no village."""
    name = village.name or village.township
    return f"{name}委会" if name.endswith("村") else f"{name}居委会"


class Writer(Protocol):
    def row(self, cells: Sequence[str]) -> None: ...

    def close(self) -> None: ...


class SheetWriter:
    """An XLSX of one sheet whose cells are all text, as an office saves a number column safely."""

    def __init__(self, path: Path) -> None:
        from openpyxl import Workbook

        self._path = path
        self._book: Any = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("缴费明细")
        self._rows = 0

    def row(self, cells: Sequence[str]) -> None:
        self._rows += 1
        if self._rows > MOST_SHEET_ROWS:
            raise ValueError(f"a sheet holds at most {MOST_SHEET_ROWS} rows: write CSV instead")
        self._sheet.append(cells)

    def close(self) -> None:
        self._book.save(self._path)


def open_writer(path: Path, form: str) -> Writer:
    return SheetWriter(path) if form == "xlsx" else CsvFile(path, form)


class PaymentFile:
    """One payment file being written; `write` returns the line's number in it."""

    def __init__(self, path: Path, charge: Charge, layout: Layout) -> None:
        self.path = path
        self._writer = open_writer(path, charge.form)
        self._layout = layout
        self._titled = charge.titled
        self._fen = 0
        self.rows = 0
        if charge.titled:
            self._writer.row((TITLE,))
        self._writer.row(COLUMNS)
        self._above = 2 if charge.titled else 1

    def write(self, line: Line) -> int:
        self.rows += 1
        self._fen += line.fen
        self._writer.row(self._layout.cells(line, self.rows))
        return self._above + self.rows

    def close(self) -> None:
        if self._titled:
            total = ["合计"] + [""] * (len(COLUMNS) - 1)
            total[COLUMNS.index("实缴金额")] = yuan(self._fen)
            self._writer.row(total)
        self._writer.close()
