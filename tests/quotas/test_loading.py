"""Sets of a notice as rows: superior's and own, reported, locked, versions."""

import pytest

from enrollment.errors import Refused
from enrollment.models import Region, User
from enrollment.services.campaigns import load_notice
from quotas import queries, services
from quotas.models import Target, TargetSet, TargetSetVersion
from reports.models import Rollup, RollupState
from tests.conftest import NOTICE, assert_table, at

pytestmark = pytest.mark.django_db
REGIONS = NOTICE.with_name("small-regions.csv")
SETS = """
[[target_sets]]
slug = "city"
title = "全市参保计划"
level = "superior"
unit_words = "万人"
[[target_sets.units]]
name = "安平县（含开发区）"
ten_thousands = "0.0031"
[[target_sets]]
slug = "employees"
title = "职工医保"
insurance = "310"
[[target_sets.units]]
name = "城 北 镇"
persons = 7
base = 6
[[target_sets.units]]
name = "城南"
unknown = true
"""


@pytest.fixture
def load(tmp_path):
    def loaded(more: str = SETS, **changes: str):
        text = NOTICE.read_text("utf-8")
        for old, new in changes.pop("replace", []):
            assert old in text
            text = text.replace(old, new)
        (tmp_path / REGIONS.name).write_bytes(REGIONS.read_bytes())
        path = tmp_path / "notice.toml"
        path.write_text(text + more, "utf-8")
        return load_notice(path, by=User.system(), now=at("2022-11-18 16:30"), practice=True)

    return loaded


def test_every_set_of_the_notice_becomes_rows(load):
    load()
    assert_table(
        TargetSet,
        ["slug", "insurance", "level", "counted", "shown_first"],
        [
            ("notice", "390", "own", "registrations", True),
            ("city", "390", "superior", "registrations", False),
            ("employees", "310", "own", "reported", False),
        ],
    )
    assert_table(
        Target,
        ["target_set__slug", "region__key", "persons", "base"],
        [
            ("notice", "north", 10, None),
            ("notice", "south", 20, None),
            ("city", "county", 31, None),  # its own region, which only a superior's table names
            ("employees", "north", 7, 6),
            ("employees", "south", None, None),
        ],
    )


def test_an_own_set_does_not_name_the_region_itself(load):
    with pytest.raises(Refused) as caught:
        load(SETS.replace('level = "superior"\n', ""))
    assert "安平县" in caught.value.messages[0]


def test_a_name_that_is_no_place_is_refused_with_suggestions(load):
    with pytest.raises(Refused) as caught:
        load(replace=[('name = "城北镇"', 'name = "城东镇"')])
    assert "城北镇" in caught.value.messages[0].split("城东镇")[1]


def test_loading_again_keeps_what_was_broken_down_and_adds_no_version(load):
    campaign = load()
    target_set = campaign.target_sets.get(slug="notice")
    north = target_set.targets.get(region__key="north").region
    village = north.children.get(key="north-1")
    services.break_down(
        target_set, north, {village.pk: 10}, by=User.system(), now=at("2022-11-18 17:00")
    )
    load()
    assert target_set.targets.get(region=village).persons == 10
    assert TargetSetVersion.objects.filter(target_set=target_set).count() == 2
    load(replace=[("persons = 10", "persons = 11")])
    latest = target_set.versions.first()
    assert (latest.number, latest.action) == (3, "notice")
    assert [row[1:3] for row in latest.targets] == [["城北镇", 11], ["东湖村", 10], ["城南乡", 20]]


def test_a_locked_set_is_not_changed_by_the_notice(load):
    campaign = load()
    target_set = campaign.target_sets.get(slug="notice")
    now = at("2022-11-18 17:00")
    services.set_lock(target_set, locked=True, by=User.system(), now=now, why="已下达")
    load()  # says the same
    with pytest.raises(Refused, match="2022-11-18"):
        load(replace=[("persons = 10", "persons = 11")])
    target_set.refresh_from_db()
    services.set_lock(target_set, locked=False, by=User.system(), now=now, why="调整")
    load(replace=[("persons = 10", "persons = 11")])
    assert [v.action for v in target_set.versions.all()] == [
        "notice", "unlocked", "locked", "notice"
    ]  # fmt: skip


def test_a_superiors_target_stands_beside_ones_own_with_both_rates(load):
    campaign = load(
        """
[[target_sets]]
slug = "city"
title = "全市参保计划"
level = "superior"
[[target_sets.units]]
name = "安平县"
persons = 40
[[target_sets.units]]
name = "城北"
persons = 16
"""
    )
    now = at("2022-11-18 17:00")
    RollupState.objects.create(campaign=campaign, as_of=now, refreshed_at=now)
    for key in ("county", "north"):  # four people are enrolled, all of them in north
        Rollup.objects.create(
            campaign_id=campaign.pk,
            region_id=Region.objects.get(key=key).pk,
            day=now.date(),
            registered=4,
            enrolled=4,
            paid_fen=0,
        )
    sheet = queries.read_sheet(campaign.target_sets.get(slug="notice"), campaign.region, now)
    north, south = sheet.rows
    assert (north.persons, north.rate_bp) == (10, 4000)
    assert (north.superior, north.superior_rate_bp) == (16, 2500)
    assert (south.persons, south.superior, south.superior_rate_bp) == (20, None, None)
    assert (sheet.whole.persons, sheet.whole.rate_bp) == (30, 1333)
    assert (sheet.whole.superior, sheet.whole.superior_rate_bp) == (40, 1000)
