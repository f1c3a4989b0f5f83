"""What goes out to the tax bureau: everything once, nothing twice, the same bytes again."""

import csv
import io
from typing import Any

import pytest

from config.lib import siv
from enrollment.errors import Refused
from tests.conftest import at
from tests.payments.lines import LI, WANG, ZHAO

NOW = at("2022-11-20 09:00")


@pytest.fixture
def out(campaign: Any, cast: Any) -> Any:
    """out() → the rows of the next export, as the tax bureau reads them."""
    from payments.tax_out import export

    def rows(*, by: str = "alice", now: Any = NOW) -> list[dict[str, str]]:
        row = export.export_registrations(campaign, why="weekly", by=cast[by], now=now)
        return read(b"".join(export.hand_out(row, why="sent", by=cast[by], at=now)))

    return rows


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("gb18030"))))[:-1]  # but the total


def facts(rows: list[dict[str, str]], *heads: str) -> list[tuple[str, ...]]:
    return [tuple(row[head] for head in heads) for row in rows]


def test_the_first_export_is_everybody_and_the_next_only_what_differs(
    out, register, wang, make_resident
):
    register(wang)
    register(make_resident("李丽", number=LI), own=10000, on_behalf=25000)
    assert facts(out(), "变更类型", "证件号码", "特殊人群标识", "个人应缴金额", "代缴金额") == [
        ("新增", WANG, "", "350.00", "0.00"),
        ("新增", LI, "五保户（含孤儿）", "100.00", "250.00"),
    ]
    register(make_resident("赵敏", number=ZHAO))
    assert facts(out(), "变更类型", "证件号码", "变更内容") == [("新增", ZHAO, "")]
    with pytest.raises(Refused):
        out()


@pytest.fixture
def told(out, register, wang) -> Any:
    """Wang's registration, which the tax bureau was told of."""
    row = register(wang)
    out()
    return row


