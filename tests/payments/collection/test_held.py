"""Money in hand: by collector and village, against the notice's limits and China's working days."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from payments.collection import batches, exports, held, services, slips, working_days
from tests.conftest import at
from tests.payments.lines import LI, WANG, ZHAO

LIMITS = """
[money_in_hand]
limit_fen = 100000
limit_working_days = 5
account = "待报解账户"
clause = "六3"
words = "满 1000 元或者 5 个工作日，及时解报"
"""


@pytest.fixture
def limited(campaign: Any) -> None:
    """The notice sets 1,000 yuan or 5 working days."""
    version = campaign.policy_version
    version.source += LIMITS
    version.save()
    campaign.__dict__.pop("_policy", None)


@pytest.fixture
def cash(campaign: Any, cast: Any, make_resident: Any, register: Any) -> Any:
    """cash("2022-11-14 09:00", …) → 350 yuan each, taken by Erin at these instants."""

    def taken(*instants: str) -> list[Any]:
        found = []
        for when, number in zip(instants, (WANG, LI, ZHAO), strict=False):
            row = register(make_resident(f"某{number[-4]}", number=number))
            found += services.take_cash(
                campaign, [row.pk], by=cast["erin"], at=at(when), now=at("2022-12-30 10:00")
            )
        return found

    return taken


# 2022-11-14 is a Monday; 2022-10-01 to 10-07 were holidays, 10-08 and 10-09 working days.
@pytest.mark.parametrize(
    ("instants", "now", "expected"),
    [
        (["2022-11-14 09:00"], "2022-11-18 10:00", ("2022-11-21", 5, False, False)),
        (["2022-11-14 09:00"], "2022-11-21 10:00", ("2022-11-21", 6, True, False)),
        (["2022-11-14 09:00"], "2022-11-22 10:00", ("2022-11-21", 7, True, True)),
        # three times 350 are more than 1,000: at once
        (["2022-11-14 09:00"] * 3, "2022-11-14 10:00", ("2022-11-14", 1, True, False)),
        (["2022-09-29 09:00"], "2022-10-10 10:00", ("2022-10-11", 5, False, False)),
    ],
)
def test_whichever_limit_comes_first(limited, campaign, places, cash, instants, now, expected):
    cash(*instants)
    (one,) = held.in_hand(campaign, places["county"], at(now))
    assert (str(one.due_on), one.days, one.reached, one.too_long) == expected
    assert (one.place, one.heads, one.guessed) == (places["north-1"], len(instants), False)


def test_the_alarm_is_of_ones_own_area(limited, campaign, places, cast, cash):
    cash("2022-11-14 09:00")
    late = at("2022-11-22 10:00")
    found = held.alarm(campaign, places["north"], late)
    assert (found.groups, found.fen, found.late_fen) == (1, 35000, 35000)
    assert "350.00" in held.alarm_words(campaign, cast["bob"], late)
    assert held.alarm_words(campaign, cast["charlie"], late) == ""
    assert held.alarm(campaign, places["north"], at("2022-11-18 10:00")) is None


def test_without_limits_there_is_no_alarm(campaign, places, cash):
    cash("2022-11-14 09:00")
    (one,) = held.in_hand(campaign, places["county"], at("2022-12-30 10:00"))
    assert one.due_on is None and not one.too_long
    assert held.alarm(campaign, places["county"], at("2022-12-30 10:00")) is None
    assert held.kept_too_long(campaign, places["county"], at("2022-12-30 10:00")) == []


@pytest.mark.parametrize(("day", "over"), [(21, None), (25, 4)])
def test_what_was_paid_in_too_late_stays_in_the_report(
    limited, campaign, places, cast, cash, day, over
):
    """Taken on Monday the 14th, due on Monday the 21st."""
    cash("2022-11-14 09:00")
    now = at("2022-12-30 10:00")
    (batch,) = batches.make_batches(campaign, places["north-1"], by=cast["erin"], now=now)
    (one,) = held.kept_too_long(campaign, places["county"], now)
    assert one.batch is None  # a draft pays nothing in
    written = slips.Written(
        bank="农信社", account="1", insurance="居民医保", group="一组", kind="transfer", number="7",
        paid_on=date(2022, 11, day), fen=35000, heads=1, handler="刘", phone="1",
    )  # fmt: skip
    slips.enter_slip(batch, written=written, attachment=None, by=cast["erin"], now=now)
    assert held.in_hand(campaign, places["county"], now) == []
    rows = held.kept_too_long(campaign, places["county"], now)
    assert [(one.over, one.batch) for one in rows] == ([(over, batch)] if over else [])
    sheet = load_workbook(BytesIO(exports.kept_workbook(campaign, rows))).active
    told = [cell.value for cell in sheet[3]] if over else []
    assert not over or (told[4], told[9], told[11]) == (350, 4, "六3")


def test_working_days_of_years_that_nobody_knows_yet_are_monday_to_friday():
    assert working_days.is_working_day(date(2022, 10, 8))  # a Saturday that was worked
    assert not working_days.is_working_day(date(2022, 10, 3))
    far = date(2099, 10, 1)  # a Thursday
    assert working_days.is_working_day(far) and not working_days.is_known(far)
    assert working_days.between(date(2022, 9, 30), date(2022, 10, 9)) == 3
