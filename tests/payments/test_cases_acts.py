"""What was done at the desk is said with its way back; nobody agrees to what they have not seen."""

from typing import Any

import pytest

from payments.cases import forms
from payments.models import Decision, Payment
from tests.payments.lines import LI, Row

pytestmark = pytest.mark.django_db
OPEN = "/c/small-2023/payments/open/"
ACT = f"{OPEN}decisions/"
REFUND = {"act": "propose", "choice": "refund", "reason": "paid_twice"}


@pytest.fixture
def twice(wang: Any, register: Any, take: Any) -> list[Payment]:
    """Wang has paid three times."""
    register(wang)
    take([Row(receipt=str(n)) for n in range(1, 4)])
    return list(Payment.objects.filter(cause="paid_twice").order_by("id"))


def told(page: Any) -> str:
    return " ".join(str(note) for note in page.context["said"])


def standing() -> list[str]:
    return [row.state for row in Decision.objects.order_by("id")]


@pytest.mark.parametrize(
    ("choice", "more"), [("refund", {}), ("hold", {}), ("verify", {"evidence": "请核实"})]
)
def test_what_was_just_done_is_taken_back_whole(
    sign_in: Any, twice: list[Payment], choice: str, more: dict[str, str]
) -> None:
    alice = sign_in("alice")
    asked = {**REFUND, "choice": choice, **more, "payments": [row.pk for row in twice]}
    page = alice.post(ACT, asked, follow=True)
    action = page.context["said"][0].action
    assert action and f'value="{action}"' in page.content.decode()
    back = {"act": "take_back", "action": action}
    assert "已有人处理" in told(sign_in("dana").post(ACT, back, follow=True))  # not hers
    page = sign_in("alice").post(ACT, back, follow=True)
    assert "2" in told(page) and page.context["counts"]["open"] == 2
    assert standing() == ["withdrawn"] * 2
    assert "已有人处理" in told(sign_in("alice").post(ACT, back, follow=True))
    assert sign_in("alice").post(ACT, {**back, "action": "x"}).status_code == 404


def test_nothing_of_an_action_is_taken_back_once_a_part_is_approved(
    sign_in: Any, twice: list[Payment]
) -> None:
    asked = {**REFUND, "payments": [row.pk for row in twice]}
    page = sign_in("alice").post(ACT, asked, follow=True)
    back = {"act": "take_back", "action": page.context["said"][0].action}
    page = sign_in("dana").post(ACT, {"act": "approve", "payment": twice[0].pk}, follow=True)
    assert page.context["said"][0].payment == twice[0].pk
    assert f"/payments/{twice[0].pk}/" in page.content.decode()
    assert "Dana" in told(sign_in("alice").post(ACT, back, follow=True))
    assert standing() == ["standing", "waiting"]


@pytest.mark.parametrize("how", ["payment", "payments", "all"])
def test_only_what_was_seen_is_approved(sign_in: Any, twice: list[Payment], how: str) -> None:
    """Alice's refund is withdrawn and proposed again for another reason while Dana looks."""
    ids = [row.pk for row in twice]
    sign_in("alice").post(ACT, {**REFUND, "payments": ids})
    page = sign_in("dana").get(OPEN, {"tab": "approve"})
    seen = {"seen": page.context["counts"]["latest"], "decision": page.context["decision"].pk}
    sign_in("alice").post(ACT, {"act": "withdraw", "payment": ids[0]})
    sign_in("alice").post(ACT, {**REFUND, "payment": ids[0], "reason": "wrong_year"})
    which = {"payment": ids[0]} if how == "payment" else {how: ids if how == "payments" else "1"}
    said = {"act": "approve", "query": "tab=approve&cause=refund:wrong_year", **which, **seen}
    assert "重新查看" in told(sign_in("dana").post(ACT, said, follow=True))
    assert standing() == ["withdrawn", "waiting", "waiting"]
    latest = Decision.objects.latest("id").pk
    sign_in("dana").post(ACT, {**said, "seen": latest, "decision": latest})
    assert "standing" in standing()


