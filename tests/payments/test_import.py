"""A payment detail file is taken in: outcomes, counts, faults of the file, the same file again."""

import threading
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrollment.errors import Refused
from tests.conftest import assert_table, at
from tests.payments.lines import HEADER, LI, WANG, Row, take_in, text

SECOND, THIRD = "341135221118000002", "341135221118000003"
NOTHING = ("Payment", "Match", "Correction", "RepeatedLine")


def nothing_was_written() -> bool:
    from enrollment.models import Change, SourceFile, SourceProblem
    from payments import models

    tables = [getattr(models, name) for name in NOTHING] + [SourceProblem, Change]
    posted = SourceFile.objects.exclude(state="uploaded")
    return not any(table.objects.exists() for table in tables) and not posted.exists()


def test_what_a_file_answers(take, wang, make_resident, register):
    register(wang)
    register(make_resident("李丽", number=LI))
    result = take(
        [
            Row(),
            Row(receipt=SECOND, number=LI, name="李丽", yuan="360"),
            Row(receipt=THIRD, yuan="350", paid="2022-11-20"),
            Row(receipt="4", yuan="-350", state="冲红", original=THIRD),
            Row(receipt="5", paid=""),
            Row(),
            Row(yuan="349"),
        ]
    )
    assert {k: v for k, v in result.items() if k not in ("file", "name")} == {
        "read": 7,
        "new": 4,
        "known": 1,
        "conflict": 1,
        "rejected": 1,
        "matched": 2,
        "open": {},
        "fen": 71000,  # 350 + 360 + 350 - 350
        "matched_fen": 70000,
        "open_fen": {},
        "kept_fen": 0,
        "refund_due_fen": 1000,
        "reversed_fen": 35000,
        "refunded_fen": 0,
        "waiting": {"corrections": 0, "fen": 0},
    }


def test_the_file_keeps_what_it_was(take, wang, register):
    from enrollment.models import AuditEntry, SourceFile

    register(wang)
    take([Row(), Row(receipt=SECOND, paid="")])
    file = SourceFile.objects.get()
    assert (file.state, file.read, file.new, file.rejected) == ("posted", 2, 1, 1)
    assert file.facts["encoding"] == "gb18030" and file.facts["header_line"] == 1
    assert "税务机关" in file.facts["unknown_columns"]
    assert file.counts["fen"] == {
        "read": 70000, "as_written": 70000, "new": 35000, "known": 0, "conflict": 0,
        "rejected": 35000,
    }  # fmt: skip
    assert AuditEntry.objects.get(action="import_payments").object_id == file.pk


def test_rejected_lines_are_listed_with_column_reason_and_fen(take, wang, register):
    from enrollment.models import SourceProblem

    take([Row(paid="?"), Row(receipt=SECOND, year=""), Row(yuan="-5", paid="", receipt=THIRD)])
    assert_table(
        SourceProblem,
        ["line", "column", "code", "fen", "rejected"],
        [
            (2, "缴款日期", "no_date", 35000, True),
            (3, "费款所属期起", "no_year", 35000, True),
            (4, "缴款日期", "no_date", -500, True),
        ],
    )
    assert all(problem.message for problem in SourceProblem.objects.all())


def test_a_payment_keeps_the_line_as_written(take, wang, register, places):
    from payments.models import Payment

    register(wang)
    take([Row(mark="低保对象")])
    payment = Payment.objects.get()
    assert (payment.line, payment.receipt, payment.channel) == (2, "341135221118000001", "微信")
    assert (payment.place, payment.township_id) == ("城北镇 东湖村", places["north"].pk)
    assert (payment.mark, payment.paid_at) == ("低保对象", at("2022-11-18 10:15:22"))
    assert (payment.masked, payment.known_at) == ("4113****2511", at("2022-11-18 16:30"))
    assert "2511" not in repr(payment.number)


