"""Which category, and which grade of it, a department's word means. Values in, values out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

LIST = "list:"  # before the key of a list that is no category of the notice
OWN = "*"  # a word that says nothing: the row is of its sheet's own category
NONE = "-"  # a word for people whom this campaign does not mark


# Lists that mark nobody for a subsidy, but say something of a person: key → words for it.
LISTS: Mapping[str, tuple[str, ...]] = {
    "dead": ("死亡", "死亡人员", "已死亡", "去世", "注销户口"),
    "army": ("参军", "现役", "现役军人", "服兵役", "义务兵"),
    "prison": ("服刑", "服刑人员", "在押", "在押人员"),
    "employee": ("职工医保", "职工参保", "参加职工医保", "职工医保参保人员", "城镇职工"),
    "elsewhere": ("异地参保", "外地参保", "县外参保", "已在外地参保"),
    "student": ("在校学生", "在校生", "学生", "大学生"),
    "newborn": ("新生儿", "出生", "新出生人口", "出生人口"),
}
LIST_NAMES: Mapping[str, object] = {
    "dead": _("dead"),
    "army": _("in the army"),
    "prison": _("in prison"),
    "employee": _("in employee insurance"),
    "elsewhere": _("enrolled elsewhere"),
    "student": _("student"),
    "newborn": _("newborn"),
}


@dataclass(frozen=True)
class Meaning:
    """`category`: a key of the notice, LIST + a key of LISTS, OWN or NONE."""

    category: str
    grade: str = ""


@dataclass(frozen=True)
class Called:
    """A category of the notice as far as words go: key, words for it (plain), its grades."""

    key: str
    words: tuple[str, ...]
    grades: tuple[str, ...] = ()


def dictionary(categories: Iterable[Called], own: Mapping[str, Meaning]) -> dict[str, Meaning]:
    """Plain word → meaning: of lists, of the notice, and before both what a source was mapped."""
    found = {word: Meaning(LIST + key) for key, words in LISTS.items() for word in words}
    found.update({key: Meaning(LIST + key) for key in LISTS})
    for category in categories:
        found.update({word: Meaning(category.key) for word in category.words})
    found.update(own)
    return found


def named_in(title: str, called: Mapping[str, str]) -> str:
    """The one category that a title names; "" for none, or for several.

    A word inside a longer one that was found does not count: “低保边缘” is not “低保”.
    """
    text = "".join(title.split())
    hits = sorted((word for word in called if len(word) > 1 and word in text), key=len)
    longest = [word for i, word in enumerate(hits) if not any(word in w for w in hits[i + 1 :])]
    keys = {called[word] for word in longest}
    return keys.pop() if len(keys) == 1 else ""


_SEPARATORS = re.compile(r"[、,/;+|&和及与]")
_AROUND = "()[]【】〔〕<>《》、,/;:-—–·的"
_ANY_GRADE = re.compile(r"[一二三四五1-5A-D][级类档]|[A-D]")


def several(word: str, words: Mapping[str, Meaning]) -> bool:
    """Whether a word is several known ones with separators between: “低保、残疾”."""
    parts = [part for part in _SEPARATORS.split(word) if part]
    return len(parts) > 1 and all(part in words for part in parts)


def graded(
    word: str, words: Mapping[str, Meaning], grades: Mapping[str, tuple[str, ...]]
) -> Meaning | None:
    """A known word and a grade, nothing else: “一级重度残疾”, “低保(一类)”; None for any other.

    A grade of a category that has none says nothing more.
    """
    found = set()
    for known, meaning in words.items():
        if meaning.category in (OWN, NONE) or "/" in known or known not in word or known == word:
            continue
        rest = word.replace(known, "", 1).strip(_AROUND)
        of_category = grades.get(meaning.category, ())
        if grade := grade_of(rest, of_category):
            found.add(Meaning(meaning.category, grade))
        elif not of_category and _ANY_GRADE.fullmatch(rest):
            found.add(meaning)
    return found.pop() if len(found) == 1 else None


_DIGITS = str.maketrans("一二三四五六七八九壹贰叁肆ⅠⅡⅢⅣ", "12345678912341234")


def grade_of(word: str, grades: Iterable[str]) -> str:
    """The grade that a word means: as the notice writes it, or but for 级, 类, 档 and numerals."""
    known = {grade: grade for grade in grades}
    if word in known:
        return word
    bare = _bare(word)
    return next((grade for grade in known if bare and _bare(grade) == bare), "")


def _bare(word: str) -> str:
    return word.upper().translate(_DIGITS).strip("第级类档等残疾")
