"""A file about people, read in a child process: rows judged, sealed, as COPY text.

Nothing here touches the database. What a row may need of the policy comes in as values.
"""

import unicodedata
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from config.lib import dates, idnumber, names, siv, tabular
from config.lib.copyin import BLOCK
from config.lib.tabular import cell_text
from enrollment.bulk import columns
from enrollment.facts import day_start
from enrollment.rules import category_by_age

STAGED = (
    "line", "township", "village", "group_no", "household_no", "head_name", "relation", "name",
    "name_key", "pinyin", "kind", "sex", "born_on", "category", "derived", "last_year",
    "school", "registered_at", "tier", "residence", "warning", "problem", "problem_column",
    "detail", "number", "head4", "last4", "head", "phone",
)  # fmt: skip
NULL = "\0"  # while a line is put together; no cell keeps one
_BAD_ROW = "\t".join([NULL] * 18)  # group_no … warning
COPY_NULL = "\\N"
PERMIT_DIGITS = 6  # fewer are no number of a permit
_UNSEALED = "\t".join([COPY_NULL] * 5)  # number … phone


@dataclass
class Reading:
    """What the file was, for its record and for messages."""

    read: int = 0
    headers: dict[str, str] = field(default_factory=dict)  # field → the file's own header
    facts: dict[str, Any] = field(default_factory=dict)


class BadRow(Exception):
    """A row that is rejected: code, detail, and the column where it is not the code's own."""

    def __init__(self, code: str, detail: str = "", column: str = ""):
        super().__init__(code)
        self.code, self.detail, self.column = code, detail, column


def read_people(
    path: Path,
    synonyms: Mapping[str, Sequence[str]],
    *,
    now: datetime,
    in_window: Callable[[date], bool] | None = None,
    tiers: Sequence[str] = (),
    registered_here: Callable[[str], bool] | None = None,
) -> Generator[bytes, None, Reading]:
    """COPY blocks for people_staged; returns the Reading.

    `in_window` is given where the file registers people: whether a day lies in a window; `tiers`
    are those of which people choose one. `registered_here` is given where the notice asks for the
    residence: whether a place is of the campaign's region.
    Errors: FileFault.
    """
    table = tabular.open_table(path, synonyms, columns.REQUIRED)
    reader = _Rows(table, now=now, in_window=in_window, tiers=tiers, here=registered_here)
    reading = Reading(headers={f: table.headers[i] for f, i in table.columns.items()})
    lines: list[str] = []
    for line, cells in table.rows():
        lines.append(reader.line(line, cells))
        if len(lines) == BLOCK:
            reading.read += BLOCK
            yield ("\n".join(lines) + "\n").encode()
            lines.clear()
    if lines:
        reading.read += len(lines)
        yield ("\n".join(lines) + "\n").encode()
    reading.facts = {
        "encoding": table.encoding,
        "sheet": table.sheet,
        "header_line": table.header_line,
        "unknown_columns": table.unknown,
        "notes": table.notes,
        "total_rows": len(table.totals),
    }
    return reading


