"""A roster, read in a child process: rows judged, sealed, as COPY text. Knows no database."""

import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from config.lib import copyin, dates, idnumber, names, siv, tabular
from config.lib.child import Child, by_turns
from config.lib.tabular import Chosen, cell_text
from config.lib.tabular.header import spelled
from enrollment.bulk.reading import plain, tidy
from enrollment.rules import category_by_age
from subsidies.rosters import columns
from subsidies.rosters.newborn_rows import Newborns, of_births
from subsidies.rosters.seen import Seen, of_glance, of_table
from subsidies.rosters.words import default_of

STAGED = (
    "position", "sheet", "line", "name", "name_key", "pinyin", "kind", "sex", "born_on", "by_age",
    "township", "village", "household_no", "head_name", "relation", "word", "grade_word",
    "default_key", "recognised_on", "day_text", "warnings", "problem", "detail", "number", "head4",
    "last4", "head", "account", "phone", "school", "more",
)  # fmt: skip

NOTHING_CHOSEN = Chosen()
LARGE = 1_000_000  # bytes of a file that two processes read at once
EARLIEST_YEAR = 1900  # of a date in a roster
AHEAD = timedelta(days=366)
_SPARE = ("", "", "")  # -1: what a missing column holds; -2 and -3 belong to newborn_rows
KEPT_DIGITS = 15  # by a spreadsheet, of a number
# What a formula leaves that could not be worked out.
_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"))
_SHOWN_CUT = re.compile(r"\d(\.\d+)?E\+?\d+", re.ASCII)


@dataclass(frozen=True)
class Share:
    """Which rows a process works on, of several that read the same file: every `of`-th block."""

    turn: int
    of: int

    def holds(self, position: int) -> bool:
        return position // copyin.BLOCK % self.of == self.turn


WHOLE = Share(0, 1)


@dataclass
class Reading:
    """What the file was, for its record and for messages."""

    read: int = 0
    headers: dict[str, str] = field(default_factory=dict)  # field → the file's own header
    facts: dict[str, Any] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)


def read_roster(
    path: Path,
    name: str,
    called: Mapping[str, str],
    category: str,
    *,
    today: date,
    chosen: Chosen = NOTHING_CHOSEN,
) -> Generator[bytes, None, Reading]:
    """COPY blocks for temp table roster_staged; returns the Reading.

    In:     `called`: plain word → category, to find what a sheet's or the file's title names;
            `category`: what rows without a word are of, whatever the titles say; else "".
            `chosen`: what somebody said of its sheets and columns.
    Errors: FileFault.
    """
    reading = Reading()
    read: list[tabular.LooseTable] = []
    sheets: list[dict[str, Any]] = []
    found = tables(path, chosen)
    first = next(found)  # a whole workbook is in memory from here on
    own = chain([first], found)

    def blocks(share: Share, found: Iterator[tabular.LooseTable]) -> Generator[bytes, None, None]:
        for table in found:
            below = bool(read) and read[-1].below is table
            shown = of_table(table, below=below)
            titles = (table.title, table.sheet, Path(name).stem)
            above = sheets[-1]["category"] if below else None
            default = category or default_of(titles, called, above)
            reader = _Rows(table, default, today, shown, share, reading.read)
            yield from copyin.blocks(reader.rows())
            reading.read += reader.read
            shown.height = reader.read
            reading.seen.append(shown)
            read.append(table)
            sheets.append({"sheet": table.sheet, "title": table.title, "category": default,
                           "header_line": table.header_line, "rows": reader.read,
                           "unknown_columns": table.unknown})  # fmt: skip

    if path.stat().st_size < LARGE:
        yield from blocks(WHOLE, own)
    else:  # two processes cannot share an open text file: each would get what the other leaves
        beside = tables(path, chosen) if first.encoding else own
        yield from by_turns(Child(blocks, Share(1, 2), beside), blocks(Share(0, 2), own))
    reading.seen += [of_glance(glance, chosen) for glance in read[0].unread]
    reading.headers = {f: read[0].headers[i] for f, i in read[0].columns.items()}
    reading.facts = {
        "encoding": read[0].encoding,
        "sheet": read[0].sheet,
        "header_line": read[0].header_line,
        "unknown_columns": list(dict.fromkeys(w for s in sheets for w in s["unknown_columns"])),
        "sheets": sheets,
        "notes": _notes(read),
        "total_rows": sum(len(table.totals) for table in read),
    }
    return reading


