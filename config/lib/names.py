"""Names and numbers of people: comparing, masking, ordering."""

import re
import unicodedata
from functools import lru_cache

# Look-alikes of the middle dot, as real files carry them.
DOTS = "·•‧・･．∙⋅᛫ꞏ˙●.｡"
_IGNORED = re.compile(f"[{re.escape(DOTS)}\\s\u200b-\u200f\u2060\ufeff]")
_DOT = re.compile(f"\\s*[{re.escape(DOTS)}]\\s*")
# Controls, and signs that turn the order of what stands behind them.
UNSEEN = re.compile("[\0-\x08\x0e-\x1b\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_LOST = "?？\ufffd〓□"  # what programs write for a character they do not have
# Surnames that are read otherwise than the character mostly is.
_SURNAMES = {
    "仇": "qiu",
    "区": "ou",
    "单": "shan",
    "尉迟": "yu chi",
    "朴": "piao",
    "查": "zha",
    "盖": "ge",
    "缪": "miao",
    "翟": "zhai",
    "解": "xie",
    "万俟": "mo qi",
    "长孙": "zhang sun",
    "曾": "zeng",
    "乐": "yue",
    "覃": "qin",
}


def name_key(name: str) -> str:
    """A name for comparing: NFKC, without dots and blanks, small letters. Never for showing."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", _IGNORED.sub("", name))).casefold()


def damaged(name: str) -> bool:
    """True where a character was lost on the way: '?', the replacement sign, private use; and for
    what a formula failed at (#REF!)."""
    return name.startswith("#") or any(c in _LOST or unicodedata.category(c) == "Co" for c in name)


def mask_name(name: str) -> str:
    """张*三, 张*, 欧**国, 阿*·买买提: of a dotted name the last part stays."""
    parts = _DOT.split(name)
    if len(parts) > 1 and parts[0] and parts[-1]:
        return f"{name[0]}*·{parts[-1]}"
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
    """Small ASCII letters and digits; a character without a reading comes after all of them."""
    from pypinyin import lazy_pinyin  # 0.25 s, which most processes never need

    reading = lazy_pinyin(character, errors=lambda text: text)[0].lower()
    return reading if reading.isascii() else "~"


def pinyin_key(name: str) -> str:
    """What lists of people are ordered by: "zhao jian guo", ASCII; the same on every server.

    Character by character: a name's place does not hang on words its characters happen to form,
    and a million names take seconds (by words: 50 µs each). Surnames keep their own reading.
    """
    name = name if name.isalpha() else _IGNORED.sub("", name)
    if not name:
        return ""
    family = name[:2] if name[:2] in _SURNAMES else name[0]
    rest = map(_syllable, name[len(family) :])
    return " ".join((_SURNAMES.get(family) or _syllable(family), *rest))[:120]


def pinyin_initials(name: str) -> str:
    """What a clerk types to reach a village: 湖东村 → hdc."""
    from pypinyin import Style, lazy_pinyin

    initials = lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore")
    return "".join(initials).lower()[:30]
