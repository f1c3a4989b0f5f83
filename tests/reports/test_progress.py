"""The dashboard: its figures, its links, who sees it, what it costs; the command beside it."""

import io
import json
import re
from datetime import date

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrollment import changes
from enrollment.models import PriorEnrollment, User
from quotas.models import Target, TargetSet
from reports.models import Ranking, RankingRow
from reports.progress import rollups
from tests.conftest import at
from tests.reports.facts import Fact, Paid, Writer

NOW = at("2022-11-18 16:30")
URL = "/c/small-2023/progress/"


@pytest.fixture
def write(campaign, places, make_resident):
    return Writer(campaign, places, make_resident)


@pytest.fixture
def county(campaign, write):
    """7 of north's 10 enrolled, 1 more registered; 2 of south's 20 enrolled; 8 were last year."""
    for n in range(4):
        write(Fact("north-1", at(f"2022-11-0{n + 1} 10:00"), own=0), prior=True)
    for _n in range(3):
        write(Fact("north-2", at("2022-11-16 10:00"), paid=[Paid(at("2022-11-17 10:00"))]))
    write(Fact("north-2", at("2022-11-18 10:00")), prior=True)
    for _n in range(2):
        write(Fact("south-1", at("2022-11-02 10:00"), own=0), prior=True)
    rollups.refresh(campaign, as_of=NOW)
    return campaign


def page(client, path=URL):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def figures(html):
    """What stands in the headline, by name."""
    found = re.findall(r'data-figure="(\w+)">(.*?)</(?:div|a|span)>', html, re.S)
    return {name: re.sub(r"<svg.*?</svg>|<.*?>|\s", "", text) for name, text in found}


def rows(html):
    """The table: region id → texts of the cells, the total's first."""
    found = {}
    for pk, body in re.findall(r'<tr[^>]*data-region="(\d+)">(.*?)</tr>', html, re.S):
        cells = re.findall(r"<td[^>]*>(.*?)</td>", body, re.S)
        found[int(pk)] = [re.sub(r"<svg.*?</svg>|<.*?>|\s", "", c) for c in cells]
    return found


def test_the_whole_and_its_parts(county, places, sign_in):
    html = page(sign_in("alice"))
    shown = rows(html)
    assert list(shown) == [places[key].pk for key in ("county", "north", "south")]
    # 9 of 30; requirement on day 35 of 47: 71.48 %, 22 people; 96 % are 29, 12 days are left
    assert shown[places["county"].pk][2:] == [
        "全县",
        "30",
        "10",
        "9",
        "30.00",
        "",
        "3",
        "2",
        "停滞",
    ]
    assert shown[places["north"].pk] == [
        "1", "", "城北镇", "10", "8", "7", "70.00", "", "3", "1", "滞后"
    ]  # fmt: skip
    assert shown[places["south"].pk][4:7] == ["2", "2", "10.00"]
    assert figures(html)["gap"] == "13"  # 22 - 9
    assert "2022-11-18 16:30" in html


def test_the_state_of_each_place_follows_from_its_figures(county, places, sign_in):
    shown = rows(page(sign_in("alice")))
    # north: 3 in 7 days, needs 3 in 12 days = 1 a day: 3 * 4 >= 1 * 7. south: none, needs 2 a day
    assert (shown[places["north"].pk][-1], shown[places["south"].pk][-1]) == ("滞后", "停滞")


def test_last_year_is_another_denominator(county, places, sign_in):
    shown = rows(page(sign_in("alice"), f"{URL}?by=prior"))
    # 8 were enrolled last year: 5 in north, 2 in south... of whom the fixture marks 7
    assert shown[places["north"].pk][3:7] == ["5", "8", "7", "140.00"]
    assert shown[places["south"].pk][3:7] == ["2", "2", "2", "100.00"]


