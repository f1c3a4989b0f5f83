"""How a notice's problems are told: values as the file writes them, and words that look alike."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

LONGEST_TEXT = 2000
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
MOST = 2_000_000_000  # what a column of whole numbers holds, less a little

_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def shown(value: Any) -> str:
    """A value as it stands in the file, not as Python prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"“{value if len(value) <= 40 else f'{value[:40]}…'}”"
    if isinstance(value, dict):
        return _("a table")
    if isinstance(value, list):
        return _("a list of tables") if value and isinstance(value[0], dict) else _("a list")
    return str(value)


def in_text(value: str, longest: int = LONGEST_TEXT) -> str:
    """What is wrong with a text, or an empty one."""
    if len(value) > longest:
        return _("is %(n)s characters long; expected at most %(most)s") % {
            "n": len(value),
            "most": longest,
        }
    if any(ord(char) < 32 and char not in "\t\n" for char in value):
        return _("holds a character that nobody sees; expected none")
    return ""


def in_day(value: date) -> str:
    if FIRST_DAY <= value <= LAST_DAY:
        return ""
    return _("expected a day from 1900 to 2199, not %(value)s") % {"value": value}


def hour(value: str) -> time | None:
    return time.fromisoformat(value) if _HOUR.fullmatch(value) else None


def bounds(value: int, low: int, high: int | None) -> str:
    """What is wrong with a whole number, or an empty text."""
    if low <= value <= (MOST if high is None else high):
        return ""
    if high is None:
        high = MOST if value > MOST else None
    said = (
        _("expected a whole number of at least %(low)s, not %(value)s")
        if high is None
        else _("expected a whole number from %(low)s to %(high)s, not %(value)s")
    )
    return said % {"low": low, "high": high, "value": str(value)[:20]}


def unknown(key: str, near: str | None, known: Iterable[str]) -> str:
    """Of a key that nobody takes: the one that was probably meant, else those there are."""
    if near:
        return _("is not a key of the policy language here; perhaps %(key)s is meant") % {
            "key": near
        }
    return _("is not a key of the policy language here; there are: %(known)s") % {
        "known": ", ".join(known) or "–"
    }


def nearest(key: str, known: Iterable[str]) -> str | None:
    found = get_close_matches(key.lower(), [word for word in known if word], n=1, cutoff=0.7)
    return found[0] if found else None


def perhaps(word: Any, known: Iterable[str]) -> str:
    """“ (perhaps: …)” behind a complaint of a word, where one looks like it."""
    near = nearest(str(word), known)
    return _(" (perhaps: %(names)s)") % {"names": near} if near else ""


def not_among(value: str, allowed: Sequence[str]) -> str:
    """Of a word that is none of those allowed."""
    return _("expected one of %(words)s, not “%(value)s”") % {
        "words": ", ".join(filter(None, allowed)) or "–",
        "value": value,
    } + perhaps(value, allowed)
