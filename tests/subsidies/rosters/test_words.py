"""What words mean: grades within them, several in one cell, and what is never guessed."""

import pytest

from subsidies.rosters.meanings import meant
from subsidies.rosters.words import LIST, Called, Meaning, dictionary

GRADES = {"disabled": ("一级", "二级", "三级"), "living": ()}
WORDS = dictionary(
    [
        Called("disabled", ("重度残疾", "残疾"), GRADES["disabled"]),
        Called("living", ("低保", "低保户")),
        Called("edge", ("低保边缘",)),
    ],
    {},
)


@pytest.mark.parametrize(
    ("word", "grade_word", "category", "grade"),
    [
        ("一级重度残疾", "", "disabled", "一级"),
        ("重度残疾(二级)", "", "disabled", "二级"),
        ("残疾3级", "", "disabled", "三级"),
        ("残疾", "2", "disabled", "二级"),
        ("低保(二类)", "", "living", ""),
        ("低保户A类", "", "living", ""),
        ("死亡", "", f"{LIST}dead", ""),
    ],
)
def test_a_known_word_with_a_grade_means_both(word, grade_word, category, grade):
    assert meant(WORDS, GRADES, word, grade_word, "") == (Meaning(category, grade), "", grade_word)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("低保、残疾", "word_several"),
        ("低保户/重度残疾", "word_several"),
        ("低保与低保边缘", "word_several"),
        ("低保-7019", "word_unknown"),
        ("原低保", "word_unknown"),
        ("低保边缘户", "word_unknown"),
        ("非低保", "word_unknown"),
        ("四级残疾", "word_unknown"),
        ("低保、不详", "word_unknown"),
        ("", "word_empty"),
    ],
)
def test_any_other_word_waits(word, code):
    assert meant(WORDS, GRADES, word, "", "")[1] == code


def test_a_grade_nobody_knows_waits():
    assert meant(WORDS, GRADES, "残疾", "九级", "")[1:] == ("grade_unknown", "九级")


def test_a_word_in_the_categorys_column_may_be_a_grade_of_the_lists_own_category():
    assert meant(WORDS, GRADES, "二级", "", "disabled") == (Meaning("disabled", "二级"), "", "")
    assert meant(WORDS, GRADES, "肢体", "", "disabled")[1] == "word_unknown"
