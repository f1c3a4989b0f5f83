"""What holds for every file of ours: no place in code, heads on SQL, nothing too long to read."""

import csv
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = (
    "config",
    "enrollment",
    "subsidies",
    "quotas",
    "payments",
    "reports",
    "templates",
    "static",
)
WRITTEN = {".py", ".sql", ".html", ".js", ".css"}
LONGEST, LONGEST_TEST = 400, 450  # lines
HEADER = ("In", "Out", "Grain", "Index", "Lock")


def ours(*folders):
    """Files written by us: no vendored ones."""
    found = [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in WRITTEN and "vendor" not in path.parts
    ]
    assert len(found) > 10
    return found


def place_names():
    """Of three characters and more, from the regions files; villages' names are ordinary words.

    Of a place that a notice is for, and of those above it, the short names too.
    """
    names, rows = set(), {}
    for path in (ROOT / "enrollment" / "data").glob("*-regions.csv"):
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                rows[row["key"]] = row
                if row["level"] != "village":
                    names |= {row["name"], *row["aliases"].split("|")}
    names = {name for name in names if len(name.replace(" ", "")) >= 3}
    for notice in (ROOT / "enrollment" / "notices").glob("*.toml"):
        key = tomllib.loads(notice.read_text("utf-8")).get("campaign", {}).get("region")
        while key:
            names |= set(filter(None, rows[key]["aliases"].split("|")))
            key = rows[key]["parent"]
    assert {"唐河县", "南阳市", "黑龙镇", "郑东新区", "晋城市", "甘州区", "焦作市"} <= names
    return names


def may_name_a_place(path):
    return path.parent.name in ("notices", "data") or "demo" in path.stem


def test_no_place_is_named_in_code():
    """A new place's campaign is a notice file; nobody touches code for it."""
    named = re.compile("|".join(map(re.escape, sorted(place_names(), key=len, reverse=True))))
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in ours(*HOUSE)
        if not may_name_a_place(path)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if (match := named.search(line))
    ]
    assert found == []


def test_the_search_for_places_reads_every_kind_of_source():
    read = ours(*HOUSE)
    assert {path.suffix for path in read} == WRITTEN
    assert any(path.parent.name == "migrations" for path in read)
    left_out = {path.parent.name for path in read if may_name_a_place(path)}
    assert left_out <= {"data", "reports", "generate", "commands"}  # the demo's files, the data's


def test_the_search_for_places_finds_one():
    demo = ROOT / "reports" / "demo.py"
    assert any(name in demo.read_text("utf-8") for name in place_names())


@pytest.mark.parametrize("app", ["enrollment", "subsidies", "payments", "reports"])
def test_every_sql_file_begins_with_what_goes_in_and_comes_out(app):
    files = sorted((ROOT / app / "sql").glob("*.sql"))
    assert files
    for path in files:
        head = []
        for line in path.read_text("utf-8").splitlines():
            if not line.startswith("--"):
                break
            head.append(line)
        said = [m[1] for line in head if (m := re.match(r"-- (\w+):\s+\S", line))]
        assert [word for word in said if word in HEADER] == list(HEADER), path.name


def test_no_file_is_too_long_to_be_read_whole():
    files = [
        *ours(*HOUSE, "tests", "bench"),
        *ROOT.glob("*.py"),
    ]
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in files
        if "migrations" not in path.parts  # made by makemigrations
        and (lines := path.read_text("utf-8").count("\n"))
        > (LONGEST_TEST if "tests" in path.parts else LONGEST)
    }
    assert too_long == {}


def test_nothing_is_left_to_be_done_later():
    mark = re.compile(r"\b(TODO|FIXME)\b")
    found = [
        str(path.relative_to(ROOT))
        for path in ours(*HOUSE, "tests", "bench")
        if path != Path(__file__) and mark.search(path.read_text("utf-8"))
    ]
    assert found == []
