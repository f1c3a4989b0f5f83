"""A notice file, read whole: the third door.

Each app registers the readers of its own sections; this module reads the file, hands each section
to its reader, and refuses the file as a whole with every problem found, line and key in each.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from enrollment import toml
from enrollment.errors import Refused
from enrollment.expected import nearest
from enrollment.table import Origins, Problem
from enrollment.table import Table as Table
from enrollment.toml import Lines as Lines
from enrollment.toml import Path as Path


@dataclass(frozen=True)
class Policy:
    """A notice as rules. `sections` maps a section's name to what its reader made of it."""

    slug: str | None  # None: only a parent, no campaign opens from it
    regions: str | None
    sections: dict[str, Any]
    extends: str | None = None
    cites: tuple[str, ...] = ()  # documents that the notice names and that are not at hand
    origins: Origins | None = field(default=None, compare=False, repr=False)
    institutions: str | None = None

    def __getitem__(self, section: str) -> Any:
        return self.sections[section]

    def at(self, path: Path, message: str) -> str:
        """A problem that only the database shows, told like those of the file."""
        problems: list[Problem] = []
        if self.origins:
            Table({}, (), self.origins, problems).complain_at(path, message)
        return str(problems[0]) if problems else message


Need = tuple[str | None, ...]
Reader = Callable[[Table], Any]
Check = Callable[[dict[str, Any], Callable[[Path, str], None]], None]
_readers: dict[str, tuple[Reader, bool]] = {}
_checks: list[tuple[Check, tuple[Need, ...]]] = []


def register_section(name: str, reader: Reader, *, required: bool = False) -> None:
    """`reader` takes a Table holding only the key `name` (a table or array of tables)."""
    _readers[name] = (reader, required)


def register_check(check: Check, *needs: Need) -> None:
    """What must agree between sections: `check(sections, complain)`, `complain(path, message)`.

    It is not asked while something at a path of `needs` is wrong, None meaning each of a list: what
    it would say were an echo.
    """
    _checks.append((check, needs))


OWN = ("slug", "regions", "institutions", "extends", "cites")
# What a notice never takes over: what it is, whom it is for, who should reach what.
NOT_INHERITED = (*OWN, "document", "campaign", "targets", "target_sets")


@lru_cache(maxsize=32)
def read_policy(text: str, parents: tuple[tuple[str, str], ...] = ()) -> Policy:
    """The rules of a notice file. `parents`: name and text of each file it extends, nearest first.

    Errors: Refused with one message for each problem of the whole file.
    """
    data, lines = _merged(text, parents)
    problems: list[Problem] = []
    top = Table(data, (), lines, problems)
    slug = top.text("slug") if "campaign" in data else top.text("slug", None)
    if slug is not None and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", slug):
        top.complain("slug", _("expected small letters, digits and hyphens"))
    regions, extends = top.text("regions", None), top.text("extends", None)
    institutions = top.text("institutions", None)
    cites = top.texts("cites", [])
    sections = {}
    for name, (reader, required) in _readers.items():
        part = top.part(name, required=required)
        sections[name] = reader(part) if part else None
    top.done()
    unknown = [key for key in data if key not in _readers and key not in OWN]
    misspelt = {nearest(key, _readers) for key in unknown}  # what they lack is in the misspelt one
    problems[:] = [each for each in problems if not each.path or each.path[0] not in misspelt]
    _check(sections, top, problems)
    if problems:
        raise Refused([str(one) for one in sorted(problems, key=lambda p: (p.file, p.line))])
    return Policy(slug, regions, sections, extends, cites, lines, institutions)


def _check(sections: dict[str, Any], top: Table, problems: list[Problem]) -> None:
    """What must agree between sections; nothing is said twice of one place."""
    wrong = [problem.path for problem in problems]

    def is_wrong(need: Need) -> bool:
        return any(
            all(wanted in (None, part) for wanted, part in zip(need, path, strict=False))
            for path in wrong
        )

    def complain(path: Path, message: str) -> None:
        top.complain_at(path, message)

    for check, needs in _checks:
        if not any(is_wrong(need) for need in needs):
            check(sections, complain)


def parse(text: str, name: str = "") -> dict[str, Any]:
    """`name`: of a parent's file. Errors: Refused naming each line that is not TOML."""
    data, faults = toml.read(text)
    if faults:
        raise Refused(str(Problem(each.line, each.key, each.message, name)) for each in faults)
    return data


def _merged(text: str, parents: tuple[tuple[str, str], ...]) -> tuple[dict[str, Any], Origins]:
    """The notice with what it takes over. Its own key wins; a list of tables is taken whole.

    An inherited clause is told with the number of the document that it stands in.
    """
    data: dict[str, Any] = parse(text)
    inherited: dict[Path, tuple[str, Lines]] = {}
    for name, parent_text in parents:
        parent, lines = parse(parent_text, name), Lines(parent_text)
        document = parent.get("document")
        number = str(document.get("number", name)) if isinstance(document, dict) else name
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
