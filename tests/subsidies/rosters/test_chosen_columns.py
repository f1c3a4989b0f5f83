"""Columns that somebody matched on the page hold for `import_roster` too."""

import pytest

from enrollment.models import SourceFile
from subsidies.models import ColumnChoice, Roster, RosterLine
from subsidies.rosters import chosen
from subsidies.rosters.seen import Seen, shown
from tests.access_world import NOW
from tests.enrollment.people import number

WANG = number("19800101", 1)
ROWS = [{"对象": "王芳", "证号": WANG, "何种": "一般低保户", "旧名": "王小芳"}]


@pytest.fixture
def keep(campaign, cast):
    """keep(words, columns) → the choice, said by Alice for the civil affairs."""

    def kept(words, columns):
        file = SourceFile(campaign=campaign)
        roster = Roster(file=file, source="civil-affairs")
        return chosen.keep(roster=roster, words=words, columns=columns, by=cast["alice"], now=NOW)

    return kept


def test_a_command_reads_by_the_choice_and_says_so(roster, keep):
    with pytest.raises(SystemExit):
        roster(ROWS)
    keep(["对象", "证号", "何种", "旧名"], {"name": 0, "number": 1, "category": 2})
    told = roster(ROWS)
    assert (told["read"], told["new"]) == (1, 1)
    assert any("Alice" in note for note in told["notes"])
    assert told["unknown_columns"] == ["旧名"]
    with pytest.raises(SystemExit):
        roster(ROWS, source="education")


def test_a_later_choice_replaces_the_first_and_rows_are_read_again_by_the_first(roster, keep):
    words = ["对象", "证号", "何种", "旧名"]
    keep(words, {"name": 0, "number": 1, "category": 2})
    told = roster(ROWS)
    keep(words, {"name": 3, "number": 1, "category": 2})
    assert ColumnChoice.objects.count() == 1
    first = Roster.objects.get(file=told["file"])
    (headers,) = chosen.as_read(first).columns
    assert chosen.as_read(first).columns[headers]["name"] == 0
    assert chosen.to_read(first).columns[headers]["name"] == 3
    told = roster(ROWS)
    assert RosterLine.objects.get(file=told["file"]).name == "王小芳"


@pytest.mark.parametrize(
    "cell, text",
    [
        ("411329198001010018", "4113****0018"),
        ("4113 2919 8001 0100 18", "4113****0018"),
        (13812345678.0, "138****"),
        ("138-1234-5678", "138****"),
        ("20220701", "20220701"),
        ("2022-07-01", "2022-07-01"),
        ("北镇第一村", "北镇第一村"),
        (4.11329198001010e17, "4.113****e+17"),
        ("电话13812345678", "电话138****"),
        (None, ""),
    ],
)
def test_examples_show_only_the_ends_of_numbers(cell, text):
    assert shown(cell) == text


def test_examples_are_the_first_distinct_ones():
    seen = Seen("", headers=["村"], examples=[[]])
    rows = iter([(line, [cell]) for line, cell in enumerate(["甲", "甲", "", "乙", "丙", "丁"])])
    assert len(list(seen.watched(rows))) == 6
    assert seen.examples == [["甲", "乙", "丙"]]
