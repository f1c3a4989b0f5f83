"""A list as people keep it by hand: merged cells, headers printed again, a second table below.

Read with `open_tables(…, loose=Loose(…))`. What is not a row is told in `notes`, never dropped
unseen; a row with something under no header is read, and `stray` says so.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from config.lib import dates
from config.lib.tabular import header
from config.lib.tabular.chosen import Chosen
from config.lib.tabular.faults import FileFault
from config.lib.tabular.header import Header, Synonyms
from config.lib.tabular.table import (
    REMARK,
    SUSPICIOUS,
    TOTAL_WORDS,
    Row,
    Table,
    blank,
    first_text,
)

Merged = tuple[tuple[int, int], tuple[int, int]]  # (row, column) of two corners, from 0
_TOTALS = frozenset((*TOTAL_WORDS, "本页小计", "本页合计", "本页共计", "累计"))
_LABEL_LENGTH = 10
_LINES_NAMED = 5  # in a note
_PAGE = re.compile(r"[第共页/,、()\-—\d一二三四五六七八九十]+$")
_AGAIN = re.compile(r"\(?续表?\d*\)?$")
_SIGNED = re.compile(r"盖章|签字|签名|签章")
_FEWEST_DIGITS = 6  # of anything that might be a paper's number


@dataclass(frozen=True)
class Loose:
    """`spread`: fields in which a merged cell goes for every row that it covers."""

    spread: frozenset[str] = frozenset()
    chosen: Chosen = field(default_factory=Chosen)


@dataclass
class LooseTable(Table):
    """As Table. After the last row `below` is the next table of the same sheet, if there is one."""

    stray: bool = False  # whether the row just given holds something under no header
    below: "LooseTable | None" = None
    first: Sequence[Row] = field(default=(), repr=False)  # what stands around the header
    _synonyms: Synonyms = field(default_factory=dict, repr=False)
    _fields: tuple[str, ...] = field(default=(), repr=False)  # required
    _loose: Loose = field(default_factory=Loose, repr=False)
    _merged: Sequence[Merged] = field(default=(), repr=False)
    _header_rows: frozenset[tuple[str, ...]] = field(default=frozenset(), repr=False)

    def rows(self) -> Iterator[Row]:
        """As Table.rows, but a row may be wider than the header. Errors: FileFault."""
        width, key = len(self.headers), self._required[-1]
        unnamed = [index for index, name in enumerate(self.headers) if not name]
        merges = _Merges(self._merged, {self.columns.get(f, -1) for f in self._loose.spread})
        held: list[Row] = []  # single words: a title of the next table, if its header follows
        told = _Told()
        for line, cells in self._rows:
            if len(cells) < width:
                cells = cells + [""] * (width - len(cells))
            if merges.starts:
                merges.begin(line, cells)
            number, first = cells[key], cells[0]
            if (
                not number
                or not first
                or (isinstance(number, str) and not "0" <= number[0] <= "9")
                or (isinstance(first, str) and first[0] in SUSPICIOUS)
            ):
                titles = self._titles(held)
                what = self._what(line, cells, titles)
                if what == "title":
                    held.append((line, cells))
                    continue
                if isinstance(what, Header) or what == "header":
                    yield from self._let_go([r for r in held if r not in titles], told)
                    held = titles
                if isinstance(what, Header):
                    told.add("title", *(above for above, _cells in held))
                    self.below = self._next(what, held, line, cells)
                    break
                if what == "header" and (others := self._other_titles(held)):
                    told.add("word", *(above for above, _cells in held if above not in others))
                    self.below = self._again(others, held, line, cells)
                    break
                if what != "row":
                    told.add(what, line)
                    if what == "header":  # the words above it are its page's title
                        told.add("word", *(above for above, _cells in held))
                        held.clear()
                    continue
            if held:
                yield from self._let_go(held, told)
            self.stray = len(cells) > width and not all(map(blank, cells[width:]))
            if unnamed and not self.stray:
                self.stray = not all(blank(cells[index]) for index in unnamed)
            if merges.open:
                merges.fill(line, cells)
            yield line, cells
        else:
            yield from self._let_go(held, told)
        self.notes += told.notes()

    def _what(self, line: int, cells: list[Any], held: list[Row]) -> "str | Header":
        """row, title, or a header; else what it is, for _Told (blank is told of nothing)."""
        filled = [cell for cell in cells if not blank(cell)]
        if not filled:
            return "blank"
        if self._is_total(filled, cells):
            self.totals.append((line, cells))
            return "total"
        words = tuple(map(header.plain, cells))
        width = len(self.headers)
        if words[:width] in self._header_rows and not any(words[width:]):
            return "header"
        if found := self._header_here(line, cells, words, held):
            return "header" if found.columns == self.columns else found
        if REMARK.match(first_text(cells)) and all(map(_label, self._of_required(cells))):
            return "remark"
        if len(filled) > 1 and all(map(_label, filled)):
            return "remark"
        if len(filled) == 1 and dates.to_instant(filled[0]) is not None:
            return "remark"
        return "title" if len(filled) == 1 and not _like_a_number(filled[0]) else "row"

    def _is_total(self, filled: list[Any], cells: list[Any]) -> bool:
        if first_text(cells).startswith(TOTAL_WORDS):
            return True
        words = {"".join(cell.split()) for cell in filled if isinstance(cell, str)}
        return not words.isdisjoint(_TOTALS) and not _like_a_number(cells[self._required[-1]])

    def _header_here(
        self, line: int, cells: list[Any], words: tuple[str, ...], held: list[Row]
    ) -> Header | None:
        """Every required field's header stands in this row."""
        for name in self._fields:
            if self._synonyms[name] and not any(word in self._synonyms[name] for word in words):
                return None
        try:
            rows = [*held, (line, cells)]
            known = header.known(rows, self._loose.chosen.columns)
            return known or header.find(rows, self._synonyms, self._fields)
        except FileFault:  # a column twice: not a header that could be read, so a row
            return None

    def _next(self, found: Header, held: list[Row], line: int, cells: list[Any]) -> "LooseTable":
        return make(
            found, [*held, (line, cells)], self._rows, self._synonyms, self._fields, self._loose,
            self._merged, encoding=self.encoding, sheet=self.sheet,
        )  # fmt: skip

    def _other_titles(self, held: list[Row]) -> dict[int, str]:
        """Line → what stands above a header printed again, unless the page or the title again."""
        own = header.plain(self.title)
        texts = {n: str(next(c for c in cells if not blank(c))).strip() for n, cells in held}
        words = {n: _AGAIN.sub("", header.plain(text)) for n, text in texts.items()}
        return {n: texts[n] for n, w in words.items() if w not in own and not _PAGE.match(w)}

    def _again(
        self, titles: dict[int, str], held: list[Row], line: int, cells: list[Any]
    ) -> "LooseTable":
        return replace(
            self, title=" ".join(titles.values()), header_line=line, first=[*held, (line, cells)],
            notes=[], totals=[], unread=[], of_file=0,
        )  # fmt: skip

    def _titles(self, held: list[Row]) -> list[Row]:
        """Without those that hold a name below its header and nothing in the first column."""
        return [
            (line, cells)
            for line, cells in held
            if not blank(cells[0]) or all(map(blank, self._of_required(cells)))
        ]

    def _let_go(self, held: list[Row], told: "_Told") -> Iterator[Row]:
        """Single words with no header below: a name or a number alone is a row all the same."""
        for line, cells in held:
            if all(map(blank, self._of_required(cells))):
                told.add("word", line)
            else:
                self.stray = False
                yield line, cells
        held.clear()

    def _of_required(self, cells: Sequence[Any]) -> list[Any]:
        return [cells[index] for index in self._required]


