"""Refund requests: what comes back by the notice, two people, the tax bureau, and its line."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from enrollment.errors import Refused
from tests.conftest import at
from tests.payments.lines import Row
from tests.payments.refunding import LATER, NOW, give_back, standing_of

SECOND = "341135221118000002"
BACK = Row(receipt="341135221118000009", yuan="-350", state="退费", original=Row().receipt)


@pytest.fixture
def notice(campaign: Any) -> None:
    give_back(campaign)


@pytest.fixture
def paid(notice: Any, take: Any, wang: Any, register: Any) -> Any:
    """Wang's registration, with 350 yuan paid."""
    row = register(wang)
    take([Row()])
    return row


@pytest.fixture
def ask(campaign: Any, cast: Any) -> Any:
    """ask(registration, reason="death", by="bob") → the stop."""
    from payments.refund_requests import services

    def asked(row: Any, reason: str = "death", *, by: str = "bob", **how: Any) -> Any:
        values = {"evidence": "死亡证明 2022-11-19，村委会确认", "now": NOW, **how}
        return services.propose(campaign, row, reason=reason, by=cast[by], **values)

    return asked


@pytest.fixture
def act(cast: Any) -> Any:
    """act("approve", stop, by="alice", why=…)"""
    from payments.refund_requests import services

    def acted(what: str, stop: Any, by: str = "alice", **how: Any) -> Any:
        if what != "approve":
            how.setdefault("why", "a reason")
        return getattr(services, what)(stop, by=cast[by], now=how.pop("now", NOW), **how)

    return acted


@pytest.fixture
def send(campaign: Any, cast: Any) -> Any:
    """send() → the rows of the next list to the tax bureau."""
    from payments.refund_requests import lists
    from payments.tax_out import export

    def sent(now: Any = NOW) -> list[dict[str, str]]:
        row = lists.export_refunds(campaign, why="weekly", by=cast["alice"], now=now)
        content = b"".join(export.hand_out(row, why="sent", by=cast["alice"], at=now))
        return list(csv.DictReader(io.StringIO(content.decode("gb18030"))))[:-1]

    return sent


def payment_of(registration: Any) -> int:
    from payments.models import Payment

    return Payment.objects.get(resident_id=registration.resident_id).pk


def ended(registration: Any) -> bool:
    registration.refresh_from_db()
    return registration.ended_at is not None


def state_of(stop: Any, now: Any = NOW) -> str:
    from payments.refund_requests import queries

    stop.refresh_from_db()
    return queries.whole(stop, now).state


def test_the_whole_way_from_asking_to_the_tax_bureaus_line(paid, ask, act, send, take):
    payment = payment_of(paid)
    stop = ask(paid)
    assert (stop.own_fen, stop.aid_fen, stop.clause) == (35000, 0, "七")
    assert not ended(paid)
    assert standing_of(payment) == ("matched", None, 0, 0, 0)
    act("approve", stop)
    assert ended(paid)
    assert standing_of(payment) == ("refund_due", None, 0, 35000, 0)
    assert state_of(stop) == "to_send"
    assert [(r["退费金额"], r["退费原因"], r["原电子税票号码"]) for r in send()] == [
        ("350.00", "死亡", Row().receipt)
    ]
    assert state_of(stop, LATER) == "sent"
    with pytest.raises(Refused):
        send(LATER)  # nothing is sent twice
    take([BACK])
    assert standing_of(payment) == ("refunded", None, 0, 0, 35000)
    assert state_of(stop) == "closed"


def test_who_proposes_does_not_approve_and_the_database_says_so_too(paid, ask, act, cast):
    from payments.models import Stop

    stop = ask(paid, by="alice")
    for what in ("approve", "refuse"):
        with pytest.raises(Refused):
            act(what, stop)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stop.objects.update(approved_by=cast["alice"], approved_at=NOW, stopped_at=NOW)
    assert not ended(paid)


@pytest.mark.parametrize("day", ["2022-12-31", "2023-03-01"])
def test_too_late_nothing_goes_back_and_the_registration_stays_as_paid(paid, ask, day):
    with pytest.raises(Refused, match=r"七.*2022-12-30"):
        ask(paid, now=at(f"{day} 09:00"))
    assert not ended(paid)


