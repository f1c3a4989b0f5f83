"""What stands against a payment: each cause by an example, and all of them against an oracle."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import at
from tests.payments.lines import LI, WANG, ZHAO, Row, take_in
from tests.payments.oracle import CHEN, PEOPLE, SUN, Oracle

STRANGER = "41132819680505432X"


def standings() -> list[tuple[Any, ...]]:
    from payments.models import Payment

    return list(
        Payment.objects.order_by("file_id", "line").values_list(
            "standing", "cause", "matched_fen", "open_fen", "refund_due_fen"
        )
    )


def live_matches() -> list[tuple[Any, ...]]:
    from payments.models import Match

    rows = Match.objects.filter(ended_at=None).order_by("payment_id")
    return list(rows.values_list("registration_id", "part", "fen"))


# --- causes, one by one


def test_matched_with_the_due(take, wang, register):
    registration = register(wang)
    take([Row()])
    assert standings() == [("matched", None, 35000, 0, 0)]
    assert live_matches() == [(registration.pk, "own", 35000)]


def test_a_number_that_is_nobodys_is_open(take, wang, register):
    register(wang)
    take([Row(number=STRANGER)])
    assert standings() == [("open", "unknown_person", 0, 35000, 0)]


def test_a_damaged_number_is_open_and_kept_as_written(take, wang, register):
    from payments.models import Payment

    register(wang)
    take([Row(number="4.11328E+17"), Row(number="", receipt="341135221118000002")])
    assert standings() == [("open", "unknown_person", 0, 35000, 0)] * 2
    first, second = Payment.objects.order_by("line")
    assert (first.number.reveal(), second.number.reveal()) == ("4.11328E+17", "")


def test_another_year_is_open_and_never_moved(take, wang, register):
    register(wang)
    take([Row(year="2022")])
    assert standings() == [("open", "wrong_year", 0, 35000, 0)]


def test_registered_in_another_campaign_is_the_wrong_place(take, wang, register, sibling):
    register(wang, in_campaign=sibling)
    take([Row()])
    assert standings() == [("open", "wrong_place", 0, 35000, 0)]


def test_in_the_register_only_is_not_registered(take, wang):
    take([Row()])
    assert standings() == [("open", "not_registered", 0, 35000, 0)]


def test_another_name_is_open(take, wang, register):
    register(wang)
    take([Row(name="王大明")])
    assert standings() == [("open", "name_differs", 0, 35000, 0)]


def test_a_name_written_with_another_dot_is_the_same(take, make_resident, register):
    register(make_resident("买买提·吾守尔", number=WANG))
    take([Row(name="买买提•吾守尔")])
    assert standings() == [("matched", None, 35000, 0, 0)]


def test_an_exempt_person_who_paid_is_open(take, wang, register):
    register(wang, own=0, on_behalf=35000)
    take([Row()])
    assert standings() == [("open", "paid_though_exempt", 0, 35000, 0)]


def test_a_marked_line_settles_the_part_on_behalf(take, wang, register):
    registration = register(wang, own=10000, on_behalf=25000)
    take([Row(yuan="250", mark="低保对象"), Row(yuan="100", receipt="341135221118000002")])
    assert live_matches() == [
        (registration.pk, "on_behalf", 25000),
        (registration.pk, "own", 10000),
    ]


def test_too_little_is_held(take, wang, register):
    register(wang)
    take([Row(yuan="349.99")])
    assert standings() == [("open", "too_little", 0, 34999, 0)]


def test_too_much_is_matched_with_the_due_and_the_rest_is_refund_due(take, wang, register):
    register(wang)
    take([Row(yuan="400")])
    assert standings() == [("matched", None, 35000, 0, 5000)]


def test_of_two_in_one_file_the_earlier_paid_matches(take, wang, register):
    register(wang)
    late = Row(paid="2022-11-19 08:00:00", receipt="341135221118000002")
    take([late, Row()])
    assert standings() == [("open", "paid_twice", 0, 35000, 0), ("matched", None, 35000, 0, 0)]


def test_the_one_that_came_first_stays_though_another_was_paid_earlier(take, wang, register):
    register(wang)
    take([Row()])
    take([Row(paid="2022-11-01 08:00:00", receipt="341135221118000002")])
    assert standings() == [("matched", None, 35000, 0, 0), ("open", "paid_twice", 0, 35000, 0)]


def test_after_the_last_window_is_late_and_matches_where_the_notice_says_mark(take, wang, register):
    from payments.models import Payment

    register(wang)
    take([Row(paid="2023-01-01")])  # the last window ends with 2022-12-31
    assert standings() == [("matched", None, 35000, 0, 0)]
    assert Payment.objects.get().late


def test_the_last_second_of_the_last_window_is_in_time(take, wang, register):
    from payments.models import Payment

    register(wang)
    take([Row(paid="2022-12-31 23:59:59")])
    assert not Payment.objects.get().late


def test_a_late_payment_is_held_where_the_notice_says_hold(take, wang, register, holding):
    register(wang)
    take([Row(paid="2023-01-01")])
    assert standings() == [("open", "late", 0, 35000, 0)]
    take([Row(receipt="341135221118000002")])  # paid in time, arrives later
    assert standings() == [("open", "paid_twice", 0, 35000, 0), ("matched", None, 35000, 0, 0)]


def test_an_old_number_of_the_same_person_still_counts(take, wang, register):
    from enrollment.models import Identity

    registration = register(wang)
    Identity.objects.create(
        resident=wang, kind="passport", number="E12345678", last4="5678", head=b"", current=False,
        known_at=at("2022-10-01 00:00"),
    )  # fmt: skip
    take([Row(number="e12345678", papers="护照")])
    assert live_matches() == [(registration.pk, "own", 35000)]


def test_two_numbers_of_one_person_pay_one_part_once(take, wang, register):
    from enrollment.models import Identity

    register(wang)
    Identity.objects.create(
        resident=wang, kind="passport", number="E12345678", last4="5678", head=b"", current=False,
        known_at=at("2022-10-01 00:00"),
    )  # fmt: skip
    take([Row(number="E12345678", papers="护照"), Row(paid="2022-11-20")])
    assert [row[:2] for row in standings()] == [("matched", None), ("open", "paid_twice")]


def test_a_match_keeps_its_due_when_the_price_changes(take, wang, register, campaign):
    from enrollment.models import User
    from payments.services import reconcile

    registration = register(wang)
    take([Row()])
    registration.own_fen = registration.fee_fen = 40000
    registration.save()
    reconcile(campaign, by=User.system(), now=at("2022-11-19 00:00"))
    assert standings() == [("matched", None, 35000, 0, 0)]


# --- all of it against the oracle

RECEIPTS = [f"34113522111800000{n}" for n in range(1, 7)]


@st.composite
def rows(draw: Any) -> Row:
    number = draw(st.sampled_from([WANG, WANG, WANG, LI, ZHAO, CHEN, SUN, STRANGER]))
    name = PEOPLE[number].name if number in PEOPLE else "无名氏"
    state = draw(st.sampled_from(["正常", "正常", "正常", "冲红", "退费"]))
    yuan = draw(st.sampled_from(["350.00", "350", "350.00", "100", "250", "400", "700", "0"]))
    negative = state != "正常" and draw(st.booleans())
    return Row(
        receipt=draw(st.sampled_from([*RECEIPTS, ""])),
        number=number,
        name=draw(st.sampled_from([name, name, name, name.replace("·", "•"), "别人"])),
        yuan=f"-{yuan}" if negative else yuan,
        paid=draw(st.sampled_from(["2022-11-01", "2022-11-02 08:00:00", "2023-01-05", ""])),
        year=draw(st.sampled_from(["2023", "2023", "2023", "2022", ""])),
        state=state,
        original=draw(st.sampled_from(["", *RECEIPTS])) if state != "正常" else "",
        mark=draw(st.sampled_from(["", "低保对象"])),
    )


FILES = st.lists(st.lists(rows(), min_size=1, max_size=8), min_size=1, max_size=4)
ON_DATABASE = settings(
    max_examples=18, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)


def play(campaign: Any, folder: Path, files: list[list[Row]], *, hold: bool) -> Oracle:
    """Import the files, and show them to the oracle."""
    oracle = Oracle(PEOPLE, late_from="2023-01-01 00:00:00", hold=hold)
    for number, lines in enumerate(files):
        # The remark makes files with the same lines differ: "the same bytes" is another matter.
        lines = [replace(row, remark=f"第{number}份") for row in lines]
        take_in(campaign, folder, lines, name=f"{number}.csv", encoding="utf-8")
        oracle.take(lines)
    return oracle


def posted() -> list[tuple[Any, ...]]:
    from payments.models import Payment

    return list(
        Payment.objects.order_by("file_id", "line").values_list(
            "standing", "cause", "matched_fen", "open_fen", "refund_due_fen", "refunded_fen",
            "reversed_fen",
        )
    )  # fmt: skip


def expected(oracle: Oracle) -> list[tuple[Any, ...]]:
    return [p.state() for p in sorted(oracle.payments.values(), key=lambda p: p.arrived)]


@ON_DATABASE
@given(files=FILES)
def test_any_files_end_as_the_oracle_says(campaign, everybody, tmp_path, files):
    agrees_with_the_oracle(campaign, tmp_path, files, hold=False)


@ON_DATABASE
@given(files=FILES)
def test_any_files_end_as_the_oracle_says_where_late_is_held(
    campaign, everybody, holding, tmp_path, files
):
    agrees_with_the_oracle(campaign, tmp_path, files, hold=True)


def agrees_with_the_oracle(campaign: Any, folder: Path, files: Any, *, hold: bool) -> None:
    from enrollment.models import SourceFile, User
    from payments.books import checks
    from payments.models import Correction
    from payments.services import reconcile

    with transaction.atomic():
        oracle = play(campaign, folder, files, hold=hold)
        assert posted() == expected(oracle)
        outcomes = list(oracle.outcomes.values())
        told = SourceFile.objects.values_list("new", "known", "conflict", "rejected")
        for name, counts in zip(("new", "known", "conflict", "rejected"), zip(*told, strict=True),
                                strict=True):  # fmt: skip
            assert sum(counts) == outcomes.count(name)
        untied = Correction.objects.filter(payment_id=None).count()
        assert untied == sum(not c.tied for c in oracle.corrections)
        assert [check for check in checks(campaign) if not check.ok] == []
        before = posted()
        result = reconcile(campaign, by=User.system(), now=at("2022-11-20 00:00"))
        assert posted() == before
        totals = oracle.totals()
        assert {key: result[key] for key in totals} == totals
        transaction.set_rollback(True)
