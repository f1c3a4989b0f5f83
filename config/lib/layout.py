"""Files in an office's own layout, which is a TOML file and never code; layoutrows reads them.

[layout]  title, file ("{place}.csv"), format (csv, fixed), encoding, delimiter, newline, header,
          dates ("%Y%m%d"), amounts (yuan: 350.00; fen: 35000), before (lines above the header)
[[columns]]  head, and field (a name of what the product knows) or text; width, right, pad (fixed);
             dates, amounts where they differ; optional (a file that comes in may lack it)
[words]   name = […]: words of a file that comes in, for whoever reads it
[trailer]  cells: texts with {rows}, {sum}, {date}
"""

import codecs
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

AMOUNTS = ("yuan", "fen")
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d.,]*$)")  # not a figure with its sign
_LAYOUT = {
    "title": "", "file": "{place}.csv", "format": "csv", "encoding": "utf-8-sig", "delimiter": ",",
    "newline": "\r\n", "header": True, "dates": "%Y-%m-%d", "amounts": "yuan", "before": [],
}  # fmt: skip
_COLUMN = {
    "head": "", "field": "", "text": "", "width": 0, "right": False, "pad": " ", "dates": "",
    "amounts": "", "optional": False,
}  # fmt: skip


class LayoutFault(Exception):
    """The layout cannot be followed, or a row does not fit it; says which key or column."""


@dataclass(frozen=True)
class Money:
    """Fen, to be written as the layout says."""

    fen: int


@dataclass(frozen=True)
class Column:
    head: str
    field: str
    text: str
    width: int
    right: bool
    pad: str
    dates: str
    amounts: str
    optional: bool = False


@dataclass(frozen=True)
class Layout:
    key: str
    title: str
    file: str
    format: str
    encoding: str
    delimiter: str
    newline: str
    header: bool
    dates: str
    amounts: str
    before: tuple[str, ...]
    columns: tuple[Column, ...]
    trailer: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def word(self, text: str) -> str:
        """The name under which [words] has a text; "" for none."""
        return next((name for name, texts in self.words.items() if text in texts), "")

    def write(
        self, rows: Sequence[Mapping[str, Any]], *, told: Mapping[str, Any], sum_fen: int = 0
    ) -> bytes:
        """The whole file. `told`: values for {…} above and below the rows; dates and Money in rows.

        The same rows give the same bytes. Errors: LayoutFault for a value too wide, a delimiter or
        line break inside a value that the format cannot carry, or a character that the encoding
        lacks.
        """
        return b"".join(self.pieces(rows, len(rows), told=told, sum_fen=sum_fen))

    def pieces(
        self,
        rows: Iterable[Mapping[str, Any]],
        count: int,
        *,
        told: Mapping[str, Any],
        sum_fen: int = 0,
    ) -> Iterator[bytes]:
        """The same line by line, for `count` rows that need not be in memory at once."""
        words = {
            **{name: self._cell(value) for name, value in told.items()},
            "rows": str(count),
            "sum": _amount(Money(sum_fen), self.amounts),
        }
        # Bytes at the very beginning (a BOM) are written once, not before every line.
        encode = codecs.getincrementalencoder(self.encoding)().encode
        for line in self._lines(rows, words):
            try:
                yield encode(line + self.newline)
            except UnicodeEncodeError as error:
                raise LayoutFault(
                    f"{self.key}: {self.encoding} lacks {error.object[error.start]!r}"
                ) from None

    def _lines(self, rows: Iterable[Mapping[str, Any]], words: Mapping[str, str]) -> Iterator[str]:
        for text in self.before:
            yield text.format(**words)
        if self.header:
            yield self._line([(column, column.head) for column in self.columns])
        for row in rows:
            yield self._line([(c, self._value(c, row)) for c in self.columns])
        if self.trailer:
            texts = [text.format(**words) for text in self.trailer]
            yield self._line(list(zip(self.columns, texts, strict=False)))

    def _value(self, column: Column, row: Mapping[str, Any]) -> str:
        if not column.field:
            return column.text
        return self._cell(row[column.field], column)

    def _cell(self, value: Any, column: Column | None = None) -> str:
        if value is None:
            return ""
        if isinstance(value, Money):
            return _amount(value, (column and column.amounts) or self.amounts)
        if isinstance(value, date):
            return value.strftime((column and column.dates) or self.dates)
        return _harmless(str(value)) if self.format == "csv" else str(value)

    def _line(self, cells: Iterable[tuple[Column, str]]) -> str:
        if self.format == "fixed":
            return "".join(self._fixed(column, text) for column, text in cells)
        return self.delimiter.join(self._quoted(text) for _column, text in cells)

    def _quoted(self, text: str) -> str:
        if any(mark in text for mark in (self.delimiter, '"', "\r", "\n")):
            return '"' + text.replace('"', '""') + '"'
        return text

    def _fixed(self, column: Column, text: str) -> str:
        """Widths are bytes in the file's encoding, as offices count them."""
        size = len(text.encode(self.encoding, "replace"))
        if size > column.width or "\n" in text or "\r" in text:
            raise LayoutFault(f"{self.key}: “{column.head}” holds {column.width}")
        blank = column.pad * (column.width - size)
        return blank + text if column.right else text + blank


