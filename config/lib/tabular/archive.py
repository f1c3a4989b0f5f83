"""An XLSX looked through as a zip archive, before anything of it is unpacked into memory.

    looks = look_through(path)      # sheet's name → what its reader does not tell

What no spreadsheet writes, or what would not fit into memory, is refused here. A worksheet may lie
anywhere in the archive, so every part is looked through as if it were one.
"""

import html
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from config.lib.tabular.faults import FileFault, refuse

MAX_UNPACKED = 1_500_000_000  # bytes an XLSX may unpack to
MAX_CELLS = 20_000_000  # rows x columns of one sheet; each takes about 90 bytes to read
MAX_PARTS = 10_000
_CHUNK = 1 << 20
_NO_TABLE = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf")
# Most patterns begin with letters of their own: five times as fast as a search for every tag. What
# they find too much only leads to a closer look (_filled).
_COLUMN = re.compile(rb"""r=["']([A-Z]{1,3})\d""")
_FAR_COLUMN = re.compile(rb"""r=["']([A-Z]{2,3})\d""")  # beyond Z
_NEAR = 26  # columns that need no looking for
_ROW = re.compile(rb"row\s[^>]*")
_ROW_NUMBER = re.compile(rb"""\sr=["'](\d{1,7})["']""")
_HIDDEN = re.compile(rb"""\shidden=["'](?:1|true)["']""")
_HIDDEN_COLUMNS = re.compile(rb"<(?:\w+:)?col\b[^>]*\bhidden=\"(?:1|true)\"[^>]*")
_FILLED = re.compile(rb"""r=["']([A-Z]{1,3})(\d{1,7})["'](?![^>]*/>)[^>]*>(?!\s*</)""")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
# A text that a cell names by a number below 0, which its reader would take for the first one.
_NO_TEXT = re.compile(rb"""\st=["']s["'][^>]*>\s*<(?:\w+:)?v>-""")
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # no spreadsheet packs a part in another way
_ERROR = re.compile(
    rb"<(?:\w+:)?c\s([^>]*\bt=\"e\"[^>]*)>\s*(?:<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*)?"
    rb"<(?:\w+:)?v>([^<]{1,20})<"
)
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")


@dataclass
class Look:
    """Of one sheet; columns are counted from 0."""

    hidden_rows: int = 0
    hidden_columns: set[int] = field(default_factory=set)
    unvalued: set[int] = field(default_factory=set)  # columns with formulas without a value
    errors: dict[int, dict[int, str]] = field(default_factory=dict)  # line → column → “#N/A”
    in_order: bool = True  # each row has a number above the one before it
    macros: bool = False  # in the workbook


def look_through(path: Path) -> dict[str, Look]:
    """Sheet → what was seen there. Errors: FileFault for what must not be unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(archive.infolist())
            names = archive.namelist()
            found = {name: _look_at(archive, name) for name in names if _may_hold(name)}
            sheets = dict(_sheets(archive))
            for part in sheets.values():
                if part in found and not found[part].in_order:
                    _check_each_once(archive, part)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error, lzma.LZMAError):
        raise damaged() from None
    for look in found.values():
        look.macros = "xl/vbaProject.bin" in names
    if len(set(sheets.values())) < len(sheets):  # many sheets of one part: many times its rows
        raise damaged()
    return {sheet: found[part] for sheet, part in sheets.items() if part in found}


def damaged() -> FileFault:
    return refuse(
        _("The workbook is damaged or was cut off: open it in Excel, save it anew, send that.")
    )


def protected() -> FileFault:
    return refuse(_("The workbook is protected by a password; remove it first."))


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    """Errors: FileFault by what the archive says of itself."""
    if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > MAX_PARTS:
        raise refuse(
            _("The workbook unpacks to more than is allowed: send the list alone, as XLSX or CSV.")
        )
    names = [part.filename for part in parts]
    if not any(name.startswith("xl/") for name in names):
        raise refuse(_("This is not a table; send CSV, XLSX or XLS."))
    if "xl/workbook.bin" in names:
        raise refuse(_("This is a binary workbook (XLSB): save it as XLSX."))
    if any(part.flag_bits & 1 for part in parts):
        raise protected()
    if any(part.compress_type not in _PACKED for part in parts):
        raise damaged()
    if len({name.lower() for name in names}) < len(names):  # two readers may take two of them
        raise damaged()


def _may_hold(name: str) -> bool:
    return not name.lower().endswith(_NO_TABLE)


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name, and the part that holds it."""
    names = set(archive.namelist())
    book, relations = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if not {book, relations} <= names:
        return
    targets = {}
    for tag in _RELATION.findall(archive.read(relations).decode(errors="replace")):
        targets[_attribute(tag, "Id")] = _attribute(tag, "Target")
    for tag in _SHEET.findall(archive.read(book).decode(errors="replace")):
        target = targets.get(_attribute(tag, r"\w+:id"), "")
        part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl", target))
        yield _attribute(tag, "name"), part


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\s{name}=(?:"([^"]*)"|'([^']*)')""", tag)
    return html.unescape(found[1] or found[2] or "") if found else ""


