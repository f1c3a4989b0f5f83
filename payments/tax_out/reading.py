"""The tax system's list of people as COPY text. Runs in a child process, knows no table."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from config.lib import idnumber, siv, tabular
from config.lib.copyin import BLOCK, blocks
from config.lib.names import name_key
from config.lib.tabular import cell_text
from payments import layout

COLUMNS = ("line", "number_kind", "number", "name", "name_key", "mark", "place", "problem")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": layout.FIELDS["name"],
    "papers": layout.FIELDS["papers"],
    "number": layout.FIELDS["number"],
    "mark": (
        *layout.FIELDS["mark"], "缴费人身份", "困难群众类别", "资助类别", "救助类别", "人群类别",
    ),
    "township": layout.FIELDS["township"],
    "village": layout.FIELDS["village"],
}  # fmt: skip
REQUIRED = ("name", "number")


@dataclass
class Summary:
    """What was read; `headers`: field → the file's own header."""

    read: int = 0
    encoding: str = ""
    sheet: str = ""
    header_line: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_people(path: Path, *, today: date) -> Generator[bytes, None, Summary]:
    """COPY blocks of COLUMNS; returns the Summary. Errors: FileFault."""
    table = tabular.open_table(path, FIELDS, REQUIRED)
    reader, rows, read = _Reader(table, today), [], 0
    for line, cells in table.rows():
        rows.append(reader.row(line, cells))
        if len(rows) == BLOCK:
            yield from blocks(rows)
            read += BLOCK
            rows.clear()
    yield from blocks(rows)
    return Summary(
        read=read + len(rows),
        encoding=table.encoding,
        sheet=table.sheet,
        header_line=table.header_line,
        headers={name: table.headers[index] for name, index in table.columns.items()},
        unknown=table.unknown,
        notes=table.notes,
    )


class _Reader:
    def __init__(self, table: tabular.Table, today: date):
        self._at = table.columns
        self._today = today
        self._seal = siv.ring().seal

    def row(self, line: int, cells: list[Any]) -> tuple[Any, ...]:
        """A number that cannot be right is not kept: the row is told of, by its line."""
        name = self._text(cells, "name")[:60]
        asked = idnumber.kind_from_words(self._text(cells, "papers")) or idnumber.RESIDENT_ID
        paper = idnumber.judge(self._text(cells, "number"), self._today, asked)
        problem = f"number_{paper.problem}" if paper.problem else "" if name else "name_empty"
        mark = self._text(cells, "mark")[:40]
        place = f"{self._text(cells, 'township')} {self._text(cells, 'village')}".strip()
        return (
            line,
            "" if paper.problem else paper.kind,
            None if paper.problem else self._seal(paper.number),
            name,
            name_key(name)[:60],
            "" if mark in layout.NO_MARK else mark,
            place[:80],
            problem,
        )

    def _text(self, cells: list[Any], name: str) -> str:
        index = self._at.get(name)
        return " ".join(cell_text(cells[index]).split()) if index is not None else ""
