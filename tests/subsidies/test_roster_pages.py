"""Rosters in the browser, as an office worker takes one in: each page's checklist."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from enrollment.models import AuditEntry, Job, SourceFile
from subsidies.models import Entitlement, Roster, RosterLine, SourceWord
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
    post,
    values,
    worked,
)  # fmt: skip

# Progress of jobs goes by a connection of its own; in tests it is the same one.
pytestmark = pytest.mark.django_db(databases=["default", "progress"])


def test_an_upload_is_checked_by_a_job_and_changes_nothing(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG), person("孙七", SUN), person("李四", CUT)])
    shown = page(alice, roster)
    expected = {"read": 3, "new": 2, "changed": 0, "known": 0, "ended": 0}
    assert values(shown) == expected | {"waiting": 0, "rejected": 1}
    said = [(row.number, row.text) for row in shown.context["sentences"]]
    assert said == [
        (2, "进入“一般低保户”"),
        (1, "其中是居民库里没有的人，将按名单入库"),
        (1, "不导入；改好后只需再传这些行"),
    ]
    assert not Entitlement.objects.exists()


def test_while_the_worker_is_at_it_the_page_asks_again(sign_in, known, upload):
    alice = sign_in("alice")
    upload(alice, [person("王芳", WANG)])
    roster = Roster.objects.get()
    part = alice.get(address(roster, "progress/"))
    assert "hx-trigger" in part.content.decode() and "HX-Refresh" not in part
    worked(roster)
    assert alice.get(address(roster, "progress/"))["HX-Refresh"] == "true"


def test_a_refused_file_says_why(sign_in, upload, tmp_path):
    alice = sign_in("alice")
    upload(alice, [{"甲": "1", "乙": "2"}])
    roster = worked(Roster.objects.get())
    assert roster.file.job.state == "refused"
    shown = page(alice, roster).content.decode()
    assert "已拒收" in shown and "姓名" in shown


def test_the_form_says_what_is_missing(sign_in, upload):
    alice = sign_in("alice")
    answer = upload(alice, [person("王芳", WANG)], source="", as_of="2023-01-01")
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"source", "as_of"}
    assert not SourceFile.objects.exists()


def test_the_same_bytes_are_told(sign_in, known, checked):
    alice = sign_in("alice")
    first = checked(alice, [person("王芳", WANG)])
    post(alice, first, "acceptance/")
    worked(first)
    again = checked(alice, [person("王芳", WANG)])
    assert "2022-11-18" in page(alice, again).context["before"]


def test_a_word_is_explained_once_for_its_source(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG, "低保-7019"), person("李四", LI)])
    group = page(alice, roster).context["groups"][0]
    assert (group.waiting.word, group.rows) == ("低保-7019", 1)
    body = {"of-word-0": "低保-7019", "word-0": "minimum_living"}
    post(alice, roster, "words/", **body)
    roster = worked(roster)
    assert (roster.file.state, roster.file.new, roster.file.waiting) == ("checked", 2, 0)
    assert SourceWord.objects.get().category == "minimum_living"
    assert AuditEntry.objects.filter(action="explain_roster_words").exists()
    later = checked(alice, [person("赵六", ZHAO, "低保-7019")])
    assert later.file.new == 1


def test_rows_of_nobody_marked_here_are_said_to_have_no_effect(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG, "低保边缘"), person("李四", LI)])
    post(alice, roster, "words/", **{"of-word-0": "低保边缘", "word-0": "-"})
    roster = worked(roster)
    shown = page(alice, roster)
    assert [(group.key, group.rows) for group in shown.context["groups"]] == [
        ("not_marked_here", 1)
    ]
    assert "不起作用</td>" in shown.content.decode()
    assert (roster.file.new, roster.file.known) == (1, 1)


def test_an_answer_to_another_word_or_none_explains_nothing(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG, "低保-7019")])
    for body in (
        {"of-word-0": "别的词", "word-0": "minimum_living"},
        {"of-word-0": "低保-7019", "word-0": ""},
        {"of-word-0": "低保-7019", "word-0": "no_such_category"},
    ):
        post(alice, roster, "words/", **body)
    assert not SourceWord.objects.exists()


def test_rows_without_a_category_are_given_one_by_hand(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG, ""), person("李四", LI, "")])
    post(alice, roster, "words/", **{"of-word-0": "", "word-0": "monitored"})
    assert worked(roster).file.new == 2
    assert not SourceWord.objects.exists()


def test_accepting_marks_people_and_twice_is_told(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG), person("李四", LI)])
    post(alice, roster, "acceptance/")
    answer = alice.post(address(roster, "acceptance/"), follow=True)
    assert "仍在处理" in answer.content.decode()
    assert Job.objects.filter(kind="subsidies.roster").count() == 2  # the check and one acceptance
    roster = worked(roster)
    assert roster.file.state == "posted"
    assert Entitlement.objects.filter(ended_at=None).count() == 2
    answer = alice.post(address(roster, "acceptance/"), follow=True)
    assert "已经接受" in answer.content.decode()
    assert Entitlement.objects.count() == 2


def test_a_full_list_names_who_leaves_and_wants_the_number(sign_in, known, checked, places):
    alice = sign_in("alice")
    first = checked(alice, [person("王芳", WANG), person("李四", LI), person("赵六", ZHAO)])
    post(alice, first, "acceptance/")
    worked(first)
    full = checked(alice, [person("王芳", WANG)], region=places["county"].pk, as_of="2022-10-31")
    shown = page(alice, full)
    assert shown.context["confirm"] and values(shown)["ended"] == 2
    leaving = alice.get(address(full, "rows/?outcome=ended"))
    assert sorted(row.name for row in leaving.context["page"].object_list) == ["李四", "赵六"]
    post(alice, full, "acceptance/")
    full = worked(full)
    assert full.file.state == "checked"
    assert "请核对" in page(alice, full).content.decode()
    post(alice, full, "acceptance/", confirmed="2")
    assert worked(full).file.state == "posted"
    assert Entitlement.objects.filter(ended_at=None).count() == 1
    leaving = alice.get(address(full, "rows/?outcome=ended"))
    assert len(leaving.context["page"].object_list) == 2


def test_an_unclear_full_list_is_not_accepted_but_can_be_taken_as_additions(
    sign_in, known, checked, places
):
    alice = sign_in("alice")
    first = checked(alice, [person("王芳", WANG), person("李四", LI)])
    post(alice, first, "acceptance/")
    worked(first)
    rows = [person("王芳", WANG), person("李四", LI[:15] + "000"), person("赵六", ZHAO)]
    full = checked(alice, rows, region=places["county"].pk)
    assert page(alice, full).context["why_not"]
    post(alice, full, "additions/")
    full = worked(full)
    assert (full.full, full.would_end, page(alice, full).context["why_not"]) == (False, 0, "")
    post(alice, full, "acceptance/")
    worked(full)
    assert Entitlement.objects.filter(ended_at=None).count() == 3


def test_an_accepted_list_is_undone_with_a_reason(sign_in, known, checked):
    alice = sign_in("alice")
    roster = checked(alice, [person("王芳", WANG)])
    post(alice, roster, "acceptance/")
    worked(roster)
    post(alice, roster, "undoing/", why="")
    assert Entitlement.objects.filter(ended_at=None).count() == 1
    post(alice, roster, "undoing/", why="传错了文件")
    assert not Entitlement.objects.filter(ended_at=None).exists()
    shown = page(alice, roster)
    assert shown.context["file"].state == "voided" and shown.status_code == 200


def test_templates_are_there_for_each_kind_and_their_examples_are_rejected(
    sign_in, checked, tmp_path
):
    alice = sign_in("alice")
    for kind, _name in alice.get(ROSTERS).context["templates"]:
        content = alice.get(f"{ROSTERS}templates/{kind}.xlsx").content
        upload = SimpleUploadedFile(f"{kind}.xlsx", content)
        said = {"file": upload, "source": "other", "as_of": "2022-09-30"}
        assert alice.post(ROSTERS, said).status_code == 302
        file = worked(Roster.objects.latest("pk")).file
        assert (file.read, file.rejected) == (2, 2), kind
    assert alice.get(f"{ROSTERS}templates/other.xlsx").status_code == 404


def test_a_department_sees_its_own_lists_only_and_accepts_none(sign_in, known, checked, client):
    hers = checked(sign_in("alice"), [person("王芳", WANG)])
    frank = sign_in("frank")
    his = checked(frank, [person("李四", LI, "低保-7019"), person("赵六", CUT)])
    assert [row["roster"].pk for row in frank.get(ROSTERS).context["rows"]] == [his.pk]
    assert page(frank, hers).status_code == 404
    assert frank.post(address(his, "acceptance/")).status_code == 403
    assert "由医保局接受" in page(frank, his).content.decode()
    assert frank.get(address(his, "returned.xlsx")).status_code == 200
    assert frank.get(address(hers, "returned.xlsx")).status_code == 404


def test_of_who_leaves_a_department_sees_whom_its_own_lists_marked(sign_in, known, checked, places):
    for sender, who in (("alice", person("李四", LI)), ("frank", person("赵六", ZHAO))):
        roster = checked(sign_in(sender), [who])
        post(sign_in("alice"), roster, "acceptance/")
        worked(roster)
    frank, scope = sign_in("frank"), {"region": places["county"].pk, "as_of": "2022-10-31"}
    later = checked(frank, [person("王芳", WANG)], **scope)
    assert values(page(frank, later))["ended"] == 2
    shown = frank.get(address(later, "rows/?outcome=ended"))
    assert [row.name for row in shown.context["page"].object_list] == ["赵六"]
    assert "由其他名单认定的人" in shown.content.decode()
    shown = sign_in("alice").get(address(later, "rows/?outcome=ended"))
    assert sorted(row.name for row in shown.context["page"].object_list) == ["李四", "赵六"]


def test_every_kept_row_is_behind_its_number(sign_in, known, checked):
    alice = sign_in("alice")
    rows = [person("王芳", WANG), person("李四", CUT), person("赵六", ZHAO, "低保-7019")]
    roster = checked(alice, rows)
    for outcome, names in {"new": ["王芳"], "rejected": ["李四"], "waiting": ["赵六"]}.items():
        shown = alice.get(address(roster, f"rows/?outcome={outcome}"))
        assert [row.name for row in shown.context["page"].object_list] == names
    assert alice.get(address(roster, "rows/?outcome=nothing")).status_code == 404
    opened = page(alice, roster, "?open=number_damaged")
    assert [row.name for row in opened.context["opened_rows"]["rows"]] == ["李四"]
    assert RosterLine.objects.count() == 3
    content = opened.content.decode()
    assert WANG not in content and ZHAO not in content
