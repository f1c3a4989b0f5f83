"""SQL files run whole, with named parameters."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pghistory
import pytest
from django.db import connection

from config.lib import sql

FILE = """\
-- In: n. A literal percent sign is doubled, in comments too: 100 %%.
create temp table numbers (n int, word text);
insert into numbers select i, 'x%%' from generate_series(1, %(n)s) as i;
update numbers set word = word || ';' where n %% 2 = 0;
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    folder = tmp_path / "made_up_app"
    (folder / "sql").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "sql" / "numbers.sql").write_text(FILE)
    monkeypatch.syspath_prepend(tmp_path)
    yield folder.name
    sys.modules.pop(folder.name, None)
    sql.text.cache_clear()


def test_a_file_runs_whole_and_answers_its_last_row_count(db: Any, package: str) -> None:
    with connection.cursor() as cursor:
        assert sql.run(cursor, package, "numbers", {"n": 5, "unused": None}) == 2
        cursor.execute("select n, word from numbers order by n")
        assert cursor.fetchall() == [(1, "x%"), (2, "x%;"), (3, "x%"), (4, "x%;"), (5, "x%")]


def test_a_file_says_the_same_where_pghistory_rewrites_it(db: Any, package: str) -> None:
    with pghistory.context(user=1), connection.cursor() as cursor:
        assert sql.run(cursor, package, "numbers", {"n": 5}) == 2


def test_a_parameter_that_is_missing_is_an_error(db: Any, package: str) -> None:
    with connection.cursor() as cursor, pytest.raises(KeyError, match="n"):
        sql.run(cursor, package, "numbers")
