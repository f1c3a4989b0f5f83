"""Reversals and refunds: before or after their payment, in part, too much, of nothing."""

from tests.payments.lines import LI, Row
from tests.payments.test_classify import live_matches, standings

ORIGINAL, SECOND, THIRD = (f"34113522111800000{n}" for n in (1, 2, 3))
REVERSAL = Row(receipt=SECOND, yuan="-350", state="冲红", original=ORIGINAL, paid="2022-11-19")
REFUND = REVERSAL.but(state="退费")


def ties() -> list[tuple]:
    from payments.models import Correction

    rows = Correction.objects.order_by("file_id", "line")
    return list(rows.values_list("kind", "fen", "payment_id"))


def the_payment() -> int:
    from payments.models import Payment

    return Payment.objects.order_by("line").first().pk


def test_a_reversal_ends_the_match_and_says_why(take, wang, register):
    from payments.models import Match

    register(wang)
    take([Row()])
    take([REVERSAL])
    assert standings() == [("reversed", None, 0, 0, 0)]
    match = Match.objects.get()
    assert (match.ended_why, match.ended_by_id) == ("reversed", match.by_id)
    assert match.ended_at is not None


def test_a_reversal_in_an_earlier_file_waits_for_its_payment(take, wang, register):
    from payments.models import Match

    register(wang)
    result = take([REVERSAL])
    assert result["waiting"] == {"corrections": 1, "fen": 35000}
    assert (result["fen"], ties()) == (-35000, [("reversal", 35000, None)])
    assert take([Row()])["fen"] == 35000
    assert standings() == [("reversed", None, 0, 0, 0)]
    assert ties() == [("reversal", 35000, the_payment())]
    assert not Match.objects.exists()


def test_a_reversal_above_its_payment_in_one_file(take, wang, register):
    register(wang)
    take([REVERSAL, Row()])
    assert standings() == [("reversed", None, 0, 0, 0)]


def test_a_refund_makes_it_refunded(take, wang, register):
    register(wang)
    take([Row(), REFUND])
    assert standings() == [("refunded", None, 0, 0, 0)]


def test_a_reversal_among_refunds_makes_it_reversed(take, wang, register):
    register(wang)
    take([Row(), REFUND.but(yuan="-100"), REVERSAL.but(yuan="-250", receipt=THIRD)])
    assert standings() == [("reversed", None, 0, 0, 0)]


def test_a_refund_eats_what_was_too_much_first(take, wang, register):
    register(wang)
    take([Row(yuan="400")])
    take([REFUND.but(yuan="-30")])
    assert standings() == [("matched", None, 35000, 0, 2000)]
    assert len(live_matches()) == 1


def test_a_refund_of_a_part_undoes_the_match(take, wang, register):
    register(wang)
    take([Row(), REFUND.but(yuan="-10")])
    assert standings() == [("open", "too_little", 0, 34000, 0)]
    assert live_matches() == []


def test_reversed_and_paid_again_matches_the_second(take, wang, register):
    registration = register(wang)
    take([Row()])
    take([REVERSAL, Row(receipt=THIRD, paid="2022-11-20")])
    assert standings() == [("reversed", None, 0, 0, 0), ("matched", None, 35000, 0, 0)]
    assert live_matches() == [(registration.pk, "own", 35000)]


def test_what_was_paid_twice_matches_when_the_first_is_reversed(take, wang, register):
    register(wang)
    take([Row(), Row(receipt=THIRD, paid="2022-11-20")])
    assert [row[:2] for row in standings()] == [("matched", None), ("open", "paid_twice")]
    take([REVERSAL])
    assert [row[:2] for row in standings()] == [("reversed", None), ("matched", None)]


def test_of_one_receipt_for_a_family_only_the_named_person_is_reversed(
    take, wang, make_resident, register
):
    register(wang)
    register(make_resident("李丽", number=LI))
    take([Row(), Row(number=LI, name="李丽")])
    take([REVERSAL.but(number=LI, name="李丽")])
    assert [row[0] for row in standings()] == ["matched", "reversed"]


def test_the_original_named_in_the_remark(take, wang, register):
    register(wang)
    take([Row(), REVERSAL.but(original="", remark=f"冲销原税票{ORIGINAL}")])
    assert standings() == [("reversed", None, 0, 0, 0)]


def test_the_receipt_of_the_correction_itself_is_the_original_s(take, wang, register):
    register(wang)
    take([Row(), REVERSAL.but(original="", receipt=ORIGINAL)])
    assert standings() == [("reversed", None, 0, 0, 0)]


def test_corrections_beyond_the_payment_wait_the_larger_ones(take, wang, register):
    register(wang)
    take([Row(), REFUND.but(yuan="-300"), REFUND.but(yuan="-100", receipt=THIRD)])
    # 100 fits into 350, 100 + 300 does not
    assert ties() == [("refund", 30000, None), ("refund", 10000, the_payment())]
    assert standings() == [("open", "too_little", 0, 25000, 0)]


def test_a_smaller_correction_that_comes_later_displaces_a_larger_one(take, wang, register):
    register(wang)
    take([Row(), REFUND.but(yuan="-300")])
    assert ties() == [("refund", 30000, the_payment())]
    take([REFUND.but(yuan="-100", receipt=THIRD)])
    assert ties() == [("refund", 30000, None), ("refund", 10000, the_payment())]


def test_a_correction_of_another_receipt_touches_nothing(take, wang, register):
    register(wang)
    take([Row(), REVERSAL.but(original="341135221118000009")])
    assert standings() == [("matched", None, 35000, 0, 0)]
    assert ties() == [("reversal", 35000, None)]


def test_the_reversal_in_two_files_is_known(take, wang, register):
    from payments.models import Correction, RepeatedLine

    register(wang)
    take([Row(), REVERSAL])
    result = take([REVERSAL, Row(receipt=THIRD, year="2022")])
    assert (result["known"], Correction.objects.count()) == (1, 1)
    assert RepeatedLine.objects.get().fen == -35000


def test_an_open_payment_can_be_refunded(take, wang, register):
    take([Row(year="2022")])
    result = take([REFUND])
    assert standings() == [("refunded", None, 0, 0, 0)]
    assert result["fen"] == -35000
