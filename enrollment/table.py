"""A table of a notice being read: keys by type, and every complaint with its line."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from enrollment import expected as told
from enrollment.toml import Lines, Path


@dataclass(frozen=True)
class Problem:
    line: int
    key: str
    message: str
    file: str = ""  # of a parent; empty for the notice itself
    path: Path = field(default=(), compare=False)

    def __str__(self) -> str:
        said = (
            _("%(file)s, line %(line)s, %(key)s: %(message)s")
            if self.file
            else _("line %(line)s, %(key)s: %(message)s")
        )
        return said % {
            "file": self.file,
            "line": self.line,
            "key": self.key,
            "message": self.message,
        }


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
        self._asked: dict[str, Problem | None] = {}  # key → the complaint that it is missing

    def complain(self, key: str | None, message: str) -> Problem | None:
        return self.complain_at(self._path if key is None else (*self._path, key), message)

    def complain_at(self, path: Path, message: str) -> Problem | None:
        """Nothing is said of a key when something in it was complained of: it would be an echo."""
        is_key = bool(path) and isinstance(path[-1], str)
        if is_key and any(each.path[: len(path)] == path for each in self._problems):
            return None
        name = ".".join(f"[{p + 1}]" if isinstance(p, int) else p for p in path).replace(".[", "[")
        file, line = self._lines.of(path)
        problem = Problem(line, name or "-", message, file, path)
        if problem not in self._problems:
            self._problems.append(problem)
        return problem

    def has_like(self, key: str) -> bool:
        """Whether the key is there, perhaps misspelt."""
        return any(told.nearest(each, [key]) for each in self._data)

    def is_empty(self, key: str) -> bool:
        return self._data.get(key) == ""

    @property
    def path(self) -> Path:
        return self._path

    def has(self, key: str) -> bool:
        self._asked.setdefault(key, None)
        return key in self._data

    def part(self, key: str, *, required: bool) -> "Table | None":
        """A table with only this key, for the reader of a section; None where it is missing."""
        self._asked.setdefault(key, None)
        if key in self._data:
            return Table({key: self._data.pop(key)}, self._path, self._lines, self._problems)
        if not required:
            return Table({}, self._path, self._lines, self._problems)
        self._asked[key] = self.complain(key, _("the section is missing"))
        return None

    def raw(self, key: str) -> Any:
        """A value as TOML has it, for readers that judge it themselves."""
        self._asked.setdefault(key, None)
        return self._data.pop(key)

    def _take(self, key: str, kind: type | tuple[type, ...], expected: str, default: Any) -> Any:
        self._asked.setdefault(key, None)
        if key not in self._data:
            if default is _REQUIRED:
                said = _("is missing; expected %(expected)s") % {"expected": expected}
                self._asked[key] = self.complain(key, said)
                return None
            return default
        value = self._data.pop(key)
        is_bool = isinstance(value, bool)
        if not isinstance(value, kind) or (is_bool and kind is not bool):
            self.complain(
                key,
                _("expected %(expected)s, not %(value)s")
                % {"expected": expected, "value": told.shown(value)},
            )
            return None
        return value

    def text(self, key: str, default: Any = _REQUIRED, *, longest: int = told.LONGEST_TEXT) -> str:
        value = self._take(key, str, _("a text in quotes"), default)
        if value and (fault := told.in_text(value, longest)):
            self.complain(key, fault)
            return None  # type: ignore[return-value]
        if value is not None and default is _REQUIRED and not value.strip():
            self.complain(key, _("is empty; expected a text in quotes"))
            return None  # type: ignore[return-value]
        return value

    def texts(self, key: str, default: Any = _REQUIRED) -> tuple[str, ...]:
        values = self._take(key, list, _("a list of texts"), default)
        if values == [] and default is _REQUIRED:
            self.complain(key, _("is empty; expected at least one text"))
        right = True
        for index, value in enumerate(values or ()):
            fault = (
                told.in_text(value) or ("" if value.strip() else _("is empty; expected a text"))
                if isinstance(value, str)
                else _("expected a text in quotes, not %(value)s") % {"value": told.shown(value)}
            )
            if fault:
                self.complain_at((*self._path, key, index), fault)
                right = False
        return tuple(values or ()) if right else ()

    def choice(self, key: str, allowed: tuple[str, ...], default: Any = _REQUIRED) -> str:
        given = key in self._data
        value = self._take(key, str, _("one of %(words)s") % {"words": ", ".join(allowed)}, default)
        if given and value is not None and value not in allowed:
            self.complain(key, told.not_among(value, allowed))
        return value

    def whole(
        self, key: str, low: int = 0, high: int | None = None, default: Any = _REQUIRED
    ) -> int:
        value = self._take(key, int, _("a whole number"), default)
        if value is not None and value is not default and (fault := told.bounds(value, low, high)):
            self.complain(key, fault)
            return None  # type: ignore[return-value]
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
            if fault := told.bounds(number, low, high):
                self.complain(key, fault)
                return ()
        return tuple(right)

    def fen(self, key: str, default: Any = _REQUIRED) -> int:
        """Money in fen, up to a hundred thousand yuan."""
        expected = _("whole fen, such as 35000 for 350 yuan")
        value = self._take(key, int, expected, default)
        if value is not None and value is not default and not 0 <= value <= 100_000_00:
            self.complain(
                key,
                _("expected %(expected)s, not %(value)s")
                % {"expected": expected, "value": str(value)[:20]},
            )
            return None  # type: ignore[return-value]
        return value

    def on(self, key: str, default: Any = _REQUIRED) -> date:
        expected = _("a date such as 2022-10-15")
        value = self._take(key, date, expected, default)
        if isinstance(value, datetime):  # a kind of date to Python, not to us
            self.complain(
                key,
                _("expected %(expected)s, not %(value)s")
                % {"expected": expected, "value": told.shown(value)},
            )
            return None  # type: ignore[return-value]
        if value is not None and value is not default and (fault := told.in_day(value)):
            self.complain(key, fault)
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

    def hour(self, key: str, default: Any = _REQUIRED, *, ends_day: bool = False) -> time | None:
        """ends_day: “24:00” is the end of the day, and is answered as None."""
        expected = _("a time in quotes, such as “17:00”")
        value = self._take(key, str, expected, default)
        if value is None or value is default:
            return value
        if ends_day and value == "24:00":
            return None
        found = told.hour(value)
        if found is None:
            self.complain(
                key,
                _("expected %(expected)s, not %(value)s")
                % {"expected": expected, "value": told.shown(value)},
            )
        return found

    def flag(self, key: str, default: Any = _REQUIRED) -> bool:
        return self._take(key, bool, _("true or false"), default)

    def table(self, key: str, default: Any = _REQUIRED) -> "Table | None":
        name = ".".join(part for part in (*self._path, key) if isinstance(part, str))
        value = self._take(key, dict, _("a table [%(key)s]") % {"key": name}, default)
        if value is None:
            return None
        return Table(value, (*self._path, key), self._lines, self._problems)

    def tables(self, key: str, default: Any = _REQUIRED) -> list["Table"]:
        name = ".".join(part for part in (*self._path, key) if isinstance(part, str))
        expected = _("tables [[%(key)s]]") % {"key": name}
        values = self._take(key, list, expected, default)
        if values == [] and default is _REQUIRED:
            self.complain(key, _("is empty; expected %(expected)s") % {"expected": expected})
        values = values or []
        for index, value in enumerate(values):
            if not isinstance(value, dict):
                self.complain_at(
                    (*self._path, key, index),
                    _("expected %(expected)s, not %(value)s")
                    % {"expected": expected, "value": told.shown(value)},
                )
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
        """Every key that nobody took is refused by name.

        A key that looks like a missing one is that one misspelt: that it is missing is not told.
        """
        for key in self._data:
            missing = [each for each, problem in self._asked.items() if problem]
            near = told.nearest(key, missing)
            if near and (problem := self._asked[near]) in self._problems:
                self._problems.remove(problem)
                self._asked[near] = None
            self.complain(
                key, told.unknown(key, near or told.nearest(key, self._asked), self._asked)
            )
