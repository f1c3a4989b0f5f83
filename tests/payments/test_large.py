"""A large text is read in stretches by several children: nothing of what comes out may change."""

import pytest

from enrollment.errors import Refused
from payments import bulk
from tests.payments.lines import LI, Row, text

BARE = Row(receipt="")


@pytest.fixture(params=[1, 2, 3])
def readers(request, monkeypatch):
    """Every file counts as large, read by so many: one processor more is left to people."""
    monkeypatch.setattr(bulk, "LARGE", 1)
    monkeypatch.setattr(bulk.os, "sched_getaffinity", lambda process: range(request.param + 1))
    return request.param


def many(count=40):
    return [Row(receipt=f"3411352211180{n:05}", year="2022") for n in range(count)]


def test_lines_keep_their_numbers(take, readers):
    from payments.models import Payment

    take(many())
    receipts = Payment.objects.order_by("line").values_list("line", "receipt")
    assert list(receipts) == [(n + 2, f"3411352211180{n:05}") for n in range(40)]


def test_a_key_in_two_stretches_is_known(take, readers):
    from payments.models import RepeatedLine

    rows = many()
    result = take([*rows, *rows[:7], rows[0].but(yuan="1")])
    assert (result["new"], result["known"], result["conflict"]) == (40, 7, 1)
    assert [line.line for line in RepeatedLine.objects.order_by("line")] == list(range(42, 50))


def test_alike_lines_without_a_receipt_are_counted_across_stretches(take, readers):
    rows = many()
    back = BARE.but(yuan="-350", state="冲红", original="9")
    first = take([BARE, back, *rows[:20], BARE, back, *rows[20:], BARE])
    assert (first["new"], first["known"]) == (45, 0)
    again = take([BARE, BARE, *rows[:30], back, BARE, BARE])
    assert (again["new"], again["known"]) == (1, 34)  # the fourth of them is new


def test_reversals_find_their_payments_in_another_stretch(take, wang, register, readers):
    register(wang)
    reversal = Row(receipt="7", yuan="-350", state="冲红", original=Row().receipt)
    result = take([reversal, *many(), Row(), Row(receipt="8", paid="2022-11-20")])
    assert (result["matched"], result["reversed_fen"]) == (1, 35000)


def test_faults_of_all_stretches_are_told_by_line(take, readers):
    rows = many()
    rows[3], rows[38] = rows[3].but(yuan="?"), rows[38].but(yuan="!")
    with pytest.raises(Refused) as refusal:
        take(rows)
    first, second = refusal.value.messages
    assert "5" in first and "40" in second  # rows begin with line 2


def test_the_sum_stands_in_the_last_stretch_and_counts_all(take, readers):
    total = ["合计", "共40笔", *[""] * 8, "14000.00"]
    assert take(text(many(), total=total).encode())["read"] == 40
    with pytest.raises(Refused):
        take(text(many(39), total=total).encode())


def test_a_file_cut_off_in_its_last_row(take, readers):
    whole = text(many()).encode()
    with pytest.raises(Refused) as refusal:
        take(whole[: whole.rindex(b"350.00")])
    assert "41" in refusal.value.messages[0]


def test_quoted_cells_are_read_by_one(take, readers, make_resident, register):
    register(make_resident("李丽", number=LI))
    rows = [*many(), Row(number=LI, name="李丽", remark="第一行\n第二行")]
    assert take(rows)["matched"] == 1
