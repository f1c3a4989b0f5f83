"""The exceptions desk: who sees what, who is suggested, what is decided by whom, one or many."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from enrollment.models import AuditEntry
from payments.cases import counts
from payments.cases.suggestions import suggestions
from payments.models import Decision, Match, Payment, SavedView
from tests.payments.lines import LI, WANG, ZHAO, Row

pytestmark = pytest.mark.django_db
OPEN = "/c/small-2023/payments/open/"
ACT = f"{OPEN}decisions/"
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(8)
TYPED = "411328199003072538"  # Wang's first 15 digits, other last three, the check digit agrees


def one(**of: Any) -> Payment:
    return Payment.objects.get(**of)


def propose(client: Any, *payments: Payment, choice: str, reason: str, **more: Any) -> Any:
    said = {"act": "propose", "choice": choice, "reason": reason, **more}
    if len(payments) == 1:
        return client.post(ACT, {"payment": payments[0].pk, **said}, follow=True)
    return client.post(ACT, {"payments": [row.pk for row in payments], **said}, follow=True)


def told(page: Any) -> str:
    return " ".join(str(note) for note in page.context["said"])


@pytest.fixture
def differs(wang: Any, register: Any, take: Any) -> Payment:
    """Wang's number under another name; he is registered and owes 350."""
    register(wang)
    take([Row(name="王大明")])
    return one(cause="name_differs")


@pytest.fixture
def twice(wang: Any, register: Any, take: Any) -> list[Payment]:
    """Wang has paid three times."""
    register(wang)
    take([Row(receipt=str(n)) for n in range(1, 4)])
    return list(Payment.objects.filter(cause="paid_twice"))


def test_the_facts_stand_side_by_side_and_what_differs_is_marked(sign_in: Any, differs: Payment):
    page = sign_in("alice").get(OPEN, {"cause": "name_differs"})
    assert [(group.key, group.n, group.fen) for group in page.context["groups"]] == [
        ("name_differs", 1, 35000)
    ]
    facts = {str(row["label"]): row["cells"][0] for row in page.context["case_rows"]}
    assert facts["姓名"].parts == [("王", False), ("小", True), ("明", False)]
    assert facts["证件号码"].same is True and facts["年度"].same is True
    assert facts["金额　应缴"].text == "350.00"
    html = page.content.decode()
    assert WANG not in html and "4113****2511" in html and "1990-03-07" not in html


def test_each_suggestion_says_why(
    campaign: Any, places: Any, make_resident: Any, register: Any, take: Any
) -> None:
    """Nobody is matched by it."""
    wang = make_resident("王小明", number=WANG, household="7")
    wife = make_resident("李四", number=LI, household="7")
    namesake = make_resident("赵六", number=ZHAO, village="north-2")
    for person in (wang, wife):
        register(person)
    stranger = "411328197512120018"
    take(
        [
            Row(receipt="1", number=TYPED, village="西山村"),
            Row(receipt="2", number=stranger, name="赵六", village="东湖村"),
            Row(receipt="3", number=WANG, paid="2022-11-18 08:00:00"),
            Row(receipt="4", number=WANG, paid="2022-11-18 09:00:00"),
            Row(receipt="5", number=stranger, name="没有人", village="东湖村"),
        ]
    )
    rows = {row.receipt: row for row in Payment.objects.open()}
    found = suggestions(campaign, rows.values(), campaign.region)
    assert {row.receipt: [(each.resident_id, each.why) for each in found.get(row.pk, [])]
            for row in rows.values()} == {
        "1": [(wang.pk, "first_15_and_name")],
        "2": [(namesake.pk, "township_and_name")],
        "4": [(wife.pk, "household")],
        "5": [],
    }  # fmt: skip
    assert suggestions(campaign, rows.values(), places["south"]) == {}
    assert Match.objects.count() == 1


def test_a_clerk_sees_and_decides_what_belongs_to_the_township_only(
    sign_in: Any, make_resident: Any, take: Any
) -> None:
    """Wang lives in the north and has paid, not registered; an unknown payer wrote the south."""
    make_resident("王小明", number=WANG, village="north-1")
    take([Row(), Row(receipt="9", number=LI, name="李四", township="城南乡", village="东湖村")])
    hers, his = one(cause="unknown_person"), one(cause="not_registered")
    for name, cause in (("bob", "not_registered"), ("charlie", "unknown_person")):
        page = sign_in(name).get(OPEN)
        assert [group.key for group in page.context["groups"]] == [cause]
        assert page.context["counts"]["open"] == 1
    for path in ("", "case/"):
        assert sign_in("bob").get(f"/c/small-2023/payments/{hers.pk}/{path}").status_code == 404
        assert sign_in("bob").get(f"/c/small-2023/payments/{his.pk}/{path}").status_code == 200
    for ids in ([hers.pk], [hers.pk, his.pk]):
        said = {"act": "propose", "choice": "hold", "reason": "other", "evidence": "?"}
        assert sign_in("bob").post(ACT, {"payments": ids, **said}).status_code == 404
    assert not Decision.objects.exists()


