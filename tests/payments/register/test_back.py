"""The register that comes back: what it proposes, what it cannot, and what the township decides."""

from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from enrollment.errors import Refused
from tests.conftest import at
from tests.payments.register.world import ALONE, NEW, NOW, OTHER, WIFE, edited

pytestmark = pytest.mark.django_db
PERSON = {"姓名": "钱新", "证件号码": NEW, "与户主关系": "本人", "户主": "钱新", "户编号": "0600"}


def proposals() -> list[Any]:
    from payments.models import RegisterProposal

    return list(RegisterProposal.objects.order_by("pk"))


def problems(made: Any) -> list[tuple[str, str]]:
    return [(row.column, row.code) for row in made.file.problems.all()]


def counts(made: Any) -> tuple[int, ...]:
    """read, known, changed, new, rejected; the first is the sum of the others."""
    file = made.file
    assert file.read == file.known + file.changed + file.new + file.rejected
    return file.read, file.known, file.changed, file.new, file.rejected


def test_an_untouched_register_proposes_nothing(handed_out, bring):
    made = bring(handed_out("north-1"))
    assert (counts(made), proposals(), made.absent) == ((5, 5, 0, 0, 0), [], 0)


def test_what_the_desk_wrote_meanwhile_is_not_proposed_back(handed_out, bring, family):
    content = handed_out("north-1")
    family["zhao"].phone = "13911112222"
    family["zhao"].save()
    assert counts(bring(content)) == (5, 5, 0, 0, 0)


