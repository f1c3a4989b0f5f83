"""The wizard's first steps: sheets, header and columns said by hand, kept for the sender; lists
given up."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from enrollment.models import AuditEntry
from subsidies.models import ColumnChoice, Entitlement, Roster, RosterLine
from subsidies.rosters.columns import FIELDS
from subsidies.wizard_columns import field_name
from tests.subsidies.roster_pages import (
    LI,
    ROSTERS,
    SUN,
    WANG,
    ZHAO,
    address,
    page,
    person,
    post,
    worked,
)  # fmt: skip

pytestmark = pytest.mark.django_db(databases=["default", "progress"])
# What a refused file holds is written beside the job's transaction, which the refusal undoes.
beside = pytest.mark.django_db(transaction=True, databases=["default", "progress"])


@pytest.fixture
def send(tmp_path: Any) -> Any:
    """send(client, {sheet: rows}) → the roster as a worker left it; sheets that begin with "-"
    are hidden."""

    def sent(client: Any, sheets: dict[str, list[list[Any]]], **form: Any) -> Roster:
        book = Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name.lstrip("-"))
            sheet.sheet_state = "hidden" if name.startswith("-") else "visible"
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "名单.xlsx")
        content = SimpleUploadedFile("名单.xlsx", (tmp_path / "名单.xlsx").read_bytes())
        said = {"source": "civil-affairs", "as_of": "2022-09-30", **form}
        answer = client.post(ROSTERS, {"file": content, **said})
        assert answer.status_code == 302, answer.content.decode()
        return worked(Roster.objects.latest("pk"))

    return sent


def fields(client: Any, roster: Roster) -> dict[str, Any]:
    """What the page's form would send untouched."""
    form = client.get(address(roster, "columns/")).context["form"]
    said = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in said.items() if value not in (None, False)}


def choose(client: Any, roster: Roster, **changes: Any) -> Any:
    said = fields(client, roster)
    for name, value in changes.items():
        said.pop(name.replace("_", "-"), None)
        if value is not None:
            said[name.replace("_", "-")] = value
    return client.post(address(roster, "columns/"), said)


STRANGE = [
    ["某县低保名册"],
    ["编号", "对象", "证号", "何种"],
    ["1", "王芳", WANG, "一般低保户"],
    ["2", "李四", LI, "一般低保户"],
]


@beside
def test_a_file_whose_columns_nobody_knows_is_matched_by_hand(sign_in, known, send):
    alice = sign_in("alice")
    roster = send(alice, {"名单": STRANGE})
    assert roster.file.state == "refused"
    refused = page(alice, roster).content.decode()
    assert address(roster, "columns/") in refused
    (sheet,) = alice.get(address(roster, "columns/")).context["sheets"]
    assert (sheet.seen["header_line"], sheet.columns) == (0, [])  # no word of it is known
    assert choose(alice, roster, line_0="2").status_code == 302
    roster = worked(roster)
    assert roster.file.state == "refused"  # name and number are not matched yet
    (sheet,) = alice.get(address(roster, "columns/")).context["sheets"]
    assert [(c.letter, c.header, c.examples) for c in sheet.columns] == [
        ("A", "编号", "1　2"),
        ("B", "对象", "王芳　李四"),
        ("C", "证号", f"{WANG[:4]}****{WANG[-4:]}　{LI[:4]}****{LI[-4:]}"),
        ("D", "何种", "一般低保户"),
    ]
    said = {"col_0_1": "name", "col_0_2": "number", "col_0_3": "category"}
    assert choose(alice, roster, **said).status_code == 302
    roster = worked(roster)
    assert (roster.file.state, roster.file.read, roster.file.new) == ("checked", 2, 2)
    assert WANG not in str(roster.seen)


@beside
def test_the_choice_is_kept_for_the_sender_and_can_be_forgotten(sign_in, known, send):
    alice = sign_in("alice")
    first = send(alice, {"名单": STRANGE})
    choose(alice, first, line_0="2")
    first = worked(first)
    choose(alice, first, col_0_1="name", col_0_2="number", col_0_3="category")
    worked(first)
    later = send(alice, {"十月": [*STRANGE[1:], ["3", "赵六", ZHAO, "一般低保户"]]})
    assert (later.file.state, later.file.read) == ("checked", 3)
    assert "2022-11-18" in (note := " ".join(later.file.facts["notes"])) and "Alice" in note
    assert note in page(alice, later).content.decode()
    other = send(alice, {"名单": STRANGE}, source="education")
    assert other.file.state == "refused"  # said for another source
    choice = ColumnChoice.objects.get()
    post(alice, later, f"columns/{choice.pk}/forgetting/")
    assert worked(later).file.state == "refused"
    assert not ColumnChoice.objects.exists()
    acts = set(AuditEntry.objects.values_list("action", flat=True))
    assert acts >= {"match_roster_columns", "choose_roster_sheets", "forget_roster_columns"}
    assert alice.post(address(first, f"columns/{choice.pk}/forgetting/")).status_code == 404


