"""The dashboard of reported figures: newest reports with their date, both rates, history, Excel."""

import io
import re
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quotas import reporting
from quotas.models import Target, TargetSet
from reports.progress.reported import read_reported
from tests.conftest import at
from tests.reports.test_progress import URL, figures, page, rows

pytestmark = pytest.mark.django_db
NOW = at("2022-11-18 16:30")


def make_set(campaign, places, slug, persons, **more):
    facts = {"title": slug, "insurance": "310", "counted": "reported"} | more
    found = TargetSet.objects.create(campaign=campaign, slug=slug, **facts)
    for key, count in persons.items():
        Target.objects.create(target_set=found, region=places[key], persons=count)
    return found


@pytest.fixture
def employees(campaign, places):
    return make_set(campaign, places, "employees", {"north": 10, "south": 20}, title="职工任务")


@pytest.fixture
def report(employees, places, cast):
    def report(day, why="周报", target_set=employees, **persons):
        reporting.report(
            target_set,
            {places[key].pk: count for key, count in persons.items()},
            as_of=date.fromisoformat(day),
            by=cast["alice"],
            now=NOW,
            why=why,
        )

    return report


def test_newest_reports_stand_there_with_their_date(employees, report, places, sign_in):
    report("2022-11-03", north=2, south=4)
    report("2022-11-10", north=5)
    report("2022-11-17", north=8)
    html = page(sign_in("alice"), f"{URL}?set=employees")
    shown = rows(html)
    # requirement on day 35 of 47 is 71.48 %; north 80.00: +8.52 points. Its week: 8 - 5.
    assert shown[places["north"].pk][:5] == ["1", "城北镇", "10", "8", "80.00"]
    assert shown[places["north"].pk][6:] == ["3", "超前", "11-17"]
    # south: 4 of 20, and no newer report: nobody knows what the week brought, so not stalled
    assert shown[places["south"].pk][4:] == ["20.00", "", "—", "滞后", "11-03"]
    # 12 of 30 = 40 %; 71.48 % of 30 are 22 people
    found = figures(html)
    assert (found["enrolled"], found["target"], found["gap"]) == ("12", "30", "10")
    assert found["rate"].startswith("40.00") and "2022-11-03" in html and "2022-11-17" in html


def test_the_choice_stands_beside_the_others_and_only_where_something_is_reported(
    campaign, employees, sign_in, places
):
    client = sign_in("alice")
    html = page(client)
    assert re.findall(r'<option value="(registrations|employees)"', html) == [
        "registrations",
        "employees",
    ]
    bases = re.findall(r'<select[^>]*name="by".*?</select>', html, re.S)[0]
    assert "employees" not in bases  # nobody counted here is measured by it
    assert 'name="set"' not in page(client, f"{URL}{places['north-1'].pk}/")


def test_a_campaign_whose_first_set_is_reported_begins_with_it(campaign, employees, sign_in):
    campaign.target_sets.update(shown_first=False)
    campaign.target_sets.filter(slug="employees").update(shown_first=True)
    client = sign_in("alice")
    assert "职工任务" in page(client).split("<h1")[1].split("</h1>")[0]
    assert "职工任务" not in page(client, f"{URL}?by=prior").split("<h1")[1].split("</h1>")[0]
    counted = page(client, f"{URL}?set=registrations").split("<h1")[1].split("</h1>")[0]
    assert "职工任务" not in counted


def test_rates_by_own_and_superiors_target_stand_side_by_side(
    campaign, employees, report, places, sign_in
):
    make_set(campaign, places, "city", {"north": 16, "county": 40}, level="superior")
    report("2022-11-17", north=8, south=4)
    shown = rows(page(sign_in("heidi"), f"{URL}?set=employees"))
    # north: 8 of its own 10 and of the superior's 16; county: 12 of 30 and of 40
    assert shown[places["north"].pk][4:8] == ["80.00", "", "16", "50.00"]
    assert shown[places["county"].pk][4:8] == ["40.00", "", "40", "30.00"]
    assert shown[places["south"].pk][6:8] == ["—", "—"]


