"""Nobody missed: each number sums to its list; reasons explain; reminders are kept."""

import re
from datetime import date
from io import BytesIO
from urllib.parse import parse_qsl, urlencode

import pytest
from openpyxl import load_workbook

from enrollment.models import AuditEntry, NotEnrolling, Resident, User
from reports.missed import rules
from reports.missed.board import read_board
from subsidies.models import Entitlement, Listing
from tests.conftest import at
from tests.reports.facts import Fact, Paid, Writer

NOW = at("2022-11-18 16:30")
URL = "/c/small-2023/missed/"
EXCLUDED = """[eligibility]
[[eligibility.exclusions]]
key = "employee"
name = "已参加职工医保"
when = { employee_insured = true }
clause = "二"

[[subsidies.categories]]"""


@pytest.fixture
def write(campaign, places, make_resident):
    return Writer(campaign, places, make_resident)


def mark(campaign, resident, category="lifted"):
    Entitlement.objects.create(
        campaign=campaign, resident=resident, category=category, recognised_on=date(2022, 9, 1),
        source="list", known_at=NOW, marked_by=User.system(),
    )  # fmt: skip


def list_dead(campaign, resident, kind="dead"):
    Listing.objects.create(
        campaign=campaign, resident=resident, kind=kind, since=date(2022, 10, 1),
        source="死亡名单 第3行", known_at=NOW, marked_by=User.system(),
    )  # fmt: skip


@pytest.fixture
def county(campaign, write):
    """North-1: 安 enrolled (lifted), 白 unpaid (lifted, poor); north-2: 蔡 enrolled (poor).
    South-1: 邓 unpaid (poor) and on the list of the dead; 尔 enrolled without a mark."""
    paid = [Paid(at("2022-11-05 10:00"))]
    people = {
        "安一": write(Fact("north-1", at("2022-11-01 10:00"), paid=paid), name="安一"),
        "白二": write(Fact("north-1", at("2022-11-02 10:00")), name="白二"),
        "蔡三": write(Fact("north-2", at("2022-11-03 10:00"), paid=paid), name="蔡三"),
        "邓四": write(Fact("south-1", at("2022-11-04 10:00")), name="邓四"),
        "尔五": write(Fact("south-1", at("2022-11-04 10:00"), paid=paid), name="尔五"),
    }
    for name, categories in {
        "安一": ("lifted",), "白二": ("lifted", "monitored"), "蔡三": ("monitored",),
        "邓四": ("monitored",),
    }.items():  # fmt: skip
        for category in categories:
            mark(campaign, people[name].resident, category)
    list_dead(campaign, people["邓四"].resident)
    return campaign


def say(client, names, reason, note="", back="state=missed"):
    who = [Resident.objects.get(name=name).pk for name in names]
    return client.post(URL + "reasons/", {"who": who, "reason": reason, "note": note, "back": back})


def names_of(client, query):
    html = client.get(f"{URL}people/?{query}").content.decode()
    return re.findall(r'people/\d+/">([^<]+)</a>', html)


def test_by_category_and_place_a_person_of_several_counts_once(county):
    board = read_board(county, county.region, NOW)
    of = {line.key: line.sums for line in board.categories}
    assert (board.total.should, board.total.enrolled, board.total.missed) == (4, 2, 2)
    assert (of["lifted"].should, of["lifted"].enrolled, of["lifted"].missed) == (2, 1, 1)
    assert (of["monitored"].should, of["monitored"].enrolled, of["monitored"].missed) == (3, 1, 2)
    assert board.in_several == 1  # Bai
    places = {line.region.name: (line.sums.should, line.sums.missed) for line in board.places}
    assert sorted(places.values()) == [(1, 1), (3, 1)]
    assert {(line.key, line.people) for line in board.reasons} == {("hint", 1), ("none", 1)}


def test_of_one_category_places_and_reasons_are_those_of_its_people(county, places):
    board = read_board(county, places["north"], NOW, "monitored")
    assert (board.chosen.should, board.chosen.missed) == (2, 1)
    assert [line.sums.missed for line in board.places] == [1, 0]


def test_every_number_leads_to_a_list_of_that_length(county, sign_in):
    client = sign_in("alice")
    html = client.get(URL).content.decode()
    found = re.findall(r'missed/people/\?([^"]+)"[^>]*>([\d,]+)</a>', html)
    assert len(found) > 20
    for query, number in found:
        asked = urlencode(parse_qsl(query.replace("&amp;", "&")))
        assert len(names_of(client, asked)) == int(number), query