@pytest.mark.parametrize("written, key", [("城北", "north"), ("城南乡", "south"), ("城西镇", None)])
def test_the_township_is_recognised_by_name_or_alias(take, places, written, key):
    from payments.models import Payment

    take([Row(township=written)])
    assert Payment.objects.get().township_id == (places[key].pk if key else None)


def test_one_receipt_for_a_family(take, wang, make_resident, register):
    from payments.queries import with_receipt

    register(wang)
    register(make_resident("李丽", number=LI))
    take([Row(), Row(number=LI, name="李丽")])
    from payments.models import Payment

    family = with_receipt(Payment.objects.get(line=2).campaign_id, "341135221118000001")
    assert [payment.name for payment in family] == ["王小明", "李丽"]
    assert {payment.standing for payment in family} == {"matched"}


def test_the_line_in_two_files_is_known_and_makes_no_payment(take, wang, register):
    from payments.models import Payment, RepeatedLine

    register(wang)
    take([Row()])
    result = take([Row(channel="支付宝", receipt="341135221118000001 "), Row(receipt=SECOND)])
    assert (result["known"], result["new"], Payment.objects.count()) == (1, 1, 2)
    assert_table(RepeatedLine, ["line", "outcome", "fen"], [(2, "known", 35000)])


@pytest.mark.parametrize(
    "other",
    [{"yuan": "351"}, {"name": "王大明"}, {"year": "2022"}, {"paid": "2022-11-18 10:15:23"}],
)
def test_the_same_key_with_other_facts_is_a_conflict(take, wang, register, other):
    from payments.models import Payment

    register(wang)
    take([Row()])
    assert take([Row(**other)])["conflict"] == 1
    assert Payment.objects.get().fen == 35000


def test_a_name_with_another_dot_is_the_same_fact(take, wang, register):
    take([Row(name="买买提·吾守尔")])
    assert take([Row(name="买买提•吾守尔")])["known"] == 1


def test_the_same_bytes_again_change_nothing(take, wang, register):
    from payments.models import RepeatedLine

    register(wang)
    first = take([Row(), Row(receipt=SECOND)])
    again = take([Row(), Row(receipt=SECOND)])
    assert (first["new"], first["matched"]) == (2, 1)
    assert {k: again[k] for k in ("read", "new", "known", "matched", "open", "fen")} == {
        "read": 2, "new": 0, "known": 2, "matched": 0, "open": {}, "fen": 0,
    }  # fmt: skip
    assert "2022-11-18" in again["note"]
    assert not RepeatedLine.objects.exists()


def test_posting_tells_the_others(take):
    from enrollment.models import Change, SourceFile

    take([Row()])
    file = SourceFile.objects.get()
    changes = Change.objects.filter(kind="payments_posted", source_file_id=file.pk)
    assert {change.subscriber for change in changes} >= {"payments"}


# --- faults of the file

