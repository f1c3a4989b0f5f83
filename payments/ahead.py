"""Reading ahead: threads take the children's blocks while the database does something else."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from queue import Full, Queue
from threading import Event, Lock, Thread
from typing import Any, Self

from config.lib.copyin import BLOCK
from config.lib.tabular import FileFault

MOST = 2_000  # blocks in memory, about 250 MB


class Ahead:
    """The blocks of several children: first all that stand before the empty block of each
    (`first`), then all behind it (`second`).

    The children are begun in the thread that enters: a child dies with the thread that made it.
    What they raise is kept until COPY has ended, because psycopg2 would hide it.
    """

    def __init__(self, children: Sequence[Iterable[bytes]]):
        self._children = children
        self._raised: list[Exception] = []
        self._queues = [Queue[bytes | None](MOST), Queue[bytes | None](MOST)]
        self._left = [len(children), len(children)]  # children with more for each queue
        self._lock, self._stop = Lock(), Event()
        self._threads: list[Thread] = []
        self._rows = 0

    def __enter__(self) -> Self:
        for child in self._children:
            begun: Any = iter(child)
            try:
                block = next(begun)
            except Exception as raised:
                self._end(raised, 0)
            else:
                self._threads.append(Thread(target=self._read, args=(begun, block), daemon=True))
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def first(self, tell: Callable[[int], None]) -> Iterator[bytes]:
        """`tell` hears of rows so far."""
        for block in self._blocks(0):
            self._rows += BLOCK
            if self._rows % (40 * BLOCK) == 0:
                tell(self._rows)
            yield block

    def second(self) -> Iterator[bytes]:
        return self._blocks(1)

    def fault(self) -> Exception | None:
        """What was raised; what is wrong with the file is told together, by line."""
        other = next((each for each in self._raised if not isinstance(each, FileFault)), None)
        if other or not self._raised:
            return other
        faults = {fault for each in self._raised if isinstance(each, FileFault)
                  for fault in each.faults}  # fmt: skip
        return FileFault(*sorted(faults, key=lambda fault: (fault.line, fault.column)))

    def _blocks(self, queue: int) -> Iterator[bytes]:
        while (block := self._queues[queue].get()) is not None:
            yield block

    def _read(self, child: Any, block: bytes) -> None:
        queue = 0
        try:
            while not self._stop.is_set():
                if block:
                    self._put(queue, block)
                else:
                    self._is_through(queue)
                    queue = 1
                block = next(child)
            child.close()
        except Exception as raised:
            self._end(raised, queue)

    def _end(self, raised: Exception, queue: int) -> None:
        if not isinstance(raised, StopIteration):
            self._raised.append(raised)
        for each in range(queue, len(self._queues)):
            self._is_through(each)

    def _is_through(self, queue: int) -> None:
        with self._lock:
            self._left[queue] -= 1
            is_last = not self._left[queue]
        if is_last:
            self._put(queue, None)

    def _put(self, queue: int, block: bytes | None) -> None:
        while not self._stop.is_set():
            try:
                self._queues[queue].put(block, timeout=0.2)
            except Full:
                continue
            return
