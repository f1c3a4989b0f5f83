"""Two texts of a notice: what was added, gone, changed, with lines. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from enrollment.notice import Lines, parse

IDENTITY = ("key", "slug", "name", "title", "reason", "on", "funder", "office", "unit", "when")
CALLED = ("name", "title", *IDENTITY)
LEAVES = ("when", "late")  # tables that are one value: a condition


@dataclass(frozen=True)
class Change:
    """One key. `place`: names of the tables above it, of arrays. None: not in that text."""

    kind: str  # added, gone, changed
    section: str
    place: tuple[str, ...]
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
    """`said`: the names of the tables above it, as a person calls them."""

    value: Any
    line: int
    said: Place


@dataclass(frozen=True)
class _At:
    """Where the walk stands: identities, names, and the path that Lines knows."""

    place: Place = ()
    said: Place = ()
    path: tuple[str | int, ...] = ()


START = _At()


def changes(before: str, after: str) -> list[Change]:
    """In the order of the later text; what is gone comes last. Tables of an array are the same
    table where their key or name is the same, wherever they stand."""
    old, new = _leaves(before), _leaves(after)
    found = [
        _change("changed" if place in old else "added", place, old.get(place), leaf)
        for place, leaf in new.items()
        if place not in old or old[place].value != leaf.value
    ]
    gone = [_change("gone", place, leaf, None) for place, leaf in old.items() if place not in new]
    return [*found, *gone]


def _change(kind: str, place: Place, old: _Leaf | None, new: _Leaf | None) -> Change:
    said = new or old
    return Change(
        kind=kind,
        section=place[0],
        place=said.said if said else (),
        key=place[-1],
        before=old.value if old else None,
        after=new.value if new else None,
        before_line=old.line if old else None,
        after_line=new.line if new else None,
    )


def _leaves(text: str) -> dict[Place, _Leaf]:
    lines = Lines(text)
    return {at.place: _Leaf(value, lines.of(at.path), at.said) for at, value in _walk(parse(text))}


def _walk(value: Any, at: _At = START) -> Iterator[tuple[_At, Any]]:
    if isinstance(value, dict) and value and not (at.place and at.place[-1] in LEAVES):
        for key, inner in value.items():
            yield from _walk(inner, _At((*at.place, key), at.said, (*at.path, key)))
    elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        seen: dict[str, int] = {}
        for index, each in enumerate(value):
            identity, name = _named(each, IDENTITY, index), _named(each, CALLED, index)
            seen[identity] = seen.get(identity, 0) + 1
            if seen[identity] > 1:
                identity = f"{identity} ({seen[identity]})"
            inner_at = _At((*at.place, identity), (*at.said, name), (*at.path, index))
            yield from _walk(each, inner_at)
    else:
        yield at, value


def _named(table: dict[str, Any], keys: tuple[str, ...], index: int) -> str:
    found = next((table[key] for key in keys if key in table), None)
    return f"#{index + 1}" if found is None or isinstance(found, dict) else str(found)


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
