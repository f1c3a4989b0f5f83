"""The register as a workbook: a sheet for each village, a hidden key on each row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from config.lib import workbooks
from config.lib.figures import yuan
from payments.register import keys
from payments.register.queries import Heading
from payments.register.services import Register
from payments.register.words import COLUMNS

NEW_ROWS = 20  # empty ones at the end, for people who are not on it
_WIDTHS = {
    "serial": 6, "group": 5, "household": 9, "head": 11, "name": 11, "relation": 9, "number": 21,
    "category": 9, "hardship": 14, "due": 9, "paid": 9, "paid_on": 9, "channel": 10, "phone": 14,
    "elsewhere": 11, "reason": 12, "signature": 10, "key": 10,
}  # fmt: skip
_HEADER = 3  # row
_TEXT, _MONEY = "@", "0.00"  # a number that is typed into a cell for text stays as it is
_FORMATS = {
    **dict.fromkeys(("group", "household", "number", "phone", "paid_on"), _TEXT),
    **dict.fromkeys(("due", "paid"), _MONEY),
}


def workbook(registers: Sequence[Register], heading: Heading, now: datetime) -> bytes:
    """XLSX. Money is a number, everything else a text; the keys' column is hidden."""
    book = Workbook()
    book.remove(book.active)
    names: set[str] = set()
    for register in registers:
        _fill(book.create_sheet(_sheet_name(register.village.name, names)), register, heading, now)
    return workbooks.saved(book)


def _sheet_name(name: str, used: set[str]) -> str:
    """Unique, and of what a sheet may be called; two villages of a county may have one name."""
    plain = "".join(c for c in name if c not in "[]:*?/\\")[:26] or "清册"
    found, count = plain, 1
    while found in used:
        count += 1
        found = f"{plain} {count}"
    used.add(found)
    return found


def _fill(page: Any, register: Register, heading: Heading, now: datetime) -> None:
    issue, sums = register.issue, register.sums
    page.append([heading.title])
    page.append(
        [
            f"{register.village.parent}　{register.village.name}　{_group(issue.group_no)}"
            f"编号 {issue.label}　{windows_in_words(heading)}　"
            f"{sums.people} 人，应缴 {yuan(sums.due_fen)} 元，已缴 {yuan(sums.paid_fen)} 元　"
            f"数据截至 {timezone.localtime(now):%Y-%m-%d %H:%M}"
        ]
    )
    page.append([words[0] for words in COLUMNS.values()])
    fields = list(COLUMNS)
    for serial, person in enumerate(register.people, start=1):
        cells = person.cells()
        key = keys.make(issue.pk, person.resident_id, cells)
        values: dict[str, Any] = {**cells, "serial": serial, "key": key}
        if person.due_fen is not None:
            values["due"] = person.due_fen / 100
        if person.paid_fen:
            values["paid"] = person.paid_fen / 100
        page.append([workbooks.bearable(v) if isinstance(v, str) else v
                     for v in (values.get(field, "") for field in fields)])  # fmt: skip
    key = keys.make(issue.pk, keys.NOBODY, {})
    for _row in range(NEW_ROWS):
        page.append(["新增" if f == "serial" else key if f == "key" else "" for f in fields])
    _dress(page, fields)


def _group(group: str) -> str:
    return f"{group} 组　" if group else ""


def windows_in_words(heading: Heading) -> str:
    """个人缴费标准 350.00 元　集中征缴期至 2022-11-30，征缴期至 2022-12-31"""
    fee = f"个人缴费标准 {yuan(heading.fee_fen)} 元　" if heading.fee_fen is not None else ""
    return fee + "，".join(f"{title}至 {last:%Y-%m-%d}" for title, last in heading.windows)


def _dress(page: Any, fields: list[str]) -> None:
    page["A1"].font = Font(bold=True, size=14)
    line, head = Border(bottom=Side(style="thin")), PatternFill("solid", fgColor="E8EFF3")
    wrap = Alignment(wrap_text=True, vertical="center", horizontal="center")
    for cell in page[_HEADER]:
        cell.font, cell.fill, cell.border, cell.alignment = Font(bold=True), head, line, wrap
    # Only where a spreadsheet would otherwise spoil what is typed: a style takes time on each cell.
    formats = [(i, _FORMATS[field]) for i, field in enumerate(fields) if field in _FORMATS]
    for row in page.iter_rows(min_row=_HEADER + 1):
        for index, number_format in formats:
            row[index].number_format = number_format
    page.print_options.gridLines = True
    page.column_dimensions[get_column_letter(len(fields))].hidden = True
    page.freeze_panes = page.cell(_HEADER + 1, fields.index("name") + 2)
    workbooks.for_paper(page, [_WIDTHS[field] for field in fields], f"{_HEADER}:{_HEADER}")
