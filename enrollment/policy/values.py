"""Keys and values of a notice file in plain words, for comparing two versions. Pure."""

from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enrollment.facts import FIELDS, Condition, Range
from enrollment.policy.paragraphs import percent, persons, yuan
from enrollment.policy.words import Names, condition_in_words


def key_in_words(key: str) -> str:
    """What the file's key means; the key itself where there is no shorter way to say it."""
    words = {
        "admit": _("Outcome"),
        "age_on": _("Ages are told on"),
        "amount_fen": _("Amount"),
        "assumed": _("Our reading"),
        "clause": _("Clause"),
        "closes_at": _("Closes at"),
        "evidence": _("Evidence"),
        "fen": _("Amount"),
        "from": _("From"),
        "funder": _("From whom"),
        "grant": _("Grant"),
        "how": _("How"),
        "individual_fen": _("Individual fee"),
        "name": _("Name"),
        "number": _("Document number"),
        "per_person_fen": _("A person"),
        "percent_bp": _("Percentage"),
        "persons": _("Target"),
        "recognised_until": _("Recognised until"),
        "remark": _("Remark"),
        "share_bp": _("Share"),
        "title": _("Title"),
        "until": _("Until"),
        "when": _("For whom"),
        "words": _("In our words"),
    }
    return words.get(key, key)


def value_in_words(key: str, value: Any, names: Names) -> str:
    """Money in yuan, shares in per cent, conditions as sentences."""
    if value is None:
        return ""
    if key in ("when", "late") and isinstance(value, dict):
        return condition_in_words(_condition(value), names)
    if isinstance(value, bool):
        return pgettext("a fact", "yes") if value else pgettext("a fact", "no")
    if isinstance(value, int):
        return _number(key, value)
    if isinstance(value, list):
        return "、".join(value_in_words("", each, names) for each in value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, dict):
        return "；".join(f"{k} {value_in_words(k, v, names)}" for k, v in value.items())
    return str(value)


def _number(key: str, value: int) -> str:
    if key.endswith("fen"):
        return yuan(value)
    if key.endswith("_bp"):
        return percent(value)
    return persons(value) if key == "persons" else str(value)


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
