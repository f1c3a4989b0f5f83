"""A refund of a part was carried out; the rest follows by the notice's rules, and never more."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from enrollment.errors import Refused
from tests.conftest import at
from tests.payments.lines import Row
from tests.payments.refunding import NOW, give_back, standing_of

THIRD = at("2022-11-25 09:00")
OTHER = "341135221118000002"


def line_back(yuan: int, n: int, original: str = "") -> Row:
    """The tax bureau's refund line."""
    return Row(
        receipt=f"34113522111800010{n}", yuan=f"-{yuan}", state="退费",
        original=original or Row().receipt,
    )  # fmt: skip


@pytest.fixture
def paid(campaign: Any, take: Any, wang: Any, register: Any) -> Any:
    give_back(campaign)
    row = register(wang)
    take([Row()])
    return row


@pytest.fixture
def reimbursed(monkeypatch: Any) -> Any:
    """reimbursed(fen): so much of what they paid has come back to people from a subsidy."""
    from payments.refund_requests import foresee

    def now(fen: int) -> None:
        monkeypatch.setattr(foresee, "_reimbursed", lambda ids: dict.fromkeys(ids, fen))

    return now


@pytest.fixture
def ask(campaign: Any, cast: Any) -> Any:
    """ask(registration, reason, approve=True) → the request, proposed by Bob, approved by Alice."""
    from payments.refund_requests import services

    def asked(row: Any, reason: str = "death", *, approve: bool = True, **how: Any) -> Any:
        values = {"evidence": "死亡证明 12 号", "by": cast["bob"], "now": NOW, **how}
        stop = services.propose(campaign, row, reason=reason, **values)
        return services.approve(stop, by=cast["alice"], now=NOW) if approve else stop

    return asked


@pytest.fixture
def send(campaign: Any, cast: Any) -> Any:
    """send() → fen of the next list to the tax bureau."""
    from payments.refund_requests import lists

    def sent(now: Any = NOW) -> int:
        made = lists.export_refunds(campaign, why="weekly", by=cast["alice"], now=now)
        return int(made.fen or 0)

    return sent


@pytest.fixture
def sound(campaign: Any) -> Any:
    from payments.books import checks

    return lambda: {check.name: check.rows for check in checks(campaign) if not check.ok}


def payment_of(registration: Any, fen: int = 35000) -> int:
    from payments.models import Payment

    return Payment.objects.get(resident_id=registration.resident_id, fen=fen).pk


def state_of(stop: Any) -> str:
    from payments.refund_requests import queries

    stop.refresh_from_db()
    return queries.whole(stop, NOW).state


def test_the_rest_goes_back_once_the_subsidy_came_back_to_the_fund(
    paid, ask, send, take, reimbursed, sound
):
    reimbursed(25000)
    first = ask(paid)
    payment = payment_of(paid)
    assert standing_of(payment) == ("refund_due", None, 25000, 10000, 0)
    with pytest.raises(Refused):
        ask(paid)  # the first is not carried out
    assert send() == 10000
    take([line_back(100, 1)])
    assert (state_of(first), standing_of(payment)) == (
        "closed",
        ("refunded", None, 25000, 0, 10000),
    )
    with pytest.raises(Refused):
        ask(paid)  # by the notice nothing more
    reimbursed(0)
    second = ask(paid, approve=False)
    assert (second.own_fen, second.follows_id) == (25000, first.pk)
    assert standing_of(payment) == ("refunded", None, 25000, 0, 10000)  # nothing before approval
    assert sound() == {}
    with pytest.raises(Refused):
        ask(paid)  # asked for already
    from payments.refund_requests import services

    services.approve(second, by=_other(second), now=NOW)
    assert standing_of(payment) == ("refund_due", None, 0, 25000, 10000)
    assert (state_of(first), state_of(second)) == ("closed", "to_send")
    assert send(THIRD) == 25000
    assert (state_of(first), state_of(second)) == ("closed", "sent")
    assert sound() == {}
    take([line_back(250, 2)])
    assert state_of(second) == "closed"
    assert standing_of(payment) == ("refunded", None, 0, 0, 35000)
    assert sound() == {}
    with pytest.raises(Refused):
        ask(paid)


