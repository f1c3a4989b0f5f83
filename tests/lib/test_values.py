"""Money and dates as people write them; shares that sum to the whole."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lib import dates, money
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
        ("(350.00)", -35000),
        ("（350.00）", -35000),
        ("¥-350", -35000),
        ("人民币 350.50 元整", 35050),
        ("１，０５０．００", 105000),
        (" 350.00\t", 35000),
        ("'350", 35000),
        ("350.000", 35000),
        ("350.1", 35010),
        ("0.07", 7),
        ("12,345,678.90", 1234567890),
        (0.1 + 0.2, 30),  # a float's noise lies beyond its 15 digits
        (350.1, 35010),
        (350, 35000),
        ("0", 0),
        ("350.005", None),
        ("1,05", None),
        ("--350", None),
        ("(-350)", None),
        ("350.", None),
        (".5", None),
        ("3.5E2", None),
        (1e15, None),
        ("350 400", None),
        ("٣٥٠", None),
        ("免缴", None),
        ("-", None),
        (True, None),
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
        ("2022/7/1", date(2022, 7, 1)),
        ("２０２２．７．１", date(2022, 7, 1)),
        ("2022年7月", date(2022, 7, 1)),
        ("2022-07", date(2022, 7, 1)),
        ("2022.10", date(2022, 10, 1)),
        ("2022.1", None),  # January, or an October that a spreadsheet shortened
        (2022.1, None),
        (202207, date(2022, 7, 1)),
        ("44743", date(2022, 7, 1)),
        # 0.385 of a day: 9 h 14 min 24 s
        (44743.385, datetime(2022, 7, 1, 9, 14, 24, tzinfo=dates.ZONE)),
        (datetime(2022, 7, 1, 9, 14), datetime(2022, 7, 1, 9, 14, tzinfo=dates.ZONE)),
        (date(2022, 7, 1), date(2022, 7, 1)),
        ("20220701091405", datetime(2022, 7, 1, 9, 14, 5, tzinfo=dates.ZONE)),
        ("20220701 0914", datetime(2022, 7, 1, 9, 14, tzinfo=dates.ZONE)),
        ("2022-07-01T09:14:05.123", datetime(2022, 7, 1, 9, 14, 5, tzinfo=dates.ZONE)),
        ("2022年7月1日 9时14分5秒", datetime(2022, 7, 1, 9, 14, 5, tzinfo=dates.ZONE)),
        ("2022年7月1日9时14分", datetime(2022, 7, 1, 9, 14, tzinfo=dates.ZONE)),
        ("2022-7-1 下午 2:05", datetime(2022, 7, 1, 14, 5, tzinfo=dates.ZONE)),
        ("2022-7-1 12:05:00 AM", datetime(2022, 7, 1, 0, 5, tzinfo=dates.ZONE)),
        ("2022-07-01 24:00", None),
        ("20220701 0960", None),
        ("2022-07-01 later", None),
        ("2022", None),
        ("11010519491231002X", None),
        ("2022-13-01", None),
        ("2022-02-29", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_dates(written: object, expected: object) -> None:
    assert dates.to_instant(written) == expected


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), min_size=1).filter(any))
def test_shares_sum_to_the_whole_and_are_fair(total: int, weights: list[int]) -> None:
    shares = apportion(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)


def test_equal_remainders_go_to_the_earlier() -> None:
    # 10 by 1:1:1 is 3 1/3 each; 100 by 1:2:4 is 14 2/7, 28 4/7, 57 1/7: one left, to the 4/7
    assert apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert apportion(100, [1, 2, 4]) == [14, 29, 57]


@pytest.mark.parametrize(("total", "weights"), [(1, []), (1, [0, 0]), (1, [2, -1]), (-1, [1])])
def test_nothing_to_share_out_by_is_an_error(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="nothing"):
        apportion(total, weights)