def test_a_reason_that_the_notice_gives_nothing_back_for_ends_nothing_that_is_paid(paid, ask):
    with pytest.raises(Refused):
        ask(paid, "moved")
    assert not ended(paid)


@pytest.fixture
def aided(notice: Any, take: Any, wang: Any, register: Any) -> Any:
    """100 yuan paid by herself, 250 on her behalf."""
    row = register(wang, own=10000, on_behalf=25000)
    take([Row(yuan="100"), Row(yuan="250", mark="五保户", receipt=SECOND)])
    return row


def stands(registration: Any) -> list[tuple[Any, ...]]:
    from payments.models import Payment

    rows = Payment.objects.filter(resident_id=registration.resident_id).order_by("fen")
    return [standing_of(row.pk) for row in rows]


def test_the_subsidised_get_back_their_own_part_and_the_rest_stays_visible(aided, ask, act):
    from enrollment import changes

    stop = ask(aided)
    assert (stop.own_fen, stop.aid_fen) == (10000, 0)
    act("approve", stop)
    changes.consume()
    assert stands(aided) == [
        ("refund_due", None, 0, 10000, 0),
        ("open", "not_registered", 25000, 0, 0),
    ]


def test_where_the_notice_gives_all_back_the_aid_goes_back_too(aided, ask, act):
    stop = ask(aided, "whole", benefits_used=False)
    assert (stop.own_fen, stop.aid_fen) == (10000, 25000)
    act("approve", stop)
    assert [row[3] for row in stands(aided)] == [10000, 25000]


def test_whether_benefits_were_used_is_asked_where_the_notice_asks(paid, ask):
    with pytest.raises(Refused):
        ask(paid, "whole")
    with pytest.raises(Refused, match="七"):
        ask(paid, "whole", benefits_used=True)
    assert ask(paid, "whole", benefits_used=False).benefits_used is False
    assert not ended(paid)


def test_what_was_paid_too_much_goes_back_with_it(notice, take, wang, register, ask, act, send):
    row = register(wang)
    take([Row(yuan="360")])
    act("approve", ask(row))
    assert standing_of(payment_of(row)) == ("refund_due", None, 0, 36000, 0)
    assert [each["退费金额"] for each in send()] == ["360.00"]


def test_an_overpayment_goes_to_the_tax_bureau_by_itself(notice, take, wang, register, send):
    register(wang)
    take([Row(yuan="360")])
    assert [(each["退费金额"], each["退费原因"]) for each in send()] == [("10.00", "多缴")]


def test_a_refund_of_the_desk_goes_on_the_same_list(
    campaign, cast, paid, take, send, make_resident, register
):
    from payments import decisions
    from payments.models import Payment

    take([Row(receipt=SECOND)])
    twice = Payment.objects.get(cause="paid_twice")
    (made,) = decisions.propose(
        campaign,
        [twice.pk],
        "refund",
        reason="paid_twice",
        evidence="两次",
        by=cast["bob"],
        now=NOW,
    )
    decisions.approve(campaign, [made.pk], by=cast["alice"], now=NOW)
    assert [each["原电子税票号码"] for each in send()] == [SECOND]


def test_who_has_not_paid_stops_at_once_and_it_is_said_why(notice, wang, register, ask):
    from enrollment.models import NotEnrolling

    row = register(wang)
    stop = ask(row)
    assert ended(row)
    assert row.ended_why.startswith("死亡")
    assert (stop.own_fen, state_of(stop)) == (0, "stopped")
    assert NotEnrolling.objects.get(ended_at=None).reason == "dead"


@pytest.mark.parametrize(("what", "by"), [("refuse", "alice"), ("withdraw", "bob")])
def test_what_is_refused_or_withdrawn_can_be_asked_for_again(what, by, paid, ask, act):
    stop = ask(paid)
    with pytest.raises(Refused):
        ask(paid, by="alice")  # asked for already
    with pytest.raises(Refused):
        act(what, stop, by=by, why=" ")
    act(what, stop, by=by)
    assert state_of(stop) in ("refused", "withdrawn")
    with pytest.raises(Refused):
        act("approve", stop)
    assert ask(paid).pk != stop.pk


