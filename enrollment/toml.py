"""TOML as people write it: what is wrong with it in their words, and where each key stands."""

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

Path = tuple[str | int, ...]

MOST_FAULTS = 50
_AT = re.compile(r" \(at line (\d+), column \d+\)$")
_HEAD = re.compile(r"\s*\[+\s*([^\[\]=]*?)\s*(?:\]|$)")
_KEY = re.compile(r"\s*([^=＝\s]+)\s*[=＝]?\s*(.*?)\s*$")
_TEXTS = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*')
_DAY = re.compile(r"[\"'“]?\d{4}\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}")
_FULL = "“”‘’＂＝，、［］【】｛｝．：０１２３４５６７８９－\u3000"
_HALF = '""\'\'"=,,[][]{}.:0123456789- '
_WIDE = dict(zip(_FULL, _HALF, strict=True))


@dataclass(frozen=True)
class Fault:
    """A line that is not TOML; `key` is what it seems to be about."""

    line: int
    key: str
    message: str


def read(text: str) -> tuple[dict[str, Any], list[Fault]]:
    """The tables of a text; or what is wrong with it, each line that is faulty in itself.

    Behind a fault that reaches over lines nothing is judged any more: it would be its echo.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    faults: list[Fault] = []
    while True:
        try:
            data = tomllib.loads("\n".join([*lines, ""]))
            return ({} if faults else data), faults
        except tomllib.TOMLDecodeError as error:
            at = _AT.search(str(error))
            number = min(int(at[1]), len(lines)) if at else len(lines)
            if "Unterminated" in str(error):  # told at its end, where nobody would look
                number = max(n for n, each in enumerate(lines, start=1) if '"""' in each)
            line = lines[number - 1]
            faults.append(Fault(number, _about(line), _in_words(_AT.sub("", str(error)), line)))
            if len(faults) == MOST_FAULTS or not _stands_alone(line, str(error)):
                return {}, faults
            is_head = line.lstrip().startswith("[")
            lines[number - 1] = f"[faulty-{number}]" if is_head else ""
        except (ValueError, RecursionError):  # a figure or nest of thousands; no place is told
            return {}, [
                *faults,
                Fault(1, "-", _("a figure or a list in it is too long to be read")),
            ]


def _about(line: str) -> str:
    found = (_HEAD if line.lstrip().startswith("[") else _KEY).match(line)
    key = found[1].strip("\"'“”") if found else ""
    return key if re.match(r"\w", key) else "-"


def _stands_alone(line: str, error: str) -> bool:
    """Whether the fault is all in this line, so that the others can be judged without it."""
    if error.startswith("Cannot"):
        return True
    bare = _TEXTS.sub("", line)
    if any(bare.count(a) != bare.count(b) for a, b in ("[]", "{}")) or '"""' in line:
        return line.lstrip().startswith("[")
    return not _is_right(line)


def _is_right(line: str) -> bool:
    try:
        tomllib.loads(line)
    except ValueError:
        return False
    return True


def _in_words(error: str, line: str) -> str:
    """What was expected and what stands there instead."""
    found = "".join(char if char.isprintable() else "�" for char in line.strip())
    found = found if len(found) <= 60 else f"{found[:60]}…"
    said = _expected(error, line)
    return said + (_("; found: %(line)s") % {"line": found} if found else "")


def _expected(error: str, line: str) -> str:
    bare = _TEXTS.sub("", line)
    wide = next((char for char in bare if char in _WIDE), None)
    if wide and wide.strip():
        return _("“%(wide)s” is a full-width character; expected %(narrow)s, typed half-width") % {
            "wide": wide,
            "narrow": _WIDE[wide],
        }
    if error.startswith("Cannot declare"):
        return _("the section stands twice; expected its keys together under one heading")
    if error.startswith(("Cannot", "Duplicate")):
        return _("the key stands twice; expected it once")
    if "escape" in error.lower() or "hex value" in error:
        return _("a backslash in a text is written twice")
    if "Unterminated" in error:
        return _("a text is not closed; expected three quotes at its end")
    if line.strip() and _is_right(line):
        return _("what begins above this line is not closed; expected ] or } at its end")
    if line.lstrip().startswith("["):
        return _("expected a heading such as [fee] or [[windows]], alone on its line")
    if "Unclosed array" in error:
        return _("expected a comma or ] in the list")
    if "Unclosed inline" in error or "key part" in error:
        return _("expected a table on one line: { name = value, name = value }")
    if "character" in error and "'\\n'" in error:
        return _("the text is not closed; expected a quote at its end")
    if "character" in error:
        return _("a character that nobody sees stands here; expected none")
    return _expected_value(line)


