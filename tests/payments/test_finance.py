"""Money summed up: all of it is all payments; who pays. Its links: test_finance_links.py."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.db.models import F
from django.urls import reverse
from openpyxl import load_workbook

from enrollment.errors import Refused
from reports import books
from reports.finance import funders, queries, receipts, rollups
from reports.models import FinanceDay, FinancePlace, FinanceProfile, FinanceState, FiscalReceipt
from tests.conftest import at
from tests.payments.lines import LI, ZHAO, Row

FAR = "411328199001010011"


@pytest.fixture
def money(campaign, take, make_resident, wang, register):
    """Three villages, two channels, three days, and some of every standing:

    north-1 王 350.00 matched; north-2 李 110.00 of which 100.00 matched and 10.00 refund due, her
    250.00 on behalf is due; south-1 赵 350.00 reversed, then 20.00 open; nobody knows who paid
    350.00 from 城南乡, nor from where 5.00 came. Together 1,185.00.
    """
    register(wang)
    register(make_resident("李丽", number=LI, village="north-2"), own=10000, on_behalf=25000)
    register(make_resident("赵敏", number=ZHAO, village="south-1"))
    second, third, back = (f"34113522111800000{n}" for n in (2, 3, 4))
    take(
        [
            Row(),
            Row(receipt=second, number=LI, name="李丽", yuan="110", channel="支付宝"),
            Row(receipt=third, number=ZHAO, name="赵敏", paid="2022-11-17 08:00:00"),
            Row(receipt=back, number=ZHAO, name="赵敏", yuan="-350", state="冲红", original=third),
            Row(receipt="5", number=ZHAO, name="赵敏", yuan="20", paid="2022-11-16"),
            Row(receipt="6", number=FAR, name="钱五", township="城南乡"),
            Row(receipt="7", number=FAR, name="钱五", yuan="5", township="", village=""),
        ]
    )
    return campaign


def test_the_county_by_place_channel_and_day(money, places):
    state = rollups.shown(money)
    assert not state.stale
    parts = queries.places(money, places["county"])
    assert [(p.region.key, p.apart, p.money.fen, p.money.open_fen) for p in parts] == [
        ("north", False, 46000, 0),
        ("south", False, 72000, 37000),
        ("county", True, 500, 500),
    ]
    total, owed = queries.whole(parts)
    assert (total.payments, total.fen, total.net_fen) == (6, 118500, 83500)
    assert total.matched_fen == 45000 and total.refund_due_fen == 1000
    # 赵 350.00 is due; of 李 her part on behalf.
    assert (owed.people, owed.enrolled, owed.due_fen, owed.due_on_behalf_fen) == (
        3,
        1,
        35000,
        25000,
    )
    channels = queries.by_channel(money, places["county"])
    assert [(name, each.fen) for name, each in channels] == [("微信", 107500), ("支付宝", 11000)]
    days = queries.by_day(money, places["county"])
    assert [(day, each.fen) for day, each in days] == [
        (date(2022, 11, 18), 81500),
        (date(2022, 11, 17), 35000),
        (date(2022, 11, 16), 2000),
    ]
    village = queries.by_day(money, places["south-1"])  # counted from its payments
    assert [(day, each.fen) for day, each in village] == [
        (date(2022, 11, 17), 35000),
        (date(2022, 11, 16), 2000),
    ]


def test_it_agrees_with_the_books_and_with_reconcile_to_the_fen(money, places):
    from payments.queries import standings

    run = books.run_books(money, cause="command", by=money.policy_version.loaded_by)
    assert run.ok, run.checks
    total, _owed = queries.whole(queries.places(money, places["county"]))
    proved = {check["name"].partition(" ")[0]: check for check in run.checks}
    assert proved["10"]["fen"] == proved["3"]["fen"] == total.fen == 118500
    assert proved["4"]["fen"] == total.matched_fen
    assert [proved[n]["size"] for n in ("1", "2", "3", "4", "6", "10")] == [7, 7, 6, 2, 3, 6]
    assert proved["1"]["fen"] == total.fen - 35000  # the reversal's line counts against
    assert standings(campaign_id=money.pk).result()["fen"] == total.net_fen


CORRUPTIONS = {
    "a sum of a place": lambda: FinancePlace.objects.filter(fen=35000).update(
        fen=F("fen") + 1, matched_fen=F("matched_fen") + 1
    ),
    "a standing of a place": lambda: FinancePlace.objects.filter(open_fen=500).update(
        open_fen=0, matched_fen=500
    ),
    "a place that is lost": lambda: FinancePlace.objects.filter(open_fen=500).delete(),
    "money moved to another day": lambda: FinanceDay.objects.filter(fen=2000).update(
        day=date(2022, 11, 1)
    ),
    "money moved to another township": lambda: FinanceDay.objects.filter(channel="支付宝").update(
        township_id=FinanceDay.objects.exclude(channel="支付宝").latest("township_id").township_id
    ),
    "people nobody registered": lambda: FinanceProfile.objects.filter(on_behalf_fen=0).update(
        people=F("people") + 1
    ),
    "a part that was never settled": lambda: FinanceProfile.objects.filter(
        own_settled=False
    ).update(own_settled=True),
    "money on behalf that never came": lambda: FinanceProfile.objects.filter(
        on_behalf_fen__gt=0
    ).update(on_behalf_matched_fen=1),
    "a payment behind the sums' back": lambda: _run(
        "update payments_payment set fen = fen + 1, open_fen = open_fen + 1 where standing = 'open'"
    ),
}


def _run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("what", CORRUPTIONS)
def test_a_sum_that_was_touched_is_found(money, what):
    rollups.refresh(money)
    assert books._finance(money)[0].ok
    CORRUPTIONS[what]()
    found, _counted = books._finance(money)
    assert not found.ok and found.rows


def test_what_was_heard_is_counted_again_and_a_large_campaign_says_how_old_it_is(
    money, take, monkeypatch
):
    rollups.refresh(money)
    take([Row(receipt="8", number=FAR, name="钱五", yuan="1")])
    assert FinanceState.objects.get().stale is False  # not heard yet
    from enrollment import changes

    changes.consume()
    assert FinanceState.objects.get().stale is True
    monkeypatch.setattr(rollups, "SMALL", 3)
    assert rollups.shown(money).stale is True
    monkeypatch.undo()
    assert rollups.shown(money).stale is False
    assert sum(FinancePlace.objects.values_list("fen", flat=True)) == 118600


def test_a_clerk_sees_the_money_of_their_own_township(money, sign_in, places):
    bob = sign_in("bob")
    page = bob.get(reverse("finance", args=[money.slug]))
    assert page.context["money"].fen == 46000 and page.context["fiscal"] is None
    assert bob.get(reverse("finance-payments", args=[money.slug])).context["fen"] == 46000
    elsewhere = f"?region={places['south'].pk}"
    for name in ("finance", "finance-xlsx", "finance-payments", "finance-payments-xlsx"):
        assert bob.get(reverse(name, args=[money.slug]) + elsewhere).status_code == 404


def test_the_workbooks_say_what_the_page_says(money, sign_in, places):
    alice = sign_in("alice")
    book = load_workbook(BytesIO(alice.get(reverse("finance-xlsx", args=[money.slug])).content))
    assert len(book.sheetnames) == 5
    for sheet in book.worksheets[:3]:
        assert [cell.value for cell in sheet[sheet.max_row]][2] == 1185
    url = reverse("finance-payments-xlsx", args=[money.slug]) + "?standing=open"
    sheet = load_workbook(BytesIO(alice.get(url).content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 3 + 3 + 1 and rows[-1][8] == 375  # 20.00 + 350.00 + 5.00
    assert all(FAR not in str(row) for row in rows)


# --- who pays


def test_subsidies_by_funder_sum_to_the_parts(money, places, take):
    rollups.shown(money)
    found = funders.subsidised(money, places["county"])
    assert sum(row.on_behalf_due for row in found) == 25000
    receipt = "9"
    take([Row(receipt=receipt, number=LI, name="李丽", yuan="250", mark="特困")])
    rollups.refresh(money)
    found = funders.subsidised(money, places["county"])
    assert sum(row.on_behalf_settled for row in found) == 25000
    assert sum(row.given for row in found) == 25000


ENTRY = {
    "funder": "省级财政", "fen": 100000, "received_on": date(2022, 11, 18),
    "document": "财社〔2022〕1号", "note": "", "now": at("2022-11-18 16:30"),
    "at": at("2022-11-18 16:30"),
}  # fmt: skip


def test_fiscal_money_is_entered_once_and_taken_back_by_a_counter_entry(campaign, cast):
    alice = cast["alice"]
    row = receipts.enter_receipt(campaign, by=alice, **ENTRY)
    with pytest.raises(Refused, match="财社"):
        receipts.enter_receipt(campaign, by=alice, **ENTRY)
    times = {"now": ENTRY["now"], "at": ENTRY["at"]}
    with pytest.raises(Refused):
        receipts.counter_receipt(row, why=" ", by=alice, **times)
    back = receipts.counter_receipt(row, why="金额录错", by=alice, **times)
    assert (back.fen, back.cancels) == (-100000, row)
    with pytest.raises(Refused):
        receipts.counter_receipt(row, why="again", by=alice, **times)
    receipts.enter_receipt(campaign, by=alice, **ENTRY | {"fen": 90000})  # right this time
    assert funders.fiscal(campaign).received_fen == 90000


@pytest.mark.parametrize(
    "wrong",
    [
        {"fen": 0},
        {"document": " "},
        {"funder": ""},
        {"received_on": date(2022, 11, 18) + timedelta(days=1)},
    ],
)
def test_fiscal_money_that_cannot_be_is_refused(campaign, cast, wrong):
    with pytest.raises(Refused):
        receipts.enter_receipt(campaign, by=cast["alice"], **ENTRY | wrong)
    assert not FiscalReceipt.objects.exists()


def test_fiscal_money_due_is_the_enrolled_times_the_subsidy(money, sign_in):
    fiscal = funders.fiscal(money)
    if stated := money.policy["fiscal"]:
        assert fiscal.total_fen == stated.per_person_fen * fiscal.enrolled
    alice = sign_in("alice")
    entry = reverse("fiscal-receipt-entry", args=[money.slug])
    said = {
        "funder": "省级财政", "yuan": "1,000.00", "received_on": "2022-11-18", "document": "1号",
    }  # fmt: skip
    assert alice.post(entry, said | {"yuan": "much"}).status_code == 422
    assert alice.post(entry, said).status_code == 302
    page = alice.get(reverse("fiscal-receipts", args=[money.slug]))
    assert page.context["fen"] == 100000 and page.context["fiscal"].received_fen == 100000
    assert sign_in("heidi").post(entry, said).status_code == 403