def make(
    found: Header,
    first: Sequence[Row],
    rows: Iterator[Row],
    synonyms: Synonyms,
    required: Sequence[str],
    loose: Loose,
    merged: Sequence[Merged] = (),
    *,
    encoding: str = "",
    sheet: str = "",
) -> LooseTable:
    """The table below a header that was found among the `first` rows."""
    begin = found.end - found.height
    return LooseTable(
        headers=found.names,
        header_line=found.line,
        columns=found.columns,
        encoding=encoding,
        sheet=sheet,
        title=found.title,
        notes=list(found.notes),
        first=first,
        _required=tuple(found.columns[name] for name in required),
        _rows=rows,
        _synonyms=synonyms,
        _fields=tuple(required),
        _loose=loose,
        _merged=merged,
        _header_rows=frozenset(
            tuple(map(header.plain, [*cells, *[""] * len(found.names)][: len(found.names)]))
            for _line, cells in first[begin : found.end]
        ),
    )


class _Merges:
    """Merged cells whose value goes for all the rows that they cover, in some columns."""

    def __init__(self, merged: Iterable[Merged], columns: set[int]):
        self.starts: dict[int, list[tuple[int, int]]] = {}  # line → columns and last lines
        self.open: dict[int, tuple[int, Any]] = {}  # column → last line, value
        for (top, left), (bottom, _right) in merged:
            if bottom > top and left in columns:
                self.starts.setdefault(top + 1, []).append((left, bottom + 1))

    def begin(self, line: int, cells: list[Any]) -> None:
        for column, last in self.starts.get(line, ()):
            self.open[column] = (last, cells[column])

    def fill(self, line: int, cells: list[Any]) -> None:
        for column, (last, value) in list(self.open.items()):
            if line > last:
                del self.open[column]
            elif blank(cells[column]):
                cells[column] = value


class _Told:
    """Lines that are no rows, by what they are."""

    def __init__(self) -> None:
        self._lines: dict[str, list[int]] = {}

    def add(self, what: str, *lines: int) -> None:
        if lines:
            self._lines.setdefault(what, []).extend(lines)

    def notes(self) -> list[str]:
        said = {
            "header": _("the header stands again in line %(lines)s"),
            "remark": _("line %(lines)s is a remark below the table"),
            "word": _("line %(lines)s holds a single word and was not read"),
            "title": _("line %(lines)s was taken for a title of the table below it"),
        }
        return [
            text % {"lines": _named(self._lines[what])}
            for what, text in said.items()
            if what in self._lines
        ]


def _named(lines: list[int]) -> str:
    """Line numbers, the first few of many."""
    text = "、".join(map(str, lines[:_LINES_NAMED]))
    return text if len(lines) <= _LINES_NAMED else f"{text} … ({len(lines)})"


def _label(cell: Any) -> bool:
    """What stands in a remark below a table: nothing, “审核人：…”, “（盖章）”, or a day."""
    if blank(cell) or _SIGNED.search(str(cell)):
        return True
    text = str(cell).strip()
    label = text.replace("：", ":").partition(":")
    return bool(label[1] and len(label[0]) <= _LABEL_LENGTH) or dates.to_instant(cell) is not None


def _like_a_number(cell: Any) -> bool:
    """Digits enough that a person may stand behind them."""
    return sum(map(str.isdigit, str(cell))) >= _FEWEST_DIGITS