def _other(stop: Any) -> Any:
    from enrollment.models import User

    return User.objects.get(username="alice" if stop.proposed_by.username == "bob" else "bob")


def test_what_was_paid_on_behalf_follows_for_a_reason_that_gives_all_back(
    campaign, take, wang, register, ask, send, sound
):
    from enrollment import changes

    give_back(campaign)
    row = register(wang, own=10000, on_behalf=25000)
    take([Row(yuan="100"), Row(yuan="250", mark="五保户", receipt=OTHER)])
    ask(row)
    changes.consume()
    send()
    take([line_back(100, 1)])
    aid = payment_of(row, 25000)
    assert standing_of(aid) == ("open", "not_registered", 25000, 0, 0)
    second = ask(row, "whole", benefits_used=False)
    assert (second.own_fen, second.aid_fen) == (0, 25000)
    assert standing_of(aid) == ("refund_due", None, 0, 25000, 0)
    assert send(THIRD) == 25000
    assert sound() == {}


def test_undone_the_rest_stays_and_what_went_back_has_gone_back(
    paid, ask, send, take, reimbursed, sound, cast
):
    from payments.refund_requests import services

    reimbursed(25000)
    first = ask(paid)
    send()
    take([line_back(100, 1)])
    reimbursed(0)
    second = ask(paid)
    services.undo(second, why="多退", by=cast["alice"], now=NOW)
    assert standing_of(payment_of(paid)) == ("refunded", None, 25000, 0, 10000)
    assert (state_of(first), state_of(second)) == ("closed", "undone")
    paid.refresh_from_db()
    assert paid.ended_at is not None
    assert sound() == {}
    with pytest.raises(Refused):
        services.undo(first, why="误报", by=cast["alice"], now=NOW)
    assert ask(paid).own_fen == 25000  # and it can be asked for again


def test_at_the_desk_a_refund_of_the_rest_follows_and_never_exceeds_what_was_paid(
    campaign, cast, take, wang, sound
):
    from payments import decisions, services
    from payments.models import Payment

    take([Row()])
    payment = Payment.objects.get()

    def refund(fen: int, *, approve: bool = True) -> Any:
        (made,) = decisions.propose(
            campaign, [payment.pk], "refund", fen={payment.pk: fen}, reason="death", by=cast["bob"],
            now=NOW,
        )  # fmt: skip
        if approve:
            decisions.approve(campaign, [made.pk], by=cast["alice"], now=NOW)
        return made

    first = refund(10000)
    with pytest.raises(Refused):
        refund(25000)  # the first stands and is not carried out
    take([line_back(100, 1)])
    with pytest.raises(Refused):
        refund(25001)
    second = refund(20000)
    assert second.follows_id == first.pk
    assert standing_of(payment.pk) == ("refund_due", None, 5000, 20000, 10000)
    with pytest.raises(Refused):
        decisions.undo(campaign, [first.pk], by=cast["alice"], now=NOW, why="no")
    take([line_back(200, 2)])
    third = refund(5000)
    assert standing_of(payment.pk) == ("refund_due", None, 0, 5000, 30000)
    services.reconcile(campaign, by=cast["alice"], now=NOW)
    assert standing_of(payment.pk) == ("refund_due", None, 0, 5000, 30000)
    assert sound() == {}
    take([line_back(50, 3)])
    assert standing_of(payment.pk) == ("refunded", None, 0, 0, 35000)
    with pytest.raises(Refused):
        refund(1)
    assert third.follows_id == second.pk
    assert sound() == {}


def test_a_refund_line_that_is_voided_is_due_again_beside_the_rest(
    campaign, cast, take, wang, sound
):
    from enrollment.models import SourceFile
    from payments import decisions
    from payments.models import Payment
    from payments.refund_requests import lists
    from payments.voiding import void_file

    take([Row()])
    payment = Payment.objects.get().pk

    def refund(fen: int) -> None:
        made = decisions.propose(
            campaign, [payment], "refund", fen={payment: fen}, reason="death", by=cast["bob"],
            now=NOW,
        )  # fmt: skip
        decisions.approve(campaign, [row.pk for row in made], by=cast["alice"], now=NOW)
        lists.export_refunds(campaign, why="weekly", by=cast["alice"], now=NOW)

    refund(10000)
    take([line_back(100, 1)])
    refund(25000)
    assert standing_of(payment) == ("refund_due", None, 0, 25000, 10000)
    file = SourceFile.objects.filter(kind="payments").latest("pk")
    void_file(file, by=cast["alice"], now=NOW, why="wrong file")
    assert standing_of(payment) == ("refund_due", None, 0, 35000, 0)
    with pytest.raises(Refused):  # both are on lists already
        lists.export_refunds(campaign, why="weekly", by=cast["alice"], now=NOW)
    assert sound() == {}
    take([line_back(350, 2)])
    assert standing_of(payment) == ("refunded", None, 0, 0, 35000)
    assert sound() == {}


