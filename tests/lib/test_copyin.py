"""Rows go into PostgreSQL by COPY and stand there as they were."""

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from config.lib.copyin import BLOCK, Stream, blocks, cell, copy_rows


@pytest.fixture
def cursor(db: Any) -> Any:
    with connection.cursor() as cursor:
        yield cursor


def test_cells_of_every_kind_arrive_as_they_were(cursor: Any) -> None:
    cursor.execute(
        "create temp table kinds (n bigint, t text, b bytea, y boolean, d date, at timestamptz,"
        " m numeric)"
    )
    at = datetime(2022, 11, 1, 9, 14, 5, 123, tzinfo=timezone.utc)  # noqa: UP017 - as DB answers
    rows = [
        (1, "tab\tnewline\nreturn\rslash\\N", b"\x00\xff\\", True, date(2022, 7, 1), at, 1),
        (2, "𠅤·", b"", False, None, None, Decimal("0.10")),
        (3, "", None, None, None, None, None),
        (None, "\\.", b"\t", None, None, None, None),
    ]
    assert copy_rows(cursor, "kinds", ("n", "t", "b", "y", "d", "at", "m"), rows) == 4
    cursor.execute("select n, t, b, y, d, at, m from kinds order by n")
    assert [(n, t, b if b is None else bytes(b), *rest) for n, t, b, *rest in cursor] == rows


@pytest.mark.parametrize("count", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1])
def test_blocks_lose_no_row_at_their_edges(cursor: Any, count: int) -> None:
    cursor.execute("create temp table numbers (n int)")
    assert copy_rows(cursor, "numbers", ["n"], ((n,) for n in range(count))) == count
    cursor.execute("select count(*), count(distinct n) from numbers")
    assert cursor.fetchone() == (count, count)


def test_what_postgres_cannot_hold_is_left_out(cursor: Any) -> None:
    cursor.execute("create temp table words (t text)")
    copy_rows(cursor, "words", ["t"], [("王\x00小明",)])
    cursor.execute("select t from words")
    assert cursor.fetchone() == ("王小明",)


values = st.one_of(st.none(), st.text(), st.binary(), st.integers(), st.booleans(), st.dates())


@given(st.lists(st.tuples(values, values), max_size=40))
def test_a_block_is_its_cells_one_by_one(rows: list[tuple[Any, Any]]) -> None:
    """The fast way by column says the same as the plain one by cell."""
    plain = "".join(f"{cell(a)}\t{cell(b)}\n" for a, b in rows)
    assert b"".join(blocks(rows)) == plain.encode()


@given(st.lists(st.binary(max_size=50)), st.integers(1, 20))
def test_a_stream_gives_no_more_than_asked_and_loses_nothing(
    chunks: list[bytes], size: int
) -> None:
    stream = Stream(chunks)
    parts = list(iter(lambda: stream.read(size), b""))
    assert all(len(part) <= size for part in parts)
    assert b"".join(parts) == b"".join(chunks)
