"""A payment file is undone as a whole; what another file reports too stays, at that file."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Change, SourceFile, User
from payments.books import checks
from payments.models import Correction, Match, Payment, RepeatedLine, VoidedLine, Voiding
from payments.services import import_payments, reconcile
from payments.voiding import void_file
from tests.conftest import assert_table, at
from tests.payments.lines import LI, Row, take_in

NOW = at("2022-11-20 00:00")
FIRST, SECOND, THIRD = Row(receipt="11"), Row(receipt="12", paid="2022-11-19"), Row(receipt="13")


def void(result: Any, why: str = "发错了文件") -> Voiding:
    return void_file(SourceFile.objects.get(pk=result["file"]), by=User.system(), now=NOW, why=why)


def refusals(result: Any) -> str:
    with pytest.raises(Refused) as refused:
        void(result)
    return " ".join(refused.value.messages)


def breaches(campaign: Any) -> list[Any]:
    return [check for check in checks(campaign) if not check.ok]


def test_the_lines_go_and_the_books_prove_what_went(campaign, take, wang, register):
    registration = register(wang)
    back = Row(receipt="14", yuan="-350", state="冲红", original="13")
    result = take([FIRST, THIRD, back, Row(receipt="15", paid=""), FIRST, FIRST.but(yuan="349")])
    done = void(result)
    file = SourceFile.objects.get()
    assert (file.state, file.read, file.new, file.known) == ("voided", 6, 3, 1)
    assert (done.lines, done.fen, done.matches, done.handed_over) == (3, 35000, 1, 0)
    assert_table(
        VoidedLine,
        ["line", "kind", "fen", "handed_to"],
        [(2, "payment", 35000, None), (3, "payment", 35000, None), (4, "reversal", -35000, None)],
    )
    assert not Payment.objects.exists() and not Correction.objects.exists()
    match = Match.objects.get(registration_id=registration.pk)
    assert match.ended_at == NOW and "发错了文件" in match.ended_why
    assert AuditEntry.objects.get(action="void_file").why == "发错了文件"
    assert Change.objects.filter(kind="payments_posted", source_file_id=file.pk).exists()
    assert breaches(campaign) == []


def test_another_payment_of_the_person_takes_the_place(campaign, take, wang, register):
    register(wang)
    first = take([FIRST])
    take([SECOND])
    void(first)
    (payment,) = Payment.objects.all()
    assert (payment.receipt, payment.standing) == ("12", "matched")
    assert breaches(campaign) == []


def test_a_line_that_another_file_reports_becomes_that_files(campaign, take, wang, register):
    register(wang)
    first, second = take([FIRST, SECOND]), take([FIRST, FIRST, THIRD])
    third = take([FIRST])
    done = void(first)
    assert (done.lines, done.handed_over, done.matches) == (1, 1, 0)
    kept = Payment.objects.get(receipt="11")
    assert (kept.file_id, kept.line, kept.standing) == (second["file"], 2, "matched")
    heir = SourceFile.objects.get(pk=second["file"])
    assert (heir.new, heir.known, heir.counts["fen"]["new"]) == (2, 1, 70000)
    assert VoidedLine.objects.get(line=2).handed_to == heir.pk
    assert SourceFile.objects.get(pk=third["file"]).known == 1
    assert breaches(campaign) == []


def test_the_same_bytes_under_another_number_take_everything(campaign, take, wang, register):
    register(wang)
    rows = [FIRST, FIRST, Row(receipt="14", paid=""), FIRST.but(yuan="349")]
    first, again, third = take(rows), take(rows), take(rows)
    assert void(first).handed_over == 1
    heir = SourceFile.objects.get(pk=again["file"])
    assert (heir.new, heir.known, heir.conflict, heir.rejected) == (1, 1, 1, 1)
    assert heir.problems.count() == 1
    assert SourceFile.objects.get(pk=third["file"]).counts == {"same_as": heir.pk}
    assert Match.objects.get().ended_at is None
    assert breaches(campaign) == []


def test_the_same_bytes_may_come_again(campaign, take, wang, register):
    register(wang)
    rows = [FIRST, SECOND, Row(receipt="14", paid="")]
    first = take(rows)
    void(first)
    file = SourceFile.objects.get()
    import_payments(file, Path("gone"), by=User.system(), now=NOW)  # its job, once more
    assert not Payment.objects.exists()
    again = take(rows)
    for name in ("read", "new", "matched", "open", "fen"):
        assert again[name] == first[name], name
    assert breaches(campaign) == []


def test_a_reversal_of_another_file_waits_again(campaign, take, wang, register):
    register(wang)
    first = take([FIRST])
    take([Row(receipt="14", yuan="-350", state="冲红", original="11")])
    void(first)
    assert Correction.objects.get().payment_id is None
    take([FIRST])
    assert Payment.objects.get().standing == "reversed"
    assert breaches(campaign) == []


def test_voiding_a_reversal_gives_the_payment_back(campaign, take, wang, register):
    register(wang)
    take([FIRST])
    void(take([Row(receipt="14", yuan="-350", state="冲红", original="11")]))
    payment = Payment.objects.get()
    assert (payment.standing, payment.reversed_fen) == ("matched", 0)
    assert breaches(campaign) == []


def test_what_another_file_refunded_stays(take, wang, register):
    register(wang)
    first = take([FIRST])
    refund = take([Row(receipt="14", yuan="-350", state="退费", original="11")])
    assert str(refund["file"]) in refusals(first)
    void(refund)
    void(first)


def test_what_another_file_contradicts_stays(take, wang, register):
    register(wang)
    first, other = take([FIRST]), take([FIRST.but(yuan="349")])
    assert str(other["file"]) in refusals(first)
    assert Payment.objects.count() == RepeatedLine.objects.count() == 1
    void(other)
    void(first)


def test_what_people_decided_stays(take, wang, register):
    register(wang)
    first = take([FIRST])
    Match.objects.update(rule="by_hand")
    assert "1" in refusals(first)


@pytest.mark.parametrize("state", ["closed", "archived"])
def test_of_a_closed_campaign_nothing_is_voided(campaign, take, wang, state):
    first = take([FIRST])
    campaign.__class__.objects.filter(pk=campaign.pk).update(state=state)
    refusals(first)


def test_a_file_is_voided_once_and_with_a_reason(take, wang):
    first = take([FIRST])
    for why in (" ", "长" * 151):
        with pytest.raises(Refused):
            void(first, why)
    void(first)
    refusals(first)
    with pytest.raises(IntegrityError), transaction.atomic():
        Voiding.objects.update(why="")


def test_a_voided_line_that_stands_again_is_a_breach(campaign, take, wang):
    first = take([FIRST])
    VoidedLine.objects.create(
        campaign_id=campaign.pk, file_id=first["file"], row_id=Payment.objects.get().pk, line=2,
        fen=35000, key=Payment.objects.get().key, kind="payment",
    )  # fmt: skip
    assert [check.name[0] for check in breaches(campaign)] == ["1"]


# --- in any order: as if the voided files had never come

LEDGER = [
    FIRST,
    Row(receipt="20", paid="2022-11-02"),
    Row(receipt="21", yuan="-350", state="冲红", original="20", paid="2022-11-03"),
    Row(receipt="23", number=LI, name="李丽"),
    Row(receipt="24", number=LI, name="李丽", yuan="-100", state="冲红", original="23"),
    Row(receipt="27", number=LI, name="李丽", paid="2022-11-05"),
    Row(receipt="", number=LI, name="李丽", paid="2022-11-06"),
    Row(receipt="28", number=LI, name="李丽", year="2022"),
    Row(receipt="29", number="41132819680505432X", name="无名氏"),
    Row(receipt="30", paid=""),
]
FILES = st.lists(st.lists(st.sampled_from(LEDGER), min_size=1, max_size=6), min_size=2, max_size=5)
ACTS = st.lists(st.tuples(st.sampled_from(["void", "again"]), st.integers(0, 4)), max_size=5)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=FILES, acts=ACTS)
def test_totals_are_those_of_the_files_that_stand(
    campaign, wang, make_resident, register, tmp_path, files, acts
):
    def total(contents: list[list[Row]]) -> dict[str, Any]:
        for number, rows in enumerate(contents):
            take_in(campaign, tmp_path, rows, name=f"{number}.csv")
        return told()

    def told() -> dict[str, Any]:
        result = reconcile(campaign, by=User.system(), now=NOW)
        return {**result, "open": Counter(result["open"])}

    with transaction.atomic():
        register(wang)
        register(make_resident("李丽", number=LI))
        standing = []
        with transaction.atomic():
            results = [
                take_in(campaign, tmp_path, rows, name=f"{n}.csv") for n, rows in enumerate(files)
            ]
            standing = [(rows, result["file"]) for rows, result in zip(files, results, strict=True)]
            for act, which in acts:
                if act == "void" and standing:
                    _rows, file = standing.pop(which % len(standing))
                    void({"file": file})
                elif act == "again":
                    rows = files[which % len(files)]
                    standing.append((rows, take_in(campaign, tmp_path, rows)["file"]))
            found = told()
            assert breaches(campaign) == []
            transaction.set_rollback(True)
        assert found == total([rows for rows, _file in standing])
        transaction.set_rollback(True)
