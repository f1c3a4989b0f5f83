"""Somebody else for whom a payment may have been: looked for, shown, proposed, approved."""

from typing import Any

import pytest

from enrollment.models import LookUp, Registration
from payments.models import Decision, Payment
from tests.conftest import at
from tests.payments.lines import LI, WANG, ZHAO, Row

pytestmark = pytest.mark.django_db
ACT = "/c/small-2023/payments/open/decisions/"
STRANGER = "411328197512120018"


def here(payment: Payment) -> str:
    return f"/c/small-2023/payments/{payment.pk}/person/"


def look(client: Any, payment: Payment, **said: Any) -> Any:
    return client.post(here(payment), said)


def shown(page: Any) -> list[str]:
    return [person.resident.name for person in page.context["people"]]


def option(page: Any, at: int = 0) -> Any:
    return page.context["options"][at]


@pytest.fixture
def unknown(take: Any) -> Payment:
    """Nobody holds the number, nobody is called so: written for a village of the north."""
    take([Row(number=STRANGER, name="没有人")])
    return Payment.objects.get(cause="unknown_person")


@pytest.fixture
def li(make_resident: Any, register: Any) -> Registration:
    """Of the north, owes 350."""
    return register(make_resident("李四", number=LI, village="north-2"))


@pytest.fixture
def zhao(make_resident: Any, register: Any) -> Registration:
    """Of the south, owes 350."""
    return register(make_resident("赵六", number=ZHAO, village="south-1"))


@pytest.mark.parametrize("words", ["李四", "李 四", " {village}  李四 ", LI, LI.lower()])
def test_who_is_found_stands_beside_the_payment(
    sign_in: Any, unknown: Payment, li: Registration, places: Any, words: str
) -> None:
    page = look(sign_in("bob"), unknown, q=words.format(village=places["north-2"].name))
    assert shown(page) == ["李四"]
    assert (option(page).usual, option(page).why_not) == (True, "")
    assert "李四" in option(page).label
    number = page.context["case_rows"][1]["cells"][0]
    assert number.same is False
    html = page.content.decode()
    assert LI not in html and STRANGER not in html
    assert LookUp.objects.count() == (words.upper() == LI)


def test_the_first_suggestion_stays_and_who_is_found_takes_the_seconds_place(
    sign_in: Any, wang: Any, register: Any, li: Registration, take: Any
) -> None:
    register(wang)
    take([Row(name="王大明")])
    payment = Payment.objects.get(cause="name_differs")
    page = look(sign_in("bob"), payment, q="李四")
    assert shown(page) == ["王小明", "李四"] and page.context["first"] == 1
    assert [each.usual for each in page.context["options"]] == [False, True, False, False, False]
    again = look(sign_in("bob"), payment, q="王小明")
    assert shown(again) == ["王小明"] and again.context["first"] == 0


def test_found_proposed_and_approved_by_another_who_sees_the_same_person(
    sign_in: Any, unknown: Payment, li: Registration
) -> None:
    look(sign_in("bob"), unknown, q="李四")
    said = {"act": "propose", "choice": "one", "reason": "wrong_number", "evidence": "收据",
            "payment": unknown.pk, "registration_one": li.pk}  # fmt: skip
    page = sign_in("bob").post(ACT, said, follow=True)
    assert "李四" in " ".join(map(str, page.context["said"]))
    decision = Decision.objects.get()
    assert (decision.registration_id, decision.fen, decision.proposed_by.username) == (
        li.pk, 35000, "bob",
    )  # fmt: skip
    waiting = sign_in("alice").get(f"/c/small-2023/payments/{unknown.pk}/case/")
    assert shown(waiting) == ["李四"]
    sign_in("alice").post(ACT, {"act": "approve", "payment": unknown.pk})
    unknown.refresh_from_db()
    assert (unknown.standing, unknown.matched_fen) == ("matched", 35000)


