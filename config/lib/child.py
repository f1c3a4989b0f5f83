"""Untrusted or heavy parsing in a child process with limits; its blocks stream back by a pipe.

The child is forked, so it starts in milliseconds and needs no set-up of its own. It first closes
every socket that it inherited (database, broker): nobody's connection lives on in it. It leaves by
os._exit, so nothing else that it inherited is closed or used on its way out.

Fork only from a process whose other threads hold no locks: a Celery pool worker or a command.
"""

import ctypes
import os
import pickle
import resource
import select
import signal
import stat
import struct
import sys
import time
from collections.abc import Callable, Generator, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, NoReturn

from django.utils.translation import gettext as _

MEMORY = 2 << 30  # bytes the child may take beyond what it inherited; a full XLSX needs them
CPU_SECONDS = 600
WALL_SECONDS = 900
CODE_TOLD = 0  # the child has said how it ended, in a result or an error
_FRAME = struct.Struct(">cI")
_BLOCK, _RESULT, _ERROR = b"B", b"R", b"E"
_READ = 1 << 20
_PR_SET_PDEATHSIG = 1


class ChildFailed(Exception):
    """The child was killed, ran out of memory or time, or died without a word."""


class Child:
    """Runs `function(*args)`, a generator of bytes, in a child process.

    Iterate over the object for its blocks; afterwards `result` holds what the generator returned.
    Whoever stops iterating ends the child. Times are in seconds, memory in bytes.

    Errors: whatever the generator raised, or ChildFailed.
    """

    def __init__(
        self,
        function: Callable[..., Generator[bytes, None, Any]],
        *args: Any,
        memory: int = MEMORY,
        cpu_seconds: int = CPU_SECONDS,
        wall_seconds: float = WALL_SECONDS,
    ):
        self.result: Any = None
        self._work = (function, args)
        self._limits = (memory, cpu_seconds)
        self._wall_seconds = wall_seconds

    def __iter__(self) -> Iterator[bytes]:
        receive, send = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            os.close(receive)
            self._be_the_child(send, parent)
        os.close(send)
        ended = False
        try:
            yield from self._blocks(receive)
            ended = True
        finally:
            os.close(receive)
            if not ended:
                os.kill(pid, signal.SIGKILL)
            _pid, status = os.waitpid(pid, 0)
        if status != CODE_TOLD:
            raise ChildFailed(_why(status))

    def _blocks(self, receive: int) -> Iterator[bytes]:
        for kind, data in _frames(receive, time.monotonic() + self._wall_seconds):
            if kind == _BLOCK:
                yield data
            elif kind == _RESULT:
                self.result = pickle.loads(data)  # noqa: S301 - our own child
            else:
                raise pickle.loads(data)  # noqa: S301 - our own child

    def _be_the_child(self, send: int, parent: int) -> NoReturn:
        function, args = self._work
        code = 1
        try:
            _die_with(parent)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            _close_sockets()
            _be_silent()
            _limit(*self._limits)
            try:
                result = _send_all(send, function(*args))
                _send(send, _RESULT, pickle.dumps(result))
            except MemoryError:
                _send(send, _ERROR, pickle.dumps(ChildFailed(_too_much_memory())))
            except Exception as error:
                _send(send, _ERROR, _pickled(error))
            code = CODE_TOLD
        finally:
            os._exit(code)


def by_turns(beside: Child, own: Iterator[bytes]) -> Iterator[bytes]:
    """Blocks of a child and of this process, which work at the same time.

    The child is forked before anything of `own` is asked for, so what both iterate over may lie in
    memory already: each has the whole of it, and the memory is not taken twice.
    """
    for theirs, mine in zip_longest(beside, own):
        if theirs is not None:
            yield theirs
        if mine is not None:
            yield mine


def _frames(receive: int, until: float) -> Iterator[tuple[bytes, bytes]]:
    """Whole frames until the child closes its end; what it left unfinished is dropped.

    Errors: ChildFailed once `until` (time.monotonic) has passed, also while the child is silent.
    """
    buffer = bytearray()
    news = select.poll()
    news.register(receive, select.POLLIN)
    while True:
        if not news.poll(max(0, until - time.monotonic()) * 1000):
            raise ChildFailed(_too_long())
        chunk = os.read(receive, _READ)
        if not chunk:
            return
        buffer += chunk
        start = 0
        while len(buffer) >= start + _FRAME.size:
            kind, size = _FRAME.unpack_from(buffer, start)
            end = start + _FRAME.size + size
            if len(buffer) < end:
                break
            yield kind, bytes(buffer[start + _FRAME.size : end])
            start = end
        del buffer[:start]


def _send_all(send: int, blocks: Generator[bytes, None, Any]) -> Any:
    while True:
        try:
            _send(send, _BLOCK, next(blocks))
        except StopIteration as stop:
            return stop.value


def _send(send: int, kind: bytes, data: bytes) -> None:
    rest = memoryview(_FRAME.pack(kind, len(data)) + data)
    while rest:
        rest = rest[os.write(send, rest) :]


def _pickled(error: Exception) -> bytes:
    """An exception that cannot cross the border goes as its type's name."""
    try:
        data = pickle.dumps(error)
        pickle.loads(data)  # noqa: S301 - our own bytes
    except Exception:
        return pickle.dumps(ChildFailed(type(error).__name__))
    return data


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)


def _close_sockets() -> None:
    """Without a word to the other side: the parent goes on using its own ends."""
    for path in Path("/dev/fd").iterdir():
        try:
            if stat.S_ISSOCK(os.fstat(int(path.name)).st_mode):
                os.close(int(path.name))
        except OSError:  # the descriptor of the listing itself
            continue


def _be_silent() -> None:
    """Native code writes down how it died; the parent says so in words that people understand."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _limit(memory: int, cpu_seconds: int) -> None:
    statm = Path("/proc/self/statm")
    if statm.exists():  # elsewhere than on Linux only time is limited
        inherited = int(statm.read_text().split()[0]) * resource.getpagesize()
        _lower(resource.RLIMIT_AS, inherited + memory, inherited + memory)
    used = int(time.process_time())
    _lower(resource.RLIMIT_CPU, used + cpu_seconds, used + cpu_seconds + 5)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold people's data


def _lower(limit: int, soft: int, hard: int) -> None:
    """A child of a child stays below what its parent was allowed."""
    most = resource.getrlimit(limit)[1]
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(limit, (soft, hard))


def _why(status: int) -> str:
    if not os.WIFSIGNALED(status):
        return _("reading it ended without a word")
    number = os.WTERMSIG(status)
    if number == signal.SIGXCPU:
        return _too_long()
    if number == signal.SIGABRT:  # how native code ends that gets no memory
        return _too_much_memory()
    return _("reading it ended with %(signal)s") % {"signal": signal.Signals(number).name}


def _too_long() -> str:
    return _("reading it took too long; send it in parts, or as CSV")


def _too_much_memory() -> str:
    return _(
        "reading it took too much memory; copy the list alone into a new workbook,"
        " or send it as CSV"
    )