def test_the_township_is_asked_and_answers(sign_in: Any, differs: Payment) -> None:
    propose(sign_in("alice"), differs, choice="verify", reason="other", evidence="请入户核实")
    assert sign_in("alice").get(OPEN).context["counts"]["open"] == 0
    asked = sign_in("bob").get(OPEN, {"tab": "verify"})
    assert [row["payment"].pk for row in asked.context["rows"]] == [differs.pk]
    assert "请入户核实" in asked.content.decode()
    assert sign_in("charlie").get(OPEN, {"tab": "verify"}).context["rows"] == []
    answer = {"act": "answer", "payment": differs.pk}
    assert "请" in told(sign_in("bob").post(ACT, {**answer, "evidence": ""}, follow=True))
    sign_in("bob").post(ACT, {**answer, "evidence": "本人，户口本写作王大明"})
    assert sign_in("alice").get(OPEN).context["counts"]["open"] == 1
    page = sign_in("alice").get(f"/c/small-2023/payments/{differs.pk}/").content.decode()
    assert "户口本写作王大明" in page and "Bob" in page


def test_one_proposes_another_approves_and_a_reason_undoes(sign_in: Any, differs: Payment) -> None:
    registration = sign_in("bob").get(OPEN).context["people"][0].registration
    page = propose(
        sign_in("bob"), differs, choice="one", reason="same_person", evidence="户口本",
        registration_one=registration.pk,
    )  # fmt: skip
    assert "王大明" in told(page) and page.context["counts"]["mine"] == 1
    assert sign_in("bob").post(ACT, {"act": "approve", "payment": differs.pk}).status_code == 403
    sign_in("alice").post(ACT, {"act": "approve", "payment": differs.pk})
    differs.refresh_from_db()
    assert (differs.standing, differs.matched_fen) == ("matched", 35000)
    history = sign_in("alice").get(f"/c/small-2023/payments/{differs.pk}/")
    shown = [event.what for event in history.context["events"]]
    assert shown[-1] == "入账" and {"提出", "同意", "匹配"} <= set(shown)
    undone = {"act": "undo", "payment": differs.pk}
    sign_in("alice").post(ACT, {**undone, "why": ""})
    assert Decision.objects.live().count() == 1
    sign_in("alice").post(ACT, {**undone, "why": "认错人了"})
    differs.refresh_from_db()
    assert (differs.standing, differs.cause) == ("open", "name_differs")
    acts = AuditEntry.objects.filter(object_kind="payment_decision").order_by("pk")
    assert [(entry.action.split("_")[0], str(entry.by)) for entry in acts] == [
        ("propose", "Bob"), ("approve", "Alice"), ("undo", "Alice"),
    ]  # fmt: skip


def test_many_are_refunded_in_one_action_but_not_approved_by_who_proposed(
    sign_in: Any, twice: list[Payment]
) -> None:
    said = {"act": "propose", "choice": "refund", "reason": "paid_twice", "all": "1"}
    query = {"query": "cause=paid_twice"}
    page = sign_in("alice").post(ACT, {**said, **query, "count": "3"}, follow=True)
    assert "3" in told(page) and not Decision.objects.exists()  # 3 were seen, 2 are there
    sign_in("alice").post(ACT, {**said, **query, "count": "2"})
    assert Decision.objects.values("bulk").distinct().count() == 1
    assert Decision.objects.count() == 2
    everything = {"act": "approve", "all": "1", "query": "tab=approve"}
    page = sign_in("alice").post(ACT, {**everything, "query": "tab=approve&mine=1"}, follow=True)
    assert "另一" in told(page) or "别人" in told(page)
    assert sign_in("alice").get(OPEN, {"tab": "approve"}).context["rows"] == []
    sign_in("dana").post(ACT, everything)
    assert {row.standing for row in Payment.objects.filter(pk__in=[r.pk for r in twice])} == {
        "refund_due"
    }


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"choice": "", "reason": "other"}, "数字"),
        ({"choice": "refund", "reason": "我想"}, "请选择"),
        ({"choice": "hold", "reason": "other"}, "原因"),
        ({"choice": "one", "reason": "same_person", "registration_one": "1"}, "建议"),
    ],
)
def test_what_is_not_whole_is_refused_in_words(
    sign_in: Any, differs: Payment, said: dict[str, str], words: str
) -> None:
    page = sign_in("alice").post(
        ACT, {"act": "propose", "payment": differs.pk, **said}, follow=True
    )
    assert words in told(page)
    assert not Decision.objects.exists()


