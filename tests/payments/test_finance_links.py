"""Every figure of the finance page is a link, and its list, all pages of it, sums to the figure."""

import re
from typing import Any

import pytest
from django.urls import reverse

from reports.finance import people, receipts, rollups
from tests.payments.lines import LI, WANG, ZHAO, Row
from tests.reports.facts import Fact, Writer

pytestmark = pytest.mark.django_db(databases=["default", "progress"])

NUMBERED = "<(td|dd)([^>]*)>(.*?)</(?:td|dd)>"
FUND = "医疗救助资金 & 省级"
FAR, SUN, QIAN = "411328199001010011", "411328199203034414", "411328196405051529"


@pytest.fixture
def money(
    campaign: Any, take: Any, make_resident: Any, register: Any, places: Any, cast: Any
) -> Any:
    """Of everything something: payments of every standing; 王 paid, 李 of whom the county pays a
    part that came and 孙 of whom it did not, in other villages; 钱 has a deduction; to 赵 something
    is paid out and to 郑 something is to be paid out; 周 pays too little and 吴 nothing."""
    from enrollment.models import Registration
    from subsidies.models import PayOut, PayOutBatch, Transfer
    from tests.conftest import at

    def somebody(number: str, name: str, village: str, **how: Any) -> Any:
        return register(make_resident(name, number=number, village=village), **how)

    somebody(WANG, "王小明", "north-1")
    somebody(LI, "李丽", "north-2", own=10000, on_behalf=25000)
    somebody(SUN, "孙一", "north-1", own=0, on_behalf=35000)
    reduced = somebody(QIAN, "钱二", "south-1", own=27000)
    Registration.objects.filter(pk=reduced.pk).update(fee_fen=35000, deducted_fen=8000)
    paid = somebody(ZHAO, "赵敏", "south-1")
    write = Writer(campaign, places, make_resident)
    for village, name in (("south-1", "郑三"), ("north-2", "吴五")):
        write(Fact(village, at("2022-11-01 10:00")), name=name)
    numbers = [f"34113522111800001{n}" for n in range(9)]
    take(
        [
            Row(receipt=numbers[0]),
            Row(receipt=numbers[1], number=LI, name="李丽", yuan="110", channel="支付宝"),
            Row(receipt=numbers[2], number=LI, name="李丽", yuan="250", mark="特困"),
            Row(receipt=numbers[3], number=ZHAO, name="赵敏", paid="2022-11-17 08:00:00"),
            Row(receipt=numbers[4], number=ZHAO, name="赵敏", yuan="20", paid="2022-11-16"),
            Row(receipt=numbers[5], number=WANG, yuan="-100", state="退费", original=numbers[6]),
            Row(receipt=numbers[6], number=WANG, yuan="100", channel="A&B 银行"),
            Row(receipt=numbers[7], number=FAR, name="钱五", township="城南乡"),
            Row(receipt=numbers[8], number=FAR, name="钱五", yuan="5", township="", village=""),
        ]
    )
    month, now = at("2022-12-01 00:00").date(), at("2022-11-18 09:00")
    batch = PayOutBatch.objects.create(
        campaign=campaign, funder=FUND, month=month, made_by=cast["alice"], made_at=now
    )
    other = Registration.objects.get(resident__name="郑三")
    for line, row in enumerate((paid, other), start=1):
        made = PayOut.objects.create(
            campaign=campaign, resident=row.resident, registration=row, kind="reimbursement",
            funder=FUND, fen=8000, due_month=month, known_at=now,
        )  # fmt: skip
        if row == paid:
            Transfer.objects.create(
                batch=batch, pay_out=made, line=line, name="赵敏", account=b"x", fen=8000
            )
    PayOutBatch.objects.filter(pk=batch.pk).update(
        state="confirmed", checked_by=cast["dana"], checked_at=now, exported_at=now,
        confirmed_at=now,
    )  # fmt: skip
    rollups.refresh(campaign)
    times = {"received_on": now.date(), "note": "", "by": cast["alice"], "now": now, "at": now}
    receipts.enter_receipt(campaign, funder="省级财政", fen=100000, document="1号", **times)
    return campaign