def test_a_target_set_that_is_shown_first_is_shown_first(county, places, sign_in):
    county.target_sets.update(shown_first=False)
    other = TargetSet.objects.create(
        campaign=county, slug="practice", title="演练任务", insurance="390", shown_first=True
    )
    Target.objects.create(target_set=other, region=places["north"], persons=14)
    client = sign_in("alice")
    assert rows(page(client))[places["north"].pk][3:7] == ["14", "8", "7", "50.00"]
    assert rows(page(client, f"{URL}?by=notice"))[places["north"].pk][3] == "10"
    # a place without a target in the set stands below, without a rate
    assert rows(page(client))[places["south"].pk][3:7] == ["—", "2", "2", "—"]


def test_a_village_is_measured_by_last_year_its_township_by_its_target(county, places, sign_in):
    html = page(sign_in("alice"), f"{URL}{places['north'].pk}/")
    shown = rows(html)
    assert figures(html)["target"] == "10"
    assert shown[places["north"].pk][3:7] == ["5", "8", "7", "140.00"]
    assert shown[places["north-1"].pk][2:7] == ["东湖村", "4", "4", "4", "100.00"]
    assert shown[places["north-2"].pk][3:7] == ["1", "4", "3", "300.00"]


def test_a_village_shows_its_days(county, places, sign_in):
    html = page(sign_in("alice"), f"{URL}{places['north-2'].pk}/")
    assert [day for day in re.findall(r"<td>(2022-11-\d\d)</td>", html)] == [
        "2022-11-18", "2022-11-17", "2022-11-16"
    ]  # fmt: skip


def test_an_earlier_day_is_shown_as_it_ended(county, places, sign_in):
    html = page(sign_in("alice"), f"{URL}?day=2022-11-16")
    shown = rows(html)
    assert shown[places["north"].pk][4:6] == ["7", "4"]
    assert 'value="2022-11-16" selected' in html
    # on day 33 of 47: 9600 * 33 / 47 = 6740; 21 people
    assert figures(html)["gap"] == "15"
    assert "open" not in figures(html)  # what waits is told of now only


@pytest.mark.parametrize("query", ["?day=x", "?day=2099-01-01", "?by=%3Cx%3E", "?by=unknown"])
def test_a_choice_that_cannot_be_made_shows_the_page_as_it_is(county, sign_in, query):
    assert figures(page(sign_in("alice"), URL + query))["enrolled"] == "9"


def test_every_count_leads_to_a_list_with_as_many_people(county, places, sign_in):
    client = sign_in("alice")
    for region in (None, places["north"].pk, places["north-2"].pk):
        html = page(client, f"{URL}{region}/" if region else URL)
        links = re.findall(r'href="(/c/small-2023/people/[^"]*status=[^"]*)"[^>]*>([\d,]+)<', html)
        assert len(links) >= 2
        for url, count in links:
            listed = client.get(url.replace("&amp;", "&"))
            people = re.findall(r'<tr data-href="[^"]*/people/\d+/">', listed.content.decode())
            assert len(people) == int(count.replace(",", "")), url


def test_open_payments_are_counted_by_home_and_lead_to_their_list(
    campaign, places, sign_in, make_resident, tmp_path
):
    from tests.payments.lines import WANG, Row, take_in

    make_resident("王小明", number=WANG, village="north-1")
    take_in(campaign, tmp_path, [Row()], name="1.csv", now=NOW)
    changes.consume()
    client = sign_in("alice")
    html = page(client)
    assert (figures(html)["open"], "350.00 元" in html) == ("1笔", True)
    assert 'href="/c/small-2023/payments/open/"' in html
    assert figures(page(client, f"{URL}{places['north'].pk}/"))["open"] == "1笔"
    assert figures(page(client, f"{URL}{places['south'].pk}/"))["open"] == "0笔"
    # a collector sees the figure but not the list
    html = page(sign_in("erin"))
    assert figures(html)["open"] == "1笔"
    assert "payments/open/" not in html


