"""Finding the header among the first rows: one row, or two where the upper one groups columns."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from config.lib.names import UNSEEN
from config.lib.tabular.faults import Fault, FileFault, refuse
from config.lib.tabular.table import Row, blank

HEADER_WITHIN = 20  # rows searched for the header
Synonyms = Mapping[str, Sequence[str]]  # field → header words that mean it, plain
_ORNAMENT = re.compile(r"[\0\s*:\u200b-\u200f\ufeff]")
_TAIL = re.compile(r"\([^()]*\)$")
_ASIDE = re.compile(r"\([^()]*\)")
# Groups of columns about somebody else than the row's person: “户主信息” over “姓名”.
_SOMEBODY_ELSE = ("户主", "监护人", "申请人", "代理人", "代办人", "联系人")
_FORMS = 3  # of each word, in _candidates
_ABOUT = re.compile(r"(基本)?(信息|情况|资料)$")


@dataclass(frozen=True)
class Header:
    """Where it ends among the rows searched, and what its columns are."""

    end: int  # index of the first row below
    height: int  # rows
    line: int  # in the file, of its last row
    names: list[str]
    columns: dict[str, int]  # field → index
    notes: tuple[str, ...]
    title: str


def find(
    rows: Sequence[Row], synonyms: Synonyms, required: Sequence[str], line: int | None = None
) -> Header:
    """The first row or pair of rows with all required fields, else that with the most of them.

    `line`: in which it ends, where somebody has said so.
    Errors: FileFault where there is none, or where a required column is missing or stands twice.
    """
    where, height, best_columns = _best(rows, synonyms, required, line)
    if not height:
        raise refuse(
            _("No header was found in the first %(n)s rows; expected at least: %(names)s.")
            % {"n": HEADER_WITHIN, "names": "、".join(synonyms[name][0] for name in required)}
        )
    end = where + height
    line, cells = rows[end - 1]
    lower = cells if height == 2 else None
    names = _names(rows[where][1], lower)
    if missing := [name for name in required if name not in best_columns]:
        seen = "、".join(name for name in names if name)
        message = _("this column is missing; the header has: %(seen)s") % {"seen": seen}
        raise FileFault(*(Fault(line, synonyms[name][0], message) for name in missing))
    candidates = _candidates(rows[where][1], lower)
    full = [words[0] for words in candidates]
    if lower is not None:
        _refuse_twins(candidates, synonyms, required, best_columns, names, line)
    notes = []
    for name, column in best_columns.items():
        if full.count(full[column]) > 1:
            notes.append(_repeated(names[column], line, is_required=name in required))
    return Header(end, height, line, names, best_columns, tuple(notes), _title(rows[:where]))


def guess(
    rows: Sequence[Row], synonyms: Synonyms, required: Sequence[str], line: int | None = None
) -> Header | None:
    """The same, though a required column may be missing or stand twice; None where no row is it."""
    where, height, columns = _best(rows, synonyms, required, line)
    return _header(rows, where, height, columns) if height else None


def known(
    rows: Sequence[Row],
    headers: Mapping[tuple[str, ...], Mapping[str, int]],
    line: int | None = None,
) -> Header | None:
    """The first row or pair of rows that is one of these headers, `spelled`; with its columns."""
    for height in (1, 2) if headers else ():
        for where in range(len(rows) - height + 1):
            end, cells = rows[where + height - 1]
            names = _names(rows[where][1], cells if height == 2 else None)
            if line in (None, end) and (columns := headers.get(spelled(names))):
                return _header(rows, where, height, columns)
    return None


def spelled(names: Sequence[str]) -> tuple[str, ...]:
    """A header's names for comparing it as a whole, without empty ones at its end."""
    words = [plain(name) for name in names]
    while words and not words[-1]:
        words.pop()
    return tuple(words)


def _best(
    rows: Sequence[Row], synonyms: Synonyms, required: Sequence[str], line: int | None
) -> tuple[int, int, dict[str, int]]:
    """Index of its first row, its height (0: there is none) and its columns."""
    said = line is not None  # then it is the header, whatever its words are
    best, found = (0, 0, -3 if said else 0), (0, 0, dict[str, int]())
    for index, (_line, cells) in enumerate(rows):
        if required and best[0] == len(required) and index > found[0] + 1:
            break  # a fuller one further down is the next table's
        lower = rows[index + 1][1] if index + 1 < len(rows) else None
        for height in (1, 2) if lower is not None and _groups(cells, lower, synonyms) else (1,):
            if line not in (None, rows[index + height - 1][0]):
                continue
            columns = _match(_candidates(cells, lower if height == 2 else None), synonyms)
            score = (sum(name in columns for name in required), len(columns), -height)
            if score > best and (columns or said):
                best, found = score, (index, height, columns)
    return found


def _header(rows: Sequence[Row], where: int, height: int, columns: Mapping[str, int]) -> Header:
    line, cells = rows[where + height - 1]
    names = _names(rows[where][1], cells if height == 2 else None)
    return Header(where + height, height, line, names, dict(columns), (), _title(rows[:where]))


