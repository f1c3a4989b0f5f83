"""What a department's words mean in a campaign: by the notice, by lists, and as somebody said."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from config.lib import copyin
from enrollment.bulk.reading import plain
from enrollment.errors import Refused
from enrollment.models import Campaign
from subsidies.models import Roster, RosterLine, SourceWord
from subsidies.rosters.words import (
    LISTS,
    NONE,
    OWN,
    Called,
    Meaning,
    dictionary,
    grade_of,
    graded,
    is_a_grade,
    several,
)

_REMARK = re.compile(r"\([^()]*\)$")


def stage_meanings(cursor: Any, roster: Roster) -> set[str]:
    """What each combination of words means; the categories that the list is about."""
    cursor.execute("select distinct word, grade_word, default_key from roster_staged")
    combinations = cursor.fetchall()
    words = words_of(roster)
    grades = {c.key: c.grades for c in called(roster.file.campaign)}
    rows, about = [], {roster.category} if roster.category else set()
    for word, grade_word, default in combinations:
        meaning, waiting, detail = meant(words, grades, word, grade_word, default)
        rows.append((word, grade_word, default, meaning.category, meaning.grade, waiting, detail))
        if not waiting and meaning.category != NONE:
            about.add(meaning.category)
    names = ("word", "grade_word", "default_key", "category", "grade", "waiting", "detail")
    copyin.copy_rows(cursor, "roster_meanings", names, rows)
    cursor.execute("analyze roster_meanings")
    return about


def meant(
    words: Mapping[str, Meaning],
    grades: Mapping[str, tuple[str, ...]],
    word: str,
    grade_word: str,
    default: str,
) -> tuple[Meaning, str, str]:
    """What the words of a row mean; or the code and the word that somebody must explain.

    A word in the category's column may be a grade of the sheet's own category, and says nothing
    more where that has no grades. A grade is asked about only where the category has grades;
    somebody may have said that a word is none.
    Source: docs/RULES.md R-211.
    """
    meaning = words.get(word) if word else Meaning(default) if default else None
    if meaning and meaning.category == OWN:
        meaning = Meaning(default) if default else None
    if meaning is None and word and default:
        if grade := grade_of(word, grades.get(default, ())):
            meaning = Meaning(default, grade)
        elif not grades.get(default) and is_a_grade(word):
            meaning = Meaning(default)
    if meaning is None and word:
        meaning = graded(word, words, grades)
    if meaning is None and word and several(word, words):
        return Meaning(""), "word_several", word
    if meaning is None:
        return Meaning(""), "word_unknown" if word else "word_empty", word
    known = grades.get(meaning.category, ())
    if not known or meaning.grade or not grade_word:
        return meaning, "", ""
    said = words.get(f"{meaning.category}/{grade_word}")
    grade = said.grade if said else grade_of(grade_word, known)
    return Meaning(meaning.category, grade), "" if grade or said else "grade_unknown", grade_word


def category_named(campaign: Campaign, text: str) -> str:
    """The key of a category of the notice, or of a list, as key, name or synonym; "" for "".

    Errors: Refused, naming those there are.
    """
    if not text:
        return ""
    found = dictionary(called(campaign), {}).get(plain(text)) or dictionary((), {}).get(text)
    if found is None:
        rules = campaign.policy["subsidies"].categories
        known = [f"{rule.key} ({rule.name})" for rule in rules if not rule.without_roster]
        raise Refused(
            _("The notice has no hardship category “%(key)s”; it has: %(known)s.")
            % {"key": text, "known": ", ".join([*known, *LISTS])}
        )
    return found.category


def called(campaign: Campaign) -> list[Called]:
    """The categories that rosters can be of."""
    return [
        Called(rule.key, _words_for(rule.called), rule.grades)
        for rule in campaign.policy["subsidies"].categories
        if not rule.without_roster
    ]


def _words_for(names: Iterable[str]) -> tuple[str, ...]:
    """Plain, each also without a remark in brackets behind it."""
    words = list(map(plain, names))
    return tuple(dict.fromkeys([*words, *(_REMARK.sub("", word) for word in words)]))


def words_of(roster: Roster) -> dict[str, Meaning]:
    said = SourceWord.objects.filter(campaign=roster.file.campaign, source=roster.source)
    own = {row.word: Meaning(row.category, row.grade) for row in said}
    return dictionary(called(roster.file.campaign), own)


def waiting_words(roster: Roster) -> dict[str, int]:
    """Words that nobody has explained yet → rows."""
    words = words_of(roster)
    grades = {c.key: c.grades for c in called(roster.file.campaign)}
    found: dict[str, int] = {}
    lines = RosterLine.objects.filter(file=roster.file, problem=None)
    for word, grade_word, default in lines.values_list("word", "grade_word", "default_key"):
        _meaning, waiting, detail = meant(words, grades, word, grade_word, default)
        if waiting:
            found[detail] = found.get(detail, 0) + 1
    return found
