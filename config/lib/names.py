"""Names and numbers of people: comparing, masking, ordering."""

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

DOTS = "·•‧・･．∙⋅᛫•.｡"  # look-alikes of the middle dot, as real files carry them
_IGNORED = re.compile(f"[{re.escape(DOTS)}\\s\u200b-\u200f\u2060\ufeff]")


def name_key(name: str) -> str:
    """A name for comparing: NFKC, without dots and blanks, small letters. Never for showing."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", _IGNORED.sub("", name))).casefold()


def damaged(name: str) -> bool:
    """True where a character was lost on the way: '?', the replacement sign, private use."""
    return any(c in "?？\ufffd" or unicodedata.category(c) == "Co" for c in name)


def mask_name(name: str) -> str:
    """张*三, 张*, 阿*·买买提: the first character stays, the second part of a dotted name too."""
    first, dot, rest = name.partition("·")
    if dot:
        return f"{first[:1]}*·{rest}"
    if len(name) <= 2:
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask_number(number: str) -> str:
    """4113****2511; short numbers keep less."""
    if len(number) < 9:
        return f"{number[:1]}****{number[-2:]}" if number else ""
    return f"{number[:4]}****{number[-4:]}"


def last4(number: str) -> str:
    return number[-4:]


@lru_cache(maxsize=50_000)
def _syllable(character: str) -> str:
    return lazy_pinyin(character, errors=lambda text: text)[0].lower()


def pinyin_key(name: str) -> str:
    """What lists of people are ordered by: "zhao jian guo"; the same on every server.

    Character by character: a name's place does not hang on words its characters happen to form,
    and a million names take seconds (by words: 50 µs each).
    """
    return " ".join(map(_syllable, name))[:120]


def pinyin_initials(name: str) -> str:
    """What a clerk types to reach a village: 湖东村 → hdc."""
    initials = lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore")
    return "".join(initials).lower()[:30]
