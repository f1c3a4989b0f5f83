"""The region files that are shipped: whole, in the notice's order, without ambiguity."""

import csv
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import pytest

import enrollment

APP = Path(enrollment.__file__).parent
COUNTY = "411328000000"


def rows_of(name):
    with (APP / "data" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(params=sorted(path.name for path in (APP / "data").glob("*-regions.csv")))
def rows(request):
    return rows_of(request.param)


def test_a_parent_stands_above_its_children_and_keys_are_unique(rows):
    seen = set()
    for row in rows:
        assert row["key"] not in seen
        assert not row["parent"] or row["parent"] in seen
        seen.add(row["key"])


def test_no_two_children_of_a_parent_share_a_name_an_alias_or_a_position(rows):
    used = Counter()
    for row in rows:
        for name in {row["name"], *filter(None, row["aliases"].split("|"))}:
            used[row["parent"], name] += 1
        used[row["parent"], int(row["position"])] += 1
    assert [key for key, times in used.items() if times > 1] == []


def test_codes_are_twelve_digits_below_their_parents_code(rows):
    by_key = {row["key"]: row for row in rows}
    for row in rows:
        if row["code"]:
            assert (len(row["code"]), row["code"]) == (12, row["key"])
    villages = [row for row in rows if row["level"] == "village" and row["code"]]
    assert all(row["code"][:9] == by_key[row["parent"]]["code"][:9] for row in villages)


def test_what_two_files_say_of_one_region_is_the_same():
    said = defaultdict(set)
    for path in (APP / "data").glob("*-regions.csv"):
        for row in rows_of(path.name):
            said[row["key"]].add(tuple(row.values()))
    assert [key for key, rows in said.items() if len(rows) > 1] == []
    assert {"410000000000", "410100000000", "411300000000"} <= set(said)


def test_the_25_townships_are_the_notices_in_its_order():
    notice = tomllib.loads((APP / "notices" / "tanghe-2023.toml").read_text(encoding="utf-8"))
    townships = [row["name"] for row in rows_of("tanghe-regions.csv") if row["parent"] == COUNTY]
    assert townships == [unit["name"] for unit in notice["targets"]["units"]]
    assert len(townships) == 25


def test_31_village_names_occur_in_more_than_one_township():
    where = defaultdict(set)
    for row in rows_of("tanghe-regions.csv"):
        if row["level"] == "village":
            where[row["name"]].add(row["parent"])
    assert sum(len(parents) > 1 for parents in where.values()) == 31


def test_other_spellings_are_aliases():
    aliases = {row["name"]: row["aliases"].split("|") for row in rows_of("tanghe-regions.csv")}
    assert {"昝岗乡", "昝岗"} <= set(aliases["咎岗乡"])
    assert {"仓台镇", "苍台"} <= set(aliases["苍台镇"])
    assert {"马振扶镇", "马振抚"} <= set(aliases["马振抚镇"])
    assert "湖东村民委员会" in aliases["湖东村"]


def test_invented_villages_are_marked_and_lie_in_the_two_streets_without_a_code():
    rows = rows_of("tanghe-regions.csv")
    made_up = {row["parent"] for row in rows if row["made_up"] == "1"}
    without_code = {row["key"] for row in rows if not row["code"] and row["made_up"] == "0"}
    assert made_up == without_code == {"411328-dongcheng", "411328-lingang"}


def test_the_street_that_the_notice_counts_within_a_township_lies_below_it():
    rows = rows_of("tanghe-regions.csv")
    street = next(row for row in rows if row["name"] == "东兴街道")
    assert (street["parent"], street["level"]) == ("411328102000", "township")
    assert sum(row["parent"] == street["key"] for row in rows) == 12