def _look_at(archive: zipfile.ZipFile, name: str) -> Look:
    """Errors: FileFault. A stray cell in the far corner would make a grid of 17 billion."""
    look = Look()
    last = count = 0
    letters: set[bytes] = set()
    for number, data in enumerate(_pieces(archive, name)):
        if number == 0 and (b"<!DOCTYPE" in data or b"<!ENTITY" in data):
            raise refuse(
                _(
                    "The workbook holds definitions that no spreadsheet writes: save it anew in"
                    " Excel."
                )
            )
        if b"\0" in data or b"_x0000_" in data or (b"<v>-" in data and _NO_TEXT.search(data)):
            raise damaged()
        letters.update(_FAR_COLUMN.findall(data))
        rows = _ROW.findall(data)
        count += data.count(b"<row") + data.count(b":row")
        look.hidden_rows += sum(1 for row in rows if b"hidden" in row and _HIDDEN.search(row))
        if rows:
            numbers = list(map(int, _ROW_NUMBER.findall(b"".join(rows))))
            look.in_order &= last < min(numbers, default=last + 1) and numbers == sorted(
                set(numbers)
            )
            last = max(last, max(numbers, default=0))
        if b"hidden" in data:
            look.hidden_columns.update(_hidden_columns(data))
        if b"<f" in data or b":f" in data:
            look.unvalued.update(_unvalued(data))
        if b't="e"' in data:
            _note_errors(data, look.errors)
    height, width = max(last, count), max(map(column_number, letters), default=_NEAR)
    if height * width > MAX_CELLS:  # as it seems; painted cells do not count
        height, width = _filled(archive, name)
    if height * width > MAX_CELLS:
        raise refuse(
            _(
                "The sheet spans %(rows)s rows and %(columns)s columns: delete stray cells, or "
                "save it as CSV."
            )
            % {"rows": height, "columns": width}
        )
    return look


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part in pieces that end behind a row where there are rows, else behind a tag."""
    rest = b""
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            data = rest + chunk
            end = max(data.rfind(b"</row>"), data.rfind(b":row>"))
            end = (data.find(b">", end) if end >= 0 else data.rfind(b">")) + 1
            if end:
                yield data[:end]
            rest = data[end:]
            if len(rest) > 16 * _CHUNK:  # no workbook has a row or text as long
                raise damaged()
    if rest:
        yield rest


def _check_each_once(archive: zipfile.ZipFile, name: str) -> None:
    """Errors: FileFault where rows have one number: their reader would keep the last of them."""
    found = [
        int(number)
        for data in _pieces(archive, name)
        for number in _ROW_NUMBER.findall(b"".join(_ROW.findall(data)))
    ]
    if len(set(found)) < len(found):
        raise damaged()


def _filled(archive: zipfile.ZipFile, name: str) -> tuple[int, int]:
    """Rows and columns that hold something: cells that are only painted are not read."""
    last = 0
    letters: set[bytes] = set()
    for data in _pieces(archive, name):
        for letter, number in _FILLED.findall(data):
            letters.add(letter)
            last = max(last, int(number))
    return last, max(map(column_number, letters), default=0)


def _hidden_columns(data: bytes) -> Iterator[int]:
    for tag in _HIDDEN_COLUMNS.findall(data):
        first, last = (re.search(rb'\b%b="(\d{1,5})"' % edge, tag) for edge in (b"min", b"max"))
        if first and last:
            yield from range(int(first[1]) - 1, min(int(last[1]), 16_384))


def _unvalued(data: bytes) -> Iterator[int]:
    """A formula that gives an empty text is written as one of type str."""
    for attributes in _FORMULA.findall(data):
        at = _COLUMN.search(b" " + attributes)
        if at and b't="str"' not in attributes:
            yield column_number(at[1]) - 1


def _note_errors(data: bytes, errors: dict[int, dict[int, str]]) -> None:
    """What formulas came to that could not be worked out: their reader gives empty cells."""
    for attributes, said in _ERROR.findall(data):
        if at := _PLACE.search(attributes):
            line = errors.setdefault(int(at[2]), {})
            line[column_number(at[1]) - 1] = html.unescape(said.decode(errors="replace"))


def column_number(letters: bytes) -> int:
    """A is 1, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
