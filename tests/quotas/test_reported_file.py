"""import_reported and the upload: all rows or none, what is wrong where, corrections."""

import io
import json

import pytest
from django.core.management import call_command

from quotas import importing, reporting
from quotas.models import ReportedCount, Target, TargetSet
from quotas.services import SetKind, import_figures
from tests.conftest import assert_table, at
from tests.quotas.test_importing import sheet
from tests.quotas.test_pages import ROOT, text, upload

pytestmark = pytest.mark.django_db
FIRST = (["参保情况统计表"], ["单位", "参保人数"], ["城 北 镇", 8], ["城南", "9人"], ["合计", 17])


@pytest.fixture
def employees(campaign, places):
    found = TargetSet.objects.create(
        campaign=campaign, slug="employees", title="职工", insurance="310", counted="reported"
    )
    Target.objects.create(target_set=found, region=places["north"], persons=10)
    Target.objects.create(target_set=found, region=places["south"], persons=20)
    return found


def run(path, *words, on="2022-11-17", set_slug="employees"):
    """Exit status, what is printed last as JSON, and what is told on stderr."""
    out, err = io.StringIO(), io.StringIO()
    arguments = ["small-2023", str(path), "--set", set_slug, "--on", on, *words, "--json"]
    try:
        call_command("import_reported", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return end.code, None, err.getvalue()
    return 0, json.loads(out.getvalue().splitlines()[-1]), err.getvalue()


def test_a_file_is_taken_in_with_its_day(employees, tmp_path):
    status, said, _err = run(sheet(tmp_path / "周报.xlsx", *FIRST), "--by", "system")
    assert status == 0
    assert (said["read"], said["sum"], said["new"], said["corrected"]) == (2, 17, 2, 0)
    assert_table(
        ReportedCount,
        ["region__key", "persons", "as_of", "why"],
        [
            ("north", 8, at("2022-11-17").date(), "周报.xlsx"),
            ("south", 9, at("2022-11-17").date(), "周报.xlsx"),
        ],
    )


def test_a_dry_run_saves_nothing(employees, tmp_path):
    status, said, _err = run(sheet(tmp_path / "a.xlsx", *FIRST), "--dry-run")
    assert (status, said["saved"], said["sum"]) == (0, False, 17)
    assert not ReportedCount.objects.exists()


def test_a_second_file_of_the_day_corrects_and_the_same_again_writes_nothing(
    campaign, employees, places, tmp_path
):
    path = sheet(tmp_path / "a.xlsx", *FIRST)
    run(path)
    other = sheet(tmp_path / "b.xlsx", ["单位", "参保人数"], ["城北镇", 7], ["城南乡", 9])
    assert run(other)[1]["corrected"] == 1 and run(other)[1]["known"] == 2
    told = reporting.history(employees, campaign.region)
    assert [(each.row.region.key, each.row.persons, each.was, each.corrected) for each in told] == [
        ("north", 7, 8, False),
        ("north", 8, None, True),
        ("south", 9, None, False),
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((["城背镇", 8], ["城南", 9]), ["第 3 行", "城背镇", "城北镇"]),
        ((["城北镇", "七"], ["城南", 9]), ["第 3 行", "参保人数", "七"]),
        ((["城北镇", 8], ["城北 镇", 9]), ["第 4 行", "第 3 行"]),
        ((["城北镇", 8], ["城南", 9], ["合计", 18]), ["18", "17"]),
        ((["城北镇", 0.5], ["城南", 9]), ["第 3 行", "参保人数"]),
        ((["城北镇", None], ["城南", None]), ["没有"]),
    ],
)
def test_one_wrong_row_refuses_all_and_says_where(employees, tmp_path, rows, told):
    path = sheet(tmp_path / "a.xlsx", ["标题"], ["单位", "参保人数"], *rows)
    status, _said, err = run(path)
    assert status == 1 and not ReportedCount.objects.exists()
    assert all(word in err for word in told), err
    assert "Sheet" in err or "没有" in err


def test_a_place_without_a_target_in_the_set_is_named_with_its_row(employees, tmp_path):
    Target.objects.filter(region__key="south").delete()
    status, _said, err = run(sheet(tmp_path / "a.xlsx", *FIRST))
    assert status == 1 and "第 4 行" in err and "城南乡" in err
    assert not ReportedCount.objects.exists()


def test_a_day_to_come_and_a_counted_set_are_refused(employees, tmp_path):
    path = sheet(tmp_path / "a.xlsx", *FIRST)
    assert run(path, on="2022-11-19")[0] == 1
    assert run(path, set_slug="notice")[0] == 1
    assert run(path, set_slug="nothing")[0] == 1
    assert not ReportedCount.objects.exists()