def _title(above: Sequence[Row]) -> str:
    return " ".join(_said(c) for _line, cells in above for c in cells if not blank(c))


def plain(header: Any) -> str:
    """A header for comparing: half-width, without blanks, stars and colons."""
    return _ORNAMENT.sub("", unicodedata.normalize("NFKC", str(header or "")))


def _candidates(cells: Sequence[Any], lower: Sequence[Any] | None) -> list[list[str]]:
    """For each column the words it may be called by, the best first; all lists of one length.

    Behind each word stands the same without a unit or remark in brackets, at its end or anywhere.
    """
    if lower is None:
        words = [[plain(cell)] for cell in cells]
    else:
        uppers = _filled(cells, lower)
        words = [_pair(up, low) for up, low in zip(uppers, map(plain, lower), strict=True)]
    return [
        [form for word in given for form in (word, _TAIL.sub("", word), _ASIDE.sub("", word))]
        for given in words
    ]


def _pair(up: str, low: str) -> list[str]:
    if low and up.startswith(_SOMEBODY_ELSE):
        return [_ABOUT.sub("", up) + low, "", ""]
    return [up + low, low, up]


def _filled(cells: Sequence[Any], lower: Sequence[Any]) -> list[str]:
    """The upper row's words; a merged cell's word goes for all the columns below it."""
    words, last = [], ""
    padded = [*cells, *[""] * (len(lower) - len(cells))][: len(lower)]
    for cell, low in zip(padded, lower, strict=True):
        last = plain(cell) or ("" if blank(low) else last)
        words.append(last)
    return words


def _groups(cells: Sequence[Any], lower: Sequence[Any], synonyms: Synonyms) -> bool:
    """Whether the upper row can be one of groups, the lower one part of the header.

    A group's word stands over several columns: nothing to its right, though something below that.
    Below every other word that means a field there is nothing, as a cell merged downwards leaves
    it; a row of data is filled there.
    """
    heads = {
        index
        for index in range(len(cells) - 1)
        if blank(cells[index + 1]) and index + 1 < len(lower) and not blank(lower[index + 1])
    }
    named = _match(_candidates(cells, None), synonyms).values()
    return bool(heads) and all(
        index in heads or index >= len(lower) or blank(lower[index]) for index in named
    )


def _match(candidates: list[list[str]], synonyms: Synonyms) -> dict[str, int]:
    """Field → column. A better word of a column goes first; a column means one field only.

    A word behind ~ is a last resort, for a field without a column of its own: be it another's.
    """
    columns: dict[str, int] = {}
    taken: set[int] = set()
    for rank in range(len(candidates[0]) if candidates else 0):
        where: dict[str, list[int]] = {}
        for index, given in enumerate(candidates):
            where.setdefault(given[rank], []).append(index)
        for name, meant in synonyms.items():
            if name in columns:
                continue
            for word in meant:
                at = next((i for i in where.get(word, ()) if i not in taken), None)
                if at is not None:
                    columns[name] = at
                    taken.add(at)
                    break
    firsts = [given[0] for given in candidates]
    for name, meant in synonyms.items():
        spare = (firsts.index(word[1:]) for word in meant if word[0] == "~" and word[1:] in firsts)
        if name not in columns and (at := next(spare, None)) is not None:
            columns[name] = at
    return columns


def _refuse_twins(
    candidates: list[list[str]],
    synonyms: Synonyms,
    required: Sequence[str],
    columns: Mapping[str, int],
    names: list[str],
    line: int,
) -> None:
    """Errors: FileFault where two groups hold a required column and nothing says whose it is."""
    lows = [words[_FORMS] for words in candidates]
    for name in required:
        column = columns[name]
        by_group = candidates[column][0] in synonyms[name] and lows[column] != candidates[column][0]
        if not by_group and lows[column] and lows.count(lows[column]) > 1:
            _repeated(names[column], line, is_required=True)


def _names(cells: Sequence[Any], lower: Sequence[Any] | None) -> list[str]:
    """What the columns are called in messages."""
    if lower is None:
        return [_said(cell) if not blank(cell) else "" for cell in cells]
    return [
        _said(up if blank(low) else low)
        for up, low in zip([*cells, *[""] * len(lower)], lower, strict=False)
    ]


def _said(cell: Any) -> str:
    """Without what no database keeps (NUL) and no reader sees."""
    return " ".join(UNSEEN.sub("", str(cell)).split())


def _repeated(name: str, line: int, *, is_required: bool) -> str:
    """A note. Errors: FileFault where nobody can say which of the columns is meant."""
    if is_required:
        raise refuse(
            _(
                "this column stands twice; where two lists stand side by side put the second below "
                "the first, else leave one of the columns"
            ),
            line,
            name,
        )
    return _("column “%(name)s” stands twice; the first one was read") % {"name": name}