def test_a_place_that_never_reported_counts_nobody_and_is_named(report, places, sign_in):
    report("2022-11-17", north=8)
    html = page(sign_in("alice"), f"{URL}?set=employees")
    south = rows(html)[places["south"].pk]
    assert (south[3], south[4], south[-1]) == ("", "0.00", "未上报")
    assert re.search(r'data-figure="silent">1</td>.*?城南乡', html, re.S)


def test_an_earlier_day_is_looked_at_as_it_was_reported(employees, report, places, sign_in):
    report("2022-11-10", north=5)
    report("2022-11-17", north=8)
    client = sign_in("alice")
    shown = rows(page(client, f"{URL}?set=employees&day=2022-11-12"))
    assert shown[places["north"].pk][3] == "5"
    assert '<option value="2022-11-10"' in page(client, f"{URL}?set=employees")


def test_own_report_of_the_whole_is_shown_beside_the_sum_of_its_places(
    campaign, employees, report, places
):
    Target.objects.create(target_set=employees, region=places["county"], persons=30)
    report("2022-11-17", north=8, south=4, county=14)
    board = read_reported(campaign, places["county"], employees, now=NOW)
    assert (board.total.place.enrolled, board.difference) == (14, 2)
    assert [(day.on.day, day.reports, day.total) for day in board.days] == [(17, 2, 12)]


def test_figures_lead_to_the_rows_with_who_and_when(report, places, sign_in):
    report("2022-11-17", north=8)
    report("2022-11-17", north=7, why="报错了")
    client = sign_in("bob")
    path = f"/c/small-2023/targets/employees/reports/?region={places['north'].pk}"
    assert path in page(client, f"{URL}?set=employees")
    html = page(client, path)
    table = re.sub(r"<[^>]+>|\s+", " ", html.split("<tbody>")[1])
    assert re.search(r"7 +更正 8 .*报错了.* 8 +已被更正 .*周报", table)
    assert "Alice" in table and "2022-11-18 16:30" in table


def test_another_townships_reports_do_not_exist_for_a_clerk(report, places, sign_in):
    report("2022-11-17", north=8, south=4)
    client = sign_in("charlie")
    reports = "/c/small-2023/targets/employees/reports/"
    north = places["north"].pk
    for path in (f"{URL}{north}/?set=employees", f"{reports}?region={north}"):
        assert client.get(path).status_code == 404
    assert places["north"].pk not in rows(page(client, f"{URL}?set=employees"))


def test_excel_has_the_reported_figures(employees, report, places, sign_in):
    report("2022-11-17", north=8)
    response = sign_in("alice").get(f"{URL}{places['county'].pk}.xlsx?set=employees")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    table = list(sheet.iter_rows(min_row=4, values_only=True))
    assert table[1][:5] == (1, "城北镇", 10, 8, 80)
    assert "2022-11-17" in sheet["A2"].value


def test_queries_do_not_grow_with_places(employees, report, places, sign_in):
    report("2022-11-17", north=8)
    client, asked = sign_in("alice"), []
    for key in ("county", "north"):
        with CaptureQueriesContext(connection) as queries:
            page(client, f"{URL}{places[key].pk}/?set=employees")
        asked.append(len([q for q in queries if "SAVEPOINT" not in q["sql"]]))
    assert max(asked) <= 20 and abs(asked[0] - asked[1]) <= 1


def test_a_superiors_reported_set_is_no_choice_beside_ones_own(
    campaign, employees, places, sign_in
):
    make_set(campaign, places, "city", {"north": 16}, level="superior")
    client = sign_in("alice")

    def choices(path):
        return re.findall(r'<select[^>]*name="set".*?</select>', page(client, path), re.S)[0]

    assert "city" not in choices(URL) + choices(f"{URL}?set=employees")
    campaign.target_sets.filter(slug="employees").update(insurance="410")
    assert "city" in choices(URL)