def test_a_wrong_match_is_corrected_and_its_own_layout_comes_back(sign_in, known, send):
    alice = sign_in("alice")
    rows = [["姓名", "曾用名", "身份证号", "类别"], ["王小芳", "王芳", WANG, "一般低保户"]]
    rows.append(["李小四", "李四", LI, "不知何种"])
    roster = send(alice, {"名单": rows})
    assert roster.file.facts["headers"]["name"] == "姓名"
    choose(alice, roster, col_0_0="", col_0_1="name")
    roster = worked(roster)
    assert roster.file.facts["headers"]["name"] == "曾用名"
    assert list(RosterLine.objects.values_list("name", flat=True)) == ["王芳", "李四"]
    assert alice.get(address(roster, "returned.xlsx")).status_code == 200


def test_two_columns_for_one_field_and_none_for_a_needed_one_are_refused(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG)])
    answer = choose(alice, roster, col_0_2="name")
    assert answer.status_code == 422
    assert "A" in (said := str(answer.context["form"].errors["col-0-2"])) and "C" in said
    answer = choose(alice, roster, col_0_1="")
    assert answer.status_code == 422 and "号码" in str(answer.context["form"].non_field_errors())
    answer = choose(alice, roster, read_0=None)
    assert answer.status_code == 422
    answer = choose(alice, roster, token="of another reading")
    assert answer.status_code == 422
    assert not ColumnChoice.objects.exists()
    assert worked(roster).file.state == "checked"


def test_nothing_changed_reads_nothing_anew(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG)])
    job = roster.file.job_id
    assert choose(alice, roster).status_code == 302
    assert Roster.objects.get().file.job_id == job


def test_a_header_in_another_line_is_found_again_by_itself(sign_in, known, send):
    """What stands above looks more like a header than the header."""
    alice = sign_in("alice")
    rows = [
        ["姓名", "身份证号", "类别", "村"],
        ["姓名", "身份证号", "类别", ""],
        ["王芳", WANG, "一般低保户", ""],
    ]
    roster = send(alice, {"名单": rows})
    assert roster.file.facts["header_line"] == 1
    choose(alice, roster, line_0="2")
    roster = worked(roster)
    assert (roster.file.facts["header_line"], roster.file.read) == (2, 1)
    assert ColumnChoice.objects.get().headers == ["姓名", "身份证号", "类别"]
    assert send(alice, {"名单": rows}).file.facts["header_line"] == 2


def test_a_hidden_sheet_is_told_before_a_full_list_ends_whom_it_holds(
    sign_in, known, checked, send, places
):
    alice = sign_in("alice")
    first = checked(alice, [person("王芳", WANG), person("李四", LI), person("赵六", ZHAO)])
    post(alice, first, "acceptance/")
    worked(first)
    head = ["姓名", "身份证号", "类别"]
    shown = [head, ["王芳", WANG, "一般低保户"], ["李四", LI, "一般低保户"]]
    hidden = [head, ["赵六", ZHAO, "一般低保户"]]
    full = send(alice, {"名单": shown, "-北镇": hidden}, region=places["county"].pk)
    told = page(alice, full)
    said = {row.text: row for row in told.context["sentences"]}
    (sentence,) = (row for text, row in said.items() if "北镇" in text)
    assert (sentence.number, sentence.tone, sentence.url) == (2, "zhe", address(full, "columns/"))
    assert told.context["confirm"] and told.context["may_be_elsewhere"]
    answer = alice.post(address(full, "acceptance/"), follow=True)
    assert "输入" in answer.content.decode() and worked(full).file.state == "checked"
    choose(alice, full, read_1="on")
    full = worked(full)
    assert (full.file.read, full.would_end) == (3, 0)
    assert not any("北镇" in row.text for row in page(alice, full).context["sentences"])
    assert AuditEntry.objects.get(action="choose_roster_sheets").facts["sheets"] == {"北镇": True}