def test_of_several_one_is_chosen(
    sign_in: Any, unknown: Payment, li: Registration, make_resident: Any, register: Any
) -> None:
    other = register(make_resident("李四", number=WANG, village="north-1"))
    page = look(sign_in("bob"), unknown, q="李四")
    assert shown(page) == []
    assert [(row.pk, paper) for row, paper in page.context["hits"]] == [
        (other.resident_id, "4113****2511"), (li.resident_id, "4113****456X"),
    ]  # fmt: skip
    page = look(sign_in("bob"), unknown, person=li.resident_id, query="cause=unknown_person")
    assert shown(page) == ["李四"] and page.context["people"][0].resident.pk == li.resident_id


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("赵六", "城北镇"),  # lives in the south
        (ZHAO, "别的地方"),
        ("李五", "李五"),
        (f"{LI[:-1]}1", "校验"),
        ("411328199511", "位"),
        ("456X", "完整"),
        (WANG, "没有人持有"),
        ("", "姓名"),
    ],
)
def test_why_nobody_is_shown_is_said(
    sign_in: Any, unknown: Payment, li: Registration, zhao: Registration, words: str, said: str
) -> None:
    page = look(sign_in("bob"), unknown, q=words)
    assert page.status_code == 200 and shown(page) == [] and said in page.context["find"].problem
    assert not any(number in page.content.decode() for number in (LI, ZHAO, WANG))
    assert all(each.why_not for each in page.context["options"][:2])


def test_another_townships_person_is_refused_whatever_is_sent(
    sign_in: Any, unknown: Payment, zhao: Registration, li: Registration, sibling: Any,
    register: Any, make_resident: Any,
) -> None:  # fmt: skip
    """Nor a registration of another campaign, though the person is of one's own village."""
    theirs = register(make_resident("孙七", number=WANG), in_campaign=sibling)
    assert look(sign_in("bob"), unknown, person=zhao.resident_id).status_code == 404
    for wrong in (zhao, theirs):
        said = {"act": "propose", "choice": "two", "reason": "wrong_number", "evidence": "收据",
                "payment": unknown.pk, "registration_two": wrong.pk}  # fmt: skip
        page = sign_in("bob").post(ACT, said, follow=True)
        assert "建议" in " ".join(map(str, page.context["said"]))
    assert not Decision.objects.exists()
    assert shown(look(sign_in("alice"), unknown, q="赵六")) == ["赵六"]


@pytest.mark.parametrize(
    ("what", "why"), [("paid", "已经缴费"), ("ended", "本年度未登记"), ("free", "无须缴费")]
)
def test_who_cannot_be_chosen_is_shown_with_the_reason(
    sign_in: Any, unknown: Payment, li: Registration, take: Any, what: str, why: str
) -> None:
    if what == "paid":
        take([Row(number=LI, name="李四", receipt="2")])
    elif what == "ended":
        Registration.objects.update(
            ended_at=at("2022-11-10 09:00"), ended_by=li.registered_by, ended_why="moved"
        )
    else:
        Registration.objects.update(own_fen=0, fee_fen=0)
    page = look(sign_in("bob"), unknown, q="李四")
    assert shown(page) == ["李四"] and why in option(page).why_not
    assert option(page).why_not in page.content.decode() and not option(page).usual
    said = {"act": "propose", "choice": "one", "reason": "wrong_number", "evidence": "收据",
            "payment": unknown.pk, "registration_one": li.pk}  # fmt: skip
    sign_in("bob").post(ACT, said)
    assert not Decision.objects.exists()


def test_the_desk_gets_the_case_alone_with_its_list_kept(
    sign_in: Any, unknown: Payment, li: Registration
) -> None:
    page = sign_in("bob").post(
        here(unknown), {"q": "李四", "query": "cause=unknown_person&older=1"},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    html = page.content.decode()
    assert "<html" not in html and 'id="decide"' in html
    assert 'value="cause=unknown_person&amp;older=1"' in html
    assert "no-store" in page["Cache-Control"]
