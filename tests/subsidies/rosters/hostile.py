"""Files made to harm, or that are not what they are called; each with words of its refusal.

None: it is harmless, is read as what it is, and has the two rows of ROWS.
"""

import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import PatternFill

from tests.subsidies.rosters.messy import LI, WANG

# ruff: noqa: E501 - rows of a table

HEAD = ["姓名", "身份证号", "类别"]
ROWS = [["王芳", WANG, "监测对象"], ["李四", LI, "监测对象"]]
TEXT = "\n".join(",".join(row) for row in [HEAD, *ROWS]) + "\n"
SHEET = "xl/worksheets/sheet1.xml"


def book(change: Callable[[Workbook], None] | None = None) -> bytes:
    made = Workbook()
    for row in [HEAD, *ROWS]:
        made.active.append(row)
    if change:
        change(made)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def parts(change: Callable[[dict[str, bytes]], object], data: bytes | None = None) -> bytes:
    """A workbook with the parts of its archive changed."""
    with zipfile.ZipFile(BytesIO(data or book())) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    change(held)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return out.getvalue()


def in_sheet(old: bytes, new: bytes) -> bytes:
    def change(held: dict[str, bytes]) -> None:
        assert old in held[SHEET]
        held[SHEET] = held[SHEET].replace(old, new, 1)

    return parts(change)


def _painted(made: Workbook) -> None:
    """The far corner is painted, but holds nothing."""
    made.active["XFD1048576"].fill = PatternFill("solid", fgColor="FFFF00")


def _formulas(made: Workbook) -> None:
    made.active["B2"] = '="41"&"1328"'


def _useless_formula(made: Workbook) -> None:
    made.active["D1"], made.active["D2"] = "行号", "=ROW()"


def _wide(made: Workbook) -> None:
    for column in range(4, 16_385):
        made.active.cell(1, column, f"栏{column}")


def _laughs(held: dict[str, bytes]) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    held["xl/sharedStrings.xml"] = (
        f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY l0 "lol">{entities}]>'
        "<sst><si><t>&l9;</t></si></sst>"
    ).encode()


def _saying(size: int, content: bytes) -> bytes:
    """A workbook whose archive says a size of a part that is not the part's own."""
    data = bytearray(parts(lambda held: held.update({"xl/sharedStrings.xml": content})))
    entry = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/sharedStrings.xml"))
    data[entry + 24 : entry + 28] = size.to_bytes(4, "little")
    return bytes(data)


def _no_such_place(held: dict[str, bytes]) -> None:
    held["../../../../tmp/hostile-roster"] = b"x"
    held["/etc/hostile-roster"] = b"x"


def _twice() -> bytes:
    """Two parts of one name: two readers might read two of them."""
    data = BytesIO(book())
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr(SHEET.upper(), b"<worksheet/>")
    return data.getvalue()


def _encrypted_parts() -> bytes:
    data = bytearray(book())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = data.find(mark)
        while found >= 0:
            data[found + at] |= 1
            found = data.find(mark, found + 4)
    return bytes(data)


def _one_part_many_sheets(held: dict[str, bytes]) -> None:
    named = re.search(rb"<sheet [^>]*/>", held["xl/workbook.xml"])
    assert named
    again = named[0].replace(b'name="Sheet"', b'name="Again"').replace(b'Id="1"', b'Id="2"')
    held["xl/workbook.xml"] = held["xl/workbook.xml"].replace(named[0], named[0] + again)


def _packed(how: int) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(book())) as plain, zipfile.ZipFile(out, "w", how) as archive:
        for name in plain.namelist():
            archive.writestr(name, plain.read(name))
    return out.getvalue()


def _nul_in_a_name(held: dict[str, bytes]) -> None:
    held["xl/workbook.xml"] = held["xl/workbook.xml"].replace(b'name="Sheet"', b'name="S\0"')


def _utf16(held: dict[str, bytes]) -> None:
    held[SHEET] = ("<!DOCTYPE x>" + held[SHEET].decode()).encode("utf-16")


# The record with which the workbook of an XLS begins, and behind it the one that protects it.
PROTECTED_XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + (
    b"\x09\x08\x10\x00\x00\x06\x05\x00".ljust(20, b"\0") + b"\x2f\0\6\0"
).ljust(4096, b"\0")
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 20
DEEP = b"<is><t>" + b"<r>" * 200_000 + b"</r>" * 200_000 + b"</t></is>"

