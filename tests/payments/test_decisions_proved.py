"""What people decided is derived again from nothing, and damage to it is found."""

import pytest
from django.db import IntegrityError, connection, transaction

from enrollment import changes
from enrollment.models import Change, User
from tests.payments.lines import LI, ZHAO, Row
from tests.payments.test_classify import standings
from tests.payments.test_decisions import LATER, NOW, SECOND, THIRD, _in_english, decide, li, sound

__all__ = ["_in_english", "decide", "li", "sound"]


def test_all_is_derived_again_from_lines_and_decisions(
    campaign, take, wang, register, li, decide, sound
):
    from payments.services import reconcile

    register(wang)
    take([
        Row(), Row(receipt=SECOND), Row(number=LI, name="李丽", yuan="200"),
        Row(number=LI, name="李丽", yuan="150", receipt=SECOND), Row(year="2022", receipt=THIRD),
        Row(number=ZHAO, name="赵敏"),
    ])  # fmt: skip
    decide("match", 4, 5)
    decide("refund", 6, reason="wrong_year")
    Change.objects.all().delete()
    before, result = standings(), reconcile(campaign, by=User.system(), now=LATER)
    assert sound() == {}
    heard = set(Change.objects.values_list("subscriber", "kind"))
    assert ("reports", changes.PAYMENTS_DECIDED) in heard  # what is summed up is counted again
    for damage in (
        "delete from payments_match",
        "update payments_payment set standing = 'open', cause = 'late', matched_fen = 0,"
        " open_fen = fen, refund_due_fen = 0, resident_id = null",
        "update payments_match set ended_at = now(), ended_by_id = by_id, ended_why = 'gone'",
    ):
        with connection.cursor() as cursor:
            cursor.execute(damage)
        assert sound() != {}
        assert reconcile(campaign, by=User.system(), now=LATER) == result
        assert (standings(), sound()) == (before, {})


DAMAGE = {
    "3": (
        "update payments_decision set fen = fen - 1 where kind = 'refund'",
        "update payments_decision set ended_at = now(), ended_by_id = proposed_by_id,"
        " ended_why = 'x' where kind = 'refund'",
        "update payments_payment set standing = 'refund_due', matched_fen = 0,"
        " refund_due_fen = fen where matched_fen = 35000",
    ),
    "4": (
        "update payments_decision set ended_at = now(), ended_by_id = proposed_by_id,"
        " ended_why = 'x' where kind = 'match'",
        "update payments_match set approved_by_id = 1 where rule = 'by_hand'",
        "update payments_match set alone = false where rule = 'number'",
        "update payments_decision set payment_id = 999999 where kind = 'refund'",
        "update payments_decision set resident_id = (select min(resident_id) from"
        " enrollment_registration) where kind = 'match'",
    ),
    "5": (
        "update payments_match set fen = fen + 1 where not alone",
        "update payments_match set alone = true where fen = 20000",
    ),
    "9": (
        "update payments_decision set registration_id = (select min(id) from"
        " enrollment_registration where ended_at is not null) where kind = 'match'",
    ),
}


def test_damage_is_found_and_the_rest_cannot_be_done(take, wang, register, li, decide, sound):
    gone = register(wang)
    gone.ended_at, gone.ended_by, gone.ended_why = NOW, User.system(), "moved"
    gone.save()
    register(wang)
    take([
        Row(), Row(number=LI, name="李丽", yuan="200"), Row(year="2022", receipt=THIRD),
        Row(number=LI, name="李丽", yuan="150", receipt=SECOND),
    ])  # fmt: skip
    decide("match", 3, 5)
    decide("refund", 4, reason="wrong_year")
    for number, damages in DAMAGE.items():
        for damage in damages:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("set constraints all deferred")
                cursor.execute(damage)
                assert number in sound(), damage
                transaction.set_rollback(True)
    for stopped in (
        "update payments_decision set approved_by_id = proposed_by_id",
        "update payments_decision set approved_at = null",
        "insert into payments_decision select * from payments_decision",
        "update payments_decision set ended_at = now()",
        "update payments_match set alone = true where rule = 'by_hand'",
        "update payments_decision set registration_id = null where kind = 'match'",
    ):
        violated = pytest.raises(IntegrityError)
        with violated, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(stopped)
    assert sound() == {}
