"""What is paid on behalf: checked, listed once, exported by layout, confirmed by payments."""

from datetime import date
from hashlib import sha256

import pytest

from enrollment.models import AuditEntry, Identity, Registration, Resident, User
from payments.models import Match
from reports.on_behalf.queries import parts_of, unconfirmed
from subsidies.models import (
    Entitlement,
    ListDecision,
    Listing,
    OnBehalfEntry,
    OnBehalfList,
    PayOut,
)
from tests.conftest import NOTICE, at
from tests.reports.facts import Fact, Paid, Writer

NOW = at("2022-11-18 16:30")
URL = "/c/small-2023/on-behalf/"
FULL = 35000


@pytest.fixture
def write(campaign, places, make_resident):
    return Writer(campaign, places, make_resident)


@pytest.fixture
def county(campaign, write):
    """All five guarantees. North-1: 安 and 白 wait, 蔡 is settled, 邓 is dead. South-1: 尔 waits.
    North-2: 范 has no part on behalf."""
    settled = [Paid(at("2022-11-05 10:00"), FULL, "on_behalf")]
    for name, unit, paid in (
        ("安一", "north-1", []), ("白二", "north-1", []), ("蔡三", "north-1", settled),
        ("邓四", "north-1", []), ("尔五", "south-1", []),
    ):  # fmt: skip
        row = write(Fact(unit, at("2022-11-01 10:00"), own=0, on_behalf=FULL, paid=paid), name=name)
        row.hardship = "five_guarantees"
        row.save()
        Entitlement.objects.create(
            campaign=campaign, resident=row.resident, category="five_guarantees",
            recognised_on=date(2022, 9, 1), source="list", known_at=NOW, marked_by=User.system(),
        )  # fmt: skip
    write(Fact("north-2", at("2022-11-01 10:00")), name="范六")
    Listing.objects.create(
        campaign=campaign, resident=Resident.objects.get(name="邓四"), kind="dead",
        since=date(2022, 10, 1), source="死亡名单 第3行", known_at=NOW, marked_by=User.system(),
    )  # fmt: skip
    return campaign


def make(client, places):
    return client.post(URL + "lists/", {"region": places["north"].pk})


def test_who_waits_and_who_stands_apart(county, places):
    found = {part.name: part.state for part in parts_of(county, county.region)}
    assert found == {
        "安一": "waiting", "白二": "waiting", "蔡三": "settled", "邓四": "dead", "尔五": "waiting"
    }  # fmt: skip


def test_a_list_is_a_row_and_one_act_and_nobody_is_on_two(county, places, sign_in):
    client = sign_in("alice")
    assert make(client, places).status_code == 302
    row = OnBehalfList.objects.get()
    assert (row.number, row.people, row.fen, row.made_by.username) == (1, 2, 70000, "alice")
    assert row.funders == [["县财政", 70000]]
    assert AuditEntry.objects.get(action="make_on_behalf").facts["sha256"] == row.sha256
    make(client, places)
    assert OnBehalfList.objects.count() == 1  # nobody waits any more
    assert OnBehalfEntry.objects.count() == 2


def test_the_file_is_of_the_layout_and_the_same_each_time(county, places, sign_in):
    client = sign_in("alice")
    make(client, places)
    row = OnBehalfList.objects.get()
    first, again = (client.post(f"{URL}lists/{row.pk}/file/").content for _ in range(2))
    assert first == again and sha256(first).hexdigest() == row.sha256
    lines = first.decode("gb18030").split("\r\n")
    paper = Identity.objects.get(resident__name="安一").number.reveal()
    assert lines[0].startswith("序号,缴费人姓名,证件类型,证件号码")
    assert lines[1].split(",")[1:4] == ["安一", "居民身份证", paper]
    assert lines[1].split(",")[5:8] == ["20230101", "20231231", "350.00"]
    assert lines[3] == "合计,共2人,,,,,,700.00"
    assert AuditEntry.objects.filter(action="take_out_on_behalf").count() == 2


def test_what_has_changed_since_is_not_sent(county, places, sign_in):
    client = sign_in("alice")
    make(client, places)
    Resident.objects.filter(name="安一").update(name="安依")
    response = client.post(f"{URL}lists/{OnBehalfList.objects.get().pk}/file/")
    assert response.status_code == 302


def test_payments_since_confirm_it(county, places, sign_in):
    client = sign_in("alice")
    make(client, places)
    row = OnBehalfList.objects.get()
    entry = row.entries.select_related("registration").first()
    Match.objects.create(
        campaign_id=county.pk, payment_id=entry.pk, registration_id=entry.registration_id,
        resident_id=entry.registration.resident_id, part="on_behalf", fen=FULL, due_fen=FULL,
        policy_version_id=county.policy_version.pk, rule="number", at=NOW, known_at=NOW,
        by_id=User.system().pk,
    )  # fmt: skip
    html = client.get(f"{URL}lists/{row.pk}/").content.decode()
    assert "1 <small>350.00" in html