def test_a_reason_is_said_for_several_and_explains_only(county, sign_in):
    client = sign_in("bob")
    assert say(client, ["白二"], "cannot_pay", "低保审批中").status_code == 302
    row = NotEnrolling.objects.get()
    assert (row.reason, row.note, row.by.username) == ("cannot_pay", "低保审批中", "bob")
    board = read_board(county, county.region, NOW)
    assert (board.total.should, board.total.missed, board.total.said) == (4, 2, 1)
    assert {(r.key, r.people) for r in board.reasons} == {
        ("cannot_pay", 1), ("hint", 1), ("none", 0)
    }  # fmt: skip
    assert names_of(client, "state=missed&reason=cannot_pay") == ["白二"]
    say(client, ["白二"], "refuses")
    assert NotEnrolling.objects.get(ended_at=None).reason == "refuses"
    say(client, ["白二"], "")
    assert not NotEnrolling.objects.filter(ended_at=None).exists()
    assert AuditEntry.objects.filter(action__contains="why_not_enrolled").count() == 3


def test_of_another_township_nothing_can_be_said(county, sign_in):
    assert say(sign_in("bob"), ["邓四"], "dead").status_code == 404
    assert not NotEnrolling.objects.exists()


def test_a_list_suggests_and_says_so(county, sign_in):
    html = sign_in("charlie").get(URL + "people/?reason=hint").content.decode()
    assert "名单线索：死亡，2022-10-01" in html
    assert "死亡名单 第3行" in html
    person = Resident.objects.get(name="邓四").pk
    html = sign_in("charlie").get(f"/c/small-2023/people/{person}/").content.decode()
    assert "名单线索：死亡，2022-10-01" in html


def test_from_the_page_of_a_person(county, sign_in):
    client, person = sign_in("bob"), Resident.objects.get(name="白二").pk
    response = say(client, ["白二"], "abroad", back="person")
    assert response.url == f"/c/small-2023/people/{person}/"
    assert "出国（境）" in client.get(response.url).content.decode()


def test_an_exclusion_of_the_notice_takes_out_who_is_shown_by_a_list(
    county, changed, load, sign_in
):
    assert set(rules.excused(county.policy)) == {"dead", "army", "elsewhere"}
    excluded = load(changed(("[[subsidies.categories]]", EXCLUDED)))
    assert rules.excused(excluded.policy)["employee"].clause == "二"
    list_dead(county, Resident.objects.get(name="邓四"), "employee")
    say(sign_in("charlie"), ["邓四"], "employee")
    assert read_board(county, county.region, NOW).total.excused == 0
    board = read_board(excluded, excluded.region, NOW)
    assert (board.total.should, board.total.missed, board.total.excused) == (3, 1, 1)
    assert names_of(sign_in("alice"), "state=excused") == ["邓四"]


def test_whoever_is_registered_in_another_county_is_suggested(county, write):
    person = Resident.objects.get(name="白二")
    list_dead(county, person, "elsewhere")
    board = read_board(county, county.region, NOW)
    assert {r.key: r.people for r in board.reasons} == {"hint": 2, "none": 0}


class TestReminders:
    def test_by_village_without_categories_and_without_phones(self, county, sign_in):
        Resident.objects.filter(name="白二").update(phone="13812345678")
        html = sign_in("bob").get(URL + "reminders/").content.decode()
        assert "白二" in html and "邓四" not in html
        assert "13812345678" not in html and "监测" not in html and "脱贫" not in html

    def test_taking_out_the_phones_is_one_act(self, county, sign_in):
        Resident.objects.filter(name="白二").update(phone="13812345678")
        html = sign_in("bob").post(URL + "reminders/", {"as": "page"}).content.decode()
        assert "13812345678" in html
        entry = AuditEntry.objects.get(action="take_out_reminders")
        assert (entry.by.username, entry.facts) == ("bob", {"people": 1, "phones": 1})

    def test_as_a_workbook(self, county, sign_in):
        Resident.objects.filter(name="白二").update(phone="13812345678")
        response = sign_in("bob").post(URL + "reminders/", {"as": "xlsx"})
        rows = list(load_workbook(BytesIO(response.content)).active.values)
        assert [row[4] for row in rows[3:]] == ["白二"]
        assert rows[3][6] == "13812345678"

    def test_an_auditor_takes_nothing_out(self, county, sign_in):
        assert sign_in("heidi").post(URL + "reminders/", {"as": "page"}).status_code == 404
        assert not AuditEntry.objects.filter(action="take_out_reminders").exists()


def test_the_workbook_says_the_same(county, sign_in):
    book = load_workbook(BytesIO(sign_in("alice").get("/c/small-2023/missed.xlsx").content))
    first, second, _third = (list(sheet.values) for sheet in book)
    assert first[3][1:] == (4, 2, 2, 50, 0)
    assert second[3][1:4] == (4, 2, 2)
