"""What a file holds, for whoever chooses its sheets and matches its columns.

Made in the child process that reads the file, and kept as it is (Roster.seen): numbers are masked
here and never leave it.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from config.lib import dates, names, tabular
from config.lib.tabular import Chosen, Glance, LooseTable, Row, cell_text
from config.lib.tabular.header import spelled
from subsidies.rosters import columns

ROWS = 200  # looked at for examples
EXAMPLES = 3  # of a column
TOP = 12  # rows shown, for whoever says which is the header
WIDEST = 200  # columns shown
TOP_WIDEST = 12
LONGEST = 24  # characters of a cell
LONGEST_WORD = 100  # of a header
_NUMBER = re.compile(r"\d(?:[ \-]?[\dXx]){6,}")
_PAPER = 15  # digits that a paper's number has at least


@dataclass
class Seen:
    """A table, or a sheet that was not read. JSON keeps it."""

    sheet: str
    hidden: bool = False
    read: bool = False
    below: bool = False  # another table of the same sheet
    height: int = 0  # rows: those read, or as far as anything stands in one
    header_line: int = 0  # 0: none was found
    headers: list[str] = field(default_factory=list)  # as shown
    words: list[str] = field(default_factory=list)  # spelled; empty: no header to be kept
    columns: dict[str, int] = field(default_factory=dict)
    examples: list[list[str]] = field(default_factory=list)  # of each column
    top: list[tuple[int, list[str]]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def take(self, cells: list[Any]) -> None:
        """Keep what a row adds to the examples."""
        for examples, cell in zip(self.examples, cells, strict=False):
            if len(examples) < EXAMPLES and (text := shown(cell)) and text not in examples:
                examples.append(text)

    def watched(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The same rows; the first of them are taken for examples."""
        for count, row in enumerate(rows, start=1):
            self.take(row[1])
            yield row
            if count == ROWS:
                break
        yield from rows


def of_table(table: LooseTable, *, below: bool) -> Seen:
    """Before its rows are read, which are then `watched`."""
    return Seen(
        sheet=table.sheet,
        hidden=table.hidden,
        read=True,
        below=below,
        header_line=table.header_line,
        headers=[shown(name) for name in table.headers[:WIDEST]],
        words=_words(table.headers),
        columns={name: at for name, at in table.columns.items() if name in columns.FIELDS},
        examples=[[] for _name in table.headers[:WIDEST]],
        top=_top(table.first),
    )


def of_glance(glance: Glance, chosen: Chosen) -> Seen:
    """Of a sheet that was not read: with its header, as far as that can be guessed."""
    seen = Seen(glance.sheet, glance.hidden, height=glance.height, top=_top(glance.first))
    header = chosen.guess(glance.sheet, glance.first, columns.FIELDS, columns.REQUIRED)
    if header is not None:
        seen.header_line = header.line
        seen.headers = [shown(name) for name in header.names[:WIDEST]]
        seen.words = _words(header.names)
        seen.columns = {name: at for name, at in header.columns.items() if name in columns.FIELDS}
        seen.examples = [[] for _name in seen.headers]
        for _line, cells in glance.first[header.end :]:
            seen.take(cells)
    return seen


def look(path: Path, chosen: Chosen) -> Generator[bytes, None, list[dict[str, Any]]]:
    """What a file begins with that could not be read; to be run in a child. Errors: FileFault."""
    yield from ()
    return [of_glance(glance, chosen).as_json() for glance in tabular.glance(path, chosen)]


def shown(cell: Any) -> str:
    """A cell for looking at: short, of numbers with seven digits or more only the ends."""
    if isinstance(cell, datetime | date):
        return str(cell)[:10]
    text = " ".join(names.UNSEEN.sub("", cell_text(cell)).split())
    if dates.to_date(text) is None:
        text = _NUMBER.sub(_mask, text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _words(headers: list[str]) -> list[str]:
    """A header by which lists are known again; a row with somebody's number in it is none."""
    words = list(spelled(headers))
    short = len(words) <= WIDEST and all(len(word) <= LONGEST_WORD for word in words)
    return words if short and not any(map(_NUMBER.search, words)) else []


def _mask(found: re.Match[str]) -> str:
    digits = "".join(c for c in found[0] if c.isalnum())
    if len(digits) >= _PAPER:
        return names.mask_number(digits)
    return found[0] if dates.to_date(digits) is not None else f"{digits[:3]}****"


def _top(rows: Any) -> list[tuple[int, list[str]]]:
    """The first rows in which anything stands."""
    filled = ((line, list(map(shown, cells[:TOP_WIDEST]))) for line, cells in rows)
    return [row for row in filled if any(row[1])][:TOP]
