"""What words mean: grades within them, several in one cell, and what is never guessed."""

import pytest

from subsidies.rosters.meanings import meant
from subsidies.rosters.words import LIST, Called, Meaning, default_of, dictionary, named_in

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


CALLED = {
    "低保": "living",
    "低保户": "living",
    "五保": "five",
    "孤儿": "five",
    "监测对象": "watched",
}


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("2022年第三季度城乡低保对象花名册", "living"),
        ("五保、孤儿名单", "five"),
        ("和平镇低保户", "living"),
        ("低保边缘", ""),
        ("退出低保人员", ""),
        ("拟纳入低保公示", ""),
        ("低保、五保", ""),
        ("脱贫人口和监测对象信息表", ""),
        ("名单", ""),
    ],
)
def test_a_title_names_one_category_or_none(title, category):
    assert named_in(title, CALLED) == category


@pytest.mark.parametrize(
    ("titles", "above", "category"),
    [
        (("", "五保", "低保名单"), None, "five"),
        (("", "Sheet1", "低保名单"), None, "living"),
        (("五保户公示", "低保", ""), "living", "five"),
        (("第二组", "五保", ""), "living", "living"),
        (("", "低保", "9月退出名单"), None, ""),
        (("低保边缘户", "低保", "低保"), None, ""),
        (("", "低保", "低保及边缘户"), None, "living"),
    ],
)
def test_the_nearest_title_counts_and_people_who_left_are_nobodys(titles, above, category):
    assert default_of(titles, CALLED, above) == category
