"""A child process parses within its limits; whatever becomes of it, the parent hears why."""

import os
import signal
import socket
import stat
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from config.lib.child import Child, ChildFailed
from config.lib.tabular import Fault, FileFault


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def count(n: int) -> Generator[bytes, None, str]:
    for number in range(n):
        yield b"%d\n" % number
    return "counted"


def large() -> Generator[bytes, None, None]:
    yield b"x" * 5_000_000
    yield b""
    yield b"y"


def complain() -> Generator[bytes, None, None]:
    yield b"first"
    raise FileFault(Fault(7, "实缴金额", "no amount"))


def eat_memory() -> Generator[bytes, None, None]:
    yield b"first"
    eaten = []
    while True:
        eaten.append(bytearray(1 << 24))


def spin() -> Generator[bytes, None, None]:
    yield b"first"
    while True:
        pass


def sleep() -> Generator[bytes, None, None]:
    yield b"%d" % os.getpid()
    time.sleep(600)


def die() -> Generator[bytes, None, None]:
    yield b"first"
    signal.raise_signal(signal.SIGKILL)


def leave() -> Generator[bytes, None, None]:
    yield b"first"
    os._exit(3)


def sockets() -> Generator[bytes, None, int]:
    yield b""
    found = 0
    for path in Path("/dev/fd").iterdir():
        try:
            found += stat.S_ISSOCK(os.fstat(int(path.name)).st_mode)
        except OSError:
            continue
    return found


def test_blocks_and_the_result_come_back() -> None:
    child = Child(count, 1000)
    assert b"".join(child) == b"".join(b"%d\n" % n for n in range(1000))
    assert child.result == "counted"


def test_blocks_of_any_size_arrive_whole() -> None:
    assert [len(block) for block in Child(large)] == [5_000_000, 0, 1]


def test_an_exception_crosses_the_border_as_it_was() -> None:
    with pytest.raises(FileFault) as refusal:
        list(Child(complain))
    assert refusal.value.faults == (Fault(7, "实缴金额", "no amount"),)


@pytest.mark.parametrize(
    ("work", "limits", "why"),
    [
        (eat_memory, {"memory": 1 << 28}, "too much memory"),
        (spin, {"cpu_seconds": 1}, "too long"),
        (sleep, {"wall_seconds": 0.5}, "too long"),
        (die, {}, "SIGKILL"),
        (leave, {}, "without a word"),
    ],
)
def test_a_child_that_does_not_end_well_is_an_exception(work: Any, limits: Any, why: str) -> None:
    began = time.monotonic()
    with pytest.raises(ChildFailed, match=why):
        list(Child(work, **limits))
    assert time.monotonic() - began < 30


def test_a_parent_that_stops_reading_ends_the_child() -> None:
    blocks = iter(Child(sleep))
    pid = int(next(blocks))
    blocks.close()  # would wait ten minutes if the child were not killed
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)  # gone, not even a zombie


def test_nobodys_connection_lives_on_in_the_child(db: Any) -> None:
    here, there = socket.socketpair()
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        child = Child(sockets)
        list(child)
        assert child.result == 0
        cursor.execute("select 2")
        assert cursor.fetchone() == (2,)
    here.sendall(b"still open")
    assert there.recv(20) == b"still open"
    here.close()
    there.close()