def _expected_value(line: str) -> str:
    value = (_KEY.match(line) or ["", "", ""])[2]
    if "=" not in _TEXTS.sub("", line):
        return _("expected name = value, a [heading], or a note behind #")
    if not re.match(r"[A-Za-z0-9_.\"' -]+=", line.lstrip()):
        return _("expected a key of the policy language before the equals sign")
    if not value:
        return _("expected a value behind the equals sign")
    if _DAY.match(value):
        return _("expected a date that exists, written like 2022-10-05, without quotes")
    if re.match(r"\d{1,2}[:：]\d\d", value):
        return _("expected a time in quotes, such as “17:00”")
    if re.match(r"\d[\d,]*(\s|#|$)", value):
        return _("expected a whole number such as 35000, without commas or a 0 in front")
    if re.match(r"(?i)(true|false|yes|no|是|否)\b", value):
        return _("expected true or false, in small letters")
    if re.match(r"\d", value):
        return _("expected only a number here, without a unit, or else a text in quotes")
    if value[0] in "\"'":
        return _("expected nothing behind the text; inside a text quotes are written “ ”")
    return _("expected a text in quotes, a number, a date, true or false behind the equals sign")


class Lines:
    """Where each key of a TOML text stands, in lists and inline tables too.

    The standard parser does not tell. The text must be valid; see read.
    """

    _word = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|[A-Za-z0-9_-]+')
    _blank = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
    _string = re.compile(
        r'"""(?:\\.|[^\\])*?"{3,5}(?!")|\'\'\'.*?\'{3,5}(?!\')|"(?:\\.|[^"\\])*"|\'[^\'\n]*\'', re.S
    )
    _plain = re.compile(r"[^,\]}#\n]*")

    def __init__(self, text: str):
        self._text = text.replace("\r\n", "\n")
        self._ends = [m.start() for m in re.finditer("\n", self._text)]
        self._at: dict[Path, int] = {}
        self._count: dict[Path, int] = {}
        table: Path = ()
        pos = self._skip(0)
        while pos < len(self._text):
            if self._text[pos] == "[":
                table, pos = self._heading(pos)
            else:
                pos = self._pair(pos, table)
            pos = self._skip(pos)

    def of(self, path: Path) -> int:
        """The line of a key, or of what it would stand in."""
        while path and path not in self._at:
            path = path[:-1]
        return self._at.get(path, 1)

    def _skip(self, pos: int) -> int:
        found = self._blank.match(self._text, pos)
        return found.end() if found else pos

    def _note(self, path: Path, pos: int) -> None:
        self._at.setdefault(path, bisect_right(self._ends, pos - 1) + 1 if pos else 1)

    def _keys(self, pos: int) -> tuple[list[str], int]:
        """A dotted key and where it ends."""
        keys = []
        while found := self._word.match(self._text, pos):
            word = found[0]
            keys.append(word if word[0] not in "\"'" else next(iter(tomllib.loads(f"{word}=0"))))
            pos = self._skip(found.end())
            if not self._text.startswith(".", pos):
                break
            pos = self._skip(pos + 1)
        return keys, pos

    def _heading(self, pos: int) -> tuple[Path, int]:
        width = 2 if self._text.startswith("[[", pos) else 1
        keys, end = self._keys(self._skip(pos + width))
        path: Path = ()
        for depth, key in enumerate(keys, start=1):
            path = (*path, key)
            self._note(path, pos)
            if width == 2 and depth == len(keys):
                self._count[path] = self._count.get(path, -1) + 1
            if path in self._count:
                path = (*path, self._count[path])
        self._note(path, pos)
        return path, end + width

    def _pair(self, pos: int, path: Path) -> int:
        keys, end = self._keys(pos)
        for key in keys:
            path = (*path, key)
            self._note(path, pos)
        return self._value(self._skip(end + 1), path)

    def _value(self, pos: int, path: Path) -> int:
        if found := self._string.match(self._text, pos):
            return found.end()
        opening = self._text[pos]
        if opening not in "[{":
            return self._plain.match(self._text, pos).end()  # type: ignore[union-attr]
        index, pos = 0, self._skip(pos + 1)
        while self._text[pos] not in "]}":
            if opening == "{":
                pos = self._pair(pos, path)
            else:
                self._note((*path, index), pos)
                pos, index = self._value(pos, (*path, index)), index + 1
            pos = self._skip(pos)
            if self._text[pos] == ",":
                pos = self._skip(pos + 1)
        return pos + 1
