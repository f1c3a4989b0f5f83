"""Names compare, mask and sort as offices write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lib import names

PLAIN = "阿依古丽买买提"


@pytest.mark.parametrize(
    "dot", ["·", "•", "‧", "・", "･", "．", ".", "∙", "˙", " ", "\u3000", "\u200b· "]
)
def test_look_alike_dots_compare_equal(dot: str) -> None:
    assert names.name_key(f"阿依古丽{dot}买买提") == PLAIN


@pytest.mark.parametrize(
    ("name", "key"),
    [("ＪＯＨＮ　Smith", "johnsmith"), ("王堃", "王堃"), ("𠅤", "𠅤"), ("\uf9ba", "了"), ("", "")],
)
def test_width_and_case_do_not_tell_people_apart(name: str, key: str) -> None:
    assert names.name_key(name) == key


def test_other_characters_do() -> None:
    assert names.name_key("昝强") != names.name_key("咎强")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张建三", "张*三"),
        ("欧阳建国", "欧**国"),
        ("阿依古丽·买买提", "阿*·买买提"),
        ("阿依古丽 • 买买提", "阿*·买买提"),
        ("阿依·古丽·买买提", "阿*·买买提"),
        ("张", "张*"),
        ("", "*"),
    ],
)
def test_masked_names(name: str, masked: str) -> None:
    assert names.mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("11010519491231002X", "1101****002X"), ("E12345678", "E123****5678"), ("1234567", "1****67")],
)
def test_masked_numbers_keep_eight_characters_at_most(number: str, masked: str) -> None:
    assert names.mask_number(number) == masked


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("王?", True),
        ("王？", True),
        ("王\ue000", True),
        ("王\ufffd", True),
        ("王堃", False),
        ("𠅤", False),
    ],
)
def test_lost_characters_are_noticed(name: str, lost: bool) -> None:
    assert names.damaged(name) is lost


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("赵建国", "zhao jian guo"),
        ("吕秀英", "lv xiu ying"),
        ("单志强", "shan zhi qiang"),  # surnames with a reading of their own
        ("曾庆红", "zeng qing hong"),
        ("尉迟明", "yu chi ming"),
        ("王曾", "wang ceng"),  # which they keep for the surname
        ("阿依·买买提", "a yi mai mai ti"),
        ("王\ue000", "wang ~"),
        ("", ""),
    ],
)
def test_the_order_of_people(name: str, key: str) -> None:
    assert names.pinyin_key(name) == key


@given(st.text())
def test_the_order_is_the_same_on_every_server(name: str) -> None:
    assert names.pinyin_key(name).isascii()
    assert len(names.pinyin_key(name)) <= 120


def test_initials_of_a_village() -> None:
    assert names.pinyin_initials("湖东村") == "hdc"
