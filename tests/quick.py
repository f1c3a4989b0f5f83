"""What keeps the tests' database quick, and leaves what a test sees as it was."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from django.db import connection
from django.db.migrations.state import ProjectState

ROOT = Path(__file__).parents[1]
OF_THE_TABLES = {"django_migrations", "django_content_type", "auth_permission"}  # not of tests
MOST_KNOWN = 4  # worlds, each with its rows in memory
ROWS = "select '{0}', (select json_agg(t order by t::text)::text from {0} t)"
PUT_BACK = "insert into {0} select * from json_populate_recordset(null::{0}, $rows${1}$rows$)"
TAKE_OUT = "delete from {}"
AS_ROWS = "set local session_replication_role = {}"  # replica: no trigger adds rows of its own
EMPTY = """
do $do$
declare
    name text;
    any_rows boolean;
begin
    set local session_replication_role = replica;  -- foreign keys are not asked row by row
    foreach name in array array[{names}] loop
        execute format('select exists (select from %I)', name) into any_rows;
        if any_rows then
            execute format('delete from %I', name);
        end if;
    end loop;
end
$do$
"""


@contextmanager
def quick_migrations() -> Iterator[None]:
    """Each step of a migration renders the one model that it changes.

    Django renders all that are related to it again, in effect all: 15 s of work, not 2, for the
    same tables. That the migrations run as they are is proved where the product is started.
    """

    def itself(_state: ProjectState, app: str, model: str, delay: bool = False) -> set[object]:
        return {(app, model)}

    with mock.patch.object(ProjectState, "_find_reload_model", itself):
        yield


QUICK_MIGRATE = """
import manage
from tests.quick import quick_migrations
with quick_migrations():
    manage.main(["manage.py", "migrate", "-v", "0"])
"""


def migrate(environment: dict[str, str]) -> None:
    """`manage.py migrate` of another installation, its migrations quick as well."""
    subprocess.run([sys.executable, "-c", QUICK_MIGRATE], cwd=ROOT, env=environment, check=True)


def empty_tables(_case: Any) -> None:
    """After a test that commits.

    Django truncates every table, full or not, and writes content types and permissions anew:
    0.7 s of work, where emptying those that hold anything takes a few milliseconds.
    """
    with connection.cursor() as cursor:
        cursor.execute(EMPTY.format(names=", ".join(f"'{name}'" for name in _tables())))


def _tables() -> list[str]:
    return sorted(set(connection.introspection.table_names()) - OF_THE_TABLES)


class Made:
    """What `make` writes into an empty database, put back for every later test that asks for it.

    The same rows, in one statement; their sequences have given their keys and never do so again.
    """

    def __init__(self, make: Callable[[], object]) -> None:
        self.make, self.statement = make, ""

    def put(self) -> None:
        """The rows stand in the database afterwards. Made anew where others stand there already."""
        with connection.cursor() as cursor:
            cursor.execute("select exists (select from enrollment_user)")
            if cursor.fetchone()[0]:
                self.make()
            elif self.statement:
                cursor.execute(self.statement)
            else:
                tables = _tables()
                alone = not _rows(cursor, tables)
                self.make()
                if alone:
                    found = _rows(cursor, tables).items()
                    self.statement = _as_rows([PUT_BACK.format(*each) for each in found])


class MadeUpon:
    """What `make` does to rows that stand already, done again by its rows where the same stand."""

    def __init__(self) -> None:
        self.statements: dict[str, str] = {}  # by the rows before

    def put(self, make: Callable[[], object]) -> None:
        with connection.cursor() as cursor:
            tables = _tables()
            before = _rows(cursor, tables)
            known = str(before)
            if known in self.statements:
                cursor.execute(self.statements[known])
                return
            make()
            if len(self.statements) < MOST_KNOWN:
                after = _rows(cursor, tables)
                changed = [name for name in tables if before.get(name) != after.get(name)]
                emptied = [TAKE_OUT.format(name) for name in changed if name in before]
                rows = [PUT_BACK.format(name, after[name]) for name in changed if name in after]
                self.statements[known] = _as_rows([*emptied, *rows])


def _as_rows(statements: list[str]) -> str:
    return ";".join([AS_ROWS.format("replica"), *statements, AS_ROWS.format("origin")])


def _rows(cursor: Any, tables: list[str]) -> dict[str, str]:
    cursor.execute(" union all ".join(map(ROWS.format, tables)))
    return {name: rows for name, rows in cursor.fetchall() if rows}