@pytest.mark.parametrize(
    ("who", "column", "value", "kind", "field", "after"),
    [
        ("王秀英", "电话", 13700004420, "correction", "phone", "13700004420"),
        ("王秀英", "姓名", "王秀瑛", "correction", "name", "王秀瑛"),
        ("赵鹏", "与户主关系", "长孙", "correction", "relation", "长孙"),
        ("赵鹏", "人员类别", "大学生", "correction", "category", "1404"),
        ("赵鹏", "组", "6", "correction", "group", "6"),
        ("赵鹏", "未参保原因", "参军", "reason", "reason", '{"reason": "army", "note": ""}'),
        ("赵鹏", "外地参保", "新野县", "reason", "reason",
         '{"reason": "elsewhere", "note": "新野县"}'),
        ("王秀英", "实缴", 350, "cash", "", '{"fen": 35000, "on": "2022-11-18"}'),
    ],
)  # fmt: skip
def test_a_difference_is_proposed(
    handed_out, bring, family, who, column, value, kind, field, after
):
    from enrollment.models import Resident

    before = list(Resident.objects.order_by("pk").values())
    made = bring(edited(handed_out("north-1"), {who: {column: value}}))
    assert counts(made) == (5, 4, 1, 0, 0)
    [row] = proposals()
    assert (row.kind, row.field, row.after.reveal(), row.state) == (kind, field, after, "proposed")
    assert list(Resident.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("who", "cells", "column", "code"),
    [
        ("王秀英", {"未参保原因": "不想"}, "未参保原因", "reason_unknown"),
        ("王秀英", {"人员类别": "神仙"}, "人员类别", "category_unknown"),
        ("王秀英", {"电话": "1.38E+10"}, "电话", "unreadable"),
        ("王秀英", {"证件号码": 411328197101010000}, "证件号码", "number_damaged"),
        ("王秀英", {"证件号码": NEW}, "证件号码", "number_differs"),
        ("王秀英", {"姓名": "王?英"}, "姓名", "unreadable"),
        ("王秀英", {"户编号": ""}, "户编号", "empty"),
        ("郝全喜", {"组": "3"}, "组", "no_household"),
        ("王秀英", {"实缴": 300}, "实缴", "cash_amount"),
        ("王秀英", {"实缴": "三百五"}, "实缴", "cash_amount"),
        ("王秀英", {"实缴": 350, "缴费日期": "2022-12-20"}, "缴费日期", "date"),
        ("王秀英", {"实缴": 350, "渠道": "微信"}, "渠道", "not_cash"),
        ("赵建国", {"实缴": 700}, "实缴", "paid"),
        ("赵建国", {"缴费日期": "11-01"}, "缴费日期", "reported"),
        ("赵德山", {"实缴": 350}, "实缴", "nothing_due"),
        ("王秀英", {"识别码": "made-up"}, "识别码", "key_unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_its_row(handed_out, bring, who, cells, column, code):
    made = bring(edited(handed_out("north-1"), {who: cells, "赵鹏": {"电话": "13700004420"}}))
    assert (counts(made), problems(made)) == ((5, 3, 1, 0, 1), [(column, code)])
    assert [row.field for row in proposals()] == ["phone"]  # the rest goes on


@pytest.mark.parametrize("text", [WIFE, ""])
def test_the_persons_own_number_or_none_says_nothing_new(handed_out, bring, text):
    assert counts(bring(edited(handed_out("north-1"), {"王秀英": {"证件号码": text}})))[1] == 5


def test_a_row_of_another_village_is_told(handed_out, bring, make_resident):
    make_resident("李西", number=OTHER, village="north-2")
    other = load_workbook(BytesIO(handed_out("north-2"))).active
    row = [cell.value for cell in other[4]]
    made = bring(edited(handed_out("north-1"), {}, change=lambda sheet, _c: sheet.append(row)))
    assert problems(made) == [("识别码", "key_foreign")]
    with pytest.raises(Refused):
        bring(handed_out("north-2"))


def test_rows_may_be_sorted_and_copies_are_told(handed_out, bring):
    def upside_down(sheet: Any, _columns: Any) -> None:
        rows = [[cell.value for cell in sheet[line]] for line in range(4, 9)]
        sheet.delete_rows(4, 5)
        for row in [*reversed(rows), rows[0]]:
            sheet.append(row)

    made = bring(edited(handed_out("north-1"), {}, change=upside_down))
    assert (counts(made), problems(made)) == ((6, 5, 0, 0, 1), [("识别码", "key_twice")])


def test_deleted_rows_do_nothing_and_are_told(handed_out, bring, family):
    from enrollment.models import Resident

    made = bring(
        edited(handed_out("north-1"), {}, change=lambda sheet, _c: sheet.delete_rows(5, 2))
    )
    assert (counts(made), made.absent, Resident.objects.count()) == ((3, 3, 0, 0, 0), 2, 5)


def test_a_file_without_the_keys_is_refused(handed_out, bring):
    def drop(sheet: Any, columns: Any) -> None:
        sheet.delete_cols(columns["识别码"])

    with pytest.raises(Refused, match="识别码"):
        bring(edited(handed_out("north-1"), {}, change=drop))


def test_a_new_person_is_registered_once_the_township_accepts(handed_out, bring, decide, family):
    from enrollment.models import Resident

    content = edited(handed_out("north-1"), {"新增": [PERSON]})
    assert counts(bring(content)) == (6, 5, 0, 1, 0)
    assert not Resident.objects.filter(name="钱新").exists()
    assert counts(bring(content)) == (6, 6, 0, 0, 0)  # the same file twice
    assert decide().accepted == 1
    person = Resident.objects.get(name="钱新")
    assert person.registrations.get().own_fen == 35000
    assert person.household.head_name == "钱新"
    made = bring(content)
    assert problems(made) == [("证件号码", "on_register")]


def test_new_people_with_the_same_number_are_told(handed_out, bring):
    known = {**PERSON, "姓名": "冒名", "证件号码": ALONE}
    cut = {**PERSON, "证件号码": 411328198505050000}
    made = bring(edited(handed_out("north-1"), {"新增": [PERSON, PERSON, known, cut]}))
    codes = ["number_twice", "number_of_other", "number_damaged"]
    assert (counts(made), [code for _c, code in problems(made)]) == ((9, 5, 0, 1, 3), codes)


def test_accepted_corrections_are_written(handed_out, bring, decide, family):
    content = edited(
        handed_out("north-1"),
        {
            "王秀英": {"姓名": "王秀瑛", "电话": "13700004420", "与户主关系": "妻"},
            "赵鹏": {"户编号": "0700", "户主": "赵鹏", "未参保原因": "职工医保"},
            "赵建国": {"组": "6"},
        },
    )
    assert counts(bring(content)) == (5, 2, 3, 0, 0)
    decided = decide()
    assert (decided.accepted, decided.problems) == (6, [])
    wife, son = family["wife"], family["son"]
    wife.refresh_from_db()
    son.refresh_from_db()
    assert (wife.name, wife.phone.reveal(), wife.relation) == ("王秀瑛", "13700004420", "妻")
    assert (son.household.number, wife.household.group_no) == ("0700", "6")
    from enrollment.models import NotEnrolling

    assert NotEnrolling.objects.get(resident=son, ended_at=None).reason == "employee"
    assert counts(bring(content))[1] == 5  # it says what we hold now


def test_cash_is_taken_once(handed_out, bring, decide, campaign, cast):
    from payments.models import Taking

    first = handed_out("north-1")
    content = edited(first, {"王秀英": {"实缴": 350, "缴费日期": "11.16", "渠道": "现金"}})
    bring(content)
    assert counts(bring(content))[1] == 5
    assert decide().accepted == 1
    [taking] = Taking.objects.all()
    assert (taking.fen, taking.taken_by, taking.source) == (35000, cast["erin"], "register")
    assert taking.taken_at == at("2022-11-16 00:00")
    later = bring(edited(first, {"王秀英": {"实缴": 350, "缴费日期": "11.17"}}))
    assert problems(later) == [("实缴", "cash_twice")]
    assert Taking.objects.count() == 1


def test_who_hands_over_cash_is_registered_with_it(handed_out, bring, decide, family):
    from payments.models import Taking

    bring(edited(handed_out("north-1"), {"赵鹏": {"实缴": 350}}))
    assert decide().problems == []
    assert Taking.objects.get().registration == family["son"].registrations.get()


def test_what_changed_since_is_not_written_over(handed_out, bring, decide, family):
    bring(edited(handed_out("north-1"), {"王秀英": {"电话": "13700004420"}}))
    wife = family["wife"]
    wife.phone = "13911112222"
    wife.save()
    decided = decide()
    assert (decided.accepted, len(decided.problems)) == (0, 1)
    wife.refresh_from_db()
    assert wife.phone.reveal() == "13911112222"


def test_a_later_file_takes_the_place_of_what_waits(handed_out, bring):
    first = handed_out("north-1")
    for phone in ("13700004420", "13700004421"):
        bring(edited(first, {"王秀英": {"电话": phone}}))
    states = [(row.after.reveal(), row.state) for row in proposals()]
    assert states == [("13700004420", "replaced"), ("13700004421", "proposed")]


def test_who_brought_it_does_not_accept_it(handed_out, bring, decide, campaign, cast):
    from payments.models import RegisterProposal
    from payments.register import deciding

    bring(edited(handed_out("north-1"), {"王秀英": {"电话": "13700004420"}}), by="bob")
    decided = decide("bob")
    assert (decided.accepted, len(decided.problems)) == (0, 1)
    with pytest.raises(Refused):
        decide("erin")  # a village decides nothing
    with pytest.raises(Refused):
        deciding.refuse(campaign, [1], why="", by=cast["alice"], now=NOW)
    other = decide("charlie")  # of another township
    assert (other.accepted, len(other.problems)) == (0, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterProposal.objects.update(state="accepted", decided_by=cast["bob"], decided_at=NOW)
    assert decide("alice").accepted == 1


def test_what_was_refused_does_not_come_again_with_the_same_file(handed_out, bring, campaign, cast):
    from payments.register import deciding

    content = edited(handed_out("north-1"), {"王秀英": {"电话": "13700004420"}})
    bring(content)
    [row] = proposals()
    assert deciding.refuse(campaign, [row.pk], why="号码是空号", by=cast["bob"], now=NOW) == 1
    assert counts(bring(content))[1] == 5
    [row] = proposals()
    assert (row.state, row.why, row.decided_by) == ("refused", "号码是空号", cast["bob"])


def test_the_township_decides_on_the_page(handed_out, bring, sign_in, campaign, family):
    made = bring(edited(handed_out("north-1"), {"王秀英": {"姓名": "王秀瑛"}}))
    [row] = proposals()
    page = f"/c/{campaign.slug}/payments/registers/proposals/"
    text = sign_in("bob").get(page).content.decode()
    assert "王秀英" in text and "王秀瑛" in text
    assert sign_in("charlie").post(page, {"proposal": row.pk, "what": "accept"}).status_code == 302
    assert proposals()[0].state == "proposed"
    assert sign_in("erin").post(page, {"proposal": row.pk, "what": "accept"}).status_code == 403
    sign_in("bob").post(page, {"proposal": row.pk, "what": "accept"})
    assert proposals()[0].state == "accepted"
    one = f"/c/{campaign.slug}/payments/registers/returns/{made.pk}/"
    assert "王秀瑛" in sign_in("erin").get(one).content.decode()
    assert sign_in("charlie").get(one).status_code == 404
