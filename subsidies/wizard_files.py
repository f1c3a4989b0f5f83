"""Workbooks for whoever sent a roster: rows to be mended, and templates. Source: RULES R-244."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from config.lib import tabular
from config.lib.child import Child, ChildFailed
from config.lib.tabular import cell_text
from config.lib.workbooks import bearable, saved
from enrollment import files
from enrollment.errors import Refused
from enrollment.models import Campaign, SourceFile
from subsidies.models import RosterLine
from subsidies.rosters import chosen, reading
from subsidies.wizard_rows import reason_of

AS_TEXT = ("number", "account", "phone", "household_no")  # what a spreadsheet would cut or turn
WIDEST = 40
LONGEST_READING = 45  # seconds, of a page that asks for rows: the server gives up after 60
TEXT_ROWS = 1000  # of a template set to text, so that numbers keep their digits

# kind → its name, header and two rows of nobody. A, B: numbers that are none, so that a row which
# is left standing is rejected; C, D, G: categories and a grade of the notice.
TEMPLATES: Mapping[str, tuple[Any, Sequence[str], Sequence[Sequence[str]]]] = {
    "hardship": (
        gettext_lazy("hardship list"),
        ("乡镇", "村", "户编号", "户主姓名", "姓名", "与户主关系", "身份证号", "类别", "等级",
         "认定时间", "银行账号", "备注"),
        (("某某镇", "某某村", "001", "张某", "张某", "户主", "A", "C", "G", "2022-07-01", "", ""),
         ("某某镇", "某某村", "001", "张某", "李某", "配偶", "B", "D", "", "2022-07-01", "", "")),
    ),
    "disability": (
        gettext_lazy("disability list"),
        ("乡镇", "村", "姓名", "残疾人证号", "类别", "残疾等级", "认定时间", "备注"),
        (("某某镇", "某某村", "张某", "A43", "肢体", "三级", "2022-07-01", ""),
         ("某某镇", "某某村", "李某", "B11", "视力", "一级", "2022-07-01", "")),
    ),
    "excluded": (
        gettext_lazy("dead, army, prison, insured elsewhere"),
        ("乡镇", "村", "姓名", "身份证号", "类别", "起始时间", "备注"),
        (("某某镇", "某某村", "张某", "A", "死亡", "2022-07-01", ""),
         ("某某镇", "某某村", "李某", "B", "职工医保", "2022-07-01", "")),
    ),
    "students": (
        gettext_lazy("students"),
        ("乡镇", "村", "姓名", "身份证号", "类别", "学校", "备注"),
        (("某某镇", "某某村", "张某", "A", "在校学生", "某某学校", ""),
         ("某某镇", "某某村", "李某", "B", "在校学生", "某某学校", "")),
    ),
    "newborns": (
        gettext_lazy("newborns"),
        ("乡镇", "村", "姓名", "身份证号", "出生日期", "类别", "备注"),
        (("某某镇", "某某村", "张某", "A", "2022-07-01", "新生儿", ""),
         ("某某镇", "某某村", "李某", "B", "2022-07-01", "新生儿", "")),
    ),
}  # fmt: skip


def template(kind: str, campaign: Campaign) -> bytes:
    """XLSX: header, two rows of nobody, every column set to text. Errors: KeyError."""
    name, header, rows = TEMPLATES[kind]
    rules = [r for r in campaign.policy["subsidies"].categories if not r.without_roster]
    words = {
        "A": "XXXXXX19800101XXXX",
        "B": "XXXXXX19850202XXXX",
        "C": rules[0].name if rules else "",
        "D": rules[-1].name if rules else "",
        "G": rules[0].grades[0] if rules and rules[0].grades else "",
    }
    book = Workbook()
    sheet = book.active
    sheet.title = _sheet_name(str(name))
    sheet.append(list(header))
    for row in rows:
        sheet.append([words.get(cell[:1], cell[:1]) + cell[1:] for cell in row])
    for cells in sheet.iter_rows(min_row=1, max_row=TEXT_ROWS, max_col=len(header)):
        for cell in cells:
            cell.number_format = "@"
    _dress(sheet, header_row=1, width=len(header))
    return saved(book)


def returned_rows(file: SourceFile) -> bytes:
    """XLSX: the rows that wait or were rejected, as the sender wrote them, and why behind each.

    Sheets, titles, headers and the order of columns are the file's own. It is read once more, in a
    child process: it may take far more memory than a page has.
    Errors: Refused once the copy of the file was deleted, and where it takes too long.
    """
    aside = RosterLine.objects.filter(file=file, outcome__in=("waiting", "rejected"))
    why = {
        (line.sheet, line.line): _("row %(line)s: %(reason)s")
        % {"line": line.line, "reason": reason_of(line)}
        for line in aside
    }
    how = chosen.as_read(file.roster)
    with files.opened(file) as path:
        child = Child(_returned, path, how, why, wall_seconds=LONGEST_READING)
        try:
            return b"".join(child)
        except ChildFailed as failure:
            raise Refused(
                _("%(name)s cannot be read: %(why)s") % {"name": file.name, "why": failure}
            ) from None


def _returned(
    path: Path, how: tabular.Chosen, why: Mapping[tuple[str, int], str]
) -> Generator[bytes, None, None]:
    """Knows no database. `why`: (sheet, line) → what stands behind the row."""
    book = Workbook()
    book.remove(book.active)
    for table in reading.tables(path, how):
        wanted = {n: text for (sheet, n), text in why.items() if sheet == table.sheet[:60]}
        rows = [(wanted[n], cells) for n, cells in table.rows() if n in wanted]
        if rows:
            _append_table(book, table, rows)
    yield saved(book)


def _append_table(
    book: Workbook, table: tabular.Table, rows: Iterable[tuple[str, list[Any]]]
) -> None:
    sheet = book.create_sheet(_sheet_name(table.sheet or _("Roster")))
    if table.title:
        sheet.append([bearable(table.title)])
    sheet.append([*map(bearable, table.headers), _("Why it came back")])
    header_row = sheet.max_row
    text = {at for field, at in table.columns.items() if field in AS_TEXT}
    for why, cells in rows:
        row = [_cell(cell, at in text) for at, cell in enumerate(cells)]
        row.insert(len(table.headers), bearable(why))  # before what stands under no header
        sheet.append(row)
        for cell in sheet[sheet.max_row]:
            if cell.column - 1 in text:
                cell.number_format = "@"
    _dress(sheet, header_row=header_row, width=len(table.headers) + 1)


def _cell(value: Any, as_text: bool) -> Any:
    """Dates and plain figures stay as such, all else is text."""
    is_figure = not as_text and isinstance(value, int | float | date)
    return value if is_figure else bearable(cell_text(value))


def _sheet_name(name: str) -> str:
    return "".join(c for c in bearable(name) if c not in "[]:*?/\\")[:31] or "1"


def _dress(sheet: Any, *, header_row: int, width: int) -> None:
    for column in range(1, width + 1):
        head = sheet.cell(header_row, column)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", start_color="E8EFF3")
        head.alignment = Alignment(vertical="center", wrap_text=True)
        rows = sheet.iter_rows(min_col=column, max_col=column, min_row=header_row)
        longest = max(_width(cell.value) for (cell,) in rows)
        sheet.column_dimensions[get_column_letter(column)].width = min(longest + 2, WIDEST)
    sheet.freeze_panes = sheet.cell(header_row + 1, 1)


def _width(value: Any) -> int:
    """In digits: a Chinese character is two wide."""
    return sum(2 if ord(c) > 255 else 1 for c in str(value or ""))
