"""Rows into PostgreSQL by COPY, in blocks of text."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

BLOCK = 500  # rows; larger blocks were not faster

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_TABLE = str.maketrans(_ESCAPES)


def cell(value: Any) -> str:
    """One value as COPY text."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_TABLE) if not value.isalnum() else value
    if isinstance(value, bytes | memoryview):
        return "\\\\x" + bytes(value).hex()
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def blocks(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """COPY text of BLOCK rows at a time."""
    lines: list[str] = []
    for row in rows:
        lines.append("\t".join(map(cell, row)))
        if len(lines) == BLOCK:
            yield ("\n".join(lines) + "\n").encode()
            lines.clear()
    if lines:
        yield ("\n".join(lines) + "\n").encode()


class Stream:
    """An iterator of blocks as the file that `copy_expert` reads from."""

    def __init__(self, chunks: Iterable[bytes]):
        self._chunks = iter(chunks)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        while not self._rest:
            try:
                self._rest = next(self._chunks)
            except StopIteration:
                return b""
        if size < 0 or len(self._rest) <= size:
            data, self._rest = self._rest, b""
        else:
            data, self._rest = self._rest[:size], self._rest[size:]
        return data


def copy_blocks(cursor: Any, table: str, columns: Sequence[str], chunks: Iterable[bytes]) -> None:
    """COPY blocks made elsewhere (by a child process) into a table of our own naming."""
    raw = getattr(cursor, "cursor", cursor)
    raw.copy_expert(f"copy {table} ({', '.join(columns)}) from stdin", Stream(chunks))


def copy_rows(
    cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    copy_blocks(cursor, table, columns, blocks(rows))