# What happens to Wang → the row of the next export.
CHANGES = {
    "name": ("update enrollment_resident set name = '王晓明'", "姓名", "王晓明"),
    "mark": (
        "update enrollment_registration set hardship = 'five_guarantees'", "特殊人群标识",
        "五保户（含孤儿）",
    ),
    "due": (
        "update enrollment_registration set own_fen = 10000, deducted_fen = 25000", "应缴金额",
        "100.00",
    ),
    "category": ("update enrollment_registration set category = '1601'", "人员类别", "老年居民"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_goes_out_once_and_says_what_changed(change, told, out, db):
    from django.db import connection

    statement, what, cell = CHANGES[change]
    with connection.cursor() as cursor:
        cursor.execute(statement)
    (row,) = out()
    assert (row["变更类型"], row["变更内容"]) == ("变更", what)
    assert cell in row.values()
    with pytest.raises(Refused):
        out()


def test_a_replaced_number_goes_out_with_the_old_one_by_which_the_person_is_found(told, out):
    from enrollment.models import Identity

    new = Identity.objects.get(resident=told.resident)
    Identity.objects.filter(pk=new.pk).update(current=False)
    new.pk, new.number, new.current = None, LI, True
    new.save()
    assert facts(out(), "变更类型", "变更内容", "证件号码", "原证件号码") == [
        ("变更", "证件号码", LI, WANG)
    ]


def test_who_ends_goes_out_once_and_who_was_never_told_of_never(told, out, register, make_resident):
    from enrollment.models import Registration, User

    never = register(make_resident("李丽", number=LI))
    ended = {"ended_at": NOW, "ended_by": User.system(), "ended_why": "moved"}
    Registration.objects.filter(pk__in=(told.pk, never.pk)).update(**ended)
    assert facts(out(), "变更类型", "证件号码", "停保日期") == [("停保", WANG, "20221120")]
    with pytest.raises(Refused):
        out()


def test_who_is_registered_anew_is_stopped_before(told, out, register):
    from enrollment.models import Registration, User

    ended = {"ended_at": NOW, "ended_by": User.system(), "ended_why": "moved"}
    Registration.objects.filter(pk=told.pk).update(**ended)
    register(told.resident)
    assert facts(out(), "变更类型", "证件号码") == [("停保", WANG), ("新增", WANG)]


def test_who_commits_late_is_in_the_next_export_whatever_the_instant(
    told, out, register, make_resident
):
    late = register(make_resident("李丽", number=LI))
    assert late.known_at < NOW  # an earlier instant than the export's
    assert facts(out(), "证件号码") == [(LI,)]


def test_who_has_no_number_waits_for_one(campaign, out, register, wang, make_resident):
    from enrollment.models import Identity
    from payments.tax_out import export

    nameless = register(make_resident("李丽", number=LI))
    register(wang)
    paper = Identity.objects.filter(resident=nameless.resident)
    paper.update(current=False)
    assert export.waiting(campaign) == export.Waiting(new=1, changed=0, ended=0, nameless=1)
    assert facts(out(), "证件号码") == [(WANG,)]
    paper.update(current=True)
    assert facts(out(), "证件号码") == [(LI,)]


def test_the_same_bytes_are_handed_out_again_each_time_for_a_reason_that_is_kept(
    campaign, cast, told, make_resident
):
    from enrollment.models import AuditEntry, Resident
    from payments.models import TaxExport
    from payments.tax_out import export

    row = TaxExport.objects.get()
    first = b"".join(export.hand_out(row, why="lost", by=cast["alice"], at=NOW))
    Resident.objects.update(name="别人")  # what was sent stays as it was sent
    assert b"".join(export.hand_out(row, why="lost again", by=cast["dana"], at=NOW)) == first
    kept = AuditEntry.objects.filter(object_kind="tax_export").order_by("pk")
    assert list(kept.values_list("action", "why", "by__username")) == [
        ("make_tax_export", "weekly", "alice"),
        ("take_out_tax_export", "sent", "alice"),
        ("take_out_tax_export", "lost", "alice"),
        ("take_out_tax_export", "lost again", "dana"),
    ]
    with pytest.raises(Refused):
        export.hand_out(row, why=" ", by=cast["alice"], at=NOW)


def test_the_file_lies_sealed_and_says_nothing_in_the_clear(told, settings):
    from pathlib import Path

    from payments.models import TaxExport

    row = TaxExport.objects.get()
    kept = (Path(settings.UPLOAD_DIR) / row.file.stored_as).read_bytes()
    assert WANG.encode() not in kept
    assert row.file.kept_until is None  # it can be handed out as long as the campaign is kept
    assert (row.number, row.rows, row.since) == (1, 1, None)


def test_a_page_of_rows_is_sealed_as_it_is_written():
    """More than the buffer holds, in pieces of every size."""
    from payments.tax_out.pieces import _Pieces

    source = [b"x" * (n % 7) for n in range(5000)]
    raw = io.BufferedReader(_Pieces(iter(source)), 64)
    assert b"".join(iter(lambda: raw.read(1000), b"")) == b"".join(source)


def test_taxsent_reveals_no_number(told):
    from payments.models import TaxSent

    assert TaxSent.objects.get().number == siv.Sealed(siv.seal(WANG))


# --- by command


def run(campaign: Any, *args: str) -> dict[str, Any]:
    import json

    from django.core.management import call_command

    out = io.StringIO()
    call_command("export_tax", campaign.slug, *args, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_the_command_writes_the_next_export_and_the_same_bytes_again(
    campaign, register, wang, make_resident, tmp_path
):
    from hashlib import sha256
    from pathlib import Path

    from payments.models import TaxExport

    register(wang)
    first = run(campaign, str(tmp_path), "--why", "weekly")
    content = Path(first["file"]).read_bytes()
    assert (first["export"], first["rows"], first["counts"]["new"]) == (1, 1, 1)
    assert facts(read(content), "证件号码") == [(WANG,)]
    assert sha256(content).hexdigest() == first["sha256"]
    assert Path(first["file"]).stat().st_mode & 0o077 == 0
    register(make_resident("李丽", number=LI))
    other = tmp_path / "again"
    other.mkdir()
    again = run(campaign, str(other), "--number", "1", "--why", "lost")
    assert Path(again["file"]).read_bytes() == content
    assert run(campaign, str(other), "--number", "1", "--why", "lost")["written"] is False
    assert TaxExport.objects.count() == 1
    second = run(campaign, str(tmp_path), "--why", "weekly")
    assert facts(read(Path(second["file"]).read_bytes()), "证件号码") == [(LI,)]


def test_the_command_hands_out_refunds(campaign, register, wang, take, tmp_path):
    from pathlib import Path

    from tests.payments.lines import Row

    register(wang)
    take([Row(yuan="360")])
    made = run(campaign, str(tmp_path), "--refunds", "--why", "weekly")
    assert (made["kind"], made["rows"], made["fen"]) == ("refunds", 1, 1000)
    assert facts(read(Path(made["file"]).read_bytes()), "退费金额") == [("10.00",)]


# What is asked for → what is said.
REFUSED = {
    "without a reason": (["{folder}"], "--why"),
    "nothing has changed": (["{folder}", "--why", "weekly"], "没有变化"),
    "no such folder": (["{folder}/none", "--why", "weekly"], "none"),
    "no such export": (["{folder}", "--number", "7", "--why", "weekly"], "7"),
    "another file of that name": (["{folder}", "--number", "1", "--why", "weekly"], "内容不同"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_command_refuses_in_clear_words(case, campaign, told, tmp_path, capsys):
    from payments.models import TaxExport

    args, said = REFUSED[case]
    (tmp_path / TaxExport.objects.get().file.name).write_bytes(b"another")
    with pytest.raises(SystemExit) as ended:
        run(campaign, *(each.format(folder=tmp_path) for each in args))
    assert ended.value.code == 1
    assert said in capsys.readouterr().err
    assert TaxExport.objects.count() == 1
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"another"]


def test_what_cannot_be_written_was_not_told(campaign, register, wang, tmp_path):
    from types import SimpleNamespace

    from payments.management.commands import export_tax
    from payments.models import TaxExport, TaxSent
    from payments.tax_out import export

    register(wang)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export_tax, "tempfile", SimpleNamespace(NamedTemporaryFile=_full))
        with pytest.raises(SystemExit):
            run(campaign, str(tmp_path), "--why", "weekly")
    assert not TaxExport.objects.exists() and not TaxSent.objects.exists()
    assert export.waiting(campaign).new == 1


def _full(**_how: Any) -> None:
    raise OSError(28, "No space left on device")
