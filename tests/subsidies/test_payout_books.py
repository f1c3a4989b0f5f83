"""Corruptions straight in the tables: each is stopped by a constraint or found by the books."""

import pytest
from django.db import IntegrityError, connection, transaction

from payments.books import checks
from subsidies.models import PayOut, PayOutBatch, Transfer
from subsidies.payouts import decisions, services
from tests.subsidies.payout_world import DECEMBER, FUND, NOW, broken, list_of, sent, three

__all__ = ["sent", "three"]

FOUND = {
    "more is paid out than was granted": "update subsidies_payout set fen = fen + 1",
    "more than the person paid": "update subsidies_payout set fen = 35001",
    "to somebody else": (
        "update subsidies_payout set resident_id ="
        " (select max(id) from enrollment_resident where id <> resident_id)"
    ),
    "an amount for a repricing that owed nothing": (
        "update subsidies_payout set cause_id = (select min(id) from subsidies_repricing)"
    ),
    "a pay-out ends behind its transfer's back": "update subsidies_payout set ended_at = now()",
    "another funder than the batch's": "update subsidies_payout set funder = '县财政'",
    "another month than the batch's": "update subsidies_payout set due_month = '2023-01-01'",
    "another account than the one it was sent to": (
        "update subsidies_payout set account = '\\x00' where id = (select min(id) from"
        " subsidies_payout)"
    ),
    "dropped, and yet in a batch": (
        "insert into subsidies_payoutdecision (pay_out_id, what, held, why, at, by_id)"
        " select min(o.id), 'dropped', 'dead', 'x', now(), min(u.id)"
        " from subsidies_payout o, enrollment_user u"
    ),
    "a batch without anybody": (
        "insert into subsidies_payoutbatch (campaign_id, funder, month, state, made_at, made_by_id)"
        " select campaign_id, funder, month, 'draft', now(), made_by_id from subsidies_payoutbatch"
    ),
    "an answer of the bank without its lines": (
        "insert into subsidies_bankanswer (batch_id, name, sha256, taken_in_at, taken_in_by_id,"
        " read, paid, returned, known) select id, 'x', '', now(), made_by_id, 1, 1, 0, 0"
        " from subsidies_payoutbatch"
    ),
}
STOPPED = {
    "a transfer of another amount": (
        "update subsidies_transfer set fen = fen + 1",
        "a_checked_batch_stays_as_it_is",
    ),
    "a transfer to another account": (
        "update subsidies_transfer set account = '\\x00'",
        "a_checked_batch_stays_as_it_is",
    ),
    "a transfer taken out of what has left": (
        "delete from subsidies_transfer where line = 2",
        "a_checked_batch_stays_as_it_is",
    ),
    "a transfer put into what has left": (
        "insert into subsidies_transfer (batch_id, pay_out_id, line, name, account, fen,"
        " returned_why) select batch_id, pay_out_id, 9, name, account, fen, ''"
        " from subsidies_transfer where line = 1",
        "a_checked_batch_stays_as_it_is",
    ),
    "back before the export": (
        "update subsidies_payoutbatch set state = 'draft', checked_by_id = null,"
        " checked_at = null, exported_at = null",
        "an_exported_batch_is_kept",
    ),
    "another maker": (
        "update subsidies_payoutbatch set made_by_id = (select max(id) from enrollment_user)",
        "an_exported_batch_is_kept",
    ),
    "checked by its maker": (
        "update subsidies_payoutbatch set checked_by_id = made_by_id",
        "an_exported_batch_is_kept",
    ),
    "confirmed at no time": (
        "update subsidies_payoutbatch set state = 'confirmed'",
        "without_a_time_no_step_is_taken",
    ),
    "came back, nobody knows why": (
        "update subsidies_transfer set returned_at = now()",
        "what_came_back_says_who_and_why",
    ),
    "an amount of nothing": ("update subsidies_payout set fen = 0", "a_pay_out_pays_something"),
    "one amount twice": (
        "insert into subsidies_payout (campaign_id, resident_id, registration_id, kind, funder,"
        " fen, clause, words, due_month, known_at, ended_why) select campaign_id, resident_id,"
        " registration_id, kind, funder, fen, clause, words, due_month, known_at, ''"
        " from subsidies_payout",
        "nobody_is_paid_twice_for_one_cause",
    ),
    "an answer whose lines are not accounted for": (
        "insert into subsidies_bankanswer (batch_id, name, sha256, taken_in_at, taken_in_by_id,"
        " read, paid, returned, known) select id, 'x', '', now(), made_by_id, 2, 1, 0, 0"
        " from subsidies_payoutbatch",
        "every_line_of_an_answer_has_an_outcome",
    ),
}


def corrupt(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("what", FOUND)
def test_a_corruption_is_found(campaign, sent, what):
    assert broken(campaign) == set()
    corrupt(FOUND[what])
    assert broken(campaign) == {"6"}


@pytest.mark.parametrize("what", STOPPED)
def test_a_corruption_is_stopped(campaign, sent, what):
    statement, name = STOPPED[what]
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        corrupt(statement)
    assert broken(campaign) == set()


def test_a_share_that_is_missing_is_found(campaign, three):
    corrupt("update subsidies_payout set fen = 7999 where id = (select min(id) from"
            " subsidies_payout)")  # fmt: skip
    [row] = [check for check in checks(campaign) if not check.ok]
    assert "shares of 7999 fen, 8000 are due" in row.rows[0]


def test_nobody_is_in_two_batches_even_by_hand(campaign, sent):
    other = PayOutBatch.objects.create(
        campaign=campaign, funder=FUND, month=DECEMBER, made_at=NOW, made_by=sent.made_by
    )
    row = sent.transfers.first()
    row.pk, row.batch = None, other
    with pytest.raises(IntegrityError, match="transferred_once"), transaction.atomic():
        row.save(force_insert=True)


def test_the_maker_can_never_be_the_checker(campaign, three, cast):
    batch = services.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["alice"], now=NOW)
    with pytest.raises(IntegrityError, match="who_checks"), transaction.atomic():
        PayOutBatch.objects.filter(pk=batch.pk).update(
            state="checked", checked_at=NOW, checked_by=cast["alice"]
        )


def test_a_day_of_work_leaves_the_books_right(campaign, three, cast):
    """Held, released, dropped, sent, returned, sent again: nothing of it breaks the books."""
    for name in ("李四", "赵六"):
        list_of("dead", three[name])
    decisions.release(
        three["李四"], why="继承人", payee="李小四", number="6217000099999999", by=cast["dana"],
        now=NOW,
    )  # fmt: skip
    decisions.drop(three["赵六"], why="无继承人", by=cast["dana"], now=NOW)
    for account in ("6217000088888881", "6217000088888882"):
        batch = services.make_batch(
            campaign, funder=FUND, month=DECEMBER, by=cast["alice"], now=NOW
        )
        services.check_batch(batch, by=cast["dana"], now=NOW)
        services.mark_exported(batch, by=cast["alice"], now=NOW)
        transfer = batch.transfers.get(pay_out=three["王小明"])
        services.return_transfer(transfer, why="户名不符", by=cast["alice"], now=NOW)
        services.set_account(three["王小明"], number=account, by=cast["alice"], now=NOW)
    assert Transfer.objects.count() == 3 and PayOut.objects.filter(ended_at=None).count() == 3
    assert broken(campaign) == set()
