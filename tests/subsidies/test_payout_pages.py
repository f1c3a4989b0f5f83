"""Pay-outs in the browser: from months to a batch that the bank has paid."""

import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from config.lib.siv import seal
from enrollment import changes
from enrollment.models import AuditEntry, Campaign, Resident, User
from subsidies.models import Entitlement, Listing, PayOut, PayOutBatch, Transfer
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


@pytest.fixture
def batch(sign_in):
    """Made by Alice, checked by Dana, at the bank."""
    client = sign_in("alice")
    client.post(f"{URL}batches/", {"month": "2022-12-01", "funder": FUND})
    batch = PayOutBatch.objects.get()
    client = sign_in("dana")
    client.post(f"{URL}batches/{batch.pk}/steps/", {"step": "check"})
    client.post(f"{URL}batches/{batch.pk}/file/")
    return batch


def answer(batch, said, why=""):
    text = f"批次号,序号,金额,处理结果,失败原因\r\n{batch.pk},1,80.00,{said},{why}\r\n"
    return SimpleUploadedFile("回盘.csv", text.encode("gb18030"))


def test_the_banks_file_has_an_outcome_for_each_line(batch, sign_in):
    client, at_batch = sign_in("alice"), f"{URL}batches/{batch.pk}/"
    file = answer(batch, "退票", "户名不符")
    page = text(client.post(f"{at_batch}answers/", {"file": file}, follow=True))
    assert "王小明" in page and "退回" in page and "户名不符" in page
    assert "有 1 笔转账被退回" in text(client.get(URL))
    file = answer(batch, "退票", "户名不符")
    page = text(client.post(f"{at_batch}answers/", {"file": file}, follow=True))
    assert "同一文件已于" in page
    page = text(client.post(f"{at_batch}answers/", {"file": answer(batch, "不明")}, follow=True))
    assert "未导入任何内容" in page and "“不明”无法识别" in page


def test_a_workbook_for_people_holds_no_formula(batch, sign_in):
    Resident.objects.update(name="=1+1")
    response = sign_in("alice").post(f"{URL}batches/{batch.pk}/workbook/")
    sheet = load_workbook(BytesIO(response.content)).active
    row = sheet[3]
    assert [cell.data_type for cell in row[:8]] == ["n", "s", "s", "s", "s", "s", "s", "n"]
    assert (row[1].value, row[2].value, row[6].value) == ("=1+1", WANG, ACCOUNT)
    assert row[2].number_format == row[6].number_format == "@" and row[7].value == 80
    assert sheet[4][7].value == 80 and sheet.max_row == 4
    assert AuditEntry.objects.filter(action="take_out_pay_out_batch").count() == 1


def test_the_list_to_stamp_shows_numbers_as_an_act(batch, sign_in):
    client, at_batch = sign_in("alice"), f"{URL}batches/{batch.pk}/"
    assert ACCOUNT not in client.get(at_batch).content.decode()
    page = text(client.post(f"{at_batch}paper/"))
    assert WANG in page and ACCOUNT in page and "盖章" in page and "80.00" in page
    assert AuditEntry.objects.get(action="take_out_pay_out_batch").by.username == "alice"


def test_the_dead_are_shown_with_the_list_and_decided(sign_in):
    amount = PayOut.objects.get()
    Listing.objects.create(
        campaign=amount.campaign, resident=amount.resident, kind="dead", known_at=NOW,
        since=date(2022, 11, 10), source="死亡名单 第7行", marked_by=User.system(),
    )  # fmt: skip
    client, url = sign_in("alice"), f"{URL}people/{amount.pk}/"
    assert "有 1 笔、80.00 元暂缓发放" in text(client.get(URL))
    assert "死亡" in text(client.get(f"{URL}people/?standing=held"))
    assert "死亡名单 第7行" in text(client.get(url))
    said = {"what": "release", "why": "继承人", "payee": "王大明", "number": ""}
    page = text(client.post(f"{url}decision/", said, follow=True))
    assert "请填写继承人姓名和收款账号" in page
    client.post(f"{url}decision/", {**said, "number": "6217000099999999"})
    assert "王大明" in text(client.get(url))
    client.post(f"{url}decision/", {"what": "take_back"})
    client.post(f"{url}decision/", {"what": "drop", "why": "无继承人"})
    page = text(client.get(url))
    assert "不再发放" in page and "无继承人" in page
    assert client.post(f"{url}decision/", {"what": "x"}).status_code == 404


@pytest.mark.parametrize("back", ["//evil.example/?", "https://evil.example/", f"{URL}people/"])
def test_an_account_leads_back_to_its_list_only(sign_in, back):
    PayOut.objects.update(account=None)
    Entitlement.objects.update(account=None)
    client, amount = sign_in("alice"), PayOut.objects.get()
    url = f"{URL}people/{amount.pk}/account/"
    wanted = f"{URL}people/?standing=no_account"
    answer = client.post(url, {"number": "6217000099999991", "back": wanted})
    assert answer["Location"] == wanted
    answer = client.post(url, {"number": "6217000099999992", "back": back})
    assert answer["Location"] == f"{URL}people/{amount.pk}/"


def test_each_number_leads_to_a_list_that_sums_to_it(sign_in):
    client = sign_in("alice")
    html = client.get(URL).content.decode()
    links = re.findall(r'<a href="([^"]*people/\?[^"]*)">([\d,]+)</a>', html)
    assert len(links) == 16  # 8 counts of the month and funder, 8 of the funder
    for url, count in links:
        assert f"{count} 笔" in text(client.get(unescape(url)))


def test_overdue_money_is_told_here_and_on_the_dashboard(campaign, sign_in):
    client = sign_in("alice")
    assert "资助发放逾期" not in text(client.get("/c/small-2023/progress/"))
    Campaign.objects.update(clock=at("2023-01-05 09:00"))
    assert "有 1 笔、80.00 元逾期未发" in text(client.get(URL))
    assert "1 笔，80.00 元" in text(client.get(f"{URL}people/?standing=overdue"))
    assert "资助发放逾期" in text(client.get("/c/small-2023/progress/"))
    assert "资助发放逾期" not in text(sign_in("bob").get("/c/small-2023/progress/"))