def test_an_upload_names_places_below_too(employees, places, sign_in):
    Target.objects.create(target_set=employees, region=places["north-1"], persons=4)
    rows = (["乡镇", "村", "参保人数"], ["城北", None, 8], ["城北", places["north-1"].name, 3])
    client = sign_in("alice")
    page = client.post(ROOT + "employees/reported/", {"file": upload(*rows)})
    assert page.status_code == 200
    assert f'name="place-{places["north-1"].pk}" value="3"' in page.content.decode()
    bad = client.post(
        ROOT + "employees/reported/", {"file": upload(["单位", "参保人数"], ["甲", 1])}
    )
    assert bad.status_code == 422 and "第 2 行" in text(bad)


def test_a_new_set_has_the_level_and_the_counting_that_are_chosen(campaign, cast, tmp_path):
    path = sheet(tmp_path / "a.xlsx", ["单位", "任务数"], ["城北镇", 8])

    def run(slug, *words):
        out = io.StringIO()
        arguments = ["small-2023", str(path), "--set", slug, *words, "--accept", "--json"]
        try:
            call_command("import_targets", *arguments, stdout=out, stderr=out)
        except SystemExit:
            return None
        found = TargetSet.objects.get(slug=slug)
        return found.level, found.counted, found.insurance

    assert run("plain") == ("own", "registrations", "390")
    assert run("city", "--level", "superior") == ("superior", "registrations", "390")
    assert run("told", "--counted", "reported") == ("own", "reported", "390")
    assert run("work", "--insurance", "310") == ("own", "reported", "310")
    assert run("bad", "--insurance", "310", "--counted", "registrations") is None
    assert run("city", "--level", "own") is None  # it is the superior's already
    assert run("city", "--level", "superior") == ("superior", "registrations", "390")
    assert not TargetSet.objects.filter(slug="bad").exists()


def test_the_page_offers_level_insurance_and_counting(campaign, sign_in):
    import re

    client = sign_in("alice")
    body = {"into": "+", "slug": "city", "title": "市里任务", "level": "superior",
            "insurance": "310", "file": upload(["单位", "任务数"], ["城北镇", 12])}  # fmt: skip
    page = client.post(ROOT + "import/", body)
    signed = re.search(r'name="accept" value="([^"]+)"', page.content.decode())[1]
    assert client.post(ROOT + "import/", {"accept": signed, "why": "市里下达"}).status_code == 302
    found = TargetSet.objects.get(slug="city")
    assert (found.level, found.insurance, found.counted) == ("superior", "310", "reported")


def table(tmp_path, *rows):
    return importing.read_table(sheet(tmp_path / "t.xlsx", *rows))


def test_subtotals_are_compared_with_the_rows_above_them(tmp_path):
    rows = (
        ["单位", "任务数"],
        ["甲", 1],
        ["乙", 2],
        ["小计", 3],
        ["丙", 4],
        ["小计", 4],
        ["合计", 7],
    )
    found = table(tmp_path, *rows)
    assert found.problems == [] and [line.persons for line in found.lines] == [1, 2, 4]
    wrong = table(tmp_path, *rows[:3], ["小计", 5], *rows[4:])
    assert len(wrong.problems) == 1
    # line 4 says 5; lines 2 and 3 are 1 + 2
    assert all(word in wrong.problems[0] for word in ("4", "5", "2", "3"))


def test_subtotals_before_their_rows_and_of_a_named_township(tmp_path):
    found = table(
        tmp_path, ["单位", "任务数"], ["小计", 3], ["甲", 1], ["乙", 2], ["小计", 4], ["丙", 4]
    )
    assert found.problems == []
    head = ["乡镇", "村", "任务数"]
    rows = (["城北镇", "一村", 1], [None, "二村", 2], ["城北镇", "小计", 3], ["城南乡", "一村", 4],
            [None, "小计", 4])  # fmt: skip
    assert table(tmp_path, head, *rows).problems == []
    wrong = table(tmp_path, head, *rows[:2], ["城北镇小计", None, 9], *rows[3:])
    assert len(wrong.problems) == 1 and "9" in wrong.problems[0]


def test_a_subtotal_is_not_compared_while_a_figure_is_unknown_unless_it_is_too_small(tmp_path):
    head = ["单位", "任务数"]
    assert table(tmp_path, head, ["甲", 1], ["乙", "待定"], ["小计", 5]).problems == []
    assert table(tmp_path, head, ["甲", 6], ["乙", "待定"], ["小计", 5]).problems != []
    assert table(tmp_path, head, ["小计", 5]).problems != []


def test_a_kind_can_be_given_to_the_service(campaign, cast, places):
    from quotas.services import Figure

    found = import_figures(
        campaign=campaign, slug="x", title="x", figures=[Figure(places["north"].pk, 5)],
        by=cast["alice"], now=at("2022-11-18 16:30"), kind=SetKind(level="superior"),
    )  # fmt: skip
    assert found.level == "superior"