def tables(path: Path, chosen: Chosen = NOTHING_CHOSEN) -> Iterator[tabular.LooseTable]:
    """The tables of a roster, those below others too; read each to its end before the next.

    Errors: FileFault, also for the tax bureau's payment detail file.
    """
    synonyms = {**columns.FIELDS, **columns.OF_PAYMENTS}
    how = tabular.Loose(columns.SPREAD, chosen)
    for first in tabular.open_loose(path, synonyms, columns.REQUIRED, how):
        table: tabular.LooseTable | None = first
        while table is not None:
            signs = [
                name
                for name, words in columns.OF_PAYMENTS.items()
                if name in table.columns or any(plain(header) in words for header in table.headers)
            ]
            if table.headers[table.columns["name"]] == columns.PAYER:
                signs.append("name")
            if len(signs) > 1:
                raise tabular.refuse(
                    _("This is a payment detail file, not a roster: import it with the payments.")
                )
            if spelled(table.headers) not in chosen.columns:
                _refuse_heads_for_members(table)
            yield table
            table = table.below


def _refuse_heads_for_members(table: tabular.LooseTable) -> None:
    """Errors: FileFault where the only name or number is the head's, and rows are members."""
    name, number = (table.headers[table.columns[field]] for field in columns.REQUIRED)
    if not number.startswith(columns.OF_HEAD) and not name.startswith(columns.OF_HEAD):
        return
    if not name.startswith(columns.OF_HEAD) or any(map(columns.OF_MEMBERS.search, table.unknown)):
        raise tabular.refuse(
            _("Only the household's head has a name and a number here, though members stand in the "
              "rows: give each member's own."), table.header_line, number,
        )  # fmt: skip


def _notes(read: list[tabular.LooseTable]) -> list[str]:
    """Notes of all tables; with the sheet's name where there are several."""
    several = len({table.sheet for table in read}) > 1
    return [
        _("%(sheet)s: %(note)s") % {"sheet": table.sheet, "note": note}
        if several and index >= table.of_file
        else note
        for table in read
        for index, note in enumerate(table.notes)
    ]