def test_who_was_quicker_is_named_and_what_has_gone_is_counted(
    sign_in: Any, twice: list[Payment]
) -> None:
    ids = [row.pk for row in twice]
    sign_in("alice").post(ACT, {**REFUND, "payments": ids})
    assert "Alice" in told(sign_in("bob").post(ACT, {**REFUND, "payment": ids[0]}, follow=True))
    sign_in("alice").post(ACT, {"act": "withdraw", "payment": ids[0]})
    page = sign_in("dana").post(ACT, {"act": "approve", "payments": ids}, follow=True)
    assert "另有 1 笔" in told(page)
    assert standing() == ["withdrawn", "standing"]


def test_a_question_that_was_not_seen_is_not_ended(sign_in: Any, twice: list[Payment]) -> None:
    """Dana's page is older than Alice's question to the township; then she looks again."""
    one = twice[0].pk
    ask = {"act": "propose", "choice": "verify", "reason": "paid_twice", "payment": one}
    sign_in("alice").post(ACT, {**ask, "decision": "0"})
    for said in ({"payment": one, "decision": "0"}, {"payments": [one], "seen": "0"}):
        page = sign_in("dana").post(ACT, {**REFUND, **said}, follow=True)
        assert "Alice" in told(page) and standing() == ["told"]
    shown = sign_in("dana").get(f"/c/small-2023/payments/{one}/").context["decision"].pk
    sign_in("dana").post(ACT, {**REFUND, "payment": one, "decision": shown})
    assert standing() == ["withdrawn", "waiting"]


def test_one_stays_on_the_page_of_the_list_where_one_decides(sign_in: Any, take: Any) -> None:
    """45 of one cause: page two begins after the 40th, and is gone once its five are decided."""
    take([Row(receipt=str(n), number=LI, name="李四") for n in range(1, 46)])
    alice = sign_in("alice")
    after = alice.get(OPEN).context["page"].after
    second = alice.get(OPEN, {"cause": "unknown_person", "after": after})
    rows = [row["payment"].pk for row in second.context["rows"]]
    hold = {"act": "propose", "choice": "hold", "reason": "unknown_person"}
    said = {**hold, "query": second.context["here"], "payment": rows[0], "next": rows[1]}
    page = alice.post(ACT, said, follow=True)
    assert [row["payment"].pk for row in page.context["rows"]] == rows[1:]
    assert page.context["payment"].pk == rows[1]
    page = alice.post(
        ACT, {**hold, "query": page.context["here"], "payments": rows[1:]}, follow=True
    )
    assert len(page.context["rows"]) == 40 and "after=" not in page.context["here"]


def test_a_filter_keeps_the_cause_and_clearing_it_keeps_the_place(
    sign_in: Any, twice: list[Payment], places: Any, take: Any
) -> None:
    take([Row(receipt="8", number=LI, name="李四"), Row(receipt="9", number=LI, name="李四")])
    here = {"cause": "paid_twice", "least": "100", "township": str(places["north"].pk)}
    page = sign_in("alice").get(OPEN, here)
    assert page.context["group"].key == "paid_twice"
    assert '<input type="hidden" name="cause" value="paid_twice">' in page.content.decode()
    assert page.context["unfiltered"] == f"cause=paid_twice&township={places['north'].pk}"


@pytest.mark.parametrize("path", ["open/", "{pk}/", "{pk}/case/"])
def test_the_browser_keeps_no_copy_that_others_have_overtaken(
    sign_in: Any, twice: list[Payment], path: str
) -> None:
    answer = sign_in("alice").get(f"/c/small-2023/payments/{path.format(pk=twice[0].pk)}")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(("query", "told"), [("has=1", 1), ("q=2511", 1), ("q=王小明", 0)])
def test_a_filter_that_has_not_looked_everywhere_says_so(
    sign_in: Any, twice: list[Payment], monkeypatch: Any, query: str, told: int
) -> None:
    alice = sign_in("alice")
    assert alice.get(f"{OPEN}?{query}").context["only_oldest"] == 0
    monkeypatch.setattr(forms, "MOST_SEARCHED", 1)
    page = alice.get(f"{OPEN}?{query}")
    assert page.context["only_oldest"] == told
    assert ("只查找了最早的 1 笔" in page.content.decode()) == bool(told)


def test_what_cannot_be_chosen_says_why_beside_it(
    sign_in: Any, wang: Any, register: Any, take: Any
) -> None:
    register(wang)
    take([Row(year="2022")])
    html = sign_in("alice").get(OPEN).content.decode()
    assert '<span class="case-why-not">1 缴的是其他年度　2 没有建议　</span>' in html