def test_an_overpayment_that_went_back_does_not_keep_the_refund_off_the_next_list(
    campaign, take, wang, register, ask, send, sound
):
    give_back(campaign)
    row = register(wang)
    take([Row(yuan="360")])
    assert send() == 1000
    take([line_back(10, 1)])
    stop = ask(row)
    assert (state_of(stop), send(THIRD)) == ("to_send", 35000)
    assert state_of(stop) == "sent"
    assert sound() == {}
    take([line_back(350, 2)])
    assert state_of(stop) == "closed"
    assert standing_of(payment_of(row, 36000)) == ("refunded", None, 0, 0, 36000)


CORRUPTIONS = {
    "the rest asks for more than was paid": (
        "3", "update payments_decision set fen = 35000 where follows_id is not null",
    ),
    "the refund before it ends": (
        "3",
        "update payments_decision set ended_at = now(), ended_by_id = proposed_by_id,"
        " ended_why = 'x' where follows_id is null",
    ),
    "the rest was approved before the first went back": (
        "3", "update payments_decision set back_fen = 0 where follows_id is not null",
    ),
    "a request follows one that was undone": (
        "6",
        "update payments_stop set undone_at = now(), undone_by_id = proposed_by_id,"
        " undone_why = 'x', restored_id = registration_id where follows_id is null",
    ),
    "the second list asks for more": (
        "6",
        "update payments_taxrefund set fen = fen + 1 where back_fen > 0;"
        " update payments_taxexport set fen = fen + 1 where number = 2",
    ),
}  # fmt: skip


def test_the_books_find_what_is_wrong_with_a_rest(paid, ask, send, take, reimbursed, sound):
    reimbursed(25000)
    ask(paid)
    send()
    take([line_back(100, 1)])
    reimbursed(0)
    ask(paid)
    send(THIRD)
    assert sound() == {}
    missed = []
    for what, (number, statement) in CORRUPTIONS.items():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            if number not in {name[0] for name in sound()}:
                missed.append(what)
            transaction.set_rollback(True)
    assert missed == []
    for statement, constraint in (
        ("update payments_decision set follows_id = null", "one_live_decision_of_a_payment"),
        ("update payments_stop set follows_id = null", "a_registration_is_stopped_once"),
        ("update payments_taxrefund set back_fen = 0", "a_refund_is_sent_to_the_tax_bureau_once"),
    ):
        with (
            pytest.raises(IntegrityError, match=constraint),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_page_of_somebody_whose_refund_was_carried_out_offers_the_rest(
    campaign, paid, ask, send, take, reimbursed, sign_in, monkeypatch
):
    from django.urls import reverse

    from enrollment import clock
    from payments.models import Stop

    monkeypatch.setattr(clock, "now", lambda _campaign=None: NOW)
    reimbursed(25000)
    first = ask(paid)
    client = sign_in("bob")
    url = reverse("refund-request-entry", args=[campaign.slug, paid.resident_id])
    waiting = client.get(url).content.decode()
    assert "前一笔退费尚未办结" in waiting and 'name="evidence"' not in waiting
    send()
    take([line_back(100, 1)])
    reimbursed(0)
    closed = client.get(reverse("refund-request", args=[campaign.slug, first.pk]))
    assert f'href="{url}"' in closed.content.decode()
    assert "250.00" in client.get(url).content.decode()
    client.post(url, {"reason": "death", "evidence": "补助已被银行退回"})
    second = Stop.objects.latest("pk")
    assert (second.follows_id, second.own_fen) == (first.pk, 25000)
    page = client.get(reverse("refund-request", args=[campaign.slug, second.pk])).content.decode()
    assert "前次申请" in page
