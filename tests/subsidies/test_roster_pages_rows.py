"""Single rows of a roster: mended in place, or sent back to whoever wrote them."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from config.lib import idnumber
from enrollment.models import AuditEntry
from subsidies.models import Entitlement, Roster, RosterLine
from tests.subsidies.roster_pages import (
    CUT,
    LI,
    ROSTERS,
    WANG,
    ZHAO,
    address,
    page,
    person,
    post,
    worked,
)  # fmt: skip
from tests.subsidies.rosters.lists import workbook

# Progress of jobs goes by a connection of its own; in tests it is the same one.
pytestmark = pytest.mark.django_db(databases=["default", "progress"])


def row_address(line):
    return f"{ROSTERS}{Roster.objects.get(file=line.file_id).pk}/rows/{line.pk}/"


def standing():
    return sorted(
        Entitlement.objects.filter(ended_at=None).values_list("resident__name", "category")
    )


def test_a_row_is_given_its_number_and_judged_again(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("李四", CUT), person("王芳", WANG)])
    line = RosterLine.objects.get(outcome="rejected")
    wrong = alice.post(row_address(line), {"number": LI[:17]})
    assert wrong.status_code == 422
    assert LI[:17] not in str(AuditEntry.objects.values_list("facts", flat=True))
    answer = alice.post(row_address(line), {"number": f" {LI[:6]} {LI[6:]} "})
    assert answer.status_code == 302
    roster = worked(roster)
    assert (roster.file.state, roster.file.new, roster.file.rejected) == ("checked", 2, 0)
    entry = AuditEntry.objects.get(action="mend_roster_row")
    assert entry.facts == {"sheet": "", "line": 2, "changed": ["number"]}
    post(alice, roster, "acceptance/")
    worked(roster)
    assert standing() == [("李四", "minimum_living"), ("王芳", "minimum_living")]


def test_a_row_is_given_its_category(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("李四", LI, "不清楚")])
    line = RosterLine.objects.get(outcome="waiting")
    assert alice.post(row_address(line), {}).status_code == 422
    assert alice.post(row_address(line), {"meaning": "monitored"}).status_code == 302
    assert worked(roster).file.new == 1
    assert RosterLine.objects.get().category == "monitored"


def test_a_row_of_an_accepted_list_is_accepted_with_it(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("李四", CUT), person("王芳", WANG), person("赵六", ZHAO, "?")])
    post(alice, roster, "acceptance/")
    worked(roster)
    alice.post(row_address(RosterLine.objects.get(outcome="rejected")), {"number": LI})
    worked(roster)
    post(alice, roster, "words/", **{"of-word-0": "?", "word-0": "monitored"})
    roster = worked(roster)
    assert (roster.file.new, roster.file.waiting, roster.file.rejected) == (3, 0, 0)
    assert [name for name, _key in standing()] == ["李四", "王芳", "赵六"]


def test_who_may_be_meant_by_a_cut_number_is_shown_and_put_in_only_when_asked(
    sign_in, known, make_resident, checked
):
    alice = sign_in("alice")
    twin = WANG[:15] + ("10" if WANG[15] != "1" else "20")
    make_resident("王芳", number=twin + idnumber.check_digit(twin), village="north-2")
    roster = checked(alice, [person("王芳", int(CUT)), person("别人", CUT)])
    hers, other = RosterLine.objects.filter(outcome="rejected").order_by("line")
    opened = page(alice, roster, "?open=number_damaged")
    meant = {row.name: row.suggestions for row in opened.context["opened_rows"]["rows"]}
    assert len(meant["王芳"]) == 2 and not meant["别人"]
    holder = next(each for each in meant["王芳"] if each.number == f"{WANG[:4]}****{WANG[-4:]}")
    link = f"{row_address(hers)}?holder={holder.resident_id}"
    assert link in opened.content.decode()
    shown = alice.get(link).content.decode()
    assert holder.number in shown and WANG not in shown
    assert worked_not(roster)  # looking changed nothing
    assert alice.post(row_address(other), {"holder": holder.resident_id}).status_code == 422
    assert alice.post(row_address(hers), {"holder": holder.resident_id}).status_code == 302
    roster = worked(roster)
    assert (roster.file.new, roster.file.rejected) == (1, 1)
    assert RosterLine.objects.get(outcome="new").resident_id == holder.resident_id
    assert AuditEntry.objects.filter(action="mend_roster_row").count() == 1


def worked_not(roster):
    """No job was queued, and the rows are rejected as before."""
    roster.file.job.refresh_from_db()
    return roster.file.job.state == "done" and roster.file.rejected == 2


def test_a_row_that_is_fine_or_of_another_list_cannot_be_mended(sign_in, known, checked):
    alice = sign_in("alice")
    first = checked(alice, [person("王芳", WANG)])
    fine = RosterLine.objects.get()
    assert alice.get(row_address(fine)).status_code == 404
    checked(alice, [person("李四", CUT)])
    other = RosterLine.objects.get(outcome="rejected")
    assert alice.get(address(first, f"rows/{other.pk}/")).status_code == 404


def test_rows_come_back_in_the_senders_layout_and_only_they_are_uploaded_again(
    sign_in, known, tmp_path
):
    alice = sign_in("alice")
    sheets = {
        "低保": [
            ["某县低保花名册"],
            ["序号", "姓名", "身份证号", "类别", "账号", "自编列"],
            [1, "王芳", WANG, "一般低保户", "6217000000000001", "甲"],
            [2, "李四", int(CUT), "一般低保户", "6217000000000002", "=1+1"],
            ["合计", "", "", "", "", ""],
        ],
        "监测对象": [["姓名", "身份证号"], ["赵六", ""]],
    }
    path = workbook(tmp_path / "名单.xlsx", sheets)
    said = {"source": "civil-affairs", "as_of": "2022-09-30"}
    alice.post(ROSTERS, {"file": SimpleUploadedFile("名单.xlsx", path.read_bytes()), **said})
    roster = worked(Roster.objects.get())
    assert (roster.file.new, roster.file.rejected) == (1, 2)

    answer = alice.get(address(roster, "returned.xlsx"))
    assert AuditEntry.objects.get(action="return_roster_rows").facts == {"rows": 2}
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["低保", "监测对象"]
    title, header, row = [list(row) for row in book["低保"].values]
    assert title[0] == "某县低保花名册"
    assert header == ["序号", "姓名", "身份证号", "类别", "账号", "自编列", "退回原因"]
    assert row[:5] == [2, "李四", "4.1132819800101e+17", "一般低保户", "6217000000000002"]
    assert row[6].startswith("原第 4 行：")
    assert len(list(book["监测对象"].values)) == 2

    book["低保"]["C3"] = LI
    book["监测对象"]["B2"] = ZHAO
    out = BytesIO()
    book.save(out)
    alice.post(ROSTERS, {"file": SimpleUploadedFile("改好.xlsx", out.getvalue()), **said})
    mended = worked(Roster.objects.latest("pk"))
    assert (mended.file.read, mended.file.new) == (2, 2)
    categories = RosterLine.objects.filter(file=mended.file).values_list("name", "category")
    assert sorted(categories) == [("李四", "minimum_living"), ("赵六", "monitored")]


def test_the_pages_speak_english_too(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("李四", CUT), person("王芳", WANG, "不清楚")])
    alice.post("/language/", {"language": "en", "next": "/"})
    alice.cookies["django_language"] = "en"
    assert "What accepting will do" in page(alice, roster).content.decode()


def test_every_reason_has_its_sentence_with_the_word_in_it(sign_in, known, checked):
    alice = sign_in("alice")
    words = ["不清楚", "", "监测对象、一般低保户"]
    rows = [person("王芳", WANG, word) for word in words] + [person("李四", LI[:17] + "!")]
    roster = checked(alice, rows)
    shown = alice.get(address(roster, "rows/?outcome=waiting")).context["page"].object_list
    assert ["不清楚" in row.note for row in shown] == [True, False, False]
    assert "监测对象、一般低保户" in shown[2].note and shown[1].note
    titles = [group.title for group in page(alice, roster).context["groups"]]
    assert len(set(titles)) == len(titles) == 4