def test_withdrawn_its_people_may_stand_on_another(county, places, sign_in):
    client = sign_in("alice")
    make(client, places)
    row = OnBehalfList.objects.get()
    client.post(f"{URL}lists/{row.pk}/withdrawal/", {"why": ""})
    assert OnBehalfList.objects.get().ended_at is None
    client.post(f"{URL}lists/{row.pk}/withdrawal/", {"why": "税务退回"})
    make(client, places)
    assert list(OnBehalfList.objects.order_by("number").values_list("number", "people")) == [
        (1, 2), (2, 2)
    ]  # fmt: skip


def test_numbers_are_masked_until_the_list_is_taken_out(county, places, sign_in):
    client = sign_in("alice")
    make(client, places)
    row, paper = OnBehalfList.objects.get(), Identity.objects.get(resident__name="安一").number
    url = f"{URL}lists/{row.pk}/"
    assert paper.reveal() not in client.get(url).content.decode()
    assert paper.reveal() in client.post(url + "paper/").content.decode()
    assert sign_in("bob").post(url + "paper/").status_code == 403
    assert sign_in("charlie").get(url).status_code == 404


def test_a_township_is_shown_with_each_state_apart(county, places, sign_in):
    html = sign_in("bob").get(URL).content.decode()
    assert "死亡名单 第3行" in html and "尔五" not in html
    assert "生成代缴名单" not in html  # a clerk makes none


def test_whom_the_notice_lets_not_enroll_stands_apart_too(county, places, sign_in, load, changed):
    exclusion = (
        '\n[[eligibility.exclusions]]\nkey = "employee"\nname = "职工医保"\n'
        'when = { employee_insured = true }\nclause = "二"\nwords = "不重复参保"\n'
    )
    campaign = load(changed(text=NOTICE.read_text("utf-8") + exclusion), why="职工")
    for name, kind in (("安一", "employee"), ("白二", "army")):
        Listing.objects.create(
            campaign=campaign, resident=Resident.objects.get(name=name), kind=kind,
            since=date(2022, 10, 1), source="名单 第9行", known_at=NOW, marked_by=User.system(),
        )  # fmt: skip
    found = {part.name: part.state for part in parts_of(campaign, campaign.region)}
    assert found == {
        "安一": "barred", "白二": "waiting", "蔡三": "settled", "邓四": "dead", "尔五": "waiting"
    }  # fmt: skip
    html = sign_in("alice").get(f"{URL}?state=barred").content.decode()
    assert "名单 第9行" in html and "安一" in html and "白二" not in html


def test_who_is_not_confirmed_is_told_with_the_sum(county, places, sign_in):
    client = sign_in("alice")
    assert unconfirmed(county) == 0
    make(client, places)
    assert unconfirmed(county) == 2
    html = client.get(URL).content.decode()
    assert "2 人、700.00 元尚未由缴费明细回传确认" in html
    html = client.get(f"{URL}?state=listed").content.decode()
    assert "安一" in html and "白二" in html and "尔五" not in html
    assert "代缴名单未回传确认" in client.get("/c/small-2023/progress/").content.decode()
    row = OnBehalfList.objects.get()
    entry = row.entries.select_related("registration").order_by("registration__resident").first()
    Match.objects.create(
        campaign_id=county.pk, payment_id=entry.pk, registration_id=entry.registration_id,
        resident_id=entry.registration.resident_id, part="on_behalf", fen=FULL, due_fen=FULL,
        policy_version_id=county.policy_version.pk, rule="number", at=NOW, known_at=NOW,
        by_id=User.system().pk,
    )  # fmt: skip
    assert unconfirmed(county) == 1
    html = client.get(f"{URL}lists/{row.pk}/").content.decode()
    assert "1 人、350.00 元尚未由缴费明细回传确认" in html
    html = client.get(f"{URL}lists/{row.pk}/?open").content.decode()
    assert "白二" in html and "安一" not in html


@pytest.mark.parametrize("who", ["alice", "bob", "dana", "heidi"])
def test_it_stands_in_the_menu_of_those_who_may_see_it(county, sign_in, who):
    page = sign_in(who).get("/c/small-2023/progress/").content.decode()
    assert f'<a href="{URL}">代缴</a>' in page


def test_who_had_paid_before_is_reimbursed_and_found_from_here(county, sign_in):
    row = Registration.objects.get(resident__name="范六")
    PayOut.objects.create(
        campaign=county, resident=row.resident, registration=row, kind="paid_already", fen=FULL,
        due_month=date(2022, 12, 1), known_at=NOW,
    )  # fmt: skip
    client = sign_in("alice")
    html = client.get(URL).content.decode()
    assert "有 1 人此前已自行缴费，350.00 元将发还到本人账户" in html
    html = client.get("/c/small-2023/pay-outs/people/?kind=paid_already").content.decode()
    assert "范六" in html and "350.00" in html


def test_an_entry_of_which_somebody_decided_that_it_does_not_hold_bars_nobody(county, cast):
    entry = Listing.objects.get(kind="dead")
    ListDecision.objects.create(
        campaign=county, listing=entry, decision="stays", why="查无此事", at=NOW,
        registration=Registration.objects.get(resident=entry.resident), by=cast["alice"],
    )  # fmt: skip
    found = {part.name: part.state for part in parts_of(county, county.region)}
    assert found["邓四"] == "waiting"
