"""Places as tables of targets write them: names with blanks and remarks, matched, never guessed."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

_BLANKS = re.compile(r"[\s\u200b-\u200f\ufeff]+")
_BRACKETS = re.compile(r"^(.+?)[(（]([^()（）]*)[)）]$")


def plain(name: str) -> str:
    """For comparing: half-width, without blanks: "甲 乡" is 甲乡."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", name))


def split_remark(name: str) -> tuple[str, str]:
    """A name and the remark in brackets behind it, or an empty text."""
    found = _BRACKETS.match(plain(name))
    return (found[1], found[2]) if found else (plain(name), "")


def find(name: str, places: Mapping[str, Sequence[int]]) -> list[int]:
    """The places that bear this name or alias; more than one is ambiguous.

    As it stands first, then without its remark in brackets. Source: docs/RULES.md R-101.
    """
    ids = {text: set(found) for text, found in places.items()}
    by_plain: dict[str, set[int]] = {}
    for text, found in ids.items():
        by_plain.setdefault(plain(text), set()).update(found)
    for wanted in (plain(name), split_remark(name)[0]):
        if wanted in by_plain:
            return sorted(by_plain[wanted])
    return []


def suggestions(name: str, places: Mapping[str, Sequence[int]]) -> list[str]:
    """Names that look like it, the likeliest first, for a person to choose from."""
    return get_close_matches(split_remark(name)[0], list(places), n=3, cutoff=0.4)
