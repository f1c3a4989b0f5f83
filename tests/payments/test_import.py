"""A payment detail file is taken in: outcomes, counts, faults of the file, the same file again."""

import pytest
from django.core.management import call_command

from enrollment.errors import Refused
from tests.conftest import assert_table, at
from tests.payments.lines import HEADER, LI, WANG, Row, text

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
