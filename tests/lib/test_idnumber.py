"""Numbers are judged by length, characters, date and check digit; browser and server agree."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lib import idnumber
from config.lib.idnumber import judge

TODAY = date(2022, 11, 18)
# 11010519491231002X is the worked example of GB 11643-1999, annex.
GOOD = "11010519491231002X"


def test_the_standards_own_example() -> None:
    assert idnumber.check_digit(GOOD[:17]) == "X"
    verdict = judge(GOOD, TODAY)
    assert verdict.ok
    assert (verdict.born_on, verdict.sex) == (date(1949, 12, 31), "F")


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", "empty"),
        ("1101051949123100", "length"),
        ("11010519491231002", "length"),
        ("1101051949123100A2", "characters"),
        ("11010519491331002X", "date"),
        ("110105202912310020", "future"),
        ("110105194912310021", "check_digit"),
        ("4.11328E+17", "damaged"),
        ("110105194912310000", "damaged"),
        ("110105194912310020.0", "damaged"),
        ("1101051949123100２Ｙ", "characters"),
        ("11010519491231002XX", "length"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "characters"),
        ("110105184912310021", "date"),
        ("110105190002290021", "date"),  # 1900 was no leap year
        ("110105490229002", "date"),  # nor 1949, among 15 digits
        (None, "empty"),
        ("  \u200b'", "empty"),
    ],
)
def test_what_is_wrong_is_named(written: str, problem: str) -> None:
    assert judge(written, TODAY).problem == problem


def test_the_right_check_digit_is_offered() -> None:
    verdict = judge("110105194912310021", TODAY)
    assert (verdict.expected, verdict.position) == ("X", 18)


@pytest.mark.parametrize(
    "written",
    [
        " 110105 19491231 002x ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'11010519491231002X",
        "110105\u200b19491231002X\t",
    ],
)
def test_what_files_and_fingers_add_is_cleaned(written: str) -> None:
    assert judge(written, TODAY).number == GOOD


def test_fifteen_digits_become_eighteen_and_say_so() -> None:
    verdict = judge("110105491231002", TODAY)
    assert verdict.ok and verdict.converted and verdict.number == GOOD


@pytest.mark.parametrize(
    ("first17", "kind"),
    [
        ("81000019900101123", "hmt_permit"),
        ("83000019900101123", "hmt_permit"),
        ("91110219900101123", "foreign_permanent"),
        ("41132819900101123", "resident_id"),
    ],
)
def test_kinds_are_told_by_the_first_digits(first17: str, kind: str) -> None:
    assert judge(first17 + idnumber.check_digit(first17), TODAY).kind == kind


@pytest.mark.parametrize(
    ("kind", "written", "problem"),
    [
        ("foreign_permanent", "usa 1101 900101 12", ""),
        ("foreign_permanent", "USA1101900101123", "length"),
        ("resident_id", "USA110190010112", ""),  # it tells its kind itself
        ("passport", "e1234 5678", ""),
        ("passport", "E123", "characters"),
        ("hk_macao_pass", "H12345678", ""),
        ("hk_macao_pass", "H1234567", "characters"),
        ("taiwan_pass", "12345678", ""),
        ("taiwan_pass", "A2345678", "characters"),
        ("birth_certificate", "O123456789", ""),
        ("birth_certificate", "0123456789", "characters"),
    ],
)
def test_each_paper_has_a_shape(kind: str, written: str, problem: str) -> None:
    verdict = judge(written, TODAY, kind)
    assert verdict.problem == problem


@pytest.mark.parametrize("between", ["-", "", " ", "－"])
def test_a_guardians_number_goes_before_the_childs_serial(between: str) -> None:
    verdict = judge(f"{GOOD.lower()}{between}2", TODAY, "guardian")
    assert (verdict.problem, verdict.number) == ("", f"{GOOD}-2")
    assert (verdict.born_on, verdict.sex) == (None, "")  # they are the guardian's


@pytest.mark.parametrize(
    ("written", "problem"),
    [(GOOD, "characters"), (f"{GOOD}-0", "characters"), (GOOD[:-1] + "1-1", "check_digit")],
)
def test_a_guardians_number_is_judged_too(written: str, problem: str) -> None:
    verdict = judge(written, TODAY, "guardian")
    assert (verdict.problem, verdict.kind, verdict.born_on) == (problem, "guardian", None)


def test_a_number_that_may_have_been_cut_is_doubtful() -> None:
    first17 = next(
        text
        for text in (f"1101051949123{serial:02}00" for serial in range(100))
        if idnumber.check_digit(text) == "0"
    )
    verdict = judge(first17 + "0", TODAY)
    assert verdict.ok and verdict.doubtful
    assert not judge(GOOD, TODAY).doubtful


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("", "resident_id"),
        ("居民身份证（户口簿）", "resident_id"),
        ("港澳台居民居住证", "hmt_permit"),
        ("中国护照", "passport"),
        ("外国人永久居留身份证", "foreign_permanent"),
        ("户口簿", "resident_id"),
        ("港澳居民来往内地通行证", "hk_macao_pass"),
        ("台湾居民来往大陆通行证", "taiwan_pass"),
        ("台湾居民居住证", "hmt_permit"),
        ("出生医学证明", "birth_certificate"),
        ("passport", "passport"),
        ("学生证", None),
    ],
)
def test_words_for_papers(words: str, kind: str | None) -> None:
    assert idnumber.kind_from_words(words) == kind


digits17 = st.text("0123456789", min_size=17, max_size=17)


@given(digits17)
def test_one_wrong_digit_is_always_noticed(first17: str) -> None:
    """ISO 7064 MOD 11-2 detects every single wrong digit."""
    number = first17 + idnumber.check_digit(first17)
    assert idnumber.bulk_check_digit_ok(number)
    other = str((int(number[5]) + 1) % 10)
    assert not idnumber.bulk_check_digit_ok(number[:5] + other + number[6:])


@pytest.mark.parametrize(
    "text", ["", "1101051949123100", GOOD + "1", "X" * 18, "１" * 18, "1٣" * 9]
)
def test_what_is_no_number_has_no_right_check_digit(text: str) -> None:
    assert not idnumber.bulk_check_digit_ok(text)


def written_numbers(random: Random) -> Iterator[tuple[str, str]]:
    """Numbers as people and programs write them, right and wrong, each with a kind of paper."""
    kinds = [*idnumber.KINDS, *["resident_id"] * 6]
    for _number in range(4000):
        place = random.choice(["110105", "413026", "810000", "830000", "911102"])
        year, month, day = random.randrange(1840, 2030), random.randrange(14), random.randrange(33)
        birth = f"{year}{month:02}{day:02}"
        first17 = f"{place}{birth}{random.choice(['000', '100', str(random.randrange(100, 1000))])}"
        text = first17 + idnumber.check_digit(first17)
        mutation = random.randrange(12)
        at = random.randrange(len(text))
        other = random.choice("0123456789Xxａ９×Х①A.E+ \t\u3000\u200b\u202d'’-—=\"张𠅤")
        if mutation == 0:
            text = text[:at] + other + text[at + 1 :]
        elif mutation == 1:
            text = text[:at] + other + text[at:]
        elif mutation == 2:
            text = text[:at] + text[at + 1 :]
        elif mutation == 3:
            text = text[:6] + text[8:17]  # 15 digits
        elif mutation == 4:
            text = text[:15] + "000"
        elif mutation == 5:
            text = f"{text[0]}.{text[1:6]}E+17"
        elif mutation == 6:
            text = f"{text}{random.choice(['-', ' ', ''])}{random.randrange(120)}"
        elif mutation == 7:
            text = random.choice(["H", "M", "G", "USA", ""]) + text[: random.randrange(20)]
        yield text, random.choice(kinds)


@pytest.mark.skipif(shutil.which("node") is None, reason="skipped: no node")
def test_the_browser_judges_as_the_server_does(tmp_path: Path) -> None:
    cases = list(written_numbers(Random(11643)))
    module = tmp_path / "idnumber.mjs"
    shutil.copy(Path(__file__).parents[2] / "static" / "js" / "idnumber.js", module)
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    (tmp_path / "run.mjs").write_text(
        "import { readFileSync } from 'node:fs';"
        "import { judge } from './idnumber.mjs';"
        "const cases = JSON.parse(readFileSync(process.argv[2], 'utf8'));"
        "console.log(JSON.stringify(cases.map(([text, kind]) => judge(text, '2022-11-18', kind))));"
    )
    ran = subprocess.run(
        ["node", tmp_path / "run.mjs", tmp_path / "cases.json"],
        capture_output=True,
        check=True,
        text=True,
    )
    seen = set()
    for (text, kind), theirs in zip(cases, json.loads(ran.stdout), strict=True):
        ours = judge(text, TODAY, kind)
        seen.add(ours.problem)
        assert theirs == {
            "number": ours.number,
            "kind": ours.kind,
            "problem": ours.problem,
            "bornOn": ours.born_on and ours.born_on.isoformat(),
            "sex": ours.sex,
            "converted": ours.converted,
            "expected": ours.expected,
            "position": ours.position,
        }, (text, kind)
    assert seen == {"", *idnumber.PROBLEMS}
