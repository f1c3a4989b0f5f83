"""Claims of payment: entered, closed by a line, opened again, dropped, taken up again."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from enrollment import changes
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Identity, SourceFile
from payments import voiding
from payments.books import checks
from payments.cases import history
from payments.claims import following, queries, services
from payments.models import Claim, ClaimEnd, Payment
from tests.conftest import at
from tests.payments.lines import LI, WANG, Row

NOW = at("2022-11-18 16:30")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)


@pytest.fixture
def claim(campaign: Any, wang: Any, cast: Any) -> Callable[..., Claim]:
    """claim(paid=date, fen=35000, …) → a claim of Wang's, entered by Bob."""

    def entered(*, paid: date = date(2022, 11, 18), fen: int = 35000, **facts: Any) -> Claim:
        person = facts.pop("person", wang)
        photo = facts.pop("screenshot", None)
        told = services.Told(paid, facts.pop("channel", "微信"), fen, **facts)
        return services.enter_claim(
            campaign, person, told=told, screenshot=photo, by=cast["bob"], now=NOW
        )

    return entered


def payment_of(claim: Claim) -> int | None:
    """The payment that has closed it; None while it is open."""
    ended = ClaimEnd.objects.live().filter(claim=claim).first()
    return ended.payment_id if ended else None


def posted(take: Any, rows: list[Row]) -> None:
    take(rows)
    changes.consume()


@pytest.mark.parametrize(
    ("paid", "yuan", "fen", "own", "closes"),
    [
        ("2022-11-18 10:00:00", "350.00", 35000, 35000, True),
        ("2022-11-15 23:59:59", "350.00", 35000, 35000, True),
        ("2022-11-14 23:59:59", "350.00", 35000, 35000, False),  # 4 days before
        ("2022-11-18 10:00:00", "340.00", 35000, 35000, False),
        ("2022-11-18 10:00:00", "350.00", 38000, 35000, True),  # what is owed, told wrongly
        ("2022-11-18 10:00:00", "100.00", 10000, 35000, True),  # as told, too little
    ],
)
def test_a_line_closes_the_claim(
    claim, register, wang, take, paid, yuan, fen, own, closes
):  # fmt: skip
    register(wang, own=own)
    told = claim(fen=fen)
    posted(take, [Row(paid=paid, yuan=yuan)])
    payment = Payment.objects.get()
    assert payment_of(told) == (payment.pk if closes else None)
    entries = AuditEntry.objects.filter(action=following.CLOSED)
    assert [entry.facts for entry in entries] == ([{"payment": payment.pk}] if closes else [])


def test_a_claim_and_its_payment_lead_to_each_other_and_the_books_prove_it(
    claim, register, wang, take
):
    register(wang)
    told = claim()
    posted(take, [Row()])
    (event,) = history._claimed(Payment.objects.get().pk)
    assert (event.fen, event.person) == (told.fen, wang.pk)
    assert all(check.ok for check in checks(told.campaign))
    ClaimEnd.objects.update(payment_id=987654321)
    broken = [check for check in checks(told.campaign) if not check.ok]
    assert [row for check in broken for row in check.rows] == [
        f"claim {told.pk}: closed by payment 987654321, which does not exist"
    ]


def test_a_claim_of_what_is_here_already_is_closed_when_it_is_entered(claim, register, wang, take):
    register(wang)
    posted(take, [Row()])
    assert payment_of(claim()) == Payment.objects.get().pk


def test_a_payment_under_a_former_number_closes_it_too(claim, register, wang, take):
    register(wang)
    paper = Identity.objects.get(resident=wang)
    paper.current, paper.kind = False, paper.kind
    paper.save(update_fields=["current"])
    Identity.objects.create(
        resident=wang, kind="resident_id", number=LI, head4=LI[:4], last4=LI[-4:],
        head=b"other", known_at=NOW,
    )  # fmt: skip
    told = claim()
    posted(take, [Row(number=WANG)])
    assert payment_of(told) == Payment.objects.get().pk


def test_somebody_else_s_payment_closes_nothing(claim, register, wang, make_resident, take):
    register(wang)
    register(make_resident("李四", number=LI))
    told = claim()
    posted(take, [Row(number=LI, name="李四")])
    assert payment_of(told) is None


def test_one_payment_answers_one_claim_and_the_second_payment_the_other(
    claim, register, wang, take
):
    register(wang)
    first, second = claim(paid=date(2022, 11, 17)), claim(paid=date(2022, 11, 18))
    posted(take, [Row(paid="2022-11-18 09:00:00")])
    assert [payment_of(first), payment_of(second)] == [None, Payment.objects.get().pk]
    posted(take, [Row(receipt="341135221118000002", paid="2022-11-18 09:30:00")])
    later = Payment.objects.latest("pk")
    assert payment_of(first) == later.pk
    following.follow(first.campaign, now=NOW)  # said twice
    assert ClaimEnd.objects.count() == 2


def test_the_receipt_that_was_told_decides(claim, register, wang, take):
    register(wang)
    told = claim(receipt="341135221118000002")
    posted(
        take,
        [
            Row(paid="2022-11-18 08:00:00"),
            Row(receipt="341135221118000002", paid="2022-11-16 08:00:00"),
        ],
    )
    assert payment_of(told) == Payment.objects.get(receipt="341135221118000002").pk


