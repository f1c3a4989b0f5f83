"""应参 = 已参 + 未参: live, rolled up and recounted; households, every link."""

import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrollment import ports
from enrollment.models import NotEnrolling, User
from reports.appraisal.page import read_sheet, stage_now, target_sets
from reports.books import check_books
from reports.missed import queries, views
from reports.missed.board import read_board
from reports.missed.queries import listed
from reports.models import RollupMarked, RollupNow
from reports.people.lists import units_below
from reports.progress.rollups import refresh
from subsidies.models import Entitlement, Listing
from tests.conftest import at
from tests.reports.facts import Fact, Paid, Writer

NOW = at("2022-11-18 16:30")
EARLIER = at("2022-11-10 09:00")
URL = "/c/small-2023/missed/"
# "monitored" marks the whole household; "lifted" is tracked only.
NOTICE = (
    ('key = "monitored"\n', 'key = "monitored"\nentitles = "household"\n'),
    (
        'grant = "amount"\namount_fen = 25000\nhow = "reimbursed"\nclause = "五（二）2"\n',
        'grant = "none"\nclause = "五（二）2"\n',
    ),
)
CATEGORIES = ("lifted", "monitored", "gone")


@pytest.fixture
def household(campaign, load, changed):
    return load(changed(*NOTICE))


@pytest.fixture
def write(household, places, make_resident):
    return Writer(household, places, make_resident)


def mark(campaign, resident, category):
    Entitlement.objects.create(
        campaign=campaign, resident=resident, category=category, recognised_on=date(2022, 9, 1),
        source="list", known_at=EARLIER, marked_by=User.system(),
    )  # fmt: skip


def put_on_list(campaign, resident, kind):
    Listing.objects.create(
        campaign=campaign, resident=resident, kind=kind, since=date(2022, 10, 1),
        source="名单 第3行", known_at=EARLIER, marked_by=User.system(),
    )  # fmt: skip


def say(campaign, resident, reason, confirmed_by=None):
    NotEnrolling.objects.create(
        campaign=campaign, resident=resident, reason=reason, by=User.system(), at=EARLIER,
        approved_by=confirmed_by, approved_at=EARLIER if confirmed_by else None,
    )  # fmt: skip


@pytest.fixture
def county(household, write, cast):
    """North-1: household 1 is 安一 (monitored, enrolled), 安二 unpaid, 安三 enrolled, both through
    the household; 白四 lifted, unpaid. North-2: 蔡五 lifted, said to be dead and on the list of the
    dead. South-1: 邓六 monitored, said to be in the army, not confirmed; 尔七 monitored, only the
    list of the dead says so; 冯八 lifted, enrolled. South-2: 高九 has no mark. The county itself:
    胡十 lifted, unpaid."""
    paid = [Paid(at("2022-11-05 10:00"))]
    people = {
        name: write(Fact(unit, EARLIER, paid=paid if enrolled else []), name=name, **home).resident
        for name, unit, enrolled, home in [
            ("安一", "north-1", True, {"household": "1"}),
            ("安二", "north-1", False, {"household": "1"}),
            ("安三", "north-1", True, {"household": "1"}),
            ("白四", "north-1", False, {"household": "2"}),
            ("蔡五", "north-2", False, {}),
            ("邓六", "south-1", False, {}),
            ("尔七", "south-1", False, {"household": "1"}),
            ("冯八", "south-1", True, {}),
            ("高九", "south-2", True, {}),
            ("胡十", "county", False, {}),
        ]
    }
    for name in ("白四", "蔡五", "冯八", "胡十"):
        mark(household, people[name], "lifted")
    for name in ("安一", "邓六", "尔七"):
        mark(household, people[name], "monitored")
    say(household, people["蔡五"], "dead")
    say(household, people["邓六"], "army")
    for name in ("蔡五", "尔七"):
        put_on_list(household, people[name], "dead")
    return household


def of(sums):
    return sums.should, sums.enrolled, sums.missed, sums.excused


def test_a_mark_for_the_household_counts_for_its_members(county):
    board = read_board(county, county.region, NOW)
    assert of(board.total) == (8, 3, 5, 1)
    by_category = {line.key: of(line.sums) for line in board.categories}
    assert by_category["monitored"] == (5, 2, 3, 0)  # 安一 安二 安三 邓六 尔七
    assert by_category["lifted"] == (3, 1, 2, 1)
    assert board.total.waiting == 1


def test_the_list_says_who_has_a_mark_through_the_household(county, sign_in):
    html = sign_in("bob").get(URL + "people/?state=missed&category=monitored").content.decode()
    assert re.findall(r'people/\d+/">([^<]+)</a>', html) == ["安二"]
    assert "随户" in html