def amount(text: str) -> int:
    """Fen, or people."""
    return round(float(text.replace(",", "")) * 100) if "." in text else int(text.replace(",", ""))


def cells(page: str) -> list[tuple[str, str]]:
    """(address or "", figure) of every figure of the money on the page."""
    main = page.partition('class="panel finance-sums"')[2]
    found = []
    for _tag, how, inside in re.findall(NUMBERED, main, re.S):
        text = re.sub("<[^>]+>", "", inside).strip()
        if (_tag == "dd" or "num" in how) and re.fullmatch(r"-?[\d,]+(\.\d\d)?", text):
            href = re.search(r'href="([^"]+)"', inside)
            found.append((href[1].replace("&amp;", "&") if href else "", text))
    return found


def listed(client: Any, url: str) -> tuple[int, int]:
    """What the rows of all pages sum to, in fen, and how many they are."""
    total = n = head = 0
    address = url
    while url:
        page = client.get(url)
        assert page.status_code == 200, url
        for row in page.context["rows"]:
            total += of_row(row, url)
            n += 1
        head = page.context.get("sum", page.context.get("fen"))
        following = page.context.get("next")
        url = url.partition("?")[0] + "?" + following if following else ""
    assert head == (n if "of=people" in address else total), address  # what stands above the list
    return total, n


def of_row(row: Any, url: str) -> int:
    if isinstance(row, tuple):
        return int(row[0].fen)
    if "fiscal" in url:
        return int(row.fen)
    if "standing=there" in url:
        return int(row.fen - row.refunded_fen - row.reversed_fen)
    standing = re.search(r"standing=(\w+)", url)
    return int(getattr(row, f"{standing[1]}_fen" if standing else "fen"))


def test_every_figure_is_a_link_to_a_list_that_sums_to_it(money, sign_in, places, monkeypatch):
    monkeypatch.setattr("reports.finance.payments.PAGE", 2)  # so that lists have pages
    monkeypatch.setattr(people, "PAGE", 2)
    monkeypatch.setattr(people, "UNITS_AT_ONCE", 1)
    alice, seen = sign_in("alice"), set()
    wrong: list[Any] = []
    for region in ("county", "north", "north-1", "south"):
        address = reverse("finance", args=[money.slug]) + f"?region={places[region].pk}"
        for url, figure in cells(alice.get(address).content.decode()):
            if not url:
                wrong += [(region, "no link", figure)] if amount(figure) else []
                continue
            fen, n = listed(alice, url)
            seen.add(re.sub(r"region=\d+&?|funder=.*", "", url.partition("?")[2]))
            if amount(figure) != (fen if "." in figure else n):
                wrong.append((region, url, figure, fen, n))
    assert wrong == []
    told = {each for each in seen if "of=" in each}
    assert {f"of={key}" for key in people.OWED} <= {each.strip("&") for each in told}
    assert {key for key in people.BY_FUNDER if any(key in each for each in told)} == set(
        people.BY_FUNDER
    )


def test_a_list_says_the_sum_of_the_figure_and_a_clerk_sees_the_own_township(
    money, sign_in, places
):
    url = reverse("finance-people", args=[money.slug])
    page = sign_in("alice").get(url + "?of=due_fen")
    assert page.context["sum"] == sum(row.fen for row, *_rest in page.context["rows"]) > 0
    bob = sign_in("bob")
    own = bob.get(url + "?of=due_fen")
    assert 0 < own.context["sum"] < page.context["sum"]
    assert bob.get(url + f"?of=due_fen&region={places['south'].pk}").status_code == 404
    for query in ("?of=anything", "?of=due_fen&seen=-1"):
        assert bob.get(url + query).status_code == 404
    assert "411328199203034414" not in own.content.decode()
