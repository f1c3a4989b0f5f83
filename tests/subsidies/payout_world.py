"""People to whom something is paid out, in the small county: fixtures and figures."""

from datetime import date
from typing import Any

import pytest

from config.lib.siv import seal
from enrollment import changes
from enrollment.models import User
from payments.books import checks
from subsidies.models import Entitlement, Listing, PayOut, PayOutBatch
from subsidies.payouts import services
from subsidies.services import mark_hardship
from tests.conftest import at
from tests.payments.lines import LI, WANG, ZHAO, Row, take_in
from tests.quick import MadeUpon
from tests.reports.facts import Fact, Writer

NOW = at("2022-11-18 16:30")
FUND, DECEMBER = "医疗救助资金", date(2022, 12, 1)
NAMES = {WANG: "王小明", LI: "李四", ZHAO: "赵六"}
ACCOUNTS = {WANG: "6217000012345678901", LI: "6217000012345678902", ZHAO: "6217000012345678903"}


@pytest.fixture
def three(campaign: Any, places: Any, make_resident: Any, tmp_path: Any) -> dict[str, PayOut]:
    """To 李四, 王小明 and 赵六, in the order of pinyin, 80 yuan each come back in December."""
    THREE.put(lambda: _make_three(campaign, places, make_resident, tmp_path))
    return {row.resident.name: row for row in PayOut.objects.select_related("resident")}


THREE = MadeUpon()


def _make_three(campaign: Any, places: Any, make_resident: Any, tmp_path: Any) -> None:
    write = Writer(campaign, places, make_resident)
    for number, name in NAMES.items():
        person = make_resident(name, number=number)
        write.register(person, Fact("north-1", NOW))
        mark_hardship(
            campaign=campaign, resident=person, category="minimum_living", source="名单",
            recognised_on=date(2022, 11, 1), by=User.system(), now=NOW,
        )  # fmt: skip
        Entitlement.objects.filter(resident=person).update(account=seal(ACCOUNTS[number]))
    rows = [
        Row(receipt=f"34113522111800000{n}", number=number, name=name)
        for n, (number, name) in enumerate(NAMES.items(), start=1)
    ]
    take_in(campaign, tmp_path, rows, now=NOW)
    changes.consume()


@pytest.fixture
def sent(campaign: Any, three: Any, cast: Any) -> Any:
    """The batch of the three, made by Alice, checked by Dana, at the bank."""
    SENT.put(lambda: _send(campaign, cast))
    return PayOutBatch.objects.get()


SENT = MadeUpon()


def _send(campaign: Any, cast: Any) -> None:
    batch = services.make_batch(campaign, funder=FUND, month=DECEMBER, by=cast["alice"], now=NOW)
    services.check_batch(batch, by=cast["dana"], now=NOW)
    services.mark_exported(batch, by=cast["alice"], now=NOW)


def list_of(kind: str, pay_out: PayOut) -> Listing:
    """Somebody stands on a list since October."""
    return Listing.objects.create(
        campaign=pay_out.campaign, resident=pay_out.resident, kind=kind, since=date(2022, 10, 1),
        source="名单 第3行", known_at=NOW, marked_by=User.system(),
    )  # fmt: skip


def broken(campaign: Any) -> set[str]:
    """Numbers of the invariants that do not hold."""
    return {check.name[0] for check in checks(campaign) if not check.ok}
