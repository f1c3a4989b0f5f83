"""docs/NOTICES.md tells of every fact of the five notices where it works and what shows it."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
TEXT = (TESTS.parent / "docs" / "NOTICES.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", TEXT, re.M)
FACTS = 296


def test_every_fact_has_one_row_in_order():
    assert [int(number) for number, *_rest in ROWS] == list(range(1, FACTS + 1))


def test_every_row_names_a_test_or_says_what_is_missing():
    for number, _fact, where, test in ROWS:
        if test == "–":
            assert "*later:*" in where or "*outside:*" in where, number
        else:
            assert not where.startswith(("*later:*", "*outside:*")), number


def test_every_test_that_is_named_is_there():
    named = {cell.strip("`") for _number, _fact, _where, cell in ROWS if cell != "–"}
    assert len(named) > 50
    for each in sorted(named):
        path, _colons, name = each.partition("::")
        source = (TESTS / path).read_text("utf-8")
        assert not name or f"def {name}(" in source, each
