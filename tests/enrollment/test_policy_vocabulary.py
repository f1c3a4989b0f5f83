"""Every key, table and word of the notice language has a name: no page shows a raw one."""

import re
import tomllib

import pytest
from django.utils import translation

from enrollment import loading, notice
from enrollment.policy import compare
from enrollment.policy.compare import Called
from enrollment.policy.values import Vocabulary
from tests.conftest import NOTICE

PIECES = sorted((NOTICE.parents[1] / "notices" / "language").glob("*.toml"))
ROOT = NOTICE.parents[2]
EVERYTHING = "\n".join(path.read_text("utf-8") for path in PIECES)
RAW = re.compile(r"[a-z]+(_[a-z]+)*")
# Names that a notice file gives itself, said only where it refers to what has them.
OWN_NAMES = {("", "slug"), ("", "regions"), ("", "institutions"), ("", "extends"),
             ("fee", "benefit_tier"), ("rules", "benefit_tier"),
             ("campaign", "region")}  # fmt: skip


@pytest.fixture(params=["zh-hans", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def said(db):
    return loading.vocabulary(notice.read_policy(EVERYTHING))


def shipped():
    folders = (ROOT / "enrollment" / "notices", ROOT / "tests" / "notices" / "elsewhere")
    return [path.read_text("utf-8") for folder in folders for path in sorted(folder.glob("*.toml"))]


def test_every_key_and_every_table_has_a_name(said):
    unnamed = set()
    for text in (EVERYTHING, *shipped()):
        for called, table, key, _value in compare.entries(text):
            unnamed |= {(table, key)} - {(table, key) if said.knows(table, key) else None}
            unnamed |= {("", each.table) for each in called if not said.knows("", each.table)
                        and each.table not in tomllib.loads(text)}  # fmt: skip
    assert not unnamed


def test_every_section_has_a_title(said, language):
    for text in (EVERYTHING, *shipped()):
        for name, value in tomllib.loads(text).items():
            if isinstance(value, dict) or (value and isinstance(value[0], dict)):
                title = loading.describer(name)[0]
                assert title and title != name, name


def test_no_value_is_shown_as_a_word_of_the_language(said, language):
    for _called, table, key, value in compare.entries(EVERYTHING):
        if (table, key) in OWN_NAMES:
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str) and RAW.fullmatch(each):
                assert said.value(table, key, each) != each or language == "en", (table, key, each)
                assert "_" not in said.value(table, key, each), (table, key, each)


def test_chinese_pages_say_no_english_word_of_the_language(said):
    with translation.override("zh-hans"):
        for called, table, key, value in compare.entries(EVERYTHING):
            words = [*said.place(called), said.key(table, key)]
            if (table, key) not in OWN_NAMES:
                words.append(said.value(table, key, value))
            for each in words:
                assert not re.search(r"[a-z_]{3,}", each), (table, key, each)


def test_a_table_without_a_name_is_counted():
    with translation.override("zh-hans"):
        said = Vocabulary({"grants": "资助"}, {}, {})
        assert said.place((Called("grants", "", None, 2),)) == ["资助第 2 条"]


def test_what_a_key_refers_to_is_said_by_its_name(said):
    assert said.value("rankings", "window", "whole") == "征缴期"
    assert said.value("categories", "as", "minimum_living") == "低保对象"
    assert said.value("rewards", "stage", "final") == "总体考评"
    assert said.value("bases", "last_year_fee", 32000) == said.value(
        "grants", "base", "last_year_fee"
    )
