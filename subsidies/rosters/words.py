"""Which category, and which grade of it, a department's word means. Values in, values out."""

import re
from collections.abc import Iterable, Mapping, Sequence
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


# In a title beside a category's word they make it another list: of those nearby, of applicants.
_BESIDE = ("边缘", "渐退", "申请", "拟", "疑似", "待核", "未通过", "未纳入", "未享受", "非")
# Of those who left, wherever it stands: a file “退出名单” of sheets “低保”, “五保”.
_LEAVING = (
    "退出", "停发", "停保", "停止", "终止", "取消", "清退", "注销", "核减", "减少", "不再", "不符",
    "不享受", "转出",
)  # fmt: skip


_COUNT = r"[一二三四五六七八九十\d]{1,3}"
_NUMBERED = re.compile(rf"^(?:[(（]{_COUNT}[)）]|{_COUNT}[、.．:：])")  # “一、监测对象”
_JOINED = re.compile(r"[^ ][和与及、/] | [和与及、/][^ ]")  # in a title without the words found


def named_in(title: str, called: Mapping[str, str]) -> str:
    """The one category that a title names; "" for none, or for several.

    A word inside a longer one that was found does not count, nor one beside a word that makes it
    another list: “低保边缘” is not “低保”, “退出低保人员” neither. One joined to a word that nobody
    knows is one of several: “脱贫人口和监测对象”.
    """
    keys, rest = _found(title, called)
    if len(keys) != 1 or _holds(rest, (*_BESIDE, *_LEAVING)) or _JOINED.search(rest):
        return ""
    return keys.pop()


def default_of(titles: Sequence[str], called: Mapping[str, str], above: str | None = None) -> str:
    """The category of a table's rows that name none, as the first of its titles says; else "".

    In:     `titles`: its own, the sheet's, the file's; `above`: what a table above it in the sheet
            is of, which goes before the latter two.
    Source: docs/RULES.md R-210.
    """
    rests = [_found(title, called)[1] for title in titles]
    if any(_holds(rest, _LEAVING) for rest in rests):
        return ""
    for title, rest in zip(titles, rests, strict=True):
        found = named_in(title, called)
        if found or _holds(rest, _BESIDE):
            return found
        if above is not None:
            return above
    return ""


def _found(title: str, called: Mapping[str, str]) -> tuple[set[str], str]:
    """The categories whose words a title holds, and the title without these words."""
    text = _NUMBERED.sub("", "".join(title.split()))
    hits = sorted((word for word in called if len(word) > 1 and word in text), key=len)
    longest = [word for i, word in enumerate(hits) if not any(word in w for w in hits[i + 1 :])]
    rest = text
    for word in longest:
        rest = rest.replace(word, " ")
    return {called[word] for word in longest}, rest


def _holds(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


_SEPARATORS = re.compile(r"[、,/;+|&和及与]")
_AROUND = "()[]【】〔〕<>《》、,/;:-—–·的"
_ANY_GRADE = re.compile(r"第?[一二三四五六1-6A-EⅠ-Ⅳ甲乙丙丁][级类档]|[A-E]|全额|差额")


def several(word: str, words: Mapping[str, Meaning]) -> bool:
    """Whether a word is several known ones with separators between: “低保、残疾”."""
    parts = [part for part in _SEPARATORS.split(word) if part]
    return len(parts) > 1 and all(part in words for part in parts)


def is_a_grade(word: str) -> bool:
    """A grade whatever the category: 一类, A档, 差额. Such a word names no category."""
    return bool(_ANY_GRADE.fullmatch(word))


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
        elif not of_category and is_a_grade(rest):
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
