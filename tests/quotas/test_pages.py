"""The targets' pages: import in two steps, breaking down, locking, reports, denominators."""

import re
from io import BytesIO

import pytest
from openpyxl import Workbook

from quotas.models import DenominatorFigure, Exclusion, ReportedCount, Target, TargetSet
from tests.conftest import assert_table

pytestmark = pytest.mark.django_db
ROOT = "/c/small-2023/targets/"


def upload(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "任务.xlsx"
    return out


def text(response):
    return re.sub(r"<[^>]+>|\s+", " ", response.content.decode())


@pytest.fixture
def bureau(sign_in):
    return sign_in("alice")


def test_the_sets_are_listed_with_their_sums(bureau):
    page = text(bureau.get(ROOT))
    assert "2023年度征缴任务分配表" in page and " 30 " in page


def test_a_table_is_checked_first_and_then_taken_in(bureau, campaign):
    rows = (["单位", "任务数"], ["城 北 镇", 12], ["城南（含园区）", 20], ["合计", 32])
    page = bureau.post(ROOT + "import/", {"file": upload(*rows), "into": "notice"})
    assert page.status_code == 200 and "32" in text(page)
    assert_table(Target, ["persons"], [(10,), (20,)])
    signed = re.search(r'name="accept" value="([^"]+)"', page.content.decode())[1]
    done = bureau.post(ROOT + "import/", {"accept": signed, "why": "市里调整"})
    assert done["Location"] == ROOT + "notice/"
    assert_table(Target, ["persons", "remark"], [(12, ""), (20, "")])
    latest = TargetSet.objects.get().versions.first()
    assert (latest.number, latest.why, latest.by.username) == (2, "市里调整", "alice")
    page = text(bureau.get(ROOT + "notice/versions/2/"))
    assert "市里调整" in page and "12" in page


def test_what_was_checked_for_another_user_is_not_taken_in(bureau, sign_in):
    rows = (["单位", "任务数"], ["城北镇", 12])
    page = bureau.post(ROOT + "import/", {"file": upload(*rows), "into": "notice"})
    signed = re.search(r'name="accept" value="([^"]+)"', page.content.decode())[1]
    for who, sent in (("dana", signed), ("alice", signed[:-2])):
        answer = sign_in(who).post(ROOT + "import/", {"accept": sent, "why": "x"})
        assert answer.status_code == 422
    assert_table(Target, ["persons"], [(10,), (20,)])


def test_an_unmatched_name_is_shown_with_suggestions_and_cannot_be_accepted(bureau):
    rows = (["单位", "任务数"], ["城背镇", 12])
    page = bureau.post(
        ROOT + "import/", {"file": upload(*rows), "into": "+", "slug": "plan", "title": "计划"}
    )
    assert page.status_code == 422 and "城北镇" in text(page)
    assert b'name="accept"' not in page.content


def test_a_target_is_shared_out_to_sum_exactly(bureau, campaign, places, make_resident):
    for order, village in enumerate(["north-1", "north-1", "north-2"]):
        make_resident("王小明", number=f"13990119800101{order:04}", village=village, prior=True)
    path = f"{ROOT}notice/{places['north'].pk}/break-down/"
    page = bureau.get(path, {"by": "prior"})
    # 10 by 2 : 1 are 6.67 and 3.33; the larger remainder gets the last one
    found = re.findall(r'name="place-\d+" value="(\d+)"', page.content.decode())
    assert found == ["7", "3"]
    body = {f"place-{places['north-1'].pk}": "7", f"place-{places['north-2'].pk}": "3"}
    assert bureau.post(path, body | {"by": "prior"}).status_code == 422  # without a reason
    assert bureau.post(path, body | {"by": "prior", "why": "分解到村"}).status_code == 302
    assert_table(
        Target,
        ["region__key", "persons"],
        [("north", 10), ("south", 20), ("north-1", 7), ("north-2", 3)],
    )


def test_a_parent_and_children_that_disagree_are_shown(bureau, campaign, places):
    path = f"{ROOT}notice/{places['north'].pk}/break-down/"
    body = {f"place-{places['north-1'].pk}": "7", f"place-{places['north-2'].pk}": "5"}
    bureau.post(path, body | {"why": "按村里报的"})
    assert "+2" in text(bureau.get(f"{ROOT}notice/{places['north'].pk}/"))
    assert "1 个" in text(bureau.get(ROOT)) or "1 place" in text(bureau.get(ROOT))


def test_a_locked_table_takes_nothing_until_it_is_unlocked(bureau, places):
    assert bureau.post(ROOT + "notice/lock/", {"lock": "1"}).status_code == 302
    assert TargetSet.objects.get().locked_at is None  # no reason given
    bureau.post(ROOT + "notice/lock/", {"lock": "1", "why": "已下达"})
    path = f"{ROOT}notice/{places['north'].pk}/break-down/"
    body = {f"place-{places['north-1'].pk}": "10", "why": "分解"}
    assert bureau.post(path, body).status_code == 422
    bureau.post(ROOT + "notice/lock/", {"lock": "0", "why": "调整"})
    assert bureau.post(path, body).status_code == 302


@pytest.fixture
def employees(campaign, places):
    found = TargetSet.objects.create(
        campaign=campaign, slug="employees", title="职工", insurance="310", counted="reported"
    )
    Target.objects.create(target_set=found, region=places["north"], persons=10)
    Target.objects.create(target_set=found, region=places["south"], persons=20)
    return found


def test_reported_counts_rank_by_the_newest_report_before_the_cut_off(
    bureau, campaign, places, employees
):
    from reports.progress.queries import Counts, counts_for_set
    from tests.conftest import at

    def report(day, persons):
        body = {"as_of": day, "why": "周报", f"place-{places['north'].pk}": persons}
        return bureau.post(ROOT + "employees/reported/", body).status_code

    assert [report("2022-11-10", "5"), report("2022-11-17", "8"), report("2022-11-17", "7")] == [
        302
    ] * 3
    assert report("2022-11-19", "9") == 422  # the clock stands at 2022-11-18
    assert report("2022-11-18", "七") == 422
    assert ReportedCount.objects.count() == 3
    both = [places["north"], places["south"]]

    def counted(text):
        found = counts_for_set(campaign, employees, both, at(text))
        return [found[place.pk].enrolled for place in both]

    assert counted("2022-11-18 17:00") == [7, 0]  # of one day the last entry, not the largest
    assert counted("2022-11-16 17:00") == [5, 0]
    assert counted("2022-11-01 17:00") == [0, 0]
    from reports.rankings.services import freeze_ranking

    ranking = freeze_ranking(
        campaign=campaign,
        kind="weekly",
        as_of=at("2022-11-18 17:00"),
        target_set=employees,
        by=employees.reported.first().by,
        now=at("2022-11-18 17:00"),
    )
    rows = ranking.rows.values_list("region__key", "counted", "target", "rate_bp", "rank")
    assert list(rows) == [("north", 7, 10, 7000, 1), ("south", 0, 20, 0, 2)]
    assert counts_for_set(campaign, employees, both, at("2022-11-17 09:00"))[
        places["north"].pk
    ] == Counts(7, 7)


def test_reports_from_a_file_fill_the_fields_and_save_nothing(bureau, employees, places):
    rows = (["单位", "参保人数"], ["城 北 镇", 8], ["城南", "9人"], ["合计", 17])
    page = bureau.post(ROOT + "employees/reported/", {"file": upload(*rows)})
    assert page.status_code == 200 and not ReportedCount.objects.exists()
    found = re.findall(r'name="place-(\d+)" value="(\d+)"', page.content.decode())
    assert found == [(str(places["north"].pk), "8"), (str(places["south"].pk), "9")]
    bad = upload(["单位", "参保人数"], ["城背镇", 8])
    page = bureau.post(ROOT + "employees/reported/", {"file": bad})
    assert page.status_code == 422 and "城北镇" in text(page)


def test_a_set_counted_from_registrations_takes_no_reports(bureau, places):
    body = {"as_of": "2022-11-17", "why": "x", f"place-{places['north'].pk}": "5"}
    assert bureau.post(ROOT + "notice/reported/", body).status_code == 422


def test_denominators_lose_people_only_with_a_reason(bureau, campaign, places):
    campaign.policy["denominators"]  # the small notice has none
    version = campaign.policy_version
    type(version).objects.filter(pk=version.pk).update(
        source=version.source
        + '\n[[denominators]]\nkey = "household"\nname = "户籍人口"\nof = "household_registered"\n'
    )

    def enter(kind, persons, why="公安数据"):
        body = {"key": "household", "region": places["north"].pk, "kind": kind, "why": why}
        path = "/c/small-2023/denominators/entry/"
        return bureau.post(path, body | {"persons": persons}).status_code

    assert enter("dead", 3) == 422  # nothing to exclude from yet
    assert enter("figure", 100) == 302
    assert enter("dead", 3) == 302
    assert enter("moved", 98) == 422  # 3 + 98 are more than there are
    assert enter("moved", 5, why="") == 422
    assert enter("correction", -1) == 302
    assert_table(DenominatorFigure, ["persons"], [(100,)])
    assert_table(Exclusion, ["reason", "persons"], [("correction", -1), ("dead", 3)])
    page = text(bureau.get("/c/small-2023/denominators/"))
    assert " 98 " in page  # 100 - 3 + 1


def test_places_are_sorted_as_the_tree_shows_them(campaign, places):
    from quotas.queries import tree_order

    north, south = places["north"], places["south"]
    type(north).objects.filter(pk=north.pk).update(position=9)
    type(south).objects.filter(pk=south.pk).update(position=1)
    keys = ["north-1", "north", "south-2", "south", "south-1"]
    order = tree_order(places[key].pk for key in keys)
    told = sorted(keys, key=lambda key: order[places[key].pk])
    assert told == ["south", "south-1", "south-2", "north", "north-1"]
