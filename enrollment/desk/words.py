"""The desk's own words: code lists in short, and what is wrong with a number."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.lib import idnumber
from config.lib.idnumber import Verdict
from enrollment.models.resident import Category

# Relations to the head as registers write them; the digit before each chooses it.
RELATIONS = {
    "本人": pgettext_lazy("relation", "head"),
    "配偶": pgettext_lazy("relation", "spouse"),
    "子": pgettext_lazy("relation", "son"),
    "女": pgettext_lazy("relation", "daughter"),
    "父": pgettext_lazy("relation", "father"),
    "母": pgettext_lazy("relation", "mother"),
    "孙子": pgettext_lazy("relation", "grandson"),
    "孙女": pgettext_lazy("relation", "granddaughter"),
    "儿媳": pgettext_lazy("relation", "daughter-in-law"),
    "女婿": pgettext_lazy("relation", "son-in-law"),
    "其他": pgettext_lazy("relation", "other"),
}
SHORT_CATEGORIES = {
    Category.NEWBORN: pgettext_lazy("short category", "Newborn"),
    Category.PRESCHOOL: pgettext_lazy("short category", "Pre-school"),
    Category.PUPIL: pgettext_lazy("short category", "Pupil"),
    Category.STUDENT: pgettext_lazy("short category", "Student"),
    Category.MINOR: pgettext_lazy("short category", "Not in school"),
    Category.ADULT: pgettext_lazy("short category", "Adult"),
    Category.ELDERLY: pgettext_lazy("short category", "Elderly"),
}
LISTED_CATEGORIES: dict[str, Any] = {
    Category.NEWBORN: pgettext_lazy("category in a list", "Newborn"),
    Category.PRESCHOOL: pgettext_lazy("category in a list", "Pre-school"),
    Category.PUPIL: pgettext_lazy("category in a list", "Pupil"),
    Category.STUDENT: pgettext_lazy("category in a list", "Student"),
    Category.MINOR: pgettext_lazy("category in a list", "Not in school"),
    Category.ADULT: pgettext_lazy("category in a list", "Adult"),
    Category.ELDERLY: pgettext_lazy("category in a list", "Elderly"),
}
RESIDENCES = {
    "registered": pgettext_lazy("residence", "Household register here"),
    "permit": pgettext_lazy("residence", "Residence permit"),
    "none": pgettext_lazy("residence", "Neither"),
}
SHORT_KINDS = {
    "resident_id": pgettext_lazy("short paper", "ID card"),
    "hmt_permit": pgettext_lazy("short paper", "HK/Macao/Taiwan permit"),
    "foreign_permanent": pgettext_lazy("short paper", "Foreign resident card"),
    "passport": pgettext_lazy("short paper", "Passport"),
    "hk_macao_pass": pgettext_lazy("short paper", "HK/Macao pass"),
    "taiwan_pass": pgettext_lazy("short paper", "Taiwan pass"),
    "birth_certificate": pgettext_lazy("short paper", "Birth certificate"),
    "guardian": pgettext_lazy("short paper", "Guardian's number"),
}
PROBLEMS = {
    "empty": _("Type the number of the paper."),
    "length": _("A number has 18 characters, this one has %(count)s."),
    "characters": _("Character %(position)s of the number does not belong there."),
    "kind_characters": _("This is not how the number of this paper is written."),
    "date": _("Digits 7 to 14 of the number, %(birth)s, are no date."),
    "future": _("The birth date in the number, %(birth)s, lies in the future."),
    "check_digit": _("Digit 18 of the number should be %(expected)s, it is %(found)s."),
    "damaged": idnumber.PROBLEMS["damaged"],
}


def problem_sentence(verdict: Verdict) -> str:
    """What is wrong with a number, in the words the browser uses too (desk_words.html)."""
    number = verdict.number
    long = len(number) == 18
    key = verdict.problem
    if key == "characters" and not long:
        key = "kind_characters"
    return PROBLEMS[key] % {
        "count": len(number),
        "position": verdict.position,
        "birth": f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
        "expected": verdict.expected,
        "found": number[-1:],
    }
