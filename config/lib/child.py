"""Untrusted or heavy parsing in a child process with limits; its blocks stream back by a pipe.

The child is forked, so it starts in milliseconds and needs no set-up of its own. It leaves by
os._exit: nothing it inherited (database connections, locks) is closed or used on its way out.
"""

import ctypes
import os
import pickle
import resource
import signal
import struct
import sys
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

MEMORY = 1 << 30  # bytes the child may take beyond what it inherited
CPU_SECONDS = 600
WALL_SECONDS = 900
_FRAME = struct.Struct(">cI")
_BLOCK, _RESULT, _ERROR = b"B", b"R", b"E"
_PR_SET_PDEATHSIG = 1


class ChildFailed(Exception):
    """The child was killed, ran out of memory or time, or died without a word."""


class Child:
    """Runs `function(*args)`, a generator of bytes, in a child process.

    Iterate over the object for its blocks; afterwards `result` holds what the generator returned.
    Errors: whatever the generator raised, or ChildFailed.
    """

    def __init__(
        self,
        function: Callable[..., Generator[bytes, None, Any]],
        *args: Any,
        memory: int = MEMORY,
        cpu_seconds: int = CPU_SECONDS,
        wall_seconds: int = WALL_SECONDS,
    ):
        self.result: Any = None
        self._work = (function, args)
        self._limits = (memory, cpu_seconds)
        self._wall_seconds = wall_seconds

    def __iter__(self) -> Iterator[bytes]:
        receive, send = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            os.close(receive)
            self._be_the_child(send)
        os.close(send)
        ended = False
        try:
            with os.fdopen(receive, "rb", buffering=1 << 20) as pipe:
                yield from self._frames(pipe)
            ended = True
        finally:
            if not ended:
                os.kill(pid, signal.SIGKILL)
            _pid, status = os.waitpid(pid, 0)
        if status:
            raise ChildFailed(_why(status))

    def _frames(self, pipe: Any) -> Iterator[bytes]:
        until = time.monotonic() + self._wall_seconds
        while head := pipe.read(_FRAME.size):
            kind, size = _FRAME.unpack(head)
            data = pipe.read(size)
            if kind == _BLOCK:
                yield data
            elif kind == _RESULT:
                self.result = pickle.loads(data)  # noqa: S301 - our own child
            else:
                raise pickle.loads(data)  # noqa: S301 - our own child
            if time.monotonic() > until:
                raise ChildFailed("the file took too long to read")

    def _be_the_child(self, send: int) -> None:
        function, args = self._work
        code = 1
        try:
            if sys.platform == "linux":
                ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            _limit(*self._limits)
            with os.fdopen(send, "wb", buffering=1 << 18) as pipe:
                try:
                    result = _send_all(pipe, function(*args))
                    _send(pipe, _RESULT, pickle.dumps(result))
                except MemoryError:
                    _send(pipe, _ERROR, pickle.dumps(ChildFailed("the file needs too much memory")))
                except Exception as error:
                    _send(pipe, _ERROR, _pickled(error))
            code = 0
        finally:
            os._exit(code)


def _send_all(pipe: Any, blocks: Generator[bytes, None, Any]) -> Any:
    while True:
        try:
            _send(pipe, _BLOCK, next(blocks))
        except StopIteration as stop:
            return stop.value


def _send(pipe: Any, kind: bytes, data: bytes) -> None:
    pipe.write(_FRAME.pack(kind, len(data)))
    pipe.write(data)


def _pickled(error: Exception) -> bytes:
    """An exception that cannot cross the border goes as its type's name."""
    try:
        data = pickle.dumps(error)
        pickle.loads(data)  # noqa: S301
    except Exception:
        return pickle.dumps(ChildFailed(type(error).__name__))
    return data


def _limit(memory: int, cpu_seconds: int) -> None:
    statm = Path("/proc/self/statm")
    if statm.exists():  # elsewhere than on Linux only time is limited
        inherited = int(statm.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (inherited + memory, inherited + memory))
    used = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (used + cpu_seconds, used + cpu_seconds + 5))


def _why(status: int) -> str:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            return "the file took too long to read"
        return f"reading the file ended with {signal.Signals(number).name}"
    return "reading the file ended without a word"
