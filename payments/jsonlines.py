"""JSON lines as a payment detail file: one object per line, its keys the headers of such a file.

They become a CSV of the same columns and go the same way as every file.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from config.lib.tabular.header import plain
from payments import layout

MEDIA_TYPE = "application/x-ndjson"
MOST_LINE = 1 << 16  # bytes of one line
MOST_KEYS = 200
MOST_FAULTS = 20
_FIELD = {plain(word): words[0] for words in layout.FIELDS.values() for word in words}
_NEEDED = tuple(layout.FIELDS[name][0] for name in layout.REQUIRED)
_UNIT = re.compile(r"\([^()]*\)$")


class Faulty(Exception):
    """Lines that are no objects with texts and numbers; each sentence names its line."""

    def __init__(self, faults: list[str]):
        super().__init__("; ".join(faults))
        self.faults = faults


class TooLarge(Exception):
    """The body is longer than whoever reads it takes."""


@dataclass(frozen=True)
class Converted:
    """`sha256` is of the body as it was sent."""

    lines: int
    sha256: str


def lines_of(body: BinaryIO, most: int) -> Iterator[bytes]:
    """Lines with their ends, never more of one than MOST_LINE. Errors: TooLarge above `most`."""
    read = 0
    while line := body.readline(MOST_LINE + 1):
        read += len(line)
        if read > most:
            raise TooLarge
        yield line


def convert(body: Iterable[bytes], out: BinaryIO) -> Converted:
    """Write the lines as CSV (UTF-8). Columns: those of a payment detail file; unknown keys are
    left out. Line n of the body is line n + 1 of the CSV.

    Errors: Faulty, with up to 20 lines.
    Source: docs/RULES.md R-360.
    """
    digest = hashlib.sha256()
    headers = [words[0] for words in layout.FIELDS.values()]
    text = io.TextIOWrapper(out, "utf-8", newline="")
    writer = csv.DictWriter(text, headers, restval="", lineterminator="\r\n")
    writer.writeheader()
    faults: list[str] = []
    count = 0
    for number, raw in enumerate(body, start=1):
        digest.update(raw)
        try:
            row = _row(raw) if raw.strip() else {}
        except ValueError as fault:
            faults.append(_("line %(n)s: %(fault)s") % {"n": number, "fault": fault})
            if len(faults) >= MOST_FAULTS or len(raw) > MOST_LINE:
                break  # behind a line that is cut nothing has its number
            continue
        writer.writerow(row)
        count += bool(row)
    text.flush()
    text.detach()
    if faults:
        raise Faulty(faults)
    return Converted(count, digest.hexdigest())


def _row(raw: bytes) -> dict[str, str]:
    """Cells by header. Errors: ValueError in words, without what stands in the line."""
    if len(raw) > MOST_LINE:
        raise ValueError(_("is longer than %(n)s bytes") % {"n": MOST_LINE})
    try:
        found = json.loads(raw, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise ValueError(_("is no JSON object")) from None
    if not isinstance(found, dict):
        raise ValueError(_("is no JSON object"))
    if len(found) > MOST_KEYS:
        raise ValueError(_("has more than %(n)s keys") % {"n": MOST_KEYS})
    row: dict[str, str] = {}
    for key, value in found.items():
        header = _header(key)
        if header is None:
            continue
        if value is not None and not isinstance(value, str):
            raise ValueError(_("“%(key)s” is neither a text nor a number") % {"key": header})
        row.setdefault(header, " ".join((value or "").splitlines()))
    try:
        "".join(row.values()).encode()
    except UnicodeEncodeError:
        raise ValueError(_("holds half a character: send UTF-8, or both halves")) from None
    if missing := [header for header in _NEEDED if header not in row]:
        raise ValueError(_("is without %(keys)s") % {"keys": "、".join(missing)})
    return row


def _header(key: str) -> str | None:
    word = plain(key)
    return _FIELD.get(word) or _FIELD.get(_UNIT.sub("", word))
