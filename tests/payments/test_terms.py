"""From when a payment is late: the last window in which everybody may pay."""

from datetime import date, time

import pytest

from enrollment.facts import Condition
from enrollment.sections import Window
from payments.rules import late_from
from tests.conftest import at

NEWBORNS = Condition((("category", ("1401",)),))


def window(until, **more):
    return Window("w", "征缴期", date(2022, 9, 1), date.fromisoformat(until), "三", **more)


@pytest.mark.parametrize(
    ("windows", "late"),
    [
        ([], None),
        ([window("2023-01-01")], "2023-01-01 00:00"),
        ([window("2022-12-01"), window("2023-01-01")], "2023-01-01 00:00"),
        # it closes at an hour of its last day
        ([window("2022-12-26", closes_at=time(17))], "2022-12-25 17:00"),
        # newborns may pay all year, others not
        ([window("2023-01-01"), window("2024-01-01", when=NEWBORNS)], "2023-01-01 00:00"),
        # a window for registration takes no payments
        ([window("2023-01-01"), window("2023-03-01", takes="registration")], "2023-01-01 00:00"),
        ([window("2024-01-01", when=NEWBORNS)], "2024-01-01 00:00"),
    ],
)
def test_from_when_a_payment_is_late(windows, late):
    assert late_from(windows) == (at(late) if late else None)
