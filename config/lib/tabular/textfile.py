"""Tables as text: CSV in UTF-8 or GB18030, also separated by tabs, semicolons or bars."""

import codecs
import csv
import io
import mmap
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from config.lib.tabular import header, loose
from config.lib.tabular.chosen import Chosen
from config.lib.tabular.faults import FileFault, refuse
from config.lib.tabular.header import HEADER_WITHIN, Synonyms
from config.lib.tabular.table import REMARK, Glance, Row, Table, first_text, is_total

SAMPLE = 1 << 18  # bytes looked at to tell encoding and separator
SEPARATORS = ",\t;|"
MOST_COLUMNS = 16_384  # as a spreadsheet has
LONGEST_LINE = 8 << 20  # bytes
_CHINESE = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}")  # in UTF-8
_CERTAIN = 10  # so many of them in a row no text of another encoding has
_BEGINS_TEXT, _TEXT = b'="', re.compile(r'^="([^"]*)"\s*$')
SPOKEN = {"utf-8-sig": "UTF-8", "gb18030": "GB18030"}


@dataclass(frozen=True)
class Stretch:
    """Whole lines of a text file: the bytes from `start` to `end`, below `above` other lines."""

    start: int
    end: int
    above: int


def stretches(path: Path, count: int) -> list[Stretch]:
    """The file in `count` stretches of about one size, for as many readers at once.

    Only one where a cut might not fall between two rows: in a workbook, and in a text with quotes,
    which may hold line ends. The first holds the header, so this is for large files.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        size = len(text)
        is_whole = text[:2] == b"PK" or text[:4] == b"\xd0\xcf\x11\xe0" or text.find(b'"') >= 0
        edges = [0]
        for number in range(1, 1 if is_whole else count):
            edge = text.find(b"\n", max(size * number // count, edges[-1])) + 1
            if 0 < edge < size:
                edges.append(edge)
        found, above = [], 0
        for start, end in zip(edges, [*edges[1:], size], strict=True):
            found.append(Stretch(start, end, above))
            above += _line_ends(text, start, end) if end < size else 0
        return found


def _line_ends(text: mmap.mmap, start: int, end: int) -> int:
    return sum(text[at : min(at + SAMPLE, end)].count(b"\n") for at in range(start, end, SAMPLE))


def read(
    path: Path, synonyms: Synonyms, required: Sequence[str], stretch: Stretch | None = None
) -> Table:
    """The table, or those of its rows that lie in the stretch. Errors: FileFault."""
    encoding, separator = _spelling(path)
    begins = stretch is None or stretch.start == 0
    rows = _rows(path, encoding, separator, stretch if begins else None)
    first = list(islice(rows, HEADER_WITHIN))
    if not first:
        raise refuse(_("The file is empty."))
    found = header.find(first, synonyms, required)
    below = chain(first[found.end :], rows)
    return Table(
        headers=found.names,
        header_line=found.line,
        columns=found.columns,
        encoding=encoding,
        title=found.title,
        notes=list(found.notes),
        _required=tuple(found.columns[name] for name in required),
        _rows=below if begins else _rows(path, encoding, separator, stretch),
    )


def read_loose(
    path: Path, synonyms: Synonyms, required: Sequence[str], how: loose.Loose
) -> loose.LooseTable:
    """A list kept by hand. Errors: FileFault."""
    encoding, separator = _spelling(path)
    rows = _rows(path, encoding, separator)
    first = list(islice(rows, how.chosen.first_rows("")))
    if not first:
        raise refuse(_("The file is empty."))
    found = how.chosen.find("", first, synonyms, required)
    below = chain(first[found.end :], rows)
    return loose.make(found, first, below, synonyms, required, how, encoding=encoding)


def glance(path: Path, chosen: Chosen) -> Glance:
    """The first rows, whatever they are. Errors: FileFault."""
    encoding, separator = _spelling(path)
    rows = _rows(path, encoding, separator)
    first = list(islice(rows, chosen.first_rows("")))
    return Glance("", first, len(first) + sum(1 for _row in rows), encoding=encoding)


def _spelling(path: Path) -> tuple[str, str]:
    """Encoding and separator. Errors: FileFault."""
    encoding, sample = _encoding(path)
    _check_lines(path)
    first_lines = sample.splitlines()[:HEADER_WITHIN]
    return encoding, max(SEPARATORS, key=lambda mark: sum(line.count(mark) for line in first_lines))


def _encoding(path: Path) -> tuple[str, str]:
    """The encoding, and the text that the file begins with.

    Errors: FileFault for anything but UTF-8 and GB18030, as far as the sample shows.
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    if sample[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise refuse(_("The file is UTF-16 text; save it as UTF-8 or as XLSX."))
    if b"\0" in sample:
        raise refuse(_("This is not a table; send CSV, XLSX or XLS."))
    for encoding in SPOKEN:
        try:
            # A character cut in two by the sample's end is no reason to try the other encoding.
            return encoding, codecs.getincrementaldecoder(encoding)().decode(sample)
        except UnicodeDecodeError as error:
            if _is_spelled(sample[: error.start], encoding):
                raise _no_text(path, encoding) from None
    raise refuse(_("The text is neither UTF-8 nor GB18030; save the file as UTF-8 or as XLSX."))


def _is_spelled(before: bytes, encoding: str) -> bool:
    """Whether a text was written so, by all that stands before its first bad byte."""
    if encoding == "utf-8-sig":
        return before.startswith(codecs.BOM_UTF8) or len(_CHINESE.findall(before)) >= _CERTAIN
    return b"\n" in before and len(before) > len(before.decode(encoding))


def _check_lines(path: Path) -> None:
    """Errors: FileFault for a line that no table has; its reader would hold the whole of it."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        at, size = 0, len(text)
        while size - at > LONGEST_LINE:
            end = text.rfind(b"\n", at, at + LONGEST_LINE)
            end = end if end >= 0 else text.rfind(b"\r", at, at + LONGEST_LINE)
            if end < 0:
                raise refuse(_("This is no table: it holds a line of many million characters."))
            at = end + 1


class _Until(io.RawIOBase):
    """A file from where it stands up to a byte."""

    def __init__(self, file: BinaryIO, end: int):
        self._file, self._left = file, end - file.tell()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)


def _open(path: Path, encoding: str, stretch: Stretch | None) -> io.TextIOWrapper:
    if stretch is None:
        return path.open(encoding=encoding, newline="")
    file = path.open("rb")
    file.seek(stretch.start)
    return io.TextIOWrapper(
        io.BufferedReader(_Until(file, stretch.end), SAMPLE), encoding, newline=""
    )


def _rows(
    path: Path, encoding: str, separator: str, stretch: Stretch | None = None
) -> Iterator[Row]:
    """Errors: FileFault with the line, for bytes that are no text and for a cut-off end."""
    above = stretch.above if stretch else 0
    as_texts = _writes_texts(path)
    with _open(path, encoding, stretch) as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        width = 0
        cells: list[Any] = []
        try:
            for cells in reader:
                if as_texts:
                    cells = [_TEXT.sub(r"\1", text) for text in cells]
                if len(cells) > width:
                    if len(cells) > MOST_COLUMNS:
                        raise refuse(_("the row has too many columns"), above + reader.line_num)
                    width = max(width, _filled(cells))
                yield above + reader.line_num, cells
        except UnicodeDecodeError:
            raise _no_text(path, encoding) from None
        except csv.Error as error:
            line = above + reader.line_num
            if "field limit" in str(error):
                raise refuse(
                    _("a cell is longer than any table's; perhaps a quote is not closed"), line
                ) from None
            raise refuse(_("the file breaks off or a quote is not closed"), line) from None
        last = above + reader.line_num
    if stretch and stretch.end < path.stat().st_size:
        return
    is_row = not is_total(cells) and not REMARK.match(first_text(cells))
    if len(cells) < width and is_row and not _ends_with_newline(path):
        raise refuse(_("the file breaks off in this row"), last)


def _filled(cells: Sequence[str]) -> int:
    """How many cells without the empty ones at the end, of which rows have more or less."""
    return next((n for n in range(len(cells), 0, -1) if cells[n - 1].strip()), 0)


def _no_text(path: Path, encoding: str) -> FileFault:
    """Which line it is: the reader decodes ahead of the rows that it hands out."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                if error.end == len(line) and not file.read(1):
                    return refuse(_("the file breaks off in this row"), number)
                return refuse(
                    _("this line holds bytes that are no %(encoding)s text")
                    % {"encoding": SPOKEN[encoding]},
                    number,
                )
    raise AssertionError("every line could be decoded")


def _writes_texts(path: Path) -> bool:
    """Whether cells stand as ="…", which keeps a spreadsheet from making numbers of them."""
    with path.open("rb") as file:
        return _BEGINS_TEXT in file.read(SAMPLE).replace(b'""', b'"')


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) in b"\r\n"
