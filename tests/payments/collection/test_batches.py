"""Collection batches: one category each, balanced by a slip, confirmed by a second person, closed
by what comes back with the tax bureau's file."""

from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from enrollment import changes
from enrollment.errors import Refused
from enrollment.models import AuditEntry
from payments.books import checks
from payments.collection import balance, batches, queries, services
from payments.models import BatchLine, CollectionBatch, Match, Payment, Slip, Taking
from tests.conftest import at
from tests.payments.lines import WANG, ZHAO, Row

NOW = at("2022-11-18 16:30")
SUN = "411328198507120018"
PEOPLE = ("王小明", "李丽", "赵敏")


def found(campaign: Any) -> list[str]:
    return [check.name[0] for check in checks(campaign) if not check.ok]


def test_a_batch_of_each_category_and_everybody_once(
    campaign, cast, make_resident, register, places, village
):
    poor = register(make_resident("孙平", number=SUN, village="north-2"))
    poor.hardship = "lifted"
    poor.save()
    services.take_cash(campaign, [poor.pk], by=cast["bob"], at=NOW, now=NOW)
    made = batches.make_batches(campaign, places["north"], by=cast["bob"], now=NOW)
    told = [(row.number, row.hardship, row.region.key, row.lines.count()) for row in made]
    # the notice's categories first; one village alone is named, several are their township's
    assert told == [(1, "lifted", "north-2", 1), (2, "", "north-1", 3)]
    with pytest.raises(Refused):
        batches.make_batches(campaign, places["north"], by=cast["bob"], now=NOW)
    line = made[1].lines.get(line=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        BatchLine.objects.create(
            batch=made[0], taking=line.taking, registration=line.registration,
            resident=line.resident, line=9, fen=line.fen,
        )  # fmt: skip
    assert queries.cash_states(campaign, [poor.pk])[poor.pk].batch == 1


def test_a_strangers_village_is_refused(campaign, cast, village, places, batch):
    with pytest.raises(Refused):
        batches.make_batches(campaign, places["north"], by=cast["erin"], now=NOW)
    with pytest.raises(Refused):
        batches.take_out(batch, [batch.lines.first().pk], by=cast["charlie"], now=NOW)


def test_cash_in_a_batch_is_taken_out_before_it_is_given_back(campaign, cast, village, batch):
    wang = village["王小明"]
    with pytest.raises(Refused, match="1"):
        services.withdraw_taking(campaign, wang.pk, why="退还", by=cast["erin"], now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Taking.objects.filter(pk=wang.pk).update(
            withdrawn_at=NOW, withdrawn_by=cast["erin"], withdrawn_why="退还"
        )
    line = batch.lines.get(taking=wang)
    assert batches.take_out(batch, [line.pk], by=cast["erin"], now=NOW) == 1
    services.withdraw_taking(campaign, wang.pk, why="退还", by=cast["erin"], now=NOW)


@pytest.mark.parametrize(
    ("other", "state", "said"),
    [
        ({}, "balanced", []),
        # one head and 350 yuan less: any of the three is too many
        ({"heads": 2, "fen": 70000}, "draft", ["350.00", "李丽"]),
        ({"heads": 1, "fen": 35000}, "draft", ["700.00", "2 人"]),
        # one more than the batch has, and nobody is known
        ({"heads": 4, "fen": 140000}, "draft", ["+350.00", "先登记"]),
        ({"fen": 104000}, "draft", ["−10.00"]),
        ({"heads": 2}, "draft", ["−1"]),
    ],
)
def test_balanced_or_told_what_differs(batch, pay_in, cast, other, state, said):
    pay_in(**other)
    batch.refresh_from_db()
    assert batch.state == state
    text = "\n".join(balance.differences(batch))
    assert bool(text) == bool(said) and all(each in text for each in said), text
    if said:
        with pytest.raises(Refused):
            batches.balance_batch(batch, by=cast["erin"], now=NOW)


def test_who_is_missing_is_named_and_put_in(campaign, batch, pay_in, cast, make_resident, register):
    late = register(make_resident("孙平", number=SUN))
    services.take_cash(campaign, [late.pk], by=cast["erin"], at=NOW, now=NOW)
    pay_in(heads=4, fen=140000)
    assert "孙平" in "\n".join(balance.differences(batch))
    assert batches.fill_batch(batch, by=cast["erin"], now=NOW) == 1
    batches.balance_batch(batch, by=cast["erin"], now=NOW)
    batch.refresh_from_db()
    assert (batch.state, batch.heads, batch.fen) == ("balanced", 4, 140000)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"kind": "handwritten"}, "四（三）"),
        ({"account": "86221012"}, "8622 1011"),
        ({"paid_on": at("2022-11-19 00:00").date()}, "以后"),
    ],
)
def test_a_slip_that_the_notice_does_not_accept(accounted, batch, pay_in, other, said):
    with pytest.raises(Refused) as caught:
        pay_in(**other)
    assert said in "\n".join(caught.value.messages)
    assert not Slip.objects.exists()


