# ruff: noqa: E501
"""Corruptions put straight into the tables, past every service, over one world that has some of
everything: each is stopped by a constraint or a trigger, or found by the check that is named."""

from typing import Any

import pytest
from django.db import Error, connection, transaction

from enrollment import changes
from enrollment.models import SourceFile, User
from payments import books as payments_books
from payments import decisions
from payments.models import Decision, Match, Payment
from payments.voiding import void_file
from reports import books
from reports.finance import receipts
from reports.finance import rollups as money
from tests.conftest import at
from tests.payments.lines import LI, ZHAO, Row

FAR = "411328199001010011"
NOW, LATER = at("2022-11-19 09:00"), at("2022-11-20 09:00")


def receipt(number: int) -> str:
    return f"{341135221118000000 + number}"


@pytest.fixture
def world(campaign, cast, take, make_resident, wang, register):
    """王 matched by his number; 李 matched too much; 赵 reversed, and two payments that settle her
    part by hand, one of them half; 孙 refunded in part by a decision; 钱 unknown; two lines
    repeated, one refused; a file that was voided; fiscal money, once taken back."""
    register(wang)
    register(make_resident("李丽", number=LI), own=10000, on_behalf=25000)
    zhao = register(make_resident("赵敏", number=ZHAO))
    voided = take([Row(receipt=receipt(90), number=FAR, name="钱五", yuan="7")])
    take(
        [
            Row(),
            Row(receipt=receipt(2), number=LI, name="李丽", yuan="110", channel="支付宝"),
            Row(receipt=receipt(3), number=ZHAO, name="赵敏"),
            Row(receipt=receipt(4), number=ZHAO, name="赵敏", yuan="-350", state="冲红",
                original=receipt(3)),
            Row(receipt=receipt(5), number=ZHAO, name="赵敏", yuan="200"),
            Row(receipt=receipt(6), number=FAR, name="钱五", yuan="80"),
            Row(receipt=receipt(7), number=FAR, name="钱五", yuan="90"),
            Row(receipt=receipt(8), number=FAR, name="钱五", yuan="-40", state="退费",
                original=receipt(7), paid="2022-11-21"),
        ]
    )  # fmt: skip
    take([Row(), Row(yuan="351"), Row(paid="", receipt="1")])  # known, conflict, rejected
    decide(campaign, cast, "match", 5, registration_id=zhao.pk, evidence="收据")
    decide(campaign, cast, "refund", 6, reason="other", evidence="误缴")
    system = User.system()
    void_file(SourceFile.objects.get(pk=voided["file"]), by=system, now=NOW, why="发错了")
    times = {"by": cast["alice"], "now": NOW, "at": NOW}
    first = receipts.enter_receipt(
        campaign,
        funder="省级财政",
        fen=500,
        received_on=NOW.date(),
        document="1号",
        note="",
        **times,
    )
    receipts.counter_receipt(first, why="录错", **times)
    changes.consume()
    money.settle(campaign)
    return campaign


def decide(campaign, cast, kind, line, *, reason="same_person", **how):
    ids = list(Payment.objects.filter(line=line + 1).values_list("id", flat=True))
    made = decisions.propose(campaign, ids, kind, reason=reason, by=cast["bob"], now=NOW, **how)
    decisions.approve(campaign, [row.pk for row in made], by=cast["alice"], now=LATER)


def broken(campaign: Any, number: int) -> list[str]:
    """What one check finds. Its statements alone: all of them for each corruption takes minutes."""
    if number in (8, 10):
        check = books._rollups(campaign) if number == 8 else books._finance(campaign)[0]
        return check.rows
    (check,) = payments_books.checks(campaign, [number])
    return check.rows