def _harmless(text: str) -> str:
    """A text that a spreadsheet would work out as a formula, with the sign that keeps it a text."""
    return f"'{text}" if _FORMULA.match(text) else text


def read(path: Path, fields: Iterable[str]) -> Layout:
    """The layout of a file whose columns name only `fields`. Errors: LayoutFault."""
    key = path.stem
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise LayoutFault(f"{path.name}: {error}") from None
    head = _known(key, "layout", table.pop("layout", {}), _LAYOUT)
    columns = [_known(key, "columns", row, _COLUMN) for row in table.pop("columns", [])]
    trailer = _known(key, "trailer", table.pop("trailer", {}), {"cells": []})["cells"]
    words = table.pop("words", {})
    if table:
        raise LayoutFault(f"{key}: {', '.join(table)} is no part of a layout")
    if not all(
        isinstance(texts, list) and all(isinstance(text, str) for text in texts)
        for texts in words.values()
    ):
        raise LayoutFault(f"{key}: [words] are lists of texts")
    known = set(fields)
    for column in columns:
        if bool(column["field"]) == bool(column["text"]) and column["field"]:
            raise LayoutFault(f"{key}: “{column['head']}” has both a field and a text")
        if column["field"] and column["field"] not in known:
            raise LayoutFault(f"{key}: nobody knows the field {column['field']!r}")
        if head["format"] == "fixed" and column["width"] <= 0:
            raise LayoutFault(f"{key}: “{column['head']}” needs a width")
        if column["amounts"] not in ("", *AMOUNTS):
            raise LayoutFault(f"{key}: amounts are yuan or fen")
    if not columns:
        raise LayoutFault(f"{key}: there is no column")
    if head["format"] not in ("csv", "fixed") or head["amounts"] not in AMOUNTS:
        raise LayoutFault(f"{key}: format is csv or fixed, amounts are yuan or fen")
    try:
        "".encode(head["encoding"])
    except LookupError:
        raise LayoutFault(f"{key}: nobody knows the encoding {head['encoding']!r}") from None
    head["before"] = tuple(head["before"])
    return Layout(
        key=key,
        columns=tuple(Column(**row) for row in columns),
        trailer=tuple(trailer),
        words={name: tuple(texts) for name, texts in words.items()},
        **head,
    )


def _known(
    key: str, part: str, table: Mapping[str, Any], keys: Mapping[str, Any]
) -> dict[str, Any]:
    strange = [name for name in table if name not in keys]
    if strange:
        raise LayoutFault(f"{key}: [{part}] knows no {', '.join(strange)}")
    found = {**keys, **table}
    wrong = [name for name, usual in keys.items() if type(found[name]) is not type(usual)]
    if wrong:
        raise LayoutFault(f"{key}: [{part}] {wrong[0]} is of the wrong kind")
    return found


def _amount(money: Money, how: str) -> str:
    if how == "fen":
        return str(money.fen)
    sign, fen = ("-", -money.fen) if money.fen < 0 else ("", money.fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"
