"""Two texts of a notice: what was added, gone, changed, with lines. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from enrollment.notice import Lines, parse

IDENTITY = ("key", "slug", "name", "title", "reason", "on", "funder", "office", "unit", "when")
CALLED = ("name", "title", "office", "funder", "on", "when", "unit")
LEAVES = ("when", "late")  # tables that are one value: a condition
UNSAID = ("key", "slug")  # names for the machine: a person has the table's own


@dataclass(frozen=True)
class Called:
    """A table above a key. `by`: the key that says what people call it; "" has `number` alone,
    from 1, and neither where the table is no array."""

    table: str
    by: str = ""
    value: Any = None
    number: int = 0


@dataclass(frozen=True)
class Change:
    """One key of the innermost `table`, "" above all sections. `place`: the tables above it, below
    the section. None: not in that text."""

    kind: str  # added, gone, changed
    section: str
    place: tuple[Called, ...]
    table: str
    key: str
    before: Any
    after: Any
    before_line: int | None
    after_line: int | None


@dataclass(frozen=True)
class Both:
    """A line of both texts beside each other; numbers None where one has no such line."""

    kind: str  # same, changed, added, gone
    before_line: int | None
    before: str
    after_line: int | None
    after: str


Place = tuple[str, ...]


@dataclass(frozen=True)
class _Leaf:
    value: Any
    line: int
    at: "_At"


@dataclass(frozen=True)
class _At:
    """Where the walk stands: identities, names, the innermost table, the path that Lines knows."""

    place: Place = ()
    called: tuple[Called, ...] = ()
    table: str = ""
    path: tuple[str | int, ...] = ()

    def below(self, key: str, value: Any) -> "_At":
        """At a key of this table. A section is no table of its place: it is told apart."""
        inner = isinstance(value, dict) and key not in LEAVES
        called = (*self.called, Called(key)) if inner and self.place else self.called
        return _At((*self.place, key), called, self.table, (*self.path, key))

    def each(self, identity: str, called: Called, index: int) -> "_At":
        """At a table of the array of this name."""
        return _At(
            (*self.place, identity), (*self.called, called), called.table, (*self.path, index)
        )


START = _At()


def changes(before: str, after: str) -> list[Change]:
    """In the order of the later text; what is gone comes last. Tables of an array are the same
    table where their key or name is the same, wherever they stand."""
    old, new = _leaves(before), _leaves(after)
    found = [
        _change("changed" if place in old else "added", leaf.at, old.get(place), leaf)
        for place, leaf in new.items()
        if place not in old or old[place].value != leaf.value
    ]
    gone = [_change("gone", leaf.at, leaf, None) for place, leaf in old.items() if place not in new]
    return [*found, *gone]


def _change(kind: str, at: _At, old: _Leaf | None, new: _Leaf | None) -> Change:
    return Change(
        kind=kind,
        section=at.place[0],
        place=at.called,
        table=at.table,
        key=at.place[-1],
        before=old.value if old else None,
        after=new.value if new else None,
        before_line=old.line if old else None,
        after_line=new.line if new else None,
    )


def _leaves(text: str) -> dict[Place, _Leaf]:
    lines = Lines(text)
    return {
        at.place: _Leaf(value, lines.of(at.path), at)
        for at, value in _walk(parse(text))
        if not _unsaid(at)
    }


def entries(text: str) -> Iterator[tuple[tuple[Called, ...], str, str, Any]]:
    """Every key of a text that people are told: the tables above it, the innermost of them (or the
    section), the key, its value."""
    for at, value in _walk(parse(text)):
        if not _unsaid(at):
            yield at.called, at.table, at.place[-1], value


def _unsaid(at: _At) -> bool:
    return at.table != "" and at.place[-1] in UNSAID


def _walk(value: Any, at: _At = START) -> Iterator[tuple[_At, Any]]:
    if isinstance(value, dict) and value and not (at.place and at.place[-1] in LEAVES):
        table = at.place[-1] if at.path and isinstance(at.path[-1], str) else at.table
        here = replace(at, table=table)
        for key, inner in value.items():
            yield from _walk(inner, here.below(key, inner))
    elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        seen: dict[str, int] = {}
        for index, each in enumerate(value):
            identity = _identity(each, index)
            seen[identity] = seen.get(identity, 0) + 1
            if seen[identity] > 1:
                identity = f"{identity} ({seen[identity]})"
            yield from _walk(each, at.each(identity, _called(at.place[-1], each, index), index))
    elif at.place:  # a text without any key has none to tell
        yield at, value


def _identity(table: dict[str, Any], index: int) -> str:
    found = next((table[key] for key in IDENTITY if key in table), None)
    return f"#{index + 1}" if found is None or isinstance(found, dict) else str(found)


def _called(name: str, table: dict[str, Any], index: int) -> Called:
    by = next((key for key in CALLED if key in table), "")
    return Called(name, by, table.get(by), index + 1)


def side_by_side(before: str, after: str, context: int = 2) -> list[list[Both]]:
    """Stretches of lines that differ, with `context` equal lines around each."""
    old, new = before.splitlines(), after.splitlines()
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(context)
    return [[row for code in group for row in _rows(code, old, new)] for group in groups]


def _rows(code: tuple[str, int, int, int, int], old: list[str], new: list[str]) -> Iterator[Both]:
    tag, i1, i2, j1, j2 = code
    for offset in range(max(i2 - i1, j2 - j1)):
        i, j = i1 + offset, j1 + offset
        left, right = i < i2, j < j2
        kind = "same" if tag == "equal" else "changed"
        if not left or not right:
            kind = "added" if right else "gone"
        yield Both(
            kind,
            i + 1 if left else None,
            old[i] if left else "",
            j + 1 if right else None,
            new[j] if right else "",
        )
