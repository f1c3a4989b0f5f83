"""A register that comes back, read in a child process: rows as text, judged. Knows no database."""

import json
import re
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from config.lib import dates, idnumber, money, names, tabular
from config.lib.tabular import cell_text
from enrollment.bulk.reading import tidy
from payments.register.words import COLUMNS, LENGTHS, WRITTEN

REQUIRED = ("key", "name", "number")
_BLOCK = 500  # rows that cross the pipe at once
_PHONE = re.compile(r"[+\d][\d \-]{5,18}\d", re.ASCII)
_SHOWN_CUT = re.compile(r"\d(\.\d+)?E\+?\d+", re.ASCII)


@dataclass
class Read:
    """One row as it stands in the file. `problems`: field → why it cannot be taken."""

    sheet: str
    line: int
    key: str
    cells: dict[str, str]
    number: str = ""  # clean, where it can be read
    kind: str = ""
    born_on: date | None = None
    sex: str = ""
    number_problem: str = ""
    fen: int | None = None
    on: date | None = None
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        return not any(self.cells.values())

    def packed(self) -> dict[str, Any]:
        values = dict(self.__dict__)
        for name in ("born_on", "on"):
            values[name] = values[name].isoformat() if values[name] else None
        return values

    @classmethod
    def unpacked(cls, values: dict[str, Any]) -> "Read":
        for name in ("born_on", "on"):
            values[name] = date.fromisoformat(values[name]) if values[name] else None
        return cls(**values)


def read_register(path: Path, today: date) -> Generator[bytes, None, dict[str, Any]]:
    """Blocks of rows as JSON; returns what the file was. Blank rows are left out.

    Errors: FileFault, also for a file without the column of keys: it was not made here.
    """
    synonyms = {**COLUMNS}
    sheets: list[dict[str, Any]] = []
    notes: list[str] = []
    for first in tabular.open_loose(path, synonyms, REQUIRED, tabular.Loose()):
        table: tabular.LooseTable | None = first
        while table is not None:
            block: list[dict[str, Any]] = []
            rows = 0
            for line, cells in table.rows():
                row = _row(table, line, cells, today)
                if row.blank:
                    continue
                rows += 1
                block.append(row.packed())
                if len(block) == _BLOCK:
                    yield _written(block)
                    block = []
            yield _written(block)
            sheets.append({"sheet": table.sheet, "rows": rows})
            notes += table.notes
            table = table.below
    return {"sheets": sheets, "notes": notes[:20], "encoding": first.encoding}


def rows_in(block: bytes) -> list[Read]:
    return [Read.unpacked(values) for values in json.loads(block)]


def _written(block: list[dict[str, Any]]) -> bytes:
    return json.dumps(block).encode()


def _row(table: tabular.LooseTable, line: int, cells: list[Any], today: date) -> Read:
    at = table.columns
    raw = {name: cells[at[name]] if name in at else "" for name in COLUMNS}
    texts = {name: tidy(raw[name]) for name in WRITTEN}
    key = "".join(cell_text(raw["key"]).split())
    found = Read(table.sheet[:60], line, key, texts)
    for name, longest in LENGTHS.items():
        if len(texts[name]) > longest:
            found.problems[name] = _("longer than %(n)s characters") % {"n": longest}
    if texts["name"] and names.damaged(texts["name"]):
        found.problems["name"] = _("holds a “?” or a character that cannot be read")
    if texts["phone"] and not _PHONE.fullmatch(texts["phone"]):
        cut = _SHOWN_CUT.fullmatch(texts["phone"])
        found.problems["phone"] = (
            _("a spreadsheet has cut this number; set the column to text and write it again")
            if cut
            else _("is no telephone number")
        )
    _judge_number(found, raw["number"], today)
    _judge_money(found, raw, today)
    return found


def _judge_number(found: Read, cell: Any, today: date) -> None:
    """What is printed masked stays as it is; only a full number is judged."""
    written = cell_text(cell)
    found.cells["number"] = "".join(written.split())
    if not written.strip() or "*" in written or "＊" in written:
        found.number_problem = "masked" if written.strip() else "empty"
        return
    paper = idnumber.judge(written, today)
    found.number_problem = paper.problem
    if paper.ok:
        found.number, found.kind = paper.number, paper.kind
        found.born_on, found.sex = paper.born_on, paper.sex


def _judge_money(found: Read, raw: dict[str, Any], today: date) -> None:
    if found.cells["paid"]:
        # As we write it, so that an amount typed as 350 is what was printed as 350.00.
        found.fen = money.to_fen(raw["paid"])
        if found.fen is not None:
            found.cells["paid"] = f"{found.fen // 100:,}.{found.fen % 100:02}"
    if found.cells["paid_on"]:
        found.on = _day(raw["paid_on"], today)
        if found.on is not None:
            found.cells["paid_on"] = f"{found.on:%m-%d}"


def _day(cell: Any, today: date) -> date | None:
    """A date; of a month and a day alone (11-03, 11.3, 11月3日) the latest that is past."""
    text = tidy(cell)
    short = re.fullmatch(r"(\d{1,2})[-./月](\d{1,2})日?", text)
    if not short:
        return dates.to_date(cell)
    month, day = int(short[1]), int(short[2])
    for year in (today.year, today.year - 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None
