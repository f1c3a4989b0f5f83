"""Papers and their numbers: cleaning, and judging by length, characters, date and check digit.

Source: GB 11643-1999 (check digit ISO 7064 MOD 11-2); kinds as in docs/RULES.md R-20.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
FIRST_YEAR = 1850  # nobody alive was born before

RESIDENT_ID = "resident_id"
KINDS = {
    RESIDENT_ID: _("resident identity card"),
    "hmt_permit": _("residence permit for Hong Kong, Macao, Taiwan"),
    "foreign_permanent": _("foreign permanent resident card"),
    "passport": _("passport"),
    "hk_macao_pass": _("Hong Kong and Macao travel permit"),
    "taiwan_pass": _("Taiwan travel permit"),
    "birth_certificate": _("birth certificate"),
    "guardian": _("guardian's number and a serial"),
}
# Words of real files for each kind; the first that occurs in the cell wins, blanks left out.
_WORDS = {
    "港澳台居民居住证": "hmt_permit",
    "港澳居民居住证": "hmt_permit",
    "台湾居民居住证": "hmt_permit",
    "永久居留": "foreign_permanent",
    "港澳居民来往内地通行证": "hk_macao_pass",
    "港澳通行证": "hk_macao_pass",
    "回乡证": "hk_macao_pass",
    "台湾居民来往大陆通行证": "taiwan_pass",
    "台胞证": "taiwan_pass",
    "护照": "passport",
    "出生医学证明": "birth_certificate",
    "出生证": "birth_certificate",
    "监护人": "guardian",
    "身份证": RESIDENT_ID,
    "身份号码": RESIDENT_ID,
    "户口": RESIDENT_ID,
}
_SHAPES = {
    "passport": re.compile(r"[A-Z0-9]{5,20}", re.ASCII),
    "hk_macao_pass": re.compile(r"[HM]\d{8}(\d{2})?", re.ASCII),
    "taiwan_pass": re.compile(r"\d{8}", re.ASCII),
    "birth_certificate": re.compile(r"[A-Z]\d{9}", re.ASCII),
}
_GUARDIAN = re.compile(r"([0-9X]{18})([1-9]\d?)", re.ASCII)
_OLD_FOREIGN = re.compile(r"[A-Z]{3}\d{12}", re.ASCII)
_LONG = re.compile(r"\d{17}[\dX]", re.ASCII)
_OLD = re.compile(r"\d{15}", re.ASCII)
_CUT = re.compile(r"\d{15}000", re.ASCII)
_SHOWN_CUT = re.compile(r"\d(\.\d+)?E\+?\d+|\d{15,18}\.0+", re.ASCII)
# Blanks, control and invisible characters, quotes, hyphens and the = of ="…".
_IGNORED = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff'\"‘’“”`=\-‐-―−]"
)
_X = str.maketrans("×ΧХ", "XXX")  # the sign, the Greek and the Cyrillic letter


@dataclass(frozen=True)
class Verdict:
    """What a number is. `problem` is empty, or one of: empty, length, characters, date, future,
    check_digit, damaged. `position` counts from 1; `expected` is the right check digit."""

    number: str
    kind: str = RESIDENT_ID
    problem: str = ""
    born_on: date | None = None
    sex: str = ""
    converted: bool = False  # from 15 digits
    expected: str = ""
    position: int = 0

    @property
    def ok(self) -> bool:
        return not self.problem

    @property
    def doubtful(self) -> bool:
        """It agrees, but ends in 000: one in eleven numbers that a spreadsheet cut agrees too.

        Take it for damaged in a file that holds other damaged numbers.
        """
        return self.ok and self.number.endswith("000") and len(self.number) == 18


PROBLEMS = {
    "empty": _("The number is empty."),
    "length": _("The number has the wrong length."),
    "characters": _("The number holds a character that does not belong there."),
    "date": _("Digits 7 to 14 are no date."),
    "future": _("The birth date lies in the future."),
    "check_digit": _("The last digit does not agree with the others."),
    "damaged": _("A spreadsheet has cut this number; set the column to text and export again."),
}


def clean(text: object) -> str:
    """Without blanks, invisible characters, quotes and hyphens; half-width, capital X."""
    written = str(text or "")
    if written.isascii() and written.isalnum():
        return written.upper()
    return _IGNORED.sub("", unicodedata.normalize("NFKC", written)).upper().translate(_X)


def check_digit(first17: str) -> str:
    """The 18th character for 17 digits."""
    return CHECKS[sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True)) % 11]


def _part(weights: tuple[int, ...]) -> Callable[[str], int]:
    @lru_cache(maxsize=200_000)
    def weigh(digits: str) -> int:
        if not digits.isascii():
            raise ValueError("not digits")
        return sum(int(d) * w for d, w in zip(digits, weights, strict=True))

    return weigh


# A number's three parts repeat (6 digits of place, 8 of birth, 3 of order): cached sums make bulk
# checking twice as fast as adding up seventeen products each time.
_place, _birth, _order = _part(WEIGHTS[:6]), _part(WEIGHTS[6:14]), _part(WEIGHTS[14:])


def bulk_check_digit_ok(number: str) -> bool:
    """Whether it is 17 digits and the right check digit; 0.4 µs, for a million rows."""
    try:
        total = _place(number[:6]) + _birth(number[6:14]) + _order(number[14:17])
    except ValueError:
        return False
    return number[17:] == CHECKS[total % 11]


@lru_cache(maxsize=100_000)
def birth_date(digits: str) -> date | None:
    """YYYYMMDD as a date."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def kind_from_words(words: str) -> str | None:
    """The kind of paper a file's 证件类型 names; an empty cell is an identity card."""
    text = clean(words)
    if not text:
        return RESIDENT_ID
    if text.lower() in KINDS:
        return text.lower()
    return next((kind for word, kind in _WORDS.items() if word in text), None)