def test_idle_villages_are_named(county, places, sign_in):
    client = sign_in("alice")
    # nobody newly enrolled 11-16 to 11-18 in north-1 and south-1, but nobody is missing there
    assert "0 个" in page(client)
    PriorEnrollment.objects.create(
        resident_id=10**9, insurance="390", coverage_from=date(2022, 1, 1),
        village=places["south-1"],
    )  # fmt: skip
    rollups.refresh(county, as_of=NOW)
    html = page(client)
    assert "1 个" in html and ">东湖<" in html.replace("\n", "").replace(" ", "")
    listed = page(client, f"{URL}{places['county'].pk}/idle/")
    assert "东湖村" in listed and "11-02" in listed


def test_the_change_since_the_last_published_ranking(county, places, sign_in):
    def freeze(number, published, ranks):
        ranking = Ranking.objects.create(
            campaign=county, kind="weekly", region=places["county"],
            target_set=county.target_sets.get(), policy_version=county.policy_version,
            number=number, as_of=at(f"2022-11-{number + 10} 17:00"), frozen_at=NOW,
            frozen_by=User.system(), published_at=published,
            published_by=User.system() if published else None, books_ok=True, books=[], checksum="",
        )  # fmt: skip
        for key, rank in ranks.items():
            RankingRow.objects.create(
                ranking=ranking, region=places[key], name=key, position=1, target=1, registered=1,
                counted=1, added=1, rate_bp=1, rank=rank,
            )  # fmt: skip

    freeze(1, NOW, {"north": 2, "south": 1})
    freeze(2, None, {"north": 1, "south": 2})  # a draft does not count
    html = page(sign_in("alice"))
    shown = rows(html)
    assert (shown[places["north"].pk][1], shown[places["south"].pk][1]) == ("1", "1")
    assert html.count('class="shape shape-up') == 1 and html.count('class="shape shape-down') == 1
    assert "第 1 期" in html


def test_before_the_first_roll_up_it_says_so(campaign, sign_in):
    assert "正在汇总" in page(sign_in("alice"))


def test_a_clerk_sees_their_township_live(county, places, write, sign_in):
    row = write(Fact("north-1", NOW, own=0))
    changes.append(changes.REGISTERED, campaign_id=county.pk, resident_id=row.resident_id, at=NOW)
    html = page(sign_in("bob"))
    assert (figures(html)["enrolled"], "城北镇" in html) == ("8", True)
    # the county's page reads roll-ups only
    assert figures(page(sign_in("alice")))["enrolled"] == "9"


@pytest.mark.parametrize("name", ["alice", "bob", "charlie", "dana", "erin", "heidi"])
def test_readers_see_it(county, sign_in, name):
    page(sign_in(name))


@pytest.mark.parametrize("name", ["frank", "grace", "mallory"])
def test_others_do_not(county, sign_in, name):
    assert sign_in(name).get(URL).status_code == 403


@pytest.mark.parametrize("tail", ["/", ".xlsx", "/idle/"])
def test_a_foreign_region_is_not_there(county, places, sign_in, tail):
    client = sign_in("bob")
    assert client.get(f"{URL}{places['south'].pk}{tail}").status_code == 404
    assert client.get(f"{URL}{places['county'].pk}{tail}").status_code == 404
    assert client.get(f"{URL}{places['north-1'].pk}{tail}").status_code == 200


def test_it_is_only_read(county, sign_in):
    assert sign_in("alice").post(URL).status_code == 405


def test_the_first_page_takes_fifteen_queries_however_many_places(county, places, sign_in):
    client = sign_in("alice")
    page(client)
    with CaptureQueriesContext(connection) as queries:
        page(client)
    # the test's own transaction makes savepoints of what is a transaction otherwise
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= 15, "\n".join(sql[:70] for sql in asked)
    read = " ".join(asked)
    for large in ("enrollment_registration", "enrollment_resident", "payments_"):
        assert large not in read


