"""A payment that went with its file has a page still, for whoever saw it; nothing leads nowhere."""

from typing import Any

import pytest

from enrollment.models import SourceFile, User
from payments.models import Decision, Payment, VoidedLine
from payments.voiding import void_file
from tests.conftest import at
from tests.payments.lines import LI, WANG, ZHAO, Row

pytestmark = pytest.mark.django_db
NOW = at("2022-11-20 00:00")
ACT = "/c/small-2023/payments/open/decisions/"
OTHER = Row(receipt="11", number=LI, name="李四")  # on the same receipt as the first


def void(result: Any, why: str = "发错了文件") -> None:
    void_file(SourceFile.objects.get(pk=result["file"]), by=User.system(), now=NOW, why=why)


def there(pk: int, path: str = "") -> str:
    return f"/c/small-2023/payments/{pk}/{path}"


@pytest.fixture
def gone(take: Any, wang: Any, register: Any) -> int:
    """The id of Wang's payment, matched once; its file was undone."""
    register(wang)
    first = take([Row(receipt="11")])
    pk = Payment.objects.get().pk
    void(first)
    return pk


def test_the_page_says_where_it_stood_and_who_undid_it(sign_in: Any, gone: int) -> None:
    page = sign_in("alice").get(there(gone))
    html = page.content.decode()
    assert page.status_code == 200
    for words in ("payments-1.csv", "第 2 行", "发错了文件", "350.00", "2022-11-20 00:00"):
        assert words in html, words
    file = VoidedLine.objects.get().file_id
    assert f'href="/c/small-2023/payments/files/{file}/"' in html
    assert page.context["again"] is None and page.context["same_receipt"] == []
    shown = [event.what for event in page.context["events"]]
    assert shown[-1] == "入账" and "匹配" in shown and "文件作废" in shown
    assert WANG not in html


def test_it_says_what_reports_the_line_and_the_receipt_now(
    sign_in: Any, gone: int, take: Any
) -> None:
    take([Row(receipt="11"), OTHER, Row(receipt="12", number=ZHAO, name="赵六")])
    again, other = Payment.objects.get(name="王小明"), Payment.objects.get(name="李四")
    page = sign_in("alice").get(there(gone))
    assert page.context["again"] == again and page.context["same_receipt"] == [other]
    assert there(again.pk) in page.content.decode()


def test_whoever_saw_the_payment_sees_that_it_went(sign_in: Any, gone: int, take: Any) -> None:
    """Wang lives in the north; the unknown payer wrote a village of the south, a third nowhere."""
    second = take([
        Row(receipt="7", number=LI, name="李四", township="城南乡", village=""),
        Row(receipt="8", number=ZHAO, name="赵六", township="", village=""),
    ])  # fmt: skip
    south, nowhere = (Payment.objects.get(receipt=n).pk for n in "78")
    answers = {
        "bob": (200, 404, 404), "charlie": (404, 200, 404), "alice": (200,) * 3,
        "heidi": (200,) * 3, "erin": (403,) * 3, "grace": (403,) * 3,
    }  # fmt: skip
    for done in (False, True):
        if done:
            void(second)
        for name, expected in answers.items():
            client = sign_in(name)
            found = tuple(client.get(there(pk)).status_code for pk in (gone, south, nowhere))
            assert found == expected, (name, done)
    assert "/payments/files/" not in sign_in("bob").get(there(gone)).content.decode()


def test_what_another_file_reports_too_stands_until_that_is_undone(
    sign_in: Any, take: Any, wang: Any, register: Any
) -> None:
    register(wang)
    first, second = take([Row(receipt="11")]), take([OTHER, Row(receipt="11")])
    pk = Payment.objects.get(name="王小明").pk
    void(first)
    page = sign_in("alice").get(there(pk))
    assert page.context["payment"].file_id == second["file"]
    assert [event.what for event in page.context["events"]].count("文件作废") == 1
    void(second, "两次都错")
    page = sign_in("alice").get(there(pk))
    assert (page.context["line"].file_id, page.context["line"].line) == (second["file"], 3)
    assert [event.what for event in page.context["events"]].count("文件作废") == 2


def test_nothing_that_leads_to_it_is_a_dead_end(sign_in: Any, gone: int, places: Any) -> None:
    bob = sign_in("bob")
    case = bob.get(there(gone, "case/"))
    assert case.status_code == 200 and there(gone) in case.content.decode()
    assert bob.post(there(gone, "number/"), {"why": "核对"})["Location"] == there(gone)
    said = {"act": "propose", "choice": "hold", "reason": "other", "evidence": "?"}
    page = bob.post(ACT, {"payment": gone, **said}, follow=True)
    assert "作废" in " ".join(map(str, page.context["said"]))
    assert sign_in("charlie").post(ACT, {"payment": gone, **said}).status_code == 404
    assert not Decision.objects.exists()


def test_the_file_of_a_decision_that_was_taken_back_still_opens(
    sign_in: Any, take: Any, cast: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    result = take([Row(receipt="7", number=LI, name="李四")])
    pk = Payment.objects.get().pk
    photo = b"\x89PNG\r\n\x1a\n" + bytes(8)
    said = {"act": "propose", "choice": "hold", "reason": "other", "evidence": "等证明",
            "payment": pk, "file": SimpleUploadedFile("证明.png", photo)}  # fmt: skip
    sign_in("bob").post(ACT, said)
    sign_in("bob").post(ACT, {"act": "answer", "payment": pk, "evidence": "查清了"})
    void(result)
    decision = Decision.objects.get()
    path = f"/c/small-2023/payments/decisions/{decision.pk}/evidence/"
    assert sign_in("bob").post(path).content == photo
    assert sign_in("charlie").post(path).status_code == 404
    assert "等证明" in sign_in("bob").get(there(pk)).content.decode()
