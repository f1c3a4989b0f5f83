"""The file of institutions beside a notice."""

import pytest

from enrollment.errors import Refused
from enrollment.models import Institution, User
from enrollment.services.campaigns import load_notice
from enrollment.services.institutions import load_institutions
from tests.conftest import NOTICE, assert_table, at

HEAD = "region,kind,name,source\n"
BOTH = HEAD + "north,health_centre,城北镇卫生院,\nsouth,health_centre,城南乡卫生院,\n"
COLUMNS = ["region__key", "kind", "name"]


@pytest.fixture
def load(campaign, tmp_path):
    def load(text):
        path = tmp_path / "institutions.csv"
        path.write_text(text, "utf-8")
        return load_institutions(path, campaign.region)

    return load


def test_the_file_names_all_institutions(load):
    counts = load(BOTH)
    assert (counts.new, counts.known, counts.removed) == (2, 0, 0)
    counts = load(BOTH.replace("城南乡卫生院", "城南卫生院"))
    assert (counts.new, counts.known, counts.removed) == (1, 1, 1)
    rows = [("north", "health_centre", "城北镇卫生院"), ("south", "health_centre", "城南卫生院")]
    assert_table(Institution, COLUMNS, rows)


def test_one_that_is_in_use_is_not_taken_out(load, cast):
    load(BOTH)
    cast["bob"].institution = Institution.objects.get(region__key="north")
    cast["bob"].save()
    with pytest.raises(Refused, match="城北镇卫生院"):
        load(HEAD + "south,health_centre,城南乡卫生院,\n")
    assert Institution.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "line", "column"),
    [
        ("nowhere,health_centre,卫生院", 2, "region"),
        ("north,Health centre,卫生院", 2, "kind"),
        ("north,health_centre,", 2, "name"),
        (f"north,health_centre,{'院' * 61}", 2, "name"),
        ("north,health_centre,卫生院\nnorth,health_centre,卫生院", 3, "name"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_column(load, row, line, column):
    with pytest.raises(Refused) as caught:
        load(f"{HEAD}{row}\n")
    (message,) = caught.value.messages
    assert "institutions.csv" in message and f"{line}" in message and column in message
    assert not Institution.objects.exists()


def test_a_file_without_its_columns_is_refused(load):
    with pytest.raises(Refused, match="kind"):
        load("region,name\nnorth,卫生院\n")


def test_a_notice_names_the_file_beside_it(db, tmp_path):
    text = NOTICE.read_text("utf-8")
    regions = NOTICE.with_name("small-regions.csv")
    text = text.replace('"small-regions.csv"', f'"{regions}"\ninstitutions = "centres.csv"')
    path = tmp_path / "small-2023.toml"
    path.write_text(text, "utf-8")
    now = at("2022-11-18 16:30")
    with pytest.raises(Refused, match=r"centres\.csv"):
        load_notice(path, by=User.system(), now=now, practice=True)
    (tmp_path / "centres.csv").write_text(BOTH, "utf-8")
    load_notice(path, by=User.system(), now=now, practice=True)
    assert Institution.objects.count() == 2