GOOD = text([Row(), Row(receipt=SECOND)])
FAULTS = {
    "only a header": (text([]).encode(), ""),
    "no header": ("甲,乙\r\n1,2\r\n".encode(), "缴费人姓名"),
    "cut in the middle of a row": (GOOD[: GOOD.rindex("350.00")].encode("utf-8"), "3"),
    "cut in the middle of a character": (
        GOOD.encode("utf-8")[: GOOD.encode("utf-8").rindex("微".encode()) + 1],
        "",
    ),
    "an unknown encoding": (GOOD.encode("utf-16"), "UTF-16"),
    "no text at all": (bytes(range(256)) * 4, ""),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), ""),
    "a cut workbook": (b"PK\x03\x04" + bytes(100), ""),
    "no column of amounts": (
        text([Row()], tuple(n for n in HEADER if n != "实缴金额")).encode(),
        "实缴金额",
    ),
    "text in an amount": (text([Row(), Row(yuan="三百五", receipt=SECOND)]).encode(), "3"),
    "a row that is too wide": ((GOOD.rstrip() + ",一,二\r\n").encode(), "3"),
    "a sum that disagrees": (
        text([Row()], total=["合计", *[""] * 9, "360.00"]).encode(),
        "360.00",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_file_is_refused_with_its_name_and_line(take, wang, register, fault):
    content, told = FAULTS[fault]
    register(wang)
    with pytest.raises(Refused) as refusal:
        take(content)
    assert all("payments-1.csv" in message for message in refusal.value.messages)
    assert any(told in message for message in refusal.value.messages)
    assert WANG not in str(refusal.value)
    assert nothing_was_written()


def test_hostile_workbooks_are_refused_in_plain_words(take, campaign):
    """Roster uploads know more of them (tests/subsidies/rosters/hostile.py)."""
    from tests.subsidies.rosters.hostile import FILES

    for key in ("zip bomb", "entities", "far corner", "an XLS of loops", "encrypted", "cut off"):
        name, made, told = FILES[key]
        with pytest.raises(Refused) as refusal:
            take(made(), name=name)
        assert told in str(refusal.value), key
    assert nothing_was_written()


def test_an_empty_file_is_refused(take, campaign):
    with pytest.raises(Refused):
        take(b"")
    assert nothing_was_written()


# --- the command


def test_the_command(campaign, wang, register, tmp_path, capsys):
    import json

    register(wang)
    (tmp_path / "week.csv").write_bytes(GOOD.encode("gb18030"))
    call_command("import_payments", campaign.slug, str(tmp_path / "week.csv"), json=True)
    out, err = capsys.readouterr()
    result = json.loads(out.splitlines()[-1])
    assert (result["name"], result["matched"], result["open"]) == ("week.csv", 1, {"paid_twice": 1})
    assert err.strip()  # progress


def test_the_command_refuses_with_exit_1_and_writes_nothing(campaign, tmp_path, capsys):
    (tmp_path / "week.csv").write_bytes(FAULTS["text in an amount"][0])
    with pytest.raises(SystemExit) as ended:
        call_command("import_payments", campaign.slug, str(tmp_path / "week.csv"))
    assert ended.value.code == 1
    assert "week.csv" in capsys.readouterr().err
    assert nothing_was_written()


def test_reconcile_derives_lost_standings_again(take, campaign, wang, register, capsys):
    import json

    from payments.models import Match, Payment

    register(wang)
    take([Row(), Row(receipt=SECOND)])
    Match.objects.all().delete()
    Payment.objects.update(standing="open", cause="late", matched_fen=0, open_fen=35000)
    call_command("reconcile", campaign.slug, json=True)
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["matched"], result["open"], result["fen"]) == (1, {"paid_twice": 1}, 70000)


# --- the job


BOTH = pytest.mark.django_db(transaction=True, databases=["default", "progress"])


@pytest.fixture
def upload(campaign: Any) -> Any:
    """upload(bytes) → (file, job that has run)."""
    import io

    from enrollment import jobs
    from enrollment.models import User
    from payments.pages.intake import take_in_payments

    def uploaded(content: bytes) -> Any:
        row = take_in_payments(
            campaign, name="week.csv", source=io.BytesIO(content), by=User.system(),
            now=at("2022-11-18 16:30"),
        )  # fmt: skip
        job = jobs.run(row.job_id)
        row.refresh_from_db()
        return row, job

    return uploaded


@BOTH
def test_the_job_imports_and_tells_how_far_it_is(upload, wang, register):
    from enrollment.models import JobProgress

    register(wang)
    file, job = upload(GOOD.encode("gb18030"))
    assert (file.state, job.state, job.result["matched"]) == ("posted", "done", 1)
    progress = JobProgress.objects.get(job_id=job.pk)
    assert (progress.done, progress.total) == (970, 1000)


@BOTH
def test_a_refused_job_leaves_the_file_refused_and_says_why(upload):
    file, job = upload(FAULTS["text in an amount"][0])
    assert (file.state, job.state) == ("refused", "refused")
    assert "week.csv" in job.problems[0]


