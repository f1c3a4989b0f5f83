"""Collection in the browser: each page's checklist."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from payments.collection.amounts import in_words
from payments.models import BankLine, CollectionBatch, Slip, Taking
from tests.payments.lines import LI, WANG

HERE = "/c/small-2023/collection/"
SLIP = {
    "kind": "electronic", "number": "JK1", "paid_on": "2022-11-18", "amount": "1,050.00",
    "heads": "3", "bank": "农信社", "account": "86221011", "insurance": "居民医保",
    "group": "一组", "handler": "刘玉兰", "phone": "139",
}  # fmt: skip


def test_cash_is_ticked_by_household_and_receipts_are_printed(
    sign_in: Any, make_resident: Any, register: Any, places: Any
) -> None:
    wang = register(make_resident("王小明", number=WANG, household="12"))
    li = register(make_resident("李丽", number=LI, household="12"))
    erin = sign_in("erin")
    page = erin.get(HERE + "cash/")
    assert [row["first"] for row in page.context["rows"]] == [True, False]
    text = page.content.decode()
    assert WANG not in text and "4113****2511" in text and 'data-key="F8"' in text
    answer = erin.post(HERE + "cash/", {"registration": [wang.pk, li.pk]})
    assert answer.status_code == 302 and Taking.objects.count() == 2
    page = erin.get(answer["Location"])
    assert "700.00" in page.content.decode()
    ids = ",".join(str(row.pk) for row in Taking.objects.all())
    slips = erin.get(f"{HERE}receipts/?just={ids}").context["slips"]
    assert [(slip["fen"], slip["words"]) for slip in slips] == [(70000, "柒佰元整")]


def test_a_refusal_is_shown_and_nothing_noted(sign_in: Any, wang: Any, register: Any) -> None:
    row = register(wang, own=0, on_behalf=35000)
    answer = sign_in("erin").post(HERE + "cash/", {"registration": [row.pk]}, follow=True)
    assert "王小明" in answer.content.decode() and not Taking.objects.exists()


def test_a_batch_from_cash_to_confirmation(sign_in: Any, village: Any, places: Any) -> None:
    erin = sign_in("erin")
    answer = erin.post(HERE + "batches/", {"place": places["north-1"].pk})
    batch = CollectionBatch.objects.get()
    there = f"{HERE}batches/{batch.pk}/"
    assert answer["Location"] == there
    bad = erin.post(there + "slips/", SLIP | {"kind": "handwritten"})
    assert bad.status_code == 422 and "手工填写" in bad.content.decode()
    photo = SimpleUploadedFile("缴款单.png", b"\x89PNG\r\n\x1a\n photo")
    assert erin.post(there + "slips/", SLIP | {"file": photo}).status_code == 302
    erin.post(there + "step/", {"step": "confirm"})
    batch.refresh_from_db()
    assert batch.state == "balanced"  # a collector confirms nothing
    slip = Slip.objects.get()
    file = erin.get(f"{there}slips/{slip.pk}/file/")
    assert file["Content-Type"] == "image/png" and file["X-Content-Type-Options"] == "nosniff"
    bob = sign_in("bob")
    bob.post(there + "step/", {"step": "confirm"})
    batch.refresh_from_db()
    assert (batch.state, batch.confirmed_by.username) == ("confirmed", "bob")
    paper = bob.get(there + "paper/").content.decode()
    assert "壹仟零伍拾元整" in paper and WANG not in paper and "盖章" in paper


def test_a_difference_is_told_on_the_page(sign_in: Any, batch: CollectionBatch) -> None:
    erin = sign_in("erin")
    there = f"{HERE}batches/{batch.pk}/"
    erin.post(there + "slips/", SLIP | {"heads": "2", "amount": "700"})
    text = erin.get(there).content.decode()
    assert "−350.00" in text and "李丽" in text
    to_step = re.findall(rf'action="{there}step/"', text)
    assert len(to_step) == 4  # compare again, take out, strike the slip out, make void
    line = batch.lines.get(resident__name="李丽")
    erin.post(there + "step/", {"step": "take-out", "line": [line.pk]})
    erin.post(there + "step/", {"step": "balance"})
    batch.refresh_from_db()
    assert (batch.state, batch.heads) == ("balanced", 2)


def test_the_bureau_takes_statements_in_and_ties_lines(
    sign_in: Any, batch: CollectionBatch, pay_in: Any
) -> None:
    slip = pay_in()
    alice = sign_in("alice")
    data = "交易日期,贷方金额\n2022-11-20,1050\n".encode("gb18030")
    answer = alice.post(HERE + "statements/", {"file": SimpleUploadedFile("x.csv", data)})
    page = alice.get(answer["Location"])
    assert [row["slips"] for row in page.context["rows"]] == [[slip]]
    line = BankLine.objects.get()
    alice.post(f"{HERE}bank-lines/{line.pk}/", {"slip": slip.pk})
    line.refresh_from_db()
    assert (line.outcome, line.rule, line.tied_by.username) == ("matched", "by_hand", "alice")
    there = alice.get(HERE + "statements/")
    assert there.context["page"][0].matched == 1
    assert "交易日期、贷方金额、对方户名、摘要、流水号" in there.content.decode()


def test_pages_ask_a_fixed_number_of_questions(
    sign_in: Any, batch: CollectionBatch, django_assert_max_num_queries: Any
) -> None:
    erin = sign_in("erin")
    for path, most in (("", 20), ("cash/", 20), (f"batches/{batch.pk}/", 24), ("kept/", 14)):
        with django_assert_max_num_queries(most):
            assert erin.get(HERE + path).status_code == 200


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (35000, "叁佰伍拾元整"),
        (100500, "壹仟零伍元整"),
        (1000000, "壹万元整"),
        (1050010, "壹万零伍佰元壹角整"),
        (10000000001, "壹亿元零壹分"),
        (100010001000, "壹拾亿零壹拾万零壹拾元整"),
        (12, "壹角贰分"),
        (0, "零元整"),
    ],
)
def test_amounts_in_capital_numerals(fen: int, words: str) -> None:
    assert in_words(fen) == words
