"""Tables as text: CSV in UTF-8 or GB18030, also separated by tabs or semicolons."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from config.lib.tabular import header
from config.lib.tabular.faults import FileFault, refuse
from config.lib.tabular.header import HEADER_WITHIN, Synonyms
from config.lib.tabular.table import Row, Table, is_total

SAMPLE = 1 << 18  # bytes looked at to tell encoding and separator
SEPARATORS = ",\t;"
SPOKEN = {"utf-8-sig": "UTF-8", "gb18030": "GB18030"}


def read(path: Path, synonyms: Synonyms, required: Sequence[str]) -> Table:
    """Errors: FileFault."""
    encoding, sample = _encoding(path)
    first_lines = sample.splitlines()[:HEADER_WITHIN]
    separator = max(SEPARATORS, key=lambda mark: sum(line.count(mark) for line in first_lines))
    rows = _rows(path, encoding, separator)
    first = list(islice(rows, HEADER_WITHIN))
    if not first:
        raise refuse(_("The file is empty."))
    found = header.find(first, synonyms, required)
    return Table(
        headers=found.names,
        header_line=found.line,
        columns=found.columns,
        encoding=encoding,
        title=found.title,
        notes=list(found.notes),
        _required=tuple(found.columns[name] for name in required),
        _rows=chain(first[found.end :], rows),
    )


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
        except UnicodeDecodeError:
            continue
    raise refuse(_("The text is neither UTF-8 nor GB18030; save the file as UTF-8 or as XLSX."))


def _rows(path: Path, encoding: str, separator: str) -> Iterator[Row]:
    """Errors: FileFault with the line, for bytes that are no text and for a cut-off end."""
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        width = 0
        cells: list[Any] = []
        try:
            for cells in reader:
                if len(cells) > width:
                    width = len(cells)
                yield reader.line_num, cells
        except UnicodeDecodeError:
            raise _no_text(path, encoding) from None
        except csv.Error as error:
            raise refuse(
                _("the file breaks off or a quote is not closed (%(error)s)") % {"error": error},
                reader.line_num,
            ) from None
        last = reader.line_num
    if len(cells) < width and not _ends_with_newline(path) and not is_total(cells):
        raise refuse(_("the file breaks off in this row"), last)


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


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) in b"\r\n"
