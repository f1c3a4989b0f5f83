"""A notice file, read whole: the third door.

Each app registers the readers of its own sections; this module reads the file, hands each section
to its reader, and refuses the file as a whole with every problem found, line and key in each.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from enrollment.errors import Refused

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Policy:
    """A notice as rules. `sections` maps a section's name to what its reader made of it."""

    slug: str | None  # None: only a parent, no campaign opens from it
    regions: str | None
    sections: dict[str, Any]
    extends: str | None = None
    cites: tuple[str, ...] = ()  # documents that the notice names and that are not at hand

    def __getitem__(self, section: str) -> Any:
        return self.sections[section]


@dataclass(frozen=True)
class Problem:
    line: int
    key: str
    message: str
    file: str = ""  # of a parent; empty for the notice itself

    def __str__(self) -> str:
        said = _("line %(line)s, %(key)s: %(message)s") % {
            "line": self.line,
            "key": self.key,
            "message": self.message,
        }
        return f"{self.file}: {said}" if self.file else said


class Lines:
    """Where each key of a TOML file stands; the standard parser does not tell.

    A key inside an inline table or a multi-line array is answered with the line of its parent.
    """

    _table = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
    _key = re.compile(r"^\s*([A-Za-z0-9_\-]+|\"[^\"]+\"|'[^']+')\s*=")

    def __init__(self, text: str):
        self._at: dict[Path, int] = {}
        seen: dict[tuple[str, ...], int] = {}
        table: Path = ()
        for number, line in enumerate(text.splitlines(), start=1):
            if head := self._table.match(line):
                names = tuple(part.strip().strip("\"'") for part in head[2].split("."))
                if head[1] == "[[":
                    seen[names] = seen.get(names, -1) + 1
                table = self._indexed(names, seen)
                self._at.setdefault(table, number)
            elif key := self._key.match(line):
                self._at.setdefault((*table, key[1].strip("\"'")), number)

    @staticmethod
    def _indexed(names: tuple[str, ...], seen: dict[tuple[str, ...], int]) -> Path:
        path: list[str | int] = []
        for depth, name in enumerate(names, start=1):
            path.append(name)
            if names[:depth] in seen:
                path.append(seen[names[:depth]])
        return tuple(path)

    def of(self, path: Path) -> int:
        while path and path not in self._at:
            path = path[:-1]
        return self._at.get(path, 1)


@dataclass(frozen=True)
class Origins:
    """Of which file each part of a notice is, its parents' parts among them."""

    own: Lines
    parents: dict[Path, tuple[str, Lines]]  # inherited (section,) or (section, key)

    def of(self, path: Path) -> tuple[str, int]:
        file, lines = self.parents.get(path[:2]) or self.parents.get(path[:1]) or ("", self.own)
        return file, lines.of(path)


_REQUIRED: Any = object()