class _Rows:
    """Turns the rows of one sheet into rows of roster_staged."""

    def __init__(
        self,
        table: tabular.LooseTable,
        default: str,
        today: date,
        shown: Seen,
        share: Share,
        before: int,
    ):
        ring = siv.ring()
        self._seal, self._head = ring.seal, ring.head_hash
        self._table, self._default, self._today = table, default, today
        self._at = {name: table.columns.get(name, -1) for name in columns.FIELDS}
        header = table.headers[table.columns["number"]]
        births = of_births(self._at, header)
        self._newborns = Newborns(self._at, header, today) if births else None
        self._shown, self._share, self._before = shown, share, before
        self.read = 0

    def rows(self) -> Iterator[tuple[Any, ...]]:
        for line, cells in self._shown.watched(self._table.rows()):
            position = self._before + self.read
            self.read += 1
            if self._share.holds(position):
                cells.extend(_SPARE)
                yield (position, *self._row(line, cells))

    def _row(self, line: int, cells: list[Any]) -> tuple[Any, ...]:
        at, warnings = self._at, list[str]()
        newborns = self._newborns
        more = newborns.fill_in(cells) if newborns else ""
        name, key, pinyin = _name(cells[at["name"]])
        paper, grade = self._paper(cells)
        if not name:
            warnings.append("name_empty")
        elif not name.isalnum() and names.damaged(name):
            warnings.append("name_damaged")
        if paper.converted:
            warnings.append("number_converted")
        elif paper.doubtful:
            warnings.append("number_doubtful")
        recognised_on, day_text = None, ""
        if (written := cells[at["recognised_on"]]) not in ("", None):
            recognised_on = _day(written, self._today)
            if recognised_on is None:
                warnings.append("date_unreadable")
                day_text = cell_text(written)[:40]
        born_on = paper.born_on or _day(cells[at["born_on"]], self._today)
        account, cut = _account(cells[at["account"]])
        if cut:
            warnings.append("account_damaged")
        if self._has_ended(cells):
            warnings.append("state_ended")
        if self._table.stray:
            warnings.append("stray_cells")
        word = plain(cells[at["category"]])
        if word.startswith("#") and word in _ERRORS:
            word = ""
        if len(name) > columns.LENGTHS["name"] or len(word) > columns.LENGTHS["word"]:
            warnings.append("too_long")
        phone = tidy(cells[at["phone"]])
        return (
            self._table.sheet[:60],
            line,
            name[: columns.LENGTHS["name"]],
            key,
            pinyin,
            paper.kind,
            paper.sex or (newborns.sex(cells) if newborns else ""),
            born_on,
            category_by_age(born_on, self._today) or "",
            plain(cells[at["township"]])[:60],
            plain(cells[at["village"]])[:60],
            tidy(cells[at["household_no"]])[: columns.LENGTHS["household_no"]],
            tidy(cells[at["head_name"]])[: columns.LENGTHS["head_name"]],
            tidy(cells[at["relation"]])[: columns.LENGTHS["relation"]],
            word[: columns.LENGTHS["word"]],
            plain(cells[at["grade"]])[:40] or grade,
            self._default,
            recognised_on,
            day_text,
            ",".join(warnings),
            f"number_{paper.problem}" if paper.problem else None,
            paper.expected if paper.problem == "check_digit" else None,
            *self._sealed(paper, cells),
            self._seal(account[:40]) if account else None,
            self._seal(phone[:40]) if phone else None,
            plain(cells[at["school"]])[:60],
            self._seal(more) if more else None,
        )

    def _has_ended(self, cells: list[Any]) -> bool:
        """Whether the row says of itself that it no longer holds."""
        state, gone = cells[self._at["state"]], cells[self._at["risk_gone"]]
        return bool(state and plain(state).startswith(columns.ENDED)) or bool(
            gone and plain(gone) in columns.GONE
        )

    def _sealed(
        self, paper: idnumber.Verdict, cells: list[Any]
    ) -> tuple[bytes | None, str, str, bytes | None]:
        """Number, head4, last4, head; of a damaged number only the head, to suggest somebody."""
        if paper.ok:
            number = paper.number
            head = self._head(number)
            return self._seal(number), number[:4], names.last4(number), head
        if paper.problem == "damaged" and (left := _what_is_left(cells[self._at["number"]])):
            return None, "", "", self._head(left)
        return None, "", "", None

    def _paper(self, cells: list[Any]) -> tuple[idnumber.Verdict, str]:
        """The number judged; and the grade that a disability certificate's number ends with.

        The certificate's number is the identity number, a digit for the kind and one for the grade
        (and perhaps B and a digit for a new copy).
        """
        written = cell_text(cells[self._at["number"]])
        kind = _kind(plain(cells[self._at["kind"]]))
        paper = idnumber.judge(written, self._today, kind)
        cleaned = paper.number
        if paper.problem == "length" and len(cleaned) in (20, 22) and cleaned[18:20].isdigit():
            holder = idnumber.judge(cleaned[:18], self._today, kind)
            return (holder, cleaned[19]) if holder.ok else (paper, "")
        return paper, ""


@lru_cache(maxsize=50_000)
def _name(cell: Any) -> tuple[str, str, str]:
    """The name as written, for comparing and for ordering; the latter two of what is kept."""
    name = tidy(cell)
    if name in _ERRORS:
        name = ""
    kept = name[: columns.LENGTHS["name"]]
    return name, names.name_key(kept)[:60], names.pinyin_key(kept)


@lru_cache(maxsize=1000)
def _kind(words: str) -> str:
    return idnumber.kind_from_words(words) or idnumber.RESIDENT_ID


@lru_cache(maxsize=10_000)
def _day(written: Any, today: date) -> date | None:
    """None also for a day that no list can mean: before 1900, or more than a year ahead."""
    found = dates.to_date(written) if written not in ("", None) else None
    if found is None or found.year < EARLIEST_YEAR or found > today + AHEAD:
        return None
    return found


def _account(cell: Any) -> tuple[str, bool]:
    """The account's number, and whether a spreadsheet has cut it: then nothing is left of it."""
    if cell in ("", None):
        return "", False
    account = idnumber.clean(cell_text(cell))
    if len(account) > KEPT_DIGITS and not account[KEPT_DIGITS:].strip("0"):
        return "", True
    return ("", True) if _SHOWN_CUT.fullmatch(account) else (account, False)


def _what_is_left(cell: Any) -> str:
    """The first 15 digits of a number that a spreadsheet has cut; "" where fewer are left."""
    if isinstance(cell, int | float):
        return f"{cell:.{KEPT_DIGITS - 1}e}".partition("e")[0].replace(".", "")
    digits = idnumber.clean(cell).partition("E")[0].replace(".", "")
    return digits[:KEPT_DIGITS] if len(digits) >= KEPT_DIGITS and digits.isdecimal() else ""