# what it is → name of the file, its bytes, words of the refusal
FILES: Mapping[str, tuple[str, Callable[[], bytes], str | None]] = {
    "far corner": ("a.xlsx", lambda: book(lambda b: b.active.__setitem__("XFD1048576", 1)), "多余"),
    "painted corner": ("a.xlsx", lambda: book(_painted), None),
    "row out of order": (
        "a.xlsx",
        lambda: in_sheet(b"<sheetData>", b'<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "多余",
    ),
    "other quotes": (
        "a.xlsx",
        lambda: in_sheet(b"</sheetData>", b"<row r='1048576'><c\tr='XFD1048576'><v>1</v></c></row></sheetData>"),
        "多余",
    ),
    "false dimension": ("a.xlsx", lambda: in_sheet(b'ref="A1:C3"', b'ref="A1:A1"'), None),
    "vast dimension": ("a.xlsx", lambda: in_sheet(b'ref="A1:C3"', b'ref="A1:XFD1048576"'), None),
    "entities": ("a.xlsx", lambda: parts(_laughs), "定义"),
    "zip bomb": ("a.xlsx", lambda: _saying(2_000_000_000, b"<sst/>"), "解压"),
    "lying size": ("a.xlsx", lambda: _saying(1000, b"<" * 300_000_000), "损坏"),
    "two of a name": ("a.xlsx", _twice, "损坏"),
    "paths outside": ("a.xlsx", lambda: parts(_no_such_place), None),
    "rows of one number": ("a.xlsx", lambda: in_sheet(b'<row r="3"', b'<row r="2"'), "损坏"),
    "rows backwards": (
        "a.xlsx",
        lambda: in_sheet(b"<sheetData>", b'<sheetData><row r="9"><c r="A9"/></row>'),
        None,
    ),
    "sheets of one part": ("a.xlsx", lambda: parts(_one_part_many_sheets), "损坏"),
    "packed otherwise": ("a.xlsx", lambda: _packed(zipfile.ZIP_BZIP2), "损坏"),
    "a text below 0": (
        "a.xlsx",
        lambda: in_sheet(b"</sheetData>", b'<row r="4"><c r="A4" t="s"><v>-1</v></c></row></sheetData>'),
        "损坏",
    ),
    "a NUL in a sheet's name": ("a.xlsx", lambda: parts(_nul_in_a_name), "损坏"),
    "UTF-16 within": ("a.xlsx", lambda: parts(_utf16), "损坏"),
    "a protected XLS": ("a.xls", lambda: PROTECTED_XLS, "密码"),
    "an XLS of loops": ("a.xls", lambda: ENCRYPTED[:8] + b"\0\0\0\0" * 4000, "损坏"),
    "a line without end": ("a.csv", lambda: TEXT.encode() + b"," * 9_000_000, "一行"),
    "many columns": ("a.csv", lambda: TEXT.encode() + b"," * 20_000 + b"\n", "列数"),
    "an endless cell": ("a.csv", lambda: TEXT.encode() + b"x" * 200_000 + b",1,2\n", "单元格过长"),
    "an open quote": ("a.csv", lambda: TEXT.encode() + b'"x,1,2\n', "引号没有配对"),
    "encrypted": ("a.xlsx", lambda: ENCRYPTED, "密码"),
    "encrypted parts": ("a.xlsx", _encrypted_parts, "密码"),
    "macros": ("a.xlsm", lambda: parts(lambda h: h.update({"xl/vbaProject.bin": b"x"})), None),
    "binary workbook": ("a.xlsb", lambda: parts(lambda h: h.update({"xl/workbook.bin": b"x"})), "XLSB"),
    "formulas without values": ("a.xlsx", lambda: book(_formulas), "公式"),
    "a formula nobody reads": ("a.xlsx", lambda: book(_useless_formula), None),
    "16384 columns": ("a.xlsx", lambda: book(_wide), None),
    "deep XML": ("a.xlsx", lambda: in_sheet(b"<is><t>", DEEP + b"<is><t>"), None),
    "a long cell": ("a.xlsx", lambda: in_sheet(b"<t>", b"<t>" + b"x" * 20_000_000), "损坏"),
    "a long text": ("a.csv", lambda: b"x" * 3_000_000 + b"\n" + TEXT.encode(), ""),
    "a page called xls": ("a.xls", lambda: b"<html><table><tr><td>x</td></tr></table>", "网页"),
    "a mail called xls": ("a.xls", lambda: b"MIME-Version: 1.0\r\n\r\n<html>", "网页"),
    "a picture": ("a.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + b"0" * 100, "表格"),
    "another archive": ("a.xlsx", lambda: b"Rar!\x1a\x07" + b"0" * 100, "表格"),
    "text called xlsx": ("a.xlsx", lambda: TEXT.encode(), None),
    "workbook called csv": ("a.csv", book, None),
    "UTF-16": ("a.csv", lambda: TEXT.encode("utf-16"), "UTF-16"),
    "cut off": ("a.xlsx", lambda: book()[:-600], "损坏"),
    "no bytes": ("a.xlsx", lambda: b"", "空"),
}  # fmt: skip


def write(folder: Path, key: str) -> Path:
    name, made, _said = FILES[key]
    path = folder / name
    path.write_bytes(made())
    return path
