"""Pay-outs in the browser: from months to a batch that the bank has paid."""

import re
from datetime import date
from html import unescape

import pytest

from config.lib.siv import seal
from enrollment import changes
from enrollment.models import User
from subsidies.models import Entitlement, PayOut, PayOutBatch, Transfer
from subsidies.services import mark_hardship
from tests.conftest import at
from tests.payments.lines import WANG, Row, take_in
from tests.reports.facts import Fact, Writer

NOW = at("2022-11-18 16:30")
URL = "/c/small-2023/pay-outs/"
ACCOUNT, FUND = "6217000012345678901", "医疗救助资金"


@pytest.fixture(autouse=True)
def due(campaign, places, make_resident, tmp_path):
    """80 yuan come back to Wang in December."""
    wang = make_resident("王小明", number=WANG)
    Writer(campaign, places, make_resident).register(wang, Fact("north-1", NOW))
    mark_hardship(
        campaign=campaign, resident=wang, category="minimum_living", source="名单",
        recognised_on=date(2022, 11, 1), by=User.system(), now=NOW,
    )  # fmt: skip
    Entitlement.objects.update(account=seal(ACCOUNT))
    take_in(campaign, tmp_path, [Row()], now=NOW)
    changes.consume()


def text(response, status=200):
    assert response.status_code == status
    return unescape(re.sub(r"<[^>]*>", " ", response.content.decode()))


def test_from_the_month_to_a_paid_batch(sign_in):
    page = text(sign_in("alice").get(URL))
    assert "2022-12" in page and FUND in page and "80.00" in page
    client = sign_in("alice")
    client.post(f"{URL}batches/", {"month": "2022-12-01", "funder": FUND})
    batch = PayOutBatch.objects.get()
    at_batch = f"{URL}batches/{batch.pk}/"
    page = text(client.get(at_batch))
    assert "王小明" in page and "…8901" in page and ACCOUNT not in page
    assert "须由另一人复核" in page and "复核通过" not in page
    page = text(client.post(f"{at_batch}steps/", {"step": "check"}, follow=True))
    assert "须由另一人复核" in page
    client = sign_in("dana")
    client.post(f"{at_batch}steps/", {"step": "check"})
    answer = client.post(f"{at_batch}file/")
    assert ACCOUNT in answer.content.decode("gb18030")
    client.post(f"{at_batch}steps/", {"step": "confirm"})
    assert PayOutBatch.objects.get().state == "confirmed"
    transfer = Transfer.objects.get()
    client.post(f"{at_batch}returns/", {"transfer": transfer.pk, "why": "户名不符"})
    page = text(client.get(f"{URL}people/?standing=returned"))
    assert "王小明" in page and "保存" in page
    client.post(f"{URL}people/{PayOut.objects.get().pk}/account/", {"number": "6217000099999999"})
    assert "…9999" in text(client.get(f"{URL}people/"))


def test_the_file_is_not_given_out_unchecked(sign_in):
    client = sign_in("alice")
    client.post(f"{URL}batches/", {"month": "2022-12-01", "funder": FUND})
    page = text(client.post(f"{URL}batches/{PayOutBatch.objects.get().pk}/file/", follow=True))
    assert "批次待复核，不能进行此操作" in page


def test_a_month_is_needed(sign_in):
    page = text(sign_in("alice").post(f"{URL}batches/", {"month": "x"}, follow=True))
    assert "请选择月份" in page and not PayOutBatch.objects.exists()


def test_auditors_read_and_are_offered_nothing(sign_in):
    html = sign_in("heidi").get(URL).content.decode()
    assert "编制批次</button>" not in html
    assert sign_in("heidi").post(f"{URL}batches/").status_code == 403


def test_a_list_of_nonsense_is_not_found(sign_in):
    assert sign_in("alice").get(f"{URL}people/?standing=x").status_code == 404
