"""A roster, read in a child process: rows judged, sealed, as COPY text. Knows no database."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from config.lib import copyin, dates, idnumber, names, siv, tabular
from config.lib.tabular import cell_text
from enrollment.bulk.reading import plain, tidy
from enrollment.rules import category_by_age
from subsidies.rosters import columns
from subsidies.rosters.words import named_in

STAGED = (
    "sheet", "line", "name", "name_key", "pinyin", "kind", "sex", "born_on", "by_age", "township",
    "village", "household_no", "head_name", "relation", "word", "grade_word", "default_key",
    "recognised_on", "warnings", "problem", "detail", "number", "head4", "last4", "head",
    "account", "phone",
)  # fmt: skip


@dataclass
class Reading:
    """What the file was, for its record and for messages."""

    read: int = 0
    headers: dict[str, str] = field(default_factory=dict)  # field → the file's own header
    facts: dict[str, Any] = field(default_factory=dict)


def read_roster(
    path: Path, name: str, called: Mapping[str, str], category: str, *, today: date
) -> Generator[bytes, None, Reading]:
    """COPY blocks for temp table roster_staged; returns the Reading.

    In:     `called`: plain word → category, to find what a sheet's or the file's title names;
            `category`: what rows without a word are of, whatever the titles say; else "".
    Errors: FileFault.
    """
    tables = tabular.open_tables(path, columns.FIELDS, columns.REQUIRED)
    reading = Reading(headers={f: tables[0].headers[i] for f, i in tables[0].columns.items()})
    sheets: list[dict[str, Any]] = []
    notes: list[str] = []
    totals = 0
    for table in tables:
        default = category
        for title in (table.title, table.sheet, Path(name).stem):
            default = default or named_in(title, called)
        reader = _Rows(table, default, today)
        yield from copyin.blocks(reader.rows())
        reading.read += reader.read
        totals += len(table.totals)
        notes += [f"{table.sheet}: {n}" if len(tables) > 1 else n for n in table.notes]
        sheets.append({"sheet": table.sheet, "title": table.title, "category": default,
                       "header_line": table.header_line, "rows": reader.read,
                       "unknown_columns": table.unknown})  # fmt: skip
    reading.facts = {
        "encoding": tables[0].encoding,
        "sheet": tables[0].sheet,
        "header_line": tables[0].header_line,
        "unknown_columns": list(dict.fromkeys(w for s in sheets for w in s["unknown_columns"])),
        "sheets": sheets,
        "notes": notes,
        "total_rows": totals,
    }
    return reading


class _Rows:
    """Turns the rows of one sheet into rows of roster_staged."""

    def __init__(self, table: tabular.Table, default: str, today: date):
        ring = siv.ring()
        self._seal, self._head = ring.seal, ring.head_hash
        self._table, self._default, self._today = table, default, today
        self._at = {name: table.columns.get(name, -1) for name in columns.FIELDS}
        self.read = 0

    def rows(self) -> Iterator[tuple[Any, ...]]:
        for line, cells in self._table.rows():
            self.read += 1
            cells.append("")  # what a missing column holds: index -1
            yield self._row(line, cells)

    def _row(self, line: int, cells: list[Any]) -> tuple[Any, ...]:
        at, warnings = self._at, list[str]()
        name = tidy(cells[at["name"]])[: columns.LENGTHS["name"]]
        paper, grade = self._paper(cells)
        if not name:
            warnings.append("name_empty")
        elif not name.isalnum() and names.damaged(name):
            warnings.append("name_damaged")
        if paper.converted:
            warnings.append("number_converted")
        written = cells[at["recognised_on"]]
        recognised_on = _day(written) if at["recognised_on"] >= 0 else None
        if recognised_on is None and written not in ("", None):
            warnings.append("date_unreadable")
        sealed: tuple[bytes | None, str, str, bytes | None] = (None, "", "", None)
        if paper.ok:
            head = bytes(self._head(paper.number))
            number = bytes(self._seal(paper.number))
            sealed = (number, paper.number[:4], names.last4(paper.number), head)
        elif paper.problem == "damaged" and paper.number[:15].isdigit():
            sealed = (None, "", "", bytes(self._head(paper.number)))  # only to suggest somebody
        account = "".join(str(cell_text(cells[at["account"]])).split())
        phone = tidy(cells[at["phone"]])
        return (
            self._table.sheet[:60],
            line,
            name,
            names.name_key(name)[:60],
            names.pinyin_key(name),
            paper.kind,
            paper.sex,
            paper.born_on,
            category_by_age(paper.born_on, self._today) or "",
            plain(cells[at["township"]])[:60],
            plain(cells[at["village"]])[:60],
            tidy(cells[at["household_no"]])[: columns.LENGTHS["household_no"]],
            tidy(cells[at["head_name"]])[: columns.LENGTHS["head_name"]],
            tidy(cells[at["relation"]])[: columns.LENGTHS["relation"]],
            plain(cells[at["category"]])[: columns.LENGTHS["word"]],
            plain(cells[at["grade"]])[:40] or grade,
            self._default,
            recognised_on,
            ",".join(warnings),
            f"number_{paper.problem}" if paper.problem else None,
            paper.expected if paper.problem == "check_digit" else None,
            *sealed,
            bytes(self._seal(account[:40])) if account else None,
            bytes(self._seal(phone[:40])) if phone else None,
        )

    def _paper(self, cells: list[Any]) -> tuple[idnumber.Verdict, str]:
        """The number judged; and the grade that a disability certificate's number ends with.

        The certificate's number is the identity number, a digit for the kind and one for the grade
        (and perhaps B and a digit for a new copy).
        """
        written = cell_text(cells[self._at["number"]])
        kind = idnumber.kind_from_words(plain(cells[self._at["kind"]])) or idnumber.RESIDENT_ID
        paper = idnumber.judge(written, self._today, kind)
        cleaned = paper.number
        if paper.problem == "length" and len(cleaned) in (20, 22) and cleaned[18:20].isdigit():
            holder = idnumber.judge(cleaned[:18], self._today, kind)
            return (holder, cleaned[19]) if holder.ok else (paper, "")
        return paper, ""


@lru_cache(maxsize=10_000)
def _day(written: Any) -> date | None:
    found = dates.to_instant(written) if written not in ("", None) else None
    return found.astimezone(dates.ZONE).date() if isinstance(found, datetime) else found
