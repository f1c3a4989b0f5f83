"""Numbers are judged by length, characters, date and check digit; browser and server agree."""

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

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


def test_permits_are_told_by_their_first_digits() -> None:
    first17 = "81000019900101123"
    assert judge(first17 + idnumber.check_digit(first17), TODAY).kind == "hmt_permit"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("", "resident_id"),
        ("居民身份证（户口簿）", "resident_id"),
        ("港澳台居民居住证", "hmt_permit"),
        ("中国护照", "passport"),
        ("外国人永久居留身份证", "foreign_permanent"),
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


@pytest.mark.skipif(shutil.which("node") is None, reason="skipped: no node")
def test_the_browser_judges_as_the_server_does() -> None:
    written = [
        GOOD,
        "",
        "110105194912310021",
        "110105491231002",
        "1101051949123100A2",
        "4.11328E+17",
        "110105194912310000",
        "11010519491331002X",
        "110105202912310020",
        " 110105 19491231 002x",
        "1101051949123100",
        "81000019900101123X",
        "910105199001011234",
        "110105184912310021",
    ]
    script = Path(__file__).parents[2] / "static" / "js" / "idnumber.js"
    program = (
        f"import {{ judge }} from {json.dumps(script.as_uri())};"
        f"console.log(JSON.stringify({json.dumps(written)}.map((w) => judge(w, '2022-11-18'))));"
    )
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", program], capture_output=True, check=True, text=True
    )
    for text, theirs in zip(written, json.loads(ran.stdout), strict=True):
        ours = judge(text, TODAY)
        assert (theirs["problem"], theirs["kind"], theirs["expected"], theirs["position"]) == (
            ours.problem,
            ours.kind,
            ours.expected,
            ours.position,
        ), text
        assert theirs["number"] == ours.number