def test_the_dashboard_and_the_appraisal_say_the_same(county, sign_in):
    refresh(county, as_of=NOW)
    now = RollupNow.objects.get(region_id=county.region_id)
    assert (now.marked, now.marked_enrolled, now.marked_excused) == (8, 3, 1)
    html = sign_in("alice").get("/c/small-2023/progress/").content.decode()
    assert re.search(r'data-figure="marked">(\d+)', html)[1] == "5"
    html = sign_in("alice").get("/c/small-2023/people/?status=marked").content.decode()
    assert len(re.findall(r'<tr data-href="[^"]*/people/\d+/"', html)) == 5


def test_the_rate_of_hardship_people_counts_households_too(county):
    found = ports.group_counts(county, [county.region], "hardship", date(2022, 1, 1), NOW)
    assert found[county.region_id].known == 9  # whoever is excused is known too


@pytest.mark.parametrize("field", ["marked", "marked_enrolled", "marked_excused"])
def test_the_books_find_a_figure_of_marked_people_that_was_touched(county, places, field):
    refresh(county, as_of=NOW)
    assert all(check.ok for check in check_books(county) if check.name.startswith("8 "))
    RollupNow.objects.filter(region_id=places["north"].pk).update(**{field: 77})
    found = next(check for check in check_books(county) if check.name.startswith("8 "))
    assert found.found == 1
    assert "rolled up 77" in found.rows[0]


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["north-1", "north-2", "south-1"]), st.booleans(),
            st.sets(st.sampled_from(CATEGORIES)), st.sampled_from(["", "dead", "refuses"]),
            st.booleans(), st.sampled_from(["", "1", "2"]), st.booleans(),
        ),
        max_size=7,
    )
)  # fmt: skip
def test_counts_roll_ups_and_lists_are_what_plain_python_says(household, write, cast, drawn):
    """Unit, paid, own categories, reason said, on the list of the dead, household, confirmed."""
    Entitlement.objects.all().delete()
    homes = write.made  # households of this example only
    people = []
    for unit, paid, categories, reason, dead, home, confirmed in drawn:
        fact = Fact(unit, EARLIER, paid=[Paid(EARLIER)] if paid else [])
        row = write(fact, household=f"{homes}-{home}" if home else None)
        for category in categories:
            mark(household, row.resident, category)
        if reason:
            say(household, row.resident, reason, cast["alice"] if confirmed else None)
        if dead:
            put_on_list(household, row.resident, "dead")
        excused = not paid and reason == "dead" and (confirmed or dead)
        people.append((row.resident_id, (unit, home), paid, set(categories), reason, dead, excused))
    shared = {home for _id, home, _paid, own, *_rest in people if home[1] and "monitored" in own}
    for _id, home, _paid, own, *_rest in people:
        if home in shared:
            own.add("monitored")
    refresh(household, as_of=NOW)
    assert all(check.ok for check in check_books(household) if check.name.startswith("8 "))
    units = [unit.pk for unit in units_below(household.region)]
    for most_live in (64, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(queries, "MOST_LIVE", most_live)
            for key in ("", *CATEGORIES):
                board = read_board(household, household.region, NOW, key)
                assert board.live == (most_live > 0)
                here = [p for p in people if (key in p[3] if key else p[3])]
                missed = [p for p in here if not p[2] and not p[6]]
                apart = [p for p in here if p[6]]
                assert (board.chosen.should, board.chosen.missed, board.chosen.excused) == (
                    len(here) - len(apart), len(missed), len(apart),
                )  # fmt: skip
                assert sum(line.sums.missed for line in board.places) == len(missed)
                said = {line.key: line.people for line in board.reasons}
                unsaid = [p for p in missed if not p[4]]
                assert said.get("refuses", 0) == sum(p[4] == "refuses" for p in missed)
                assert said["hint"] == sum(p[5] for p in unsaid)
                assert said["none"] == sum(not p[5] for p in unsaid)
                for state, wanted in (("missed", missed), ("excused", apart), ("marked", here)):
                    rows = listed(household, units, NOW, state, category=key)
                    assert {row.resident_id for row in rows} == {p[0] for p in wanted}
    for place in ("north", "south", "north-1"):
        region = next(r for r in units_below(household.region) if r.key == place)
        board = read_board(household, region, NOW)
        here = [p for p in people if p[3] and p[1][0].startswith(place)]
        assert board.total.marked == len(here)


# --- every number is a list


def links(html):
    """Address and number of every link that leads to a list of marked people."""
    found = re.findall(
        r'<a[^>]*href="([^"]*missed/people/\?[^"]+)"[^>]*>(?:[^<]*<b>)?([\d,.]+)<', html
    )
    return [(unescape(href), number.replace(",", "")) for href, number in found]


def rows_of(client, href, per_page=50):
    """How many people the list names, page by page."""
    count, seen = 0, 0
    while href:
        html = client.get(href).content.decode()
        names = re.findall(r'people/\d+/">([^<]+)</a>', html)
        count += len(names)
        following = re.search(r'<a href="([^"]+)" rel="next"', html)
        href = following and f"{URL}people/{unescape(following[1])}"
        seen += 1
        assert seen < 20, "the pages do not end"
    return count


@pytest.mark.parametrize("who", ["alice", "bob", "erin", "heidi", "dana"])
@pytest.mark.parametrize("rolled", [False, True])
def test_every_number_of_every_page_is_the_length_of_its_list(
    county, sign_in, monkeypatch, who, rolled
):
    refresh(county, as_of=NOW)
    monkeypatch.setattr(queries, "MOST_LIVE", 0 if rolled else 64)
    monkeypatch.setattr(views, "PAGE", 2)
    client, walked, known = sign_in(who), 0, {}
    for page in (URL, f"{URL}?category=monitored", f"{URL}people/?state=missed"):
        for href, number in links(client.get(page).content.decode()):
            query = parse_qs(urlsplit(href).query)
            if "." in number:  # yuan: 350 for each person of the list
                number = float(number) / 350
            if href not in known:
                known[href] = rows_of(client, href)
            assert known[href] == int(number), (page, query)
            walked += 1
    assert walked > (60 if who == "alice" else 15)


def test_whoever_counts_to_the_place_itself_has_a_list_and_is_reminded(county, sign_in):
    client = sign_in("alice")
    own = f"region={county.region_id}&own=1"
    html = client.get(f"{URL}people/?{own}&state=missed").content.decode()
    assert re.findall(r'people/\d+/">([^<]+)</a>', html) == ["胡十"]
    html = client.get(f"{URL}reminders/?{own}").content.decode()
    assert "胡十" in html and "白四" not in html


APPRAISAL = """
[appraisal]
clause = "六"

[[appraisal.stages]]
key = "final"
title = "终期考核"
on = 2022-12-31
share_bp = 10000
final = true
clause = "六"
words = "年底前完成"

[[appraisal.rewards]]
key = "missed"
title = "漏参扣款"
stage = "final"
for = "region"
per = "missed_hardship"
fen = 35000
deduct = true
clause = "七"
words = "漏参 1 人扣 350 元"
"""


def test_what_the_missed_cost_sums_from_villages_to_the_township(
    county, places, load, changed, sign_in
):
    path = changed(*NOTICE)
    path.write_text(path.read_text("utf-8") + APPRAISAL, "utf-8")
    costly = load(path)
    board = read_board(costly, places["south"], NOW)
    # 邓六 and 尔七 of south-1, 350 yuan each
    assert [(line.region.key, line.fen) for line in board.places if line.fen] == [
        ("south-1", 70000)
    ]
    assert board.fen == 70000
    html = sign_in("charlie").get(URL).content.decode()
    assert "700.00" in html and ">七</a>" in html


def test_a_running_stage_of_a_large_campaign_is_read_from_the_roll_ups(
    county, load, changed, monkeypatch
):
    path = changed(*NOTICE)
    path.write_text(path.read_text("utf-8") + APPRAISAL, "utf-8")
    costly = load(path)
    refresh(costly, as_of=NOW)

    def missed():
        stage = stage_now(costly.policy["appraisal"], costly, NOW)
        sheet = read_sheet(costly, stage, target_sets(costly)[0], NOW)
        units = [line.row.unit for line in sheet.lines]
        return {unit.name: (unit.counted, unit.hardship_missed) for unit in units}

    live = missed()
    assert sorted(live.values()) == [(2, 2), (2, 2)]
    monkeypatch.setattr(queries, "MOST_LIVE", 0)
    assert missed() == live
    RollupMarked.objects.update(people=0)
    assert {count for _counted, count in missed().values()} == {0}


def test_of_too_many_people_a_place_is_chosen_for_reminders(county, sign_in, monkeypatch):
    monkeypatch.setattr(views, "MOST_REMINDED", 2)
    client = sign_in("alice")
    html = client.get(URL + "reminders/").content.decode()
    assert "白四" not in html and "请选择" in html
    found = [unescape(href) for href in re.findall(r'href="([^"]*reminders/\?region[^"]*)"', html)]
    assert len(found) == 3  # north, south, the county itself
    assert any("白四" in client.get(href).content.decode() for href in found)
