"""Hostile lists by the browser: refused in clear words, harmless on every page, in every file."""

import re
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from enrollment.models import AuditEntry, Job, Resident, SourceFile
from subsidies import forms
from subsidies.models import Entitlement, Roster, RosterLine
from tests.subsidies.roster_pages import (
    CUT,
    LI,
    ROSTERS,
    SUN,
    WANG,
    ZHAO,
    address,
    page,
    person,
    worked,
)  # fmt: skip
from tests.subsidies.rosters import hostile

pytestmark = pytest.mark.django_db(databases=["default", "progress"])

SAID = {"source": "civil-affairs", "as_of": "2022-09-30"}
SCRIPT = "<script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A0"


def send(client, name, content, **form):
    answer = client.post(ROSTERS, {"file": SimpleUploadedFile(name, content), **SAID, **form})
    assert answer.status_code == 302, answer.content.decode()
    return worked(Roster.objects.latest("pk"))


@pytest.mark.parametrize(
    "key", ["far corner", "entities", "zip bomb", "encrypted", "sheets of one part", "a picture"]
)
def test_a_hostile_list_is_refused_on_its_page_and_the_next_one_is_read(
    sign_in, known, tmp_path, key
):
    alice = sign_in("alice")
    name, content, said = hostile.FILES[key]
    roster = send(alice, name, content())
    assert roster.file.job.state == Job.State.REFUSED
    shown = page(alice, roster).content.decode()
    assert said in shown and "已拒收" in shown
    assert not RosterLine.objects.exists() and not Entitlement.objects.exists()
    text = f"姓名,身份证号,类别\n王芳,{WANG},一般低保户\n".encode()
    assert send(alice, "名单.csv", text).file.new == 1


def test_what_ends_the_child_is_told_on_the_page(sign_in, known):
    alice = sign_in("alice")
    far = b'<row r="1048576"><c r="xfd1048576"><v>1</v></c></row></sheetData>'
    roster = send(alice, "a.xlsx", hostile.in_sheet(b"</sheetData>", far))
    assert roster.file.job.state == Job.State.REFUSED
    assert "占用内存过大" in page(alice, roster).content.decode()


def test_a_file_that_is_too_large_is_refused_by_the_form(sign_in, monkeypatch):
    monkeypatch.setattr(forms, "MOST_BYTES", 10)
    alice = sign_in("alice")
    answer = alice.post(ROSTERS, {"file": SimpleUploadedFile("a.csv", b"x" * 11), **SAID})
    assert answer.status_code == 422
    assert not SourceFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/名单.csv", "名单.csv"),
        ("C:\\temp\\名单.csv", "名单.csv"),
        ("名\u202e单.csv", "名单.csv"),
        ("名\x01单.csv", "名单.csv"),
        ("长" * 300 + ".csv", "长" * 196 + ".csv"),
        (f"{SCRIPT}.csv", "script>.csv"),
    ],
)
def test_a_files_name_is_only_a_name(sign_in, known, name, shown):
    alice = sign_in("alice")
    text = f"姓名,身份证号,类别\n王芳,{WANG},一般低保户\n".encode()
    roster = send(alice, name, text)
    assert roster.file.name == shown
    assert SCRIPT not in page(alice, roster).content.decode()
    assert SCRIPT not in alice.get(ROSTERS).content.decode()


def test_what_stands_in_a_list_is_text_on_every_page_and_no_formula_in_a_file(
    sign_in, known, checked
):
    alice = sign_in("alice")
    head = {"乡镇": SCRIPT, "户主姓名": FORMULA, f"{SCRIPT}列": FORMULA, "=1+1": "@SUM(A1)"}
    rows = [
        person(f"{SCRIPT}\x01", LI[:17] + "!", **head),
        person(FORMULA, CUT, **head),
        person("王\u202e芳", SUN, **head),
        person("赵六", ZHAO, SCRIPT, **head),
        person("王芳", WANG, FORMULA, **head),
    ]
    roster = checked(alice, rows)
    outcomes = ("waiting", "rejected", "new", "known", "changed")
    paths = ["", "progress/", *(f"rows/?outcome={each}" for each in outcomes)]
    paths += [f"rows/{line.pk}/" for line in RosterLine.objects.filter(outcome="rejected")]
    for path in paths:
        answer = alice.get(address(roster, path))
        assert answer.status_code == 200, path
        assert SCRIPT not in answer.content.decode(), path
        assert "\u202e" not in answer.content.decode(), path
    answer = alice.get(address(roster, "returned.xlsx"))
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(answer.content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert FORMULA in texts and "=1+1" in texts and not re.search(r"[\0-\x08]", "".join(texts))


def test_signs_that_turn_the_order_of_letters_do_not_enter_a_name(sign_in, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("孙\u202e七\x07", SUN)])
    alice.post(address(roster, "acceptance/"), {})
    worked(roster)
    assert Resident.objects.get(pinyin__startswith="sun").name == "孙七"


def test_a_list_judged_again_since_it_was_seen_is_not_accepted_unseen(sign_in, known, checked):
    """Somebody mends a row while somebody else looks at what accepting does."""
    alice, dana = sign_in("alice"), sign_in("dana")
    roster = checked(alice, [person("王芳", WANG), person("李四", CUT)])
    seen = re.search(r'name="seen" value="(\d+)"', page(alice, roster).content.decode())
    assert seen and int(seen[1]) == roster.file.job_id
    line = RosterLine.objects.get(outcome="rejected")
    dana.post(address(roster, f"rows/{line.pk}/"), {"number": LI})
    worked(roster)
    answer = alice.post(address(roster, "acceptance/"), {"seen": seen[1]}, follow=True)
    assert "重新核对" in answer.content.decode()
    assert worked(roster).file.state == "checked" and not Entitlement.objects.exists()
    now = re.search(r'name="seen" value="(\d+)"', answer.content.decode())
    assert now
    alice.post(address(roster, "acceptance/"), {"seen": now[1]})
    assert worked(roster).file.state == "posted" and Entitlement.objects.count() == 2


def test_accepting_and_undoing_twice_do_it_once(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG)])
    for _press in range(2):
        alice.post(address(roster, "acceptance/"), {})
    assert Job.objects.filter(args__accept=True).count() == 1
    worked(roster)
    alice.post(address(roster, "acceptance/"), {})
    assert Job.objects.filter(args__accept=True).count() == 1
    for _press in range(2):
        alice.post(address(roster, "undoing/"), {"why": "传错了文件"})
    acts = AuditEntry.objects.filter(action="undo_roster")
    assert acts.count() == 1 and not Entitlement.objects.filter(ended_at=None).exists()


def test_nothing_is_done_for_a_page_of_somebody_elses(sign_in, cast, known, checked, settings):
    """Without the token of a page of ours every act is refused."""
    roster = checked(sign_in("alice"), [person("王芳", WANG), person("李四", CUT)])
    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(cast["alice"], backend="django.contrib.auth.backends.ModelBackend")
    line = RosterLine.objects.get(outcome="rejected")
    acts = ("acceptance/", "undoing/", "words/", "additions/", "discarding/", f"rows/{line.pk}/")
    for path in (ROSTERS, *(address(roster, act) for act in acts)):
        assert stranger.post(path, {"why": "x", "number": LI}).status_code == 403, path
