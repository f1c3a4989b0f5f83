"""A payment file of the old Excel, end to end: tests/data/make_xls.py says what stands in it."""

from pathlib import Path
from typing import Any

import pytest

from enrollment.errors import Refused
from tests.payments.lines import LI, WANG

XLS = Path(__file__).parents[1] / "data" / "payments.xls"


@pytest.fixture
def take_xls(campaign: Any, cast: Any, tmp_path: Path) -> Any:
    """take_xls(content) → what the import says of a file of these bytes."""
    from enrollment import clock, files
    from payments import services

    def taken(content: bytes = XLS.read_bytes(), **how: Any) -> Any:
        path = tmp_path / "明细.xls"
        path.write_bytes(content)
        now = clock.now(campaign)
        row = files.take_in(campaign, "payments", path.name, path, cast["grace"], now)
        with files.opened(row) as clear:  # sealed and opened again, as a worker does
            return services.import_payments(row, clear, by=cast["grace"], now=now, **how)

    return taken


def test_every_cell_of_an_old_workbook_is_read(take_xls, wang, make_resident, register):
    from django.utils.timezone import localtime

    from payments.models import Correction, Payment

    register(wang)
    register(make_resident("李丽", number=LI))
    result = take_xls()
    assert (result["read"], result["new"], result["rejected"]) == (3, 3, 0)
    assert result["fen"] == 65050  # 350.00 + 350.50 - 50.00, as the 合计 says
    first, second = Payment.objects.order_by("line")
    assert (first.number.reveal(), first.fen, first.year) == (WANG, 35000, 2023)
    assert first.receipt == "341135221118000001" and first.township_id is not None
    assert f"{localtime(first.paid_at):%Y-%m-%d %H:%M:%S}" == "2022-11-18 10:15:22"
    assert f"{localtime(second.paid_at):%Y-%m-%d}" == "2022-11-19"
    assert (second.standing, second.matched_fen, second.refund_due_fen) == ("matched", 35000, 50)
    assert second.township_id is None  # a merged cell tells of its first row alone
    back = Correction.objects.get()
    assert (back.fen, back.kind, back.payment_id) == (5000, "refund", first.pk)
    assert f"{localtime(back.paid_at):%Y-%m-%d}" == "2022-11-20"  # a bare serial number
    again = take_xls()
    assert (again["new"], again["known"]) == (0, 3)
    assert Payment.objects.count() == 2


def test_a_total_that_is_not_the_sum_is_told_and_nothing_is_taken_in(take_xls):
    import struct

    from payments.models import Payment

    whole = XLS.read_bytes()
    total = struct.pack("<i", 65050 << 2 | 3)  # as XLS packs a number of two decimals
    assert whole.count(total) == 1
    with pytest.raises(Refused) as refused:
        take_xls(whole.replace(total, struct.pack("<i", 65150 << 2 | 3)))
    said = " ".join(map(str, refused.value.messages))
    assert "651.50" in said and "650.50" in said
    assert not Payment.objects.exists()


# How a file comes to harm → what is done to it.
DAMAGED = {
    "cut off by a transfer": lambda whole: whole[: len(whole) // 2],
    "its directory overwritten": lambda whole: whole[:512] + bytes(512) + whole[1024:],
    "only its head": lambda whole: whole[:8],
    "its cells are noise": lambda whole: whole[:600] + b"\xff" * 1500 + whole[2100:],
}


@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_file_is_refused_in_plain_words(how, take_xls):
    from payments.models import Payment

    with pytest.raises(Refused) as refused:
        take_xls(DAMAGED[how](XLS.read_bytes()))
    said = " ".join(map(str, refused.value.messages))
    assert "明细.xls" in said
    assert any(word in said for word in ("损坏", "另存", "不是表格"))
    assert not Payment.objects.exists()
