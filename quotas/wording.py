"""What people call the keys of targets and denominators, and the words they may have."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from enrollment import loading

KEYS: dict[str, Any] = {
    "level": _("Set by"),
    "period": _("Period"),
    "base_period": _("Compared with"),
    "unit_words": _("Unit of the figures"),
    "counted": _("Counted by"),
    "total": _("Together"),
    "total_ten_thousands": _("Together (ten thousands)"),
    "base_total": _("Together, of the period compared with"),
    "base_total_ten_thousands": _("Together, of the period compared with (ten thousands)"),
    "units": _("Unit"),
    "units.base": _("Of the period compared with"),
    "persons": _("Persons"),
    "ten_thousands": _("Ten thousands of persons"),
    "base_ten_thousands": _("Of the period compared with (ten thousands)"),
    "unknown": _("Not known yet"),
    "remark": _("Remark"),
    "of": _("Of"),
    "born_from": _("Born from"),
    "threshold_bp": _("At least enrolled"),
    "denominators.persons": _("Known figure"),
    "checkpoints.on": _("By the end of"),
    "checkpoints.share_bp": _("Of the target"),
    "stage": _("Stage"),
}

OF = {
    "household_registered": _("household-registered people"),
    "residents": _("permanent residents"),
    "hardship": _("people in hardship categories"),
    "students": _("students at school and university"),
    "newborns": _("newborns"),
    "census": _("people counted by the census"),
    "target": _("the target"),
}

CHOICES: dict[str, dict[Any, Any]] = {
    "level": {"own": _("this notice"), "superior": _("the superior")},
    "counted": {"registrations": _("registrations here"), "reported": _("reported figures")},
    "of": OF,
}


def register() -> None:
    loading.name_keys(KEYS)
    loading.name_choices(CHOICES)