def test_a_sheet_can_be_left_out(sign_in, known, send):
    alice = sign_in("alice")
    head = ["姓名", "身份证号", "类别"]
    sheets = {"新": [head, ["王芳", WANG, "一般低保户"]], "旧": [head, ["孙七", SUN, "一般低保户"]]}
    roster = send(alice, sheets)
    assert roster.file.read == 2
    choose(alice, roster, read_1=None)
    roster = worked(roster)
    assert list(RosterLine.objects.values_list("name", flat=True)) == ["王芳"]
    assert "旧" in " ".join(roster.file.facts["notes"])


def test_a_list_is_discarded_with_a_reason_and_changes_nothing(sign_in, known, checked, upload):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG)])
    post(alice, roster, "discarding/", why=" ")
    assert worked(roster).file.state == "checked"
    post(alice, roster, "discarding/", why="传错了文件")
    roster.refresh_from_db()
    assert (roster.file.state, roster.discarded_by.username) == ("voided", "alice")
    assert not RosterLine.objects.exists() and not Entitlement.objects.exists()
    assert AuditEntry.objects.get(action="discard_roster").why == "传错了文件"
    shown = page(alice, roster).content.decode()
    assert "传错了文件" in shown and "已弃用" in shown
    assert "已弃用" in alice.get(ROSTERS).content.decode()
    assert choose(alice, roster).status_code == 422
    post(alice, roster, "acceptance/")
    assert not Entitlement.objects.exists()
    upload(alice, [person("王芳", WANG)])
    again = Roster.objects.latest("pk")
    assert "已弃用" in page(alice, again).context["uploaded_before"]


def test_an_accepted_list_is_not_discarded_nor_read_otherwise(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG)])
    post(alice, roster, "acceptance/")
    roster = worked(roster)
    post(alice, roster, "discarding/", why="晚了")
    assert choose(alice, roster, col_0_2="").status_code == 422
    about = {"source": "health", "as_of": "2022-09-30"}
    assert alice.post(address(roster, "about/"), about).status_code == 422
    roster.refresh_from_db()
    assert (roster.file.state, roster.source) == ("posted", "civil-affairs")


def test_what_a_list_is_can_be_said_anew(sign_in, known, checked, places):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG, "")])
    assert roster.file.waiting == 1
    form = alice.get(address(roster, "about/")).context["form"]
    assert form["source"].value() == "civil-affairs"
    about = {"source": "civil-affairs", "as_of": "2022-08-31", "category": "monitored"}
    post(alice, roster, "about/", **about)
    roster = worked(roster)
    assert (str(roster.as_of), roster.file.new, roster.file.waiting) == ("2022-08-31", 1, 0)
    post(alice, roster, "about/", **about, region=str(places["county"].pk))
    roster = worked(roster)
    assert (roster.full, roster.file.new) == (True, 1)
    assert AuditEntry.objects.filter(action="tell_roster_anew").count() == 2


def test_the_steps_say_where_one_is_and_lead_back(sign_in, known, checked, client):
    alice = sign_in("alice")
    assert next(step.how for step in alice.get(ROSTERS).context["steps"]) == "here"
    roster = checked(alice, [person("王芳", WANG)])
    for rest, here in (("about/", 0), ("columns/", 1), ("", 2)):
        steps = alice.get(address(roster, rest)).context["steps"]
        assert [step.how for step in steps].index("here") == here
        assert all(alice.get(step.url).status_code == 200 for step in steps if step.url)
        assert len([step for step in steps if step.url]) == 2  # the other two that are reached


def test_a_department_chooses_for_its_own_lists_only(sign_in, known, checked):
    hers = checked(sign_in("alice"), [person("王芳", WANG)])
    frank = sign_in("frank")
    his = checked(frank, [person("李四", LI)])
    assert page(frank, his).context["uploaded_before"] == ""
    for rest in ("columns/", "about/"):
        assert frank.get(address(hers, rest)).status_code == 404
        assert frank.get(address(his, rest)).status_code == 200
    assert frank.post(address(hers, "discarding/"), {"why": "x"}).status_code == 404
    post(frank, his, "discarding/", why="重发")
    heidi = sign_in("heidi")
    assert heidi.get(address(hers, "columns/")).status_code == 200
    assert heidi.post(address(hers, "columns/")).status_code == 403


def test_every_field_has_a_name():
    assert all(field_name(field) for field in FIELDS)
