"""Keys and values of a notice file in plain words, for comparing two versions. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enrollment.facts import FIELDS, Condition, Range
from enrollment.policy.compare import LEAVES, Called
from enrollment.policy.paragraphs import day, percent, persons, yuan
from enrollment.policy.words import Names, condition_in_words

NUMBERS_OF_PERSONS = ("persons", "base", "total", "base_total")


@dataclass(frozen=True)
class Vocabulary:
    """What the apps call the language's keys and the words that a key may have as its value.

    `keys` and `choices` go by "table.key", "table.*" or "key", the first that there is. `names`:
    what one notice calls its own keys (its windows, categories, stages ...).
    """

    keys: Mapping[str, Any]
    choices: Mapping[str, Mapping[Any, Any]]
    names: Names

    def knows(self, table: str, key: str) -> bool:
        return _found(self.keys, table, key) is not None

    def key(self, table: str, key: str) -> str:
        """What a key or a table is called."""
        return str(_found(self.keys, table, key) or _("Another entry"))

    def value(self, table: str, key: str, value: Any) -> str:
        """Money in yuan, shares in per cent, conditions as sentences."""
        if value is None:
            return ""
        if isinstance(value, dict):
            if key in LEAVES:
                return condition_in_words(_condition(value), self.names)
            return "；".join(
                f"{self.key(key, each)} {self.value(key, each, inner)}"
                for each, inner in value.items()
            )
        if key == "pay_days":
            return _("day %(first)s to %(last)s of each month") % dict(
                zip(("first", "last"), value, strict=True)
            )
        if isinstance(value, list):
            return "、".join(self.value(table, key, each) for each in value)
        return self._one(table, key, value)

    def _one(self, table: str, key: str, value: Any) -> str:
        said = (_found(self.choices, table, key) or {}).get(value)
        if said is None:
            said = (_found(self.names, table, key) or {}).get(value)
        if said is not None:
            return str(said)
        if isinstance(value, bool):
            return pgettext("a fact", "yes") if value else pgettext("a fact", "no")
        if isinstance(value, int):
            return _number(table, key, value)
        if isinstance(value, date):
            return day(value)
        return f"{value:%H:%M}" if isinstance(value, time) else str(value)

    def place(self, called: Iterable[Called]) -> list[str]:
        """The tables above a key, as people call them."""
        return [self._table(each) for each in called]

    def _table(self, called: Called) -> str:
        said = self.value(called.table, called.by, called.value) if called.by else ""
        if said or not called.number:
            return said or self.key("", called.table)
        return _("%(table)s, no. %(n)s") % {
            "table": self.key("", called.table),
            "n": called.number,
        }


def _found(mapping: Mapping[str, Any], table: str, key: str) -> Any:
    ways = (f"{table}.{key}", f"{table}.*", key)
    return next((mapping[way] for way in ways if way in mapping), None)


def _number(table: str, key: str, value: int) -> str:
    if key.endswith("fen") or table == "bases":
        return yuan(value)
    if key.endswith("_bp"):
        return percent(value)
    return persons(value) if key in NUMBERS_OF_PERSONS else str(value)


def _condition(raw: dict[str, Any]) -> Condition:
    """As facts.read_condition, of a table that was valid when its version was loaded."""
    fields: list[tuple[str, Any]] = []
    for name, value in raw.items():
        if name not in FIELDS:
            continue
        if isinstance(value, dict):
            fields.append((name, Range(value.get("from"), value.get("until"))))
        else:
            fields.append((name, tuple(value) if isinstance(value, list) else (value,)))
    return Condition(tuple(fields))