def test_a_slip_is_kept_with_its_photo_and_its_number_is_used_once(
    accounted, campaign, batch, pay_in, cast, make_resident, register, places
):
    with pytest.raises(Refused):
        pay_in(("slip.exe", BytesIO(b"MZ no photo")))
    slip = pay_in(("slip.png", BytesIO(b"\x89PNG\r\n\x1a\n photo")), account="8622-1011")
    assert slip.file.name == "slip.png" and slip.account == "86221011"
    row = register(make_resident("孙平", number=SUN))
    services.take_cash(campaign, [row.pk], by=cast["erin"], at=NOW, now=NOW)
    (other,) = batches.make_batches(campaign, places["north-1"], by=cast["erin"], now=NOW)
    with pytest.raises(Refused, match="JK20221118001"):
        pay_in(of=other, heads=1, fen=35000)


def test_who_made_it_does_not_confirm_it(batch, pay_in, cast):
    pay_in()
    with pytest.raises(batches.MadeByTheSame):
        batches.confirm_batch(batch, by=cast["erin"], now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CollectionBatch.objects.update(
            state="confirmed", confirmed_at=NOW, confirmed_by=cast["erin"]
        )
    batches.confirm_batch(batch, by=cast["bob"], now=NOW)
    batches.confirm_batch(batch, by=cast["bob"], now=NOW)  # pressed twice
    with pytest.raises(Refused):
        batches.confirm_batch(batch, by=cast["alice"], now=NOW)
    assert AuditEntry.objects.filter(action="confirm_collection_batch").count() == 1


@pytest.mark.parametrize(
    ("number", "standing", "matched", "back"),
    [("411328197512120018", "open", 0, 0), (WANG, "matched", 35000, 1)],
)
def test_a_line_of_the_whole_sum_settles_nobody_but_whom_it_names(
    campaign, confirmed, take, number, standing, matched, back
):
    """1,050 yuan under the slip's number: the batch waits for the others' own lines."""
    take([Row(receipt="JK20221118001", number=number, name="王小明", yuan="1050.00")])
    changes.consume()
    payment = Payment.objects.get()
    assert (payment.standing, payment.matched_fen) == (standing, matched)
    assert payment.matched_fen + payment.open_fen + payment.refund_due_fen == 105000
    confirmed.refresh_from_db()
    assert confirmed.state == "confirmed"
    assert confirmed.lines.exclude(payment_id=None).count() == back
    assert all(check.ok for check in checks(campaign))


def test_the_tax_bureaus_file_closes_it_and_a_reversal_opens_it_again(
    campaign, confirmed, come_back, take
):
    come_back("王小明", "李丽")
    confirmed.refresh_from_db()
    sums = queries.line_sums(confirmed)
    assert (confirmed.state, sums.back, sums.missing) == ("confirmed", 2, 1)
    come_back("赵敏")
    confirmed.refresh_from_db()
    sums = queries.line_sums(confirmed)
    assert (confirmed.state, sums.missing, str(sums.treasury_until)) == ("closed", 0, "2022-11-18")
    assert confirmed.lines.get(resident__name="王小明").receipt == "341135221107251"
    assert set(Match.objects.values_list("rule", flat=True)) == {"batch"}
    assert found(campaign) == []
    receipt = f"3411352211{ZHAO[-6:-1]}"
    take([
        Row(receipt="R9", number=ZHAO, name="赵敏", yuan="-350", state="冲红", original=receipt)
    ])  # fmt: skip
    changes.consume()
    confirmed.refresh_from_db()
    assert (confirmed.state, queries.line_sums(confirmed).missing) == ("confirmed", 1)
    assert found(campaign) == []


def test_what_came_before_it_was_confirmed_is_found_at_once(batch, pay_in, cast, come_back):
    pay_in()
    come_back(*PEOPLE)
    batches.confirm_batch(batch, by=cast["bob"], now=NOW)
    batch.refresh_from_db()
    assert batch.state == "closed"


def test_a_confirmation_is_undone_while_nothing_came_back(confirmed, cast, come_back, pay_in):
    with pytest.raises(Refused):
        batches.undo_confirmation(confirmed, why="", by=cast["bob"], now=NOW)
    batches.undo_confirmation(confirmed, why="金额有误", by=cast["bob"], now=NOW)
    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.heads, confirmed.confirmed_by) == ("draft", 0, None)
    batches.balance_batch(confirmed, by=cast["erin"], now=NOW)
    batches.confirm_batch(confirmed, by=cast["bob"], now=NOW)
    come_back("王小明")
    with pytest.raises(Refused, match="1"):
        batches.undo_confirmation(confirmed, why="金额有误", by=cast["bob"], now=NOW)