def test_only_who_proposed_withdraws(paid, ask, act):
    with pytest.raises(Refused):
        act("withdraw", ask(paid), by="alice")


def test_undone_before_it_is_sent_everything_stands_as_before(paid, ask, act, send):
    from enrollment import changes
    from enrollment.models import Registration

    stop = ask(paid)
    act("approve", stop)
    act("undo", stop)
    changes.consume()
    assert standing_of(payment_of(paid)) == ("matched", None, 0, 0, 0)
    again = Registration.objects.standing().get()
    assert (again.resident_id, again.registered_at, again.pk) == (
        paid.resident_id, paid.registered_at, stop.restored_id or again.pk,
    )  # fmt: skip
    assert ended(paid)  # what was written stays
    with pytest.raises(Refused):
        send()


def test_undone_after_it_is_sent_the_list_is_called_back_but_not_once_the_line_has_come(
    paid, ask, act, send, take
):
    from payments.models import TaxRefund

    stop = ask(paid)
    act("approve", stop)
    send()
    act("undo", stop, why="活着，误报")
    assert list(TaxRefund.objects.values_list("live", "called_back_why")) == [(False, "活着，误报")]
    again = ask(paid.__class__.objects.standing().get())
    act("approve", again)
    assert len(send(LATER)) == 1
    take([BACK])
    with pytest.raises(Refused):
        act("undo", again)


def test_who_was_registered_anew_is_not_restored(paid, ask, act, register, wang):
    stop = ask(paid)
    act("approve", stop)
    register(wang)
    with pytest.raises(Refused):
        act("undo", stop)


def test_what_has_changed_since_is_not_approved(paid, ask, act, take):
    stop = ask(paid)
    take([BACK.but(yuan="-50", state="冲红")])
    with pytest.raises(Refused):
        act("approve", stop)


def test_the_desk_does_not_undo_what_ended_a_registration_or_was_sent(
    campaign, cast, paid, ask, act, send, take
):
    from payments import decisions
    from payments.models import Decision, Payment

    act("approve", ask(paid))
    take([Row(receipt=SECOND)])
    other = Payment.objects.get(standing="open")
    (made,) = decisions.propose(
        campaign,
        [other.pk],
        "refund",
        reason="paid_twice",
        evidence="两次",
        by=cast["bob"],
        now=NOW,
    )
    decisions.approve(campaign, [made.pk], by=cast["alice"], now=NOW)
    send()
    for row in Decision.objects.standing():
        with pytest.raises(Refused):
            decisions.undo(campaign, [row.pk], by=cast["alice"], now=NOW, why="no")


def test_evidence_is_a_photo_or_a_pdf_and_lies_sealed(paid, ask, settings):
    from pathlib import Path

    with pytest.raises(Refused):
        ask(paid, attachment=("a.exe", io.BytesIO(b"MZ...")))
    photo = SimpleUploadedFile("证明.jpg", b"\xff\xd8\xff certificate")
    stop = ask(paid, attachment=(photo.name, photo.file))
    kept = (Path(settings.UPLOAD_DIR) / stop.file.stored_as).read_bytes()
    assert b"certificate" not in kept


@pytest.mark.parametrize("evidence", ["", " ", "x"])
def test_nothing_is_asked_for_without_evidence(paid, ask, evidence):
    with pytest.raises(Refused):
        ask(paid, evidence=evidence)


def test_a_subsidy_that_came_back_is_taken_off(paid, campaign, monkeypatch):
    from payments.refund_requests import foresee

    monkeypatch.setattr(foresee, "_reimbursed", lambda ids: dict.fromkeys(ids, 10000))
    coming = foresee.foresee(campaign, paid, "death", date(2022, 11, 20))
    assert (coming.own_fen, coming.aid_fen) == (25000, 0)
    assert list(coming.by_payment.values()) == [25000]


def test_several_payments_share_what_goes_back(db):
    from payments.refund_requests.foresee import Basis, shares

    basis = Basis(((1, "own", 6000), (2, "own", 4000), (3, "on_behalf", 25000)), settled=True)
    assert shares(basis, 35000) == {1: 6000, 2: 4000, 3: 25000}
    assert shares(basis, 7000) == {1: 6000, 2: 1000}