def test_filters_and_a_kept_view_narrow_the_list(
    sign_in: Any, make_resident: Any, take: Any
) -> None:
    make_resident("王小明", number=WANG)
    take(
        [
            Row(receipt="1", number=TYPED, paid="2022-11-02 10:00:00"),
            Row(receipt="2", number=LI, name="李四", yuan="100", channel="银联"),
            Row(receipt="3", number=ZHAO, name="赵六", township="", village=""),
        ]
    )
    alice = sign_in("alice")
    for query, receipts in (
        ("older=10", "1"), ("q=李四", "2"), ("q=0035", "3"), ("q=456X", "2"), ("least=350", "13"),
        ("most=100", "2"), ("has=1", "1"), ("township=none", "3"), ("older=x", "123"),
    ):  # fmt: skip
        rows = alice.get(f"{OPEN}?{query}").context["rows"]
        assert "".join(sorted(row["payment"].receipt for row in rows)) == receipts, query
    kept = f"{OPEN}views/"
    alice.post(kept, {"name": "老的", "query": "older=10&payment=7"})
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("老的", "older=10")
    page = alice.get(OPEN, {"view": view.pk}, follow=True)
    assert [row["payment"].receipt for row in page.context["rows"]] == ["1"]
    assert sign_in("bob").get(OPEN, {"view": view.pk}).status_code == 404
    assert sign_in("bob").post(f"{kept}{view.pk}/deletion/").status_code == 404
    sign_in("alice").post(f"{kept}{view.pk}/deletion/")
    assert not SavedView.objects.exists()


def test_the_workbook_holds_the_list_with_masked_numbers_and_no_formula(
    sign_in: Any, take: Any
) -> None:
    take([Row(name="=1+1"), Row(receipt="2", number=LI, name="李四", year="2022")])
    answer = sign_in("alice").get(f"{OPEN}workbook/", {"all": "1"})
    rows = [
        [cell.value for cell in row]
        for row in load_workbook(BytesIO(answer.content)).active.iter_rows()
    ]
    assert [(row[0], row[3], row[4], row[7]) for row in rows[2:]] == [
        ("查无此人", "=1+1", "4113****2511", 350),
        ("查无此人", "李四", "4113****456X", 350),
    ]
    assert WANG not in str(rows)


def test_a_photo_is_kept_sealed_and_opening_it_is_kept_too(sign_in: Any, differs: Payment) -> None:
    said = {"choice": "hold", "reason": "other", "evidence": "等证明"}
    wrong = SimpleUploadedFile("a.exe", b"MZ")
    assert "JPEG" in told(propose(sign_in("alice"), differs, **said, file=wrong))
    propose(sign_in("alice"), differs, **said, file=SimpleUploadedFile("证明.png", PHOTO))
    decision = Decision.objects.get()
    path = f"/c/small-2023/payments/decisions/{decision.pk}/evidence/"
    assert sign_in("charlie").post(path).status_code == 404
    answer = sign_in("heidi").post(path)
    assert answer.content == PHOTO and answer["X-Content-Type-Options"] == "nosniff"
    assert AuditEntry.objects.filter(action="open_evidence", by__username="heidi").exists()


def test_a_full_number_is_shown_once_for_a_reason_that_stays(
    sign_in: Any, differs: Payment
) -> None:
    path = f"/c/small-2023/payments/{differs.pk}/"
    bob = sign_in("bob")
    assert WANG not in bob.post(f"{path}number/", {"why": ""}, follow=True).content.decode()
    assert WANG in bob.post(f"{path}number/", {"why": "电话核对"}).content.decode()
    page = bob.get(path)
    assert WANG not in page.content.decode() and "电话核对" in page.content.decode()


def test_a_later_page_begins_where_the_first_ended_and_asks_as_few_questions(
    sign_in: Any, take: Any, django_assert_max_num_queries: Any
) -> None:
    take([Row(receipt=str(n), number=LI, name="李四") for n in range(1, 46)])
    alice = sign_in("alice")
    with django_assert_max_num_queries(26):
        first = alice.get(OPEN)
    later = alice.get(OPEN, {"cause": "unknown_person", "after": first.context["page"].after})
    shown = [row["payment"].pk for page in (first, later) for row in page.context["rows"]]
    assert len(shown) == len(set(shown)) == 45
    assert alice.get(OPEN, {"after": "x_y", "payment": "9" * 30}).status_code == 200


def test_where_there_are_many_a_count_is_kept_and_says_the_same(
    sign_in: Any, make_resident: Any, take: Any, monkeypatch: Any
) -> None:
    make_resident("王小明", number=WANG, village="north-1")
    south = {"township": "城南乡", "village": "东湖村"}
    take([Row(), Row(receipt="2", number=LI, name="李四", **south),
          Row(receipt="3", number=ZHAO, name="赵六", township="", village="")])  # fmt: skip
    counted, usual = {}, counts.MANY
    for many in (usual, 1):
        monkeypatch.setattr(counts, "MANY", many)
        sign_in("alice").get(OPEN)  # who looks first counts
        for name in ("alice", "bob", "charlie"):
            page = sign_in(name).get(OPEN)
            assert (page.context["counted_at"] is not None) == (many == 1)
            counted[name, many] = page.context["groups"], page.context["counts"]["open"]
    assert {name for name, many in counted} == {"alice", "bob", "charlie"}
    for name in ("alice", "bob", "charlie"):
        assert counted[name, 1] == counted[name, usual]
    assert [counted[name, 1][1] for name in ("alice", "bob", "charlie")] == [3, 1, 1]