class _Rows:
    """Turns rows of one table into lines of COPY text."""

    def __init__(
        self,
        table: tabular.Table,
        *,
        now: datetime,
        in_window: Callable[[date], bool] | None,
        tiers: Sequence[str],
        here: Callable[[str], bool] | None,
    ):
        ring = siv.ring()
        self._seal, self._head = ring.seal, ring.head_hash
        self._now, self._today = now, now.astimezone(dates.ZONE).date()
        self._in_window = in_window and lru_cache(maxsize=1000)(in_window)
        self._here = here and lru_cache(maxsize=10_000)(here)
        self._tiers = {plain(tier): tier for tier in tiers}
        self._headers = table.headers
        self._at = {name: table.columns.get(name, -1) for name in columns.REGISTRATIONS}

    def line(self, line: int, cells: list[Any]) -> str:
        cells.append("")  # what a missing column holds: index -1
        at = self._at
        township, village = plain(cells[at["township"]]), plain(cells[at["village"]])
        try:
            text, sealed = self._person(cells)
        except BadRow as bad:
            told = (tidy(bad.detail)[:100], bad.code, bad.column)
            detail, code, column = (part or NULL for part in told)
            text, sealed = f"{_BAD_ROW}\t{code}\t{column}\t{detail}", _UNSEALED
        text = f"{line}\t{township}\t{village}\t{text}"
        if "\\" in text:
            text = text.replace("\\", "\\\\")
        return f"{text.replace(NULL, COPY_NULL)}\t{sealed}"

    def _person(self, cells: list[Any]) -> tuple[str, str]:
        """Columns group_no … detail, and the sealed ones. Errors: BadRow."""
        at = self._at
        name = self._text(cells, "name")
        if not name:
            raise BadRow("name_empty")
        words = plain(cells[at["kind"]])
        asked = _kind(words)
        if asked is None:
            raise BadRow("kind_unknown", words)
        paper = idnumber.judge(cell_text(cells[at["number"]]), self._today, asked)
        if paper.problem:
            raise BadRow(f"number_{paper.problem}")
        category, derived = self._category(plain(cells[at["category"]]), paper.born_on)
        last_year = _yes(plain(cells[at["last_year"]]))
        school = plain(cells[at["school"]])
        registered_at, warning = self._registered_at(cells[at["registered_at"]])
        tier = self._tier(cells[at["tier"]]) if self._tiers else NULL
        residence = self._residence(cells) if self._here else NULL
        if paper.converted:
            warning = "number_converted"
        elif not name.isalnum() and names.damaged(name):
            warning = "name_damaged"
        group_no, household_no = self._text(cells, "group_no"), self._text(cells, "household_no")
        head_name, relation = self._text(cells, "head_name"), self._text(cells, "relation")
        text = (
            f"{group_no}\t{household_no}\t{head_name}\t{relation}\t{name}\t{names.name_key(name)[:60]}\t"
            f"{names.pinyin_key(name)}\t{paper.kind}\t{paper.sex}\t{paper.born_on or NULL}\t"
            f"{category}\t{derived}\t{last_year}\t{_school(school)}\t{registered_at}\t{tier}"
            f"\t{residence}\t{warning}\t{NULL}\t{NULL}\t{NULL}"
        )
        return text, self._sealed(paper.number, tidy(cells[at["phone"]]))

    def _sealed(self, number: str, phone: str) -> str:
        phone = phone.replace("-", "").replace(" ", "")[: columns.PHONE_LENGTH]
        sealed_phone = f"\\\\x{self._seal(phone).hex()}" if phone else COPY_NULL
        return (
            f"\\\\x{self._seal(number).hex()}\t{number[:4]}\t{names.last4(number)}\t"
            f"\\\\x{self._head(number).hex()}\t{sealed_phone}"
        )

    def _text(self, cells: list[Any], name: str) -> str:
        index = self._at[name]
        text = tidy(cells[index])
        if len(text) > columns.LENGTHS[name]:
            raise BadRow("too_long", str(columns.LENGTHS[name]), self._headers[index])
        return text

    def _category(self, words: str, born_on: date | None) -> tuple[str, bool]:
        if words in columns.BY_AGE:
            return category_by_age(born_on, self._today) or "", True
        if code := columns.CATEGORIES.get(words):
            return code, False
        raise BadRow("category_unknown", words)

    def _residence(self, cells: list[Any]) -> str:
        """Source: docs/RULES.md R-173."""
        place, permit = plain(cells[self._at["household_register"]]), self._at["permit"]
        if place and self._here and self._here(place):
            return "registered"
        return "permit" if _holds_permit(plain(cells[permit])) else NULL

    def _tier(self, cell: Any) -> str:
        """The tier as the notice calls it; none where the cell is empty."""
        word = plain(cell)
        if word and word not in self._tiers:
            raise BadRow("tier_unknown", word)
        return self._tiers[word] if word else NULL

    def _registered_at(self, cell: Any) -> tuple[str, str]:
        """The instant (none: now, given by the SQL) and a warning where it lies ahead of now."""
        if self._in_window is None:
            return NULL, NULL
        at = dates.to_instant(cell) if cell not in (None, "") else self._now
        if at is None:
            raise BadRow("registered_at_unreadable", str(cell))
        if not isinstance(at, datetime):
            at = day_start(at)
        day = at.astimezone(dates.ZONE).date()
        if not self._in_window(day):
            raise BadRow("outside_window", str(day))
        return at.isoformat(), "registered_ahead" if at > self._now else NULL


def tidy(value: Any) -> str:
    """A cell as text: no blanks at its ends, single blanks inside, no line breaks or tabs."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else cell_text(value)
    return text if text.isalnum() else " ".join(names.UNSEEN.sub("", text).split())


@lru_cache(maxsize=100_000, typed=True)  # 1 and 1.0 and True are one key otherwise
def plain(value: Any) -> str:
    """A word for comparing: half-width, without blanks, capital letters."""
    text = unicodedata.normalize("NFKC", cell_text(value))
    return "".join(text.replace("\0", "").split()).upper()


def _school(word: str) -> str:
    """The word to look up; empty where the file says that there is none, null: it does not say."""
    return "" if word in columns.NO_SCHOOL else word or NULL


@lru_cache(maxsize=1000)
def _kind(words: str) -> str | None:
    return idnumber.kind_from_words(words)


def _holds_permit(word: str) -> bool:
    """Whether the cell says yes, or gives the permit's number."""
    return word in columns.YES or sum(each.isdigit() for each in word) >= PERMIT_DIGITS


@lru_cache(maxsize=1000)
def _yes(words: str) -> bool:
    if words in columns.YES or words in columns.NO:
        return words in columns.YES
    raise BadRow("last_year_unclear", words)
