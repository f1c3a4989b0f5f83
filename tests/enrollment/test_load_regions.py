"""A regions file adds and renames; everything else about a place is an act with its own date."""

from datetime import date

import pytest

from enrollment.errors import Refused
from enrollment.models import Region, RegionAlias, RegionVersion
from enrollment.regions import names_below
from enrollment.services.regions import RegionCounts, load_regions
from tests.conftest import NOTICE

TEXT = NOTICE.with_name("small-regions.csv").read_text("utf-8")
NORTH = "north,county,township,division,1,城北镇,139901001000,城北|北镇,1,,made up\n"


@pytest.fixture
def load(db, tmp_path):
    """load(("old", "new"), …) → what loading the small county's file with these changes counts."""

    def loaded(*changes, text=TEXT, encoding="utf-8"):
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "regions.csv"
        path.write_bytes(text.encode(encoding))
        return load_regions(path)

    return loaded


def refusal(load, *changes, **how):
    with pytest.raises(Refused) as caught:
        load(*changes, **how)
    assert not Region.objects.exists()
    return caught.value.messages


def test_new_places_get_a_path_that_makes_a_subtree_a_prefix(load):
    assert load() == RegionCounts(new=7, changed=0, known=0)
    county, north, village = (Region.objects.get(key=k) for k in ("county", "north", "north-1"))
    assert village.path == f"/{county.pk}/{north.pk}/{village.pk}/"
    assert county.contains(village) and not north.contains(county)
    assert set(Region.objects.within(north).values_list("key", flat=True)) == {
        "north", "north-1", "north-2",
    }  # fmt: skip


def test_the_same_file_again_is_all_known(load):
    load()
    assert load() == RegionCounts(new=0, changed=0, known=7)
    assert RegionVersion.objects.count() == 7 and RegionAlias.objects.count() == 9


def test_a_new_name_is_a_version_from_its_date_and_the_old_one_stays(load):
    load()
    renamed = NORTH.replace("城北镇", "城北街道").replace("1,,made", "1,2022-07-01,made")
    assert load((NORTH, renamed)) == RegionCounts(new=0, changed=1, known=6)
    north = Region.objects.get(key="north")
    assert (north.name, north.initials) == ("城北街道", "cbjd")
    assert list(north.versions.order_by("valid_from").values_list("valid_from", "name")) == [
        (date(1949, 10, 1), "城北镇"),
        (date(2022, 7, 1), "城北街道"),
    ]


def test_another_alias_is_a_change_and_is_found_below_its_parent_only(load):
    load()
    assert load(("城北|北镇", "城北|北镇|北关")).changed == 1
    county = Region.objects.get(key="county")
    assert names_below(county)["北关"] == [Region.objects.get(key="north").pk]
    assert "北关" not in names_below(Region.objects.get(key="south"))


def test_two_places_of_one_name_under_one_parent_are_ambiguous(load):
    load((",西湖村,", ",东湖村,"))
    assert len(names_below(Region.objects.get(key="north"))["东湖村"]) == 2


def test_a_move_to_another_parent_is_refused_and_changes_nothing(load):
    load()
    with pytest.raises(Refused, match="西湖村"):
        load(("north-2,north,", "north-2,south,"), ("柳园社区", "柳林社区"))
    assert not Region.objects.filter(name="柳林社区").exists()
    assert Region.objects.get(key="north-2").parent.key == "north"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("north,county,township", "north,county,town", 3, "town"),
        ("division,1,城北镇", "division,first,城北镇", 3, "first"),
        ("north,county", ",county", 3, ""),
        ("城北镇", "", 3, ""),
        ("north-2,north,village", "north-1,north,village", 5, "north-1"),
        ("south-1,south,", "south-1,west,", 7, "west"),
        (",1,,made up\nnorth-1", ",1,yesterday,made up\nnorth-1", 3, "yesterday"),
        (NORTH, "north,county\n", 3, ""),  # lines that break off
        (NORTH, "north,county,township,division,1\n", 3, ""),
        (NORTH, "north\n", 3, ""),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_loaded(load, old, new, line, said):
    found = refusal(load, (old, new))
    assert any(str(line) in message and said in message for message in found), found


def test_every_bad_line_is_named(load):
    assert len(refusal(load, ("division,1,城北镇", "d,1,城北镇"), ("柳园社区", ""))) >= 2


def test_a_missing_column_is_named(load):
    (message,) = refusal(load, ("key,parent,level", "key,parent,rank"))
    assert "level" in message


def test_a_code_that_another_place_has_is_told_not_thrown(load):
    refusal(load, ("139901001002", "139901001001"))


def test_a_file_of_another_encoding_is_told_not_guessed(load):
    (message,) = refusal(load, encoding="gb18030")
    assert "UTF-8" in message