class Table:
    """One table being read: takes keys out by type, and complains of what is left.

    A wrong value is recorded and answered with None, so that one pass finds every problem.
    """

    def __init__(self, data: dict[str, Any], path: Path, lines: Origins, problems: list[Problem]):
        self._data, self._path, self._lines, self._problems = dict(data), path, lines, problems

    def complain(self, key: str | None, message: str) -> None:
        self.complain_at(self._path if key is None else (*self._path, key), message)

    def complain_at(self, path: Path, message: str) -> None:
        name = ".".join(f"[{p + 1}]" if isinstance(p, int) else p for p in path).replace(".[", "[")
        file, line = self._lines.of(path)
        self._problems.append(Problem(line, name or "-", message, file))

    def has(self, key: str) -> bool:
        return key in self._data

    def raw(self, key: str) -> Any:
        """A value as TOML has it, for readers that judge it themselves."""
        return self._data.pop(key)

    def _take(self, key: str, kind: type | tuple[type, ...], expected: str, default: Any) -> Any:
        if key not in self._data:
            if default is _REQUIRED:
                self.complain(key, _("is missing; expected %(expected)s") % {"expected": expected})
                return None
            return default
        value = self._data.pop(key)
        is_bool = isinstance(value, bool)
        if not isinstance(value, kind) or (is_bool and kind is not bool):
            self.complain(
                key,
                _("expected %(expected)s, not %(value)s") % {"expected": expected, "value": value},
            )
            return None
        return value

    def text(self, key: str, default: Any = _REQUIRED) -> str:
        return self._take(key, str, _("a text in quotes"), default)

    def texts(self, key: str, default: Any = _REQUIRED) -> tuple[str, ...]:
        values = self._take(key, list, _("a list of texts"), default) or ()
        if not all(isinstance(value, str) for value in values):
            self.complain(key, _("expected only texts in quotes"))
            return ()
        return tuple(values)

    def choice(self, key: str, allowed: tuple[str, ...], default: Any = _REQUIRED) -> str:
        value = self._take(key, str, _("one of %(words)s") % {"words": ", ".join(allowed)}, default)
        if value is not None and value != default and value not in allowed:
            self.complain(
                key,
                _("expected one of %(words)s, not “%(value)s”")
                % {"words": ", ".join(allowed), "value": value},
            )
        return value

    def whole(
        self, key: str, low: int = 0, high: int | None = None, default: Any = _REQUIRED
    ) -> int:
        value = self._take(key, int, _("a whole number"), default)
        given = value is not None and value != default
        if given and (value < low or (high is not None and value > high)):
            self.complain(
                key,
                _("%(value)s is outside %(low)s to %(high)s")
                % {"value": value, "low": low, "high": "…" if high is None else high},
            )
        return value

    def wholes(
        self, key: str, low: int = 0, high: int | None = None, default: Any = _REQUIRED
    ) -> tuple[int, ...]:
        """One whole number, or a list of them."""
        value = self._take(key, (int, list), _("a whole number, or a list of them"), default)
        if value is None or value is default:
            return value or ()
        values = tuple(value) if isinstance(value, list) else (value,)
        right = [n for n in values if isinstance(n, int) and not isinstance(n, bool)]
        if not values or len(right) < len(values):
            self.complain(key, _("expected only whole numbers"))
            return ()
        for number in right:
            if number < low or (high is not None and number > high):
                self.complain(
                    key,
                    _("%(value)s is outside %(low)s to %(high)s")
                    % {"value": number, "low": low, "high": "…" if high is None else high},
                )
        return tuple(right)

    def fen(self, key: str, default: Any = _REQUIRED) -> int:
        """Money in fen; a figure in yuan is the likely slip, so it is asked about."""
        return self.whole(key, 0, 100_000_00, default)

    def on(self, key: str, default: Any = _REQUIRED) -> date:
        expected = _("a date such as 2022-10-15")
        value = self._take(key, date, expected, default)
        if isinstance(value, datetime):  # a kind of date to Python, not to us
            self.complain(
                key,
                _("expected %(expected)s, not %(value)s") % {"expected": expected, "value": value},
            )
            return None  # type: ignore[return-value]
        return value

    def day(self, key: str, words: tuple[str, ...], default: Any = _REQUIRED) -> date | str:
        """A date, or one of the words that name a day."""
        if isinstance(self._data.get(key), date):
            return self.on(key)
        allowed = _("a date or one of %(words)s") % {"words": ", ".join(words)}
        value = self._take(key, str, allowed, default)
        if value is not None and value != default and value not in words:
            self.complain(
                key,
                _("expected %(expected)s, not %(value)s") % {"expected": allowed, "value": value},
            )
        return value

    def hour(self, key: str, default: Any = _REQUIRED) -> time | None:
        value = self._take(key, str, _("a time such as “17:00”"), default)
        if value is None or value == default:
            return value
        try:
            return time.fromisoformat(value)
        except ValueError:
            self.complain(key, _("expected a time such as “17:00”, not “%(v)s”") % {"v": value})
            return None

    def flag(self, key: str, default: Any = _REQUIRED) -> bool:
        return self._take(key, bool, _("true or false"), default)

    def table(self, key: str, default: Any = _REQUIRED) -> "Table | None":
        value = self._take(key, dict, _("a table [%(key)s]") % {"key": key}, default)
        if value is None:
            return None
        return Table(value, (*self._path, key), self._lines, self._problems)

    def tables(self, key: str, default: Any = _REQUIRED) -> list["Table"]:
        values = self._take(key, list, _("tables [[%(key)s]]") % {"key": key}, default) or []
        if not all(isinstance(value, dict) for value in values):
            self.complain(key, _("expected tables [[%(key)s]]") % {"key": key})
            return []
        return [
            Table(value, (*self._path, key, index), self._lines, self._problems)
            for index, value in enumerate(values)
        ]

    def keyed_tables(self, key: str, default: Any = _REQUIRED, *, by: str = "key") -> list["Table"]:
        """Tables of which no two may bear the same `by`; the second is told where the first is."""
        rows, lines = self.tables(key, default), dict[Any, int]()
        for row in rows:
            name = row._data.get(by)
            if not isinstance(name, str):
                continue
            if name in lines:
                said = _("“%(name)s” is used already, in line %(line)s")
                row.complain(by, said % {"name": name, "line": lines[name]})
            else:
                lines[name] = self._lines.of((*row._path, by))[1]
        return rows

    def done(self) -> None:
        """Every key that nobody took is refused by name."""
        for key in self._data:
            self.complain(key, _("is not a key of the policy language here"))


