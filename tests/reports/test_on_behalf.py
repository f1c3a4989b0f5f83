"""What is paid on behalf: checked, listed once, exported by layout, confirmed by payments."""

from datetime import date
from hashlib import sha256

import pytest

from enrollment.models import AuditEntry, Identity, Resident, User
from payments.models import Match
from reports.on_behalf.queries import parts_of
from subsidies.models import Entitlement, Listing, OnBehalfEntry, OnBehalfList
from tests.conftest import at
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
