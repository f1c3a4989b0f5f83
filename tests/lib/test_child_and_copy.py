"""A child process parses within its limits, and its blocks arrive in the table as they were."""

import signal
import time
from collections.abc import Generator
from typing import Any

import pytest
from django.db import connection

from config.lib.child import Child, ChildFailed
from config.lib.copyin import copy_rows


def count(n: int) -> Generator[bytes, None, str]:
    for number in range(n):
        yield b"%d\n" % number
    return "counted"


def complain() -> Generator[bytes, None, None]:
    yield b"first"
    raise ValueError("line 7")


def eat_memory() -> Generator[bytes, None, None]:
    yield b"first"
    eaten = []
    while True:
        eaten.append(bytearray(1 << 24))


def hang() -> Generator[bytes, None, None]:
    yield b"first"
    while True:
        pass


def die() -> Generator[bytes, None, None]:
    yield b"first"
    signal.raise_signal(signal.SIGKILL)


def test_blocks_and_the_result_come_back() -> None:
    child = Child(count, 1000)
    assert b"".join(child) == b"".join(b"%d\n" % n for n in range(1000))
    assert child.result == "counted"


def test_an_exception_crosses_the_border() -> None:
    with pytest.raises(ValueError, match="line 7"):
        list(Child(complain))


@pytest.mark.parametrize("work", [eat_memory, die])
def test_a_child_that_dies_is_an_exception(work: Any) -> None:
    with pytest.raises(ChildFailed):
        list(Child(work, memory=1 << 28))


def test_a_child_that_hangs_is_ended() -> None:
    began = time.monotonic()
    with pytest.raises(ChildFailed, match="too long"):
        list(Child(hang, cpu_seconds=1))
    assert time.monotonic() - began < 30


def test_a_parent_that_stops_reading_ends_the_child() -> None:
    blocks = iter(Child(hang))
    assert next(blocks) == b"first"
    blocks.close()  # would wait for ever if the child were not killed


def test_copied_cells_arrive_as_they_were(db: Any) -> None:
    rows = [(1, "tab\tnewline\nslash\\", b"\x00\xff", None), (2, "𠅤·", b"", "")]
    with connection.cursor() as cursor:
        cursor.execute("create temp table t (n int, a text, b bytea, c text)")
        copy_rows(cursor, "t", ["n", "a", "b", "c"], rows)
        cursor.execute("select n, a, b, c from t order by n")
        assert [(n, a, bytes(b), c) for n, a, b, c in cursor.fetchall()] == rows
