"""The register that goes out: who stands on it, what they owe, its sums, its number, its keys."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from enrollment.errors import Refused
from tests.conftest import at
from tests.enrollment.people import number
from tests.payments.register.world import ALONE, NOW

pytestmark = pytest.mark.django_db


def test_a_register_is_in_order_with_what_each_owes(family, issue, campaign, cast):
    from enrollment.services.not_enrolling import say_why

    say_why(
        campaign=campaign, resident_ids=[family["son"].pk], reason="army", note="",
        by=cast["bob"], at=NOW,
    )  # fmt: skip
    [made] = issue("north-1")
    shown = [
        (each.name, each.due_fen, each.paid_fen, each.hardship, each.cells()["reason"])
        for each in made.people
    ]
    assert shown == [
        ("赵建国", 35000, 35000, "", ""),
        ("王秀英", 35000, 0, "", ""),
        ("赵鹏", None, 0, "", "参军"),
        ("赵德山", 0, 0, "五保户（含孤儿）", ""),
        ("郝全喜", 35000, 0, "", ""),
    ]
    assert made.sums.people == made.sums.due + made.sums.out == 5
    assert (made.issue.due_fen, made.issue.paid_fen) == (105000, 35000)
    assert made.people[0].cells()["number"].count("*") == 4
    assert (made.issue.label, made.issue.serial) == ("QC-001001-0001", 1)


def test_registers_are_numbered_in_their_village_and_kept(family, issue, cast):
    from enrollment.models import AuditEntry

    labels = [each.issue.label for _ in range(2) for each in issue("north-1", "north-2")]
    assert labels == ["QC-001001-0001", "QC-001001-0002"]  # nobody lives in north-2
    audit = AuditEntry.objects.filter(action="issue_payment_register")
    assert [(row.by, row.facts["number"]) for row in audit.order_by("pk")] == [
        (cast["erin"], labels[0]),
        (cast["erin"], labels[1]),
    ]


def test_full_numbers_go_out_for_a_reason_only(family, issue):
    with pytest.raises(Refused):
        issue("north-1", full_numbers=True, why=" ")
    [made] = issue("north-1", full_numbers=True, why="逐户核对身份证")
    assert ALONE in {each.number for each in made.people}
    assert (made.issue.full_numbers, made.issue.why) == (True, "逐户核对身份证")


def test_a_group_has_a_register_of_its_own(family, issue):
    [made] = issue("north-1", group="5")
    assert {each.name for each in made.people} == {"赵建国", "王秀英", "赵鹏"}
    with pytest.raises(Refused):
        issue("north-1", group="9")


def test_before_the_window_opens_people_are_priced_as_of_its_beginning(family, issue):
    [made] = issue("north-1", now=at("2022-10-11 09:00"))
    assert {each.name: each.due_fen for each in made.people}["郝全喜"] == 35000


def test_cash_is_shown_and_is_not_paid(family, issue, campaign, cast):
    from payments.collection.services import take_cash

    registration = family["wife"].registrations.get()
    take_cash(campaign, [registration.pk], by=cast["erin"], at=NOW, now=NOW)
    [made] = issue("north-1")
    wife = next(each for each in made.people if each.name == "王秀英")
    assert (wife.paid_fen, wife.cells()["channel"], wife.cells()["paid"]) == (0, "现金已收", "")
    assert (made.sums.cash, made.sums.cash_fen, made.sums.paid_fen) == (1, 35000, 35000)


def test_the_queries_do_not_grow_with_the_people(family, issue, make_resident):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            issue("north-1")
        return len(asked)

    issue("north-1")  # caches of the policy are warm
    before = queries()
    for order in range(60):
        make_resident(f"新{order}", number=number("19810101", 100 + order), household=f"{order}")
    assert queries() == before


def test_pages_run_on(family, issue):
    from payments.register.rows import Sums, pages, sums_of

    people = issue("north-1")[0].people
    many = [
        replace(each, resident_id=turn * 10 + at_, household_id=turn // 2 + 1)
        for turn in range(9)
        for at_, each in enumerate(people)
    ]
    found = pages(many, 20)
    assert [len(page.lines) for page in found] == [20, 20, 5]
    assert [line.serial for page in found for line in page.lines] == list(range(1, 46))
    total = Sums()
    for page in found:
        assert page.before == total
        total += page.sums
        assert sum(line.span for line in page.lines) == len(page.lines)
    assert found[-1].total == sums_of(many)


def test_the_keys_of_a_workbook_are_hidden_and_sealed(handed_out, family):
    from payments.register import keys

    sheet = load_workbook(BytesIO(handed_out("north-1"))).active
    headers = [cell.value for cell in sheet[3]]
    last = sheet.cell(3, len(headers))
    assert last.value == "识别码"
    assert sheet.column_dimensions[last.column_letter].hidden
    opened = keys.opened(sheet.cell(4, last.column).value)
    assert opened.resident_id == family["zhao"].pk
    assert keys.opened(sheet.cell(4, last.column).value[:-2] + "AA") is None
    assert sheet.cell(4, headers.index("应缴") + 1).value == 350
    assert sheet.cell(4, headers.index("电话") + 1).value == "13800006027"


def test_the_head_of_the_sheet_is_the_notices(campaign):
    from payments.register import exports, queries

    heading = queries.heading(campaign)
    words = exports.windows_in_words(heading)
    assert words == "个人缴费标准 350.00 元　集中征缴期至 2022-11-30，征缴期至 2022-12-31"
    assert heading.document == "安政办〔2022〕1号"
    assert heading.title == "2023年度城乡居民基本医疗保险缴费清册"
    assert queries.heading(campaign).windows[0][1] == date(2022, 11, 30)


def test_the_bureau_sees_how_far_each_township_is(family, issue, sign_in, campaign):
    issue("north-1")
    issue("north-1")
    rows = sign_in("alice").get(f"/c/{campaign.slug}/payments/registers/").context["places"]
    assert [(row.township.name, row.villages, row.issued, row.waiting) for row in rows] == [
        ("城北镇", 2, 1, 0),
        ("城南乡", 2, 0, 0),
    ]


@pytest.mark.parametrize(
    ("who", "village", "status"),
    [("erin", "north-1", 200), ("erin", "north-2", 422), ("bob", "north-1", 200),
     ("charlie", "north-1", 422), ("heidi", "north-1", 403)],
)  # fmt: skip
def test_paper_is_made_of_ones_own_villages(
    family, sign_in, campaign, places, who, village, status
):
    answer = sign_in(who).post(
        f"/c/{campaign.slug}/payments/registers/issues/",
        {"village": places[village].pk, "form": "paper"},
    )
    assert answer.status_code == status
    if status == 200:
        text = answer.content.decode()
        assert "QC-001001-0001" in text and "本页小计　5 人" in text and "第 1 页　共 1 页" in text
        assert ALONE not in text
