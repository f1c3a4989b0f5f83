"""Three people of a village who paid cash, their batch, its slip, and what comes back."""

from typing import Any

import pytest

from enrollment import changes
from payments.collection import batches, services, slips
from payments.models import CollectionBatch, Slip
from tests.conftest import at
from tests.payments.lines import LI, WANG, ZHAO, Row

NOW = at("2022-11-18 16:30")
PEOPLE = {"王小明": WANG, "李丽": LI, "赵敏": ZHAO}
ACCOUNT = """
[money_in_hand]
account = "待报解账户"
clause = "四（三）"
words = "只认电子缴款单或转账单"
[[money_in_hand.accounts]]
name = "安平县税务局"
bank = "农信社"
number = "8622 1011"
"""


@pytest.fixture
def accounted(campaign: Any) -> None:
    """The notice names the account into which money goes."""
    version = campaign.policy_version
    version.source += ACCOUNT
    version.save()
    campaign.__dict__.pop("_policy", None)


@pytest.fixture
def village(campaign: Any, cast: Any, make_resident: Any, register: Any, places: Any) -> Any:
    """Three of north-1 registered, none special; Erin took cash of all: takings by name."""
    rows = {name: register(make_resident(name, number=number)) for name, number in PEOPLE.items()}
    taken = services.take_cash(
        campaign, [row.pk for row in rows.values()], by=cast["erin"], at=NOW, now=NOW
    )
    return dict(zip(rows, taken, strict=True))


@pytest.fixture
def batch(campaign: Any, village: Any, cast: Any, places: Any) -> CollectionBatch:
    """A draft of Erin's of these three, 1,050 yuan."""
    (row,) = batches.make_batches(campaign, places["north-1"], by=cast["erin"], now=NOW)
    return row


def written(**other: Any) -> slips.Written:
    facts = {
        "bank": "农信社", "account": "86221011", "insurance": "城乡居民医保", "group": "东湖村一组",
        "kind": "electronic", "number": "JK20221118001", "paid_on": NOW.date(), "fen": 105000,
        "heads": 3, "handler": "刘玉兰", "phone": "13900000000",
    }  # fmt: skip
    return slips.Written(**(facts | other))


@pytest.fixture
def pay_in(batch: CollectionBatch, cast: Any) -> Any:
    """pay_in(heads=3, …) → the slip of the batch, entered by Erin."""

    def entered(attachment: Any = None, of: Any = None, **other: Any) -> Slip:
        return slips.enter_slip(
            of or batch, written=written(**other), attachment=attachment, by=cast["erin"], now=NOW
        )

    return entered


@pytest.fixture
def confirmed(batch: CollectionBatch, pay_in: Any, cast: Any) -> CollectionBatch:
    pay_in()
    batches.confirm_batch(batch, by=cast["bob"], now=NOW)
    batch.refresh_from_db()
    return batch


@pytest.fixture
def come_back(take: Any) -> Any:
    """come_back("王小明", …) imports a file in which these people have paid, and is heard."""

    def came(*names: str, **other: str) -> None:
        take([
            Row(receipt=f"3411352211{PEOPLE[name][-6:-1]}", number=PEOPLE[name], name=name, **other)
            for name in names
        ])  # fmt: skip
        changes.consume()

    return came
