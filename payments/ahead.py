"""Reading ahead: a thread takes a child's blocks while the database is busy with something else."""

from collections.abc import Callable, Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import Any, Self

from config.lib.copyin import BLOCK

MOST = 2_000  # blocks in memory, about 250 MB
_END = object()


class Ahead:
    """The blocks of an iterable, read ahead; an empty block divides them into parts.

    The iterable is begun in the thread that enters (a child process dies with the thread that made
    it). Its fault is kept in `fault` until COPY has ended, because psycopg2 would hide it.
    """

    def __init__(self, blocks: Any):
        self.fault: Exception | None = None
        self._blocks = iter(blocks)
        self._queue: Queue[Any] = Queue(MOST)
        self._stop = Event()
        self._thread = Thread(target=self._read, daemon=True)
        self._rows = 0

    def __enter__(self) -> Self:
        try:
            self._queue.put(next(self._blocks))
        except StopIteration:
            self._queue.put(_END)
        except Exception as fault:
            self.fault = fault
            self._queue.put(_END)
        else:
            self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._blocks.close()

    def until_empty(self, tell: Callable[[int], None]) -> Iterator[bytes]:
        """The blocks up to the next empty one, or to the end; `tell` hears of rows so far."""
        while (block := self._queue.get()) is not _END:
            if not block:
                return
            self._rows += BLOCK
            if self._rows % (40 * BLOCK) == 0:
                tell(self._rows)
            yield block
        self._queue.put(_END)

    def _read(self) -> None:
        try:
            for block in self._blocks:
                self._put(block)
                if self._stop.is_set():
                    return
        except Exception as fault:
            self.fault = fault
        self._put(_END)

    def _put(self, block: Any) -> None:
        while not self._stop.is_set():
            try:
                self._queue.put(block, timeout=0.2)
            except Full:
                continue
            return