Reader = Callable[[Table], Any]
Check = Callable[[dict[str, Any], Callable[[Path, str], None]], None]
_readers: dict[str, tuple[Reader, bool]] = {}
_checks: list[Check] = []


def register_section(name: str, reader: Reader, *, required: bool = False) -> None:
    """`reader` takes a Table holding only the key `name` (a table or array of tables)."""
    _readers[name] = (reader, required)


def register_check(check: Check) -> None:
    """What must agree between sections: `check(sections, complain)`, `complain(path, message)`.

    It is asked once each section is right by itself.
    """
    _checks.append(check)


OWN = ("slug", "regions", "extends", "cites")
# What a notice never takes over: what it is, whom it is for, who should reach what.
NOT_INHERITED = (*OWN, "document", "campaign", "targets", "target_sets")


@lru_cache(maxsize=32)
def read_policy(text: str, parents: tuple[tuple[str, str], ...] = ()) -> Policy:
    """The rules of a notice file. `parents`: name and text of each file it extends, nearest first.

    Errors: Refused with one message for each problem of the whole file.
    """
    data, lines = _merged(text, parents)
    problems: list[Problem] = []
    top = Table({k: v for k, v in data.items() if k in OWN}, (), lines, problems)
    slug = top.text("slug") if "campaign" in data else top.text("slug", None)
    if slug is not None and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", slug):
        top.complain("slug", _("expected small letters, digits and hyphens"))
    regions, extends = top.text("regions", None), top.text("extends", None)
    cites = top.texts("cites", [])
    sections = {}
    for name, (reader, required) in _readers.items():
        if name in data:
            sections[name] = reader(Table({name: data[name]}, (), lines, problems))
        elif required:
            top.complain(name, _("the section is missing"))
        else:
            sections[name] = reader(Table({}, (), lines, problems))
    rest = {k: v for k, v in data.items() if k not in _readers and k not in OWN}
    whole = Table(rest, (), lines, problems)
    whole.done()
    if not problems:
        for check in _checks:
            check(sections, whole.complain_at)
    if problems:
        raise Refused([str(one) for one in sorted(problems, key=lambda p: (p.file, p.line))])
    return Policy(slug, regions, sections, extends, cites)


def parse(text: str, name: str = "") -> dict[str, Any]:
    """Errors: Refused for text that is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = _("The file is not valid TOML: %(error)s") % {"error": error}
        raise Refused(f"{name}: {said}" if name else said) from error


def _merged(text: str, parents: tuple[tuple[str, str], ...]) -> tuple[dict[str, Any], Origins]:
    """The notice with what it takes over. Its own key wins; a list of tables is taken whole.

    An inherited clause is told with the number of the document that it stands in.
    """
    data: dict[str, Any] = parse(text)
    inherited: dict[Path, tuple[str, Lines]] = {}
    for name, parent_text in parents:
        parent, lines = parse(parent_text, name), Lines(parent_text)
        number = str(parent.get("document", {}).get("number", name))
        for section, value in parent.items():
            if section in NOT_INHERITED:
                continue
            value = _cited(value, number)
            if section not in data:
                data[section] = value
                inherited[(section,)] = (name, lines)
            elif isinstance(value, dict) and isinstance(data[section], dict):
                for key in value.keys() - data[section].keys():
                    data[section][key] = value[key]
                    inherited[(section, key)] = (name, lines)
    return data, Origins(Lines(text), inherited)


def _cited(value: Any, number: str) -> Any:
    if isinstance(value, list):
        return [_cited(each, number) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: f"{number} {inner}" if _is_clause(key, inner) else _cited(inner, number)
        for key, inner in value.items()
    }


def _is_clause(key: str, value: Any) -> bool:
    named = key == "clause" or key.endswith("_clause")
    return named and isinstance(value, str)