@BOTH
def test_a_job_that_runs_again_after_it_was_done_changes_nothing(upload, wang, register):
    from enrollment import jobs
    from payments.models import Payment

    register(wang)
    file, job = upload(GOOD.encode("gb18030"))
    assert jobs.run(job.pk) is None
    from enrollment.models import User
    from payments.services import import_payments

    again = import_payments(file, Path("gone"), by=User.system(), now=at("2022-11-18 17:00"))
    assert (again["new"], Payment.objects.count()) == (2, 2)


# --- cut, repeated, reordered: no total changes

PIECES = st.permutations(range(12)).flatmap(
    lambda order: st.tuples(
        st.just(order), st.lists(st.integers(0, 12), max_size=3), st.lists(st.integers(0, 11))
    )
)
LEDGER = [
    Row(),
    Row(receipt="20", paid="2022-11-02"),
    Row(receipt="21", yuan="-350", state="冲红", original="20", paid="2022-11-03"),
    Row(receipt="22", paid="2022-11-04"),
    Row(receipt="23", number=LI, name="李丽"),
    Row(receipt="24", number=LI, name="李丽", yuan="-100", state="退费", original="23"),
    Row(receipt="25", number=LI, name="李丽", yuan="-50", state="退费", original="23"),
    Row(receipt="26", number=LI, name="李丽", yuan="-300", state="退费", original="23"),
    Row(receipt="27", number=LI, name="李丽", paid="2022-11-05"),
    Row(receipt="28", number=LI, name="李丽", year="2022"),
    Row(receipt="29", number="41132819680505432X", name="无名氏"),
    Row(receipt="30", yuan="20"),
]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(pieces=PIECES)
def test_pieces_in_any_order_come_to_the_same_totals(
    campaign, wang, make_resident, register, tmp_path, pieces
):
    """LI: 350 - 100 - 50 leaves too little, the 300 wait; the payment of 2022-11-05 matches."""
    from enrollment.models import User
    from payments.books import checks
    from payments.services import reconcile

    order, cuts, repeated = pieces
    with transaction.atomic():
        register(wang)
        register(make_resident("李丽", number=LI))
        rows = [LEDGER[i] for i in order] + [LEDGER[i] for i in repeated]
        edges = [0, *sorted(cuts), len(rows)]
        files = [rows[a:b] for a, b in pairwise(edges) if a < b]
        for number, piece in enumerate(files):
            take_in(campaign, tmp_path, piece, name=f"{number}.csv")
        result = reconcile(campaign, by=User.system(), now=at("2022-11-20 00:00"))
        assert Counter(result["open"]) == Counter(
            {"too_little": 2, "wrong_year": 1, "unknown_person": 1, "paid_twice": 1}
        )
        # 8 payments of 350 and one of 20, less 350 + 100 + 50 + 300 of which 300 wait
        assert (result["matched"], result["fen"]) == (2, 7 * 35000 + 2000 - 80000)
        assert (result["matched_fen"], result["reversed_fen"]) == (70000, 35000)
        assert (result["refunded_fen"], result["waiting"]["fen"]) == (15000, 30000)
        assert [check for check in checks(campaign) if not check.ok] == []
        transaction.set_rollback(True)


# --- at the same time


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_overlapping_files_at_once_post_each_line_once(
    campaign, make_resident, register, tmp_path
):
    from payments.models import Match, Payment

    register(make_resident("王小明", number=WANG))
    shared = [Row(receipt=str(1000 + n), paid=f"2022-11-{n + 1:02}") for n in range(20)]
    results: list[dict[str, Any]] = []
    failures: list[Exception] = []

    def run(number: int) -> None:
        try:
            own = [Row(receipt=str(2000 + number), year="2022")]
            results.append(take_in(campaign, tmp_path, shared + own, name=f"{number}.csv"))
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert Payment.objects.count() == 20 + 4
    assert sorted(result["known"] for result in results) == [0, 20, 20, 20]
    assert Match.objects.filter(ended_at=None).count() == 1