def judge(text: object, today: date, kind: str = RESIDENT_ID) -> Verdict:
    """Judge a number as written, by the kind of paper given with it.

    Numbers of 18 digits and the older foreign residents' cards tell their kind themselves. A
    guardian's number goes before the child's serial (1 to 99), with or without a hyphen between;
    it says nothing of the child's birth or sex.
    """
    number = clean(text)
    if not number:
        return Verdict("", kind, "empty")
    if kind == "guardian":
        return _judge_guardian(number, today)
    if shape := _SHAPES.get(kind):
        return Verdict(number, kind, "" if shape.fullmatch(number) else "characters")
    return _judge_long(number, today)


def _judge_guardian(number: str, today: date) -> Verdict:
    """The number of a verdict with a problem is the guardian's alone."""
    parts = _GUARDIAN.fullmatch(number)
    if parts is None:
        return Verdict(number, "guardian", "characters")
    parent = _judge_long(parts[1], today)
    if parent.problem:
        return replace(parent, kind="guardian", born_on=None, sex="")
    return Verdict(f"{parts[1]}-{parts[2]}", "guardian")


def _judge_long(number: str, today: date) -> Verdict:
    if bulk_check_digit_ok(number):  # the way of nearly all of a million rows
        return _judge_digits(number, today, right=True)
    if _OLD.fullmatch(number):
        first17 = f"{number[:6]}19{number[6:]}"
        number = first17 + check_digit(first17)
        return _judge_digits(number, today, right=True, converted=True)
    if _SHOWN_CUT.fullmatch(number) or _CUT.fullmatch(number):
        return Verdict(number, RESIDENT_ID, "damaged")
    if _OLD_FOREIGN.fullmatch(number):
        return Verdict(number, "foreign_permanent")
    if len(number) != 18:
        return Verdict(number, RESIDENT_ID, "length")
    if not _LONG.fullmatch(number):
        position = next(i for i, c in enumerate(number, 1) if not (c.isdigit() and c.isascii()))
        return Verdict(number, RESIDENT_ID, "characters", position=position)
    return _judge_digits(number, today, right=False)


def _judge_digits(number: str, today: date, *, right: bool, converted: bool = False) -> Verdict:
    kind = _kind_of_long(number)
    born_on = birth_date(number[6:14])  # all three kinds keep it there
    if born_on is None or born_on.year < FIRST_YEAR:
        return Verdict(number, kind, "date", position=7)
    if born_on > today:
        return Verdict(number, kind, "future", born_on, position=7)
    sex = "M" if number[16] in "13579" else "F"
    if not right:
        expected = check_digit(number[:17])
        return Verdict(number, kind, "check_digit", born_on, sex, False, expected, 18)
    return Verdict(number, kind, "", born_on, sex, converted)


def _kind_of_long(number: str) -> str:
    if number[:6] in ("810000", "820000", "830000"):
        return "hmt_permit"
    return "foreign_permanent" if number[0] == "9" else RESIDENT_ID