def test_a_slip_is_replaced_and_a_void_batch_gives_its_cash_back(
    campaign, batch, pay_in, cast, places
):
    slip = pay_in()
    batches.end_slip(slip, why="号码录错", by=cast["erin"], now=NOW)
    batch.refresh_from_db()
    assert batch.state == "draft"
    pay_in(number="JK2")
    batches.void_batch(batch, why="村名错了", by=cast["erin"], now=NOW)
    assert not Slip.objects.filter(ended_at=None).exists()
    (again,) = batches.make_batches(campaign, places["north-1"], by=cast["erin"], now=NOW)
    assert (again.number, again.lines.count()) == (2, 3)
    assert found(campaign) == []


STOPPED = {
    "a line is raised": "update payments_batchline set fen = fen + 1",
    "a line goes": "delete from payments_batchline where line = 1",
    "a line is added": "insert into payments_batchline (batch_id, taking_id, registration_id,"
    " resident_id, line, fen, live, receipt) select batch_id, taking_id, registration_id,"
    " resident_id, 99, fen, false, '' from payments_batchline where line = 1",
    "a line does not count any more": "update payments_batchline set live = false where line = 1",
    "the sum is raised": "update payments_collectionbatch set fen = fen + 1",
    "the batch goes": "delete from payments_collectionbatch",
    "the batch is void behind its back": "update payments_collectionbatch set state = 'void',"
    " confirmed_at = null, confirmed_by_id = null, voided_at = now(), voided_by_id = made_by_id,"
    " voided_why = 'x'",
    "the maker confirms": "update payments_collectionbatch set confirmed_by_id = made_by_id",
    "the slip is raised": "update payments_slip set fen = fen + 1",
    "the slip ends": "update payments_slip set ended_at = now(), ended_by_id = entered_by_id,"
    " ended_why = 'x'",
}


@pytest.mark.parametrize("what", STOPPED)
def test_the_database_keeps_a_confirmed_batch(confirmed, what):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STOPPED[what])


# Past constraints and triggers too, as a database repaired by hand may be.
FOUND = {
    "a line is raised": "update payments_batchline set fen = fen + 1 where line = 1",
    "a line is gone": "delete from payments_batchline where line = 1",
    "the slip says another sum": "update payments_slip set fen = fen + 1",
    "the slip is gone": "delete from payments_slip",
    "a line's taking was given back": "update payments_taking set withdrawn_at = now(),"
    " withdrawn_by_id = taken_by_id, withdrawn_why = 'x'",
    "a line is another person's": "update payments_batchline set resident_id = (select resident_id"
    " from payments_batchline where line = 2) where line = 1",
    "closed, though one is missing": "update payments_collectionbatch set state = 'closed',"
    " closed_at = now()",
    "a payment that settles nothing of them": "update payments_batchline set payment_id = 999999"
    " where line = 1",
}


@pytest.mark.parametrize("what", FOUND)
def test_the_books_find_what_no_constraint_stopped(campaign, confirmed, what):
    assert found(campaign) == []
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for table in ("batchline", "collectionbatch", "slip", "taking"):
            cursor.execute(f"alter table payments_{table} disable trigger user")
        cursor.execute(FOUND[what])
    assert found(campaign) == ["7"]