def test_excel_has_the_same_figures(county, places, sign_in):
    response = sign_in("alice").get(f"{URL}{places['county'].pk}.xlsx?by=notice")
    assert response["Content-Disposition"].startswith("attachment; filename=")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    table = list(sheet.iter_rows(min_row=3, values_only=True))
    assert table[0][2:7] == ("单位", "2023年度征缴任务分配表", "已登记", "已参保", "完成率 %")
    assert table[1][2:10] == ("安平县", 30, 10, 9, 30, 13, 3, 2)
    assert [row[2] for row in table[2:]] == ["城北镇", "城南乡"]
    assert "2022-11-18 16:30" in sheet["A2"].value


class TestCommand:
    def run(self, *options):
        out = io.StringIO()
        call_command("progress", "small-2023", "--json", *options, stdout=out)
        return json.loads(out.getvalue().splitlines()[-1])

    def test_it_says_what_the_dashboard_says(self, county, places):
        answer = self.run()
        assert answer["as_of"] == "2022-11-18T16:30:00+08:00"
        assert answer["rows"] == [
            # 71.48 % of 10 are 8 people, of 20 they are 15
            {"region": places["north"].code, "name": "城北镇", "target": 10, "registered": 8,
             "enrolled": 7, "rate_bp": 7000, "gap": 1},
            {"region": places["south"].code, "name": "城南乡", "target": 20, "registered": 2,
             "enrolled": 2, "rate_bp": 1000, "gap": 13},
        ]  # fmt: skip

    def test_the_default_is_the_notices_set_whatever_is_shown_first(self, county, places):
        county.target_sets.update(shown_first=False)
        other = TargetSet.objects.create(
            campaign=county, slug="practice", title="x", insurance="390", shown_first=True
        )
        Target.objects.create(target_set=other, region=places["north"], persons=14)
        assert [row["target"] for row in self.run()["rows"]] == [10, 20]
        assert [row["target"] for row in self.run("--set", "practice")["rows"]] == [14]

    def test_what_waits_is_counted_before_it_answers(self, county, write):
        row = write(Fact("south-2", NOW, own=0))
        changes.append(
            changes.REGISTERED, campaign_id=county.pk, resident_id=row.resident_id, at=NOW
        )
        assert self.run()["rows"][1]["enrolled"] == 3

    def test_as_of_an_instant(self, county):
        # a bare date counts from 00:00: the three of 11-17 10:00 are not enrolled yet
        answer = self.run("--as-of", "2022-11-17")
        assert answer["as_of"] == "2022-11-17T00:00:00+08:00"
        assert [(row["registered"], row["enrolled"]) for row in answer["rows"]] == [(7, 4), (2, 2)]
        rows = self.run("--as-of", "2022-11-17 10:00")["rows"]
        assert [row["enrolled"] for row in rows] == [7, 2]

    def test_now_moves_the_practice_clock(self, county):
        assert self.run("--now", "2022-11-19 08:00")["as_of"].startswith("2022-11-19T08:00")

    def test_parts_without_targets_are_no_rows(self, county, places):
        assert self.run("--region", places["north"].code)["rows"] == []
        assert self.run("--region", "north")["rows"] == []

    @pytest.mark.parametrize("options", [("--set", "none"), ("--region", "999")])
    def test_an_unknown_set_or_region_is_refused(self, county, options):
        err = io.StringIO()
        with pytest.raises(SystemExit) as end:
            call_command("progress", "small-2023", *options, stderr=err)
        assert end.value.code == 1
        assert options[1] in err.getvalue()


def test_the_trend_stands_in_a_table_of_days(county, sign_in):
    html = page(sign_in("alice"))
    days = re.findall(r'<tr data-day="([\d-]+)"([^>]*)>', html)
    assert (days[0][0], days[-1][0]) == ("2022-10-15", "2022-11-30")
    today = dict(days)["2022-11-18"]
    assert 'data-rate="30.00"' in today and 'data-added="0"' in today
    assert "data-rate" not in dict(days)["2022-11-19"]
