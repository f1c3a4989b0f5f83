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
