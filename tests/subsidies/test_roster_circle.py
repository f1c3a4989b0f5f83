"""The whole way round: a messy workbook, its rejected rows sent back, mended, uploaded, all in."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from subsidies.models import Entitlement, Roster, RosterLine
from tests.enrollment.people import number
from tests.subsidies.roster_pages import CUT, LI, ROSTERS, SUN, WANG, ZHAO, address, post, worked

# Progress of jobs goes by a connection of its own; in tests it is the same one.
pytestmark = pytest.mark.django_db(databases=["default", "progress"])
SAID = {"source": "civil-affairs", "as_of": "2022-09-30"}
ZHOU, WU, ZHENG = (number("19790101", order) for order in (5, 6, 7))


def messy() -> bytes:
    """Two sheets: titles, a header of two rows, merged households, a second table below."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "低保"
    for row in (
        ["某县城乡低保对象花名册"],
        ["序号", "住址", "", "成员", "", "类别", "起始时间"],
        ["", "乡镇", "村", "姓名", "身份证号", "", ""],
        [1, "北乡", "北一村", "王芳", WANG, "一般低保户", "2022.7"],
        [2, "", "", "李四", int(CUT), "", "2022.8"],
        [3, "", "", "赵六", ZHAO, "", "2022-9-1"],
        [4, "南乡", "南一村", "孙七", SUN[:17] + "?", "一般低保户", "2022-10-01"],
        ["合计", "", "", "4人", "", "", ""],
    ):
        sheet.append(row)
    for cells in ("A1:G1", "A2:A3", "B2:C2", "D2:E2", "F2:F3", "G2:G3", "B4:B6", "C4:C6",
                  "F4:F6", "G5:G6"):  # fmt: skip
        sheet.merge_cells(cells)
    other = book.create_sheet("监测")
    for row in (
        ["监测对象名单"],
        ["姓名", "身份证号", "户编号", "与户主关系"],
        ["周八", ZHOU, "001", "户主"],
        ["吴九", "", "", "配偶"],
        [],
        ["脱贫享受政策户名单"],
        ["户编号", "姓名", "身份证号"],
        ["002", "郑十", f"{ZHENG[:10]}９{ZHENG[11:]}0"],
    ):
        other.append(row)
    other.merge_cells("C3:C4")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def upload(client, name, content):
    answer = client.post(ROSTERS, {"file": SimpleUploadedFile(name, content), **SAID})
    assert answer.status_code == 302
    return worked(Roster.objects.latest("pk"))


def accepted(client, roster):
    post(client, roster, "acceptance/")
    roster = worked(roster)
    assert roster.file.state == "posted"
    return roster


def cell_of(sheet, name, header):
    """The cell in the row of somebody, below a header."""
    column = next(cell.column for row in sheet.rows for cell in row if cell.value == header)
    at = next(cell.row for row in sheet.rows for cell in row if cell.value == name)
    return sheet.cell(at, column)


def test_what_came_back_is_mended_and_everybody_is_in(sign_in, places):
    alice = sign_in("alice")
    first = upload(alice, "名单.xlsx", messy())
    assert (first.file.read, first.file.new, first.file.rejected) == (7, 3, 4)
    accepted(alice, first)

    answer = alice.get(address(first, "returned.xlsx"))
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert len(book.sheetnames) == 3  # the second table has a sheet of its own
    low, monitored, lifted = (book[name] for name in book.sheetnames)
    # What merged cells said stands in the row itself.
    assert cell_of(low, "李四", _header(low, "乡镇")).value == "北乡"
    assert "原第 5 行" in str(cell_of(low, "李四", "退回原因").value)
    cell_of(low, "李四", _header(low, "身份证号")).value = LI
    cell_of(low, "孙七", _header(low, "身份证号")).value = SUN
    cell_of(monitored, "吴九", "身份证号").value = WU
    cell_of(lifted, "郑十", "身份证号").value = ZHENG
    out = BytesIO()
    book.save(out)

    second = upload(alice, "改好.xlsx", out.getvalue())
    assert (second.file.read, second.file.new, second.file.rejected) == (4, 4, 0)
    accepted(alice, second)
    standing = Entitlement.objects.filter(ended_at=None)
    assert sorted(standing.values_list("resident__name", "category")) == sorted([
        ("王芳", "minimum_living"), ("李四", "minimum_living"), ("赵六", "minimum_living"),
        ("孙七", "minimum_living"), ("周八", "monitored"), ("吴九", "monitored"),
        ("郑十", "lifted"),
    ])  # fmt: skip
    days = dict(standing.values_list("resident__name", "recognised_on"))
    assert str(days["李四"]) == "2022-08-01" and str(days["孙七"]) == "2022-10-01"
    assert RosterLine.objects.filter(file=second.file).count() == 0


def _header(sheet, end):
    """The header that ends so: of two rows it is written as one."""
    return next(
        str(cell.value) for row in sheet.rows for cell in row if str(cell.value or "").endswith(end)
    )