def test_it_is_open_again_once_the_payment_is_voided_and_closes_with_the_next(
    claim, register, wang, take, cast, campaign
):
    register(wang)
    told = claim()
    posted(take, [Row()])
    assert payment_of(told)
    file = SourceFile.objects.get(kind="payments")
    voiding.void_file(file, by=cast["alice"], now=NOW, why="上传错了")
    changes.consume()
    assert payment_of(told) is None
    assert ClaimEnd.objects.get().undone_why == following.GONE
    assert queries.counts(campaign, cast["bob"], NOW) == queries.Counts(1, 35000, 0)
    posted(take, [Row(receipt="341135221118000009")])
    assert payment_of(told) == Payment.objects.get().pk


def test_it_is_open_again_once_the_payment_is_reversed(claim, register, wang, take):
    register(wang)
    told = claim()
    posted(take, [Row()])
    posted(take, [Row(yuan="-350.00", state="冲正", original="341135221118000001")])
    assert Payment.objects.get().standing == "reversed"
    assert payment_of(told) is None


def test_a_dropped_claim_stays_dropped_until_it_is_taken_up_again(
    claim, register, wang, take, cast
):
    register(wang)
    told = claim()
    services.drop_claim(told, why="记错了年份", by=cast["bob"], now=NOW)
    posted(take, [Row()])
    assert payment_of(told) is None
    with pytest.raises(Refused):
        services.drop_claim(told, why="再撤一次", by=cast["bob"], now=NOW)
    services.take_up_claim(told, why="又来问了", by=cast["alice"], now=NOW)
    assert payment_of(told) == Payment.objects.get().pk
    done = AuditEntry.objects.filter(object_kind="payment_claim").order_by("pk")
    assert list(done.values_list("action", "by__username", "why")) == [
        ("enter_payment_claim", "bob", ""),
        ("drop_payment_claim", "bob", "记错了年份"),
        ("take_up_payment_claim", "alice", "又来问了"),
        (following.CLOSED, "system", ""),
    ]
    with pytest.raises(Refused):
        services.take_up_claim(told, why="再一次", by=cast["alice"], now=NOW)


@pytest.mark.parametrize(
    "facts",
    [
        {"paid": date(2022, 11, 19)},  # to come
        {"screenshot": ("截图.png", BytesIO(b"MZ no photo at all"))},
    ],
    ids=["to come", "no photo"],
)
def test_what_cannot_be_is_refused(claim, facts):
    with pytest.raises(Refused):
        claim(**facts)
    assert not Claim.objects.exists()


def test_the_same_payment_is_told_once(claim):
    claim()
    with pytest.raises(Refused):
        claim(channel="支付宝")
    assert Claim.objects.count() == 1


def test_the_tables_let_no_second_end_through(claim, cast):
    first, second = claim(), claim(fen=100)
    facts = {"at": NOW, "by": cast["bob"]}
    ClaimEnd.objects.create(claim=first, kind="payment", payment_id=7, **facts)
    for wrong in (
        {"claim": second, "kind": "payment", "payment_id": 7},
        {"claim": first, "kind": "payment", "payment_id": 8},
        {"claim": second, "kind": "dropped"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClaimEnd.objects.create(**wrong, **facts)


def test_the_pages_from_the_number_to_the_workbook(claim, sign_in, campaign, wang, places):
    client = sign_in("bob")
    page = reverse("claims", args=[campaign.slug])
    answer = client.post(reverse("claim-person", args=[campaign.slug]), {"number": WANG})
    entry = reverse("claim-entry", args=[campaign.slug, wang.pk])
    assert answer["Location"] == entry
    said = {"paid_on": "2022-11-08", "channel": "支付宝", "yuan": "350", "told": "钱扣了没到"}
    assert client.post(entry, said | {"file": _upload()}).status_code == 302
    row = Claim.objects.get()
    assert (row.fen, row.told, row.entered_by.username) == (35000, "钱扣了没到", "bob")
    assert SourceFile.objects.get().kind == "evidence"
    shown = client.get(page).content.decode()
    assert "钱扣了没到" in shown and "350.00" in shown and WANG not in shown
    assert "钱扣了没到" not in client.get(page + "?older=5").content.decode()
    assert "钱扣了没到" not in client.get(page + "?state=dropped").content.decode()
    assert client.get(page + f"?region={places['south'].pk}").status_code == 404
    book = client.get(reverse("claims-workbook", args=[campaign.slug]))
    assert book.content[:2] == b"PK"
    photo = client.post(reverse("claim-screenshot", args=[campaign.slug, row.pk]))
    assert photo.content == PNG and AuditEntry.objects.filter(action=services.OPENED).exists()
    person = client.get(reverse("person", args=[campaign.slug, wang.pk])).content.decode()
    assert entry in person and "支付宝" in person


def test_the_desk_is_told_before_money_is_taken_again(claim, campaign, wang, cast):
    told = claim()
    assert "350.00" in queries.words_at_the_desk(campaign.pk, wang.pk)
    services.drop_claim(told, why="记错了", by=cast["bob"], now=NOW)
    assert queries.words_at_the_desk(campaign.pk, wang.pk) == ""


def test_a_clerk_sees_the_own_township_only(claim, sign_in, campaign):
    row = claim()
    client = sign_in("charlie")
    assert client.get(reverse("claims", args=[campaign.slug])).context["counts"].open == 0
    drop = reverse("claim-drop", args=[campaign.slug, row.pk])
    assert client.post(drop, {"why": "别人的"}).status_code == 404
    assert (
        client.get(reverse("claim-entry", args=[campaign.slug, row.resident_id])).status_code == 404
    )


def _upload() -> BytesIO:
    photo = BytesIO(PNG)
    photo.name = "截图.png"
    return photo