def put(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


# What is done to the tables → the check that finds it.
FOUND = {
    # payments
    "a payment goes to another campaign": (1, "update payments_payment set campaign_id = 0 where line = 2"),
    "a payment is of another year": (4, "update payments_payment set year = 2020 where line = 2"),
    "a payment is somebody else's": (9, "update payments_payment set resident_id = (select min(id) from enrollment_resident) where line = 6"),
    "a payment is nobody's": (9, "update payments_payment set resident_id = null where line = 2"),
    "a payment is late that was not": (9, "update payments_payment set late = not late where line = 3"),
    "a payment was made another day": (10, "update payments_payment set paid_at = paid_at - interval '3 days' where line = 2"),
    "a payment came another way": (10, "update payments_payment set channel = '现金' where line = 3"),
    "open money becomes refund due": (9, "update payments_payment set refund_due_fen = open_fen, open_fen = 0, standing = 'refund_due', cause = null where standing = 'open'"),
    "a payment is written twice": (1, "insert into payments_payment (campaign_id, file_id, paid_at, known_at, line, fen, matched_fen, open_fen, refund_due_fen, refunded_fen, reversed_fen, year, late, key, number_kind, number, name, name_key, receipt, channel, place, mark, standing, cause) select campaign_id, file_id, paid_at, known_at, 77, fen, 0, fen, 0, 0, 0, year, late, gen_random_uuid(), number_kind, number, name, name_key, receipt, channel, place, mark, 'open', 'too_little' from payments_payment where line = 2"),
    # matches
    "a match is of another person": (4, "update payments_match set resident_id = resident_id + 1 where rule <> 'by_hand'"),
    "a match met another due": (4, "update payments_match set due_fen = due_fen + 1 where alone and ended_at is null"),
    "a match by hand lost who approved it": (4, "update payments_match set approved_by_id = null where rule = 'by_hand'"),
    "a match by hand was approved by its proposer": (4, "update payments_match set approved_by_id = by_id where rule = 'by_hand'"),
    "a match by hand takes more than the payment": (3, "update payments_match set fen = fen + 1, due_fen = due_fen + 1 where rule = 'by_hand'"),
    "a match is made alone": (4, "update payments_match set alone = true where rule = 'by_hand'"),
    "a match of a payment that is not there": (4, "update payments_match set payment_id = 999999 where rule = 'by_hand'"),
    # corrections
    "a reversal becomes a refund": (3, "update payments_correction set kind = 'refund' where kind = 'reversal'"),
    "a reversal gives back less": (1, "update payments_correction set fen = fen - 1 where kind = 'reversal'"),
    "a correction names another payment": (3, "update payments_correction set original_key = gen_random_uuid() where kind = 'reversal'"),
    "a correction moves to another file": (1, "update payments_correction set file_id = file_id + 1"),
    # repeated lines
    "a conflict becomes known": (1, "update payments_repeatedline set outcome = 'known'"),
    "a repeated line had other money": (1, "update payments_repeatedline set fen = fen + 1"),
    "a repeated line is written twice": (2, "insert into payments_repeatedline (file_id, line, outcome, key, fen) select file_id, line, outcome, key, fen from payments_repeatedline"),
    # source files
    "a posted file is unposted": (1, "update enrollment_sourcefile set state = 'checked' where new > 1"),
    "a rejected line is forgotten": (1, "delete from enrollment_sourceproblem where rejected"),
    "a voided file stands again": (1, "update enrollment_sourcefile set state = 'posted' where state = 'voided'"),
    "what a voided file brought is forgotten": (1, "delete from payments_voidedline"),
    "a file goes to another campaign": (2, "update enrollment_sourcefile set kind = 'roster' where new > 1"),
    # registrations
    "a registration ends behind its payment's back": (4, "update enrollment_registration set ended_at = now(), ended_by_id = registered_by_id, ended_why = 'x' where own_fen = 35000"),
    "a registration becomes dearer": (10, "update enrollment_registration set fee_fen = fee_fen + 1, own_fen = own_fen + 1 where on_behalf_fen > 0"),
    "a registration counts elsewhere": (8, "update enrollment_registration set unit_id = (select max(id) from enrollment_region) where on_behalf_fen > 0"),
    # decisions
    "a decision to match asks for more": (9, "update payments_decision set fen = fen + 1, due_fen = due_fen + 1 where kind = 'match'"),
    "a decision to match is for another part": (9, "update payments_decision set part = 'on_behalf' where kind = 'match'"),
    "a decision to refund gives back less": (9, "update payments_decision set fen = fen - 1 where kind = 'refund'"),
    "a decision vanishes": (9, "delete from payments_decision where kind = 'refund'"),
    "a decision ends, its payment stays": (9, "update payments_decision set ended_at = now(), ended_by_id = proposed_by_id, ended_why = 'x' where kind = 'match'"),
    # roll-ups, finance
    "a roll-up counts one more": (8, "update reports_rollup set registered = registered + 1"),
    "a roll-up is lost": (8, "delete from reports_rollup"),
    "money moves between two villages": (10, "update reports_financeplace set fen = fen + 1, matched_fen = matched_fen + 1 where matched_fen > 0"),
    "a counter-entry of a counter-entry": (10, "insert into reports_fiscalreceipt (campaign_id, funder, fen, received_on, document, note, at, known_at, by_id, cancels_id) select campaign_id, funder, -3, received_on, document, 'x', at, known_at, by_id, id from reports_fiscalreceipt where fen < 0"),
}  # fmt: skip


def test_each_corruption_is_found_by_its_check(world):
    assert [n for n in (1, 2, 3, 4, 5, 6, 9, 8, 10) if broken(world, n)] == []
    missed, untouched = [], []
    for what, (number, statement) in FOUND.items():
        with transaction.atomic():
            if not put(statement):
                untouched.append(what)
            if not broken(world, number):
                missed.append((what, [n for n in (1, 2, 3, 4, 5, 6, 8, 9, 10) if broken(world, n)]))
            transaction.set_rollback(True)
    assert (missed, untouched) == ([], [])
    assert Match.objects.filter(rule="by_hand", ended_at=None).count() == 1
    assert Decision.objects.standing().count() == 2


STOPPED = {
    "a payment keeps its fen nowhere": "update payments_payment set open_fen = open_fen + 1 where standing = 'open'",
    "an open payment without a cause": "update payments_payment set cause = null where standing = 'open'",
    "a matched payment with a cause": "update payments_payment set cause = 'late' where standing = 'matched'",
    "a key of a payment twice": "update payments_payment set key = (select key from payments_payment where line = 2 limit 1)",
    "a key of a correction twice": "update payments_correction set key = '00000000-0000-0000-0000-000000000001'",
    "two live decisions of a payment": "insert into payments_decision (campaign_id, payment_id, kind, part, fen, back_fen, reason, evidence, bulk, proposed_at, proposed_by_id, refused_why, ended_why) select campaign_id, payment_id, 'hold', '', 0, 0, 'other', '', bulk, proposed_at, proposed_by_id, '', '' from payments_decision where kind = 'refund'",
    "approved by who proposed": "update payments_decision set approved_by_id = proposed_by_id",
    "approved by nobody": "update payments_decision set approved_by_id = null",
    "ended without a reason": "update payments_decision set ended_at = now()",
    "a match for nobody": "update payments_decision set registration_id = null where kind = 'match'",
    "a match beyond what it met": "update payments_decision set fen = due_fen + 1 where kind = 'match'",
    "a voiding without a reason": "update payments_voiding set why = ''",
    "a file that does not add up": "update enrollment_sourcefile set new = new + 1",
    "a registration for nothing": "update enrollment_registration set own_fen = -1, fee_fen = fee_fen - own_fen - 1",
    "a second registration of a person": "update enrollment_registration set resident_id = (select min(resident_id) from enrollment_registration)",
    "a run of the books is edited": "update reports_booksrun set ok = true",
    "a run of the books vanishes": "delete from reports_booksrun",
    "fiscal money is edited": "update reports_fiscalreceipt set fen = fen + 1",
    "fiscal money vanishes": "delete from reports_fiscalreceipt",
    "fiscal money goes without a reason": "insert into reports_fiscalreceipt (campaign_id, funder, fen, received_on, document, note, at, known_at, by_id) select campaign_id, funder, -1, received_on, document, '', at, known_at, by_id from reports_fiscalreceipt limit 1",
    "fiscal money is taken back twice": "insert into reports_fiscalreceipt (campaign_id, funder, fen, received_on, document, note, at, known_at, by_id, cancels_id) select campaign_id, funder, fen, received_on, document, note, at, known_at, by_id, cancels_id from reports_fiscalreceipt where fen < 0",
    "an audit entry is edited": "update enrollment_auditentry set why = 'x'",
}  # fmt: skip


def test_each_other_corruption_is_stopped_by_the_database(world):
    books.run_books(world, cause="command", by=User.system())
    passed = []
    for what, statement in STOPPED.items():
        try:
            with transaction.atomic():
                put(statement)
                put("set constraints all immediate")
                passed.append(what)
                transaction.set_rollback(True)
        except Error:
            continue
    assert passed == []
