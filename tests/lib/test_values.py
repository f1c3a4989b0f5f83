"""Money, dates, names and shares as people write them."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lib import dates, money, names
from config.lib.shares import apportion


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("350", 35000),
        ("350.00", 35000),
        ("¥1,050.50", 105050),
        ("350元", 35000),
        ("３５０．００", 35000),
        ("-350", -35000),
        ("−350.00", -35000),
        (350.1, 35010),
        (350, 35000),
        ("0", 0),
        ("350.005", None),
        ("1,05", None),
        ("三百五", None),
        ("", None),
        (None, None),
    ],
)
def test_amounts(written: object, fen: int | None) -> None:
    assert money.to_fen(written) == fen


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2022-07-01", date(2022, 7, 1)),
        ("2022.7.1", date(2022, 7, 1)),
        ("2022年7月1日", date(2022, 7, 1)),
        ("20220701", date(2022, 7, 1)),
        ("202207", date(2022, 7, 1)),
        (44743.0, date(2022, 7, 1)),  # Excel counts from 1899-12-30
        ("2022-07-01 09:14:05", datetime(2022, 7, 1, 9, 14, 5, tzinfo=dates.ZONE)),
        ("2022/7/1 9:14", datetime(2022, 7, 1, 9, 14, tzinfo=dates.ZONE)),
        ("2022-07-01T01:14:05Z", datetime(2022, 7, 1, 9, 14, 5, tzinfo=dates.ZONE)),
        ("2022-13-01", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_dates(written: object, expected: object) -> None:
    assert dates.to_instant(written) == expected


@pytest.mark.parametrize("dotted", ["阿依古丽·买买提", "阿依古丽•买买提", "阿依古丽．买买提", "阿依古丽 买买提"])
def test_look_alike_dots_compare_equal(dotted: str) -> None:
    assert names.name_key(dotted) == "阿依古丽买买提"


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("张建三", "张*三"), ("欧阳建国", "欧**国"), ("阿依古丽·买买提", "阿*·买买提")],
)
def test_masked_names(name: str, masked: str) -> None:
    assert names.mask_name(name) == masked


def test_masked_numbers_keep_eight_characters() -> None:
    assert names.mask_number("11010519491231002X") == "1101****002X"


@pytest.mark.parametrize(("name", "lost"), [("王?", True), ("王\ue000", True), ("王堃", False), ("𠅤", False)])
def test_lost_characters_are_noticed(name: str, lost: bool) -> None:
    assert names.damaged(name) is lost


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), min_size=1).filter(any))
def test_shares_sum_to_the_whole_and_are_fair(total: int, weights: list[int]) -> None:
    shares = apportion(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)
