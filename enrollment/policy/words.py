"""Conditions of rules in plain words. Pure: values in, a sentence's part out."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enrollment.facts import Condition, Range
from enrollment.policy.paragraphs import day

# Of a field, what each of its keys is called in this notice: hardship → {"lifted": "…"}.
Names = Mapping[str, Mapping[Any, str]]


def condition_in_words(condition: Condition, names: Names | None = None) -> str:
    """Every field of it, joined: all must hold. Empty for everybody.

    A key without a name is said as it stands in the file.
    """
    said = (_say(field, wanted, (names or {}).get(field, {})) for field, wanted in condition.fields)
    return pgettext("and between conditions", ", ").join(said)


def _say(field: str, wanted: tuple[Any, ...] | Range, names: Mapping[Any, str]) -> str:
    if field in _FLAGS:
        return _flag(field, wanted)
    if isinstance(wanted, Range):
        return _DATES[field](_dates(wanted)) if field in _DATES else _number(field, wanted)
    listed = _listed([names.get(each) or _value(field, each) for each in wanted])
    if field in _DATES:
        return _DATES[field](listed)
    return _LISTS[field](listed)


def _flag(field: str, wanted: Any) -> str:
    yes, no = _FLAGS[field]
    values = set(wanted)
    if values == {True}:
        return yes()
    return no() if values == {False} else _listed([yes(), no()])


def _value(field: str, value: Any) -> str:
    if field == "residence":
        return {
            "registered": _("household-registered here"),
            "permit": _("holding a residence permit"),
            "none": _("neither household-registered here nor with a residence permit"),
        }[value]
    if field == "sex":
        return {"male": _("male"), "female": _("female")}.get(value, value)
    return day(value) if isinstance(value, date) else str(value)


def _listed(values: list[str]) -> str:
    return pgettext("or between values", " or ").join(values)


def _dates(wanted: Range) -> str:
    if wanted.low is None:
        return _("until %(day)s") % {"day": day(wanted.high)}
    if wanted.high is None:
        return _("from %(day)s on") % {"day": day(wanted.low)}
    if wanted.low == wanted.high:
        return day(wanted.low)
    return _("from %(first)s to %(last)s") % {"first": day(wanted.low), "last": day(wanted.high)}


def _number(field: str, wanted: Range) -> str:
    low, high = wanted.low, wanted.high
    if field == "age" and high is None:
        return _("aged %(low)s or older") % {"low": low}
    if field == "age" and low in (None, 0):
        return _("under %(years)s years old") % {"years": high + 1}
    if low in (None, 0) and field in _AT_MOST:
        return _AT_MOST[field]() % {"high": high}
    if high is None and field in _AT_LEAST:
        return _AT_LEAST[field]() % {"low": low}
    if low == high:
        return _LISTS[field](low)
    ends = "–".join(str(end) for end in (low, high) if end is not None)
    return _LISTS[field](ends if low is not None and high is not None else _open(low, high))


def _open(low: Any, high: Any) -> str:
    if low is None:
        return _("%(high)s or less") % {"high": high}
    return _("%(low)s or more") % {"low": low}


_Text = Callable[[], str]
_FLAGS: dict[str, tuple[_Text, _Text]] = {
    "employee_insured": (
        lambda: _("in employee insurance"),
        lambda: _("not in employee insurance"),
    ),
    "enrolled_elsewhere": (
        lambda: _("enrolled elsewhere"),
        lambda: _("not enrolled elsewhere"),
    ),
    "parent_enrolled": (
        lambda: _("with an enrolled parent"),
        lambda: _("without an enrolled parent"),
    ),
    "student": (lambda: _("a student"), lambda: _("not a student")),
}
_DATES: dict[str, Callable[[str], str]] = {
    "born_on": lambda said: _("born %(when)s") % {"when": said},
    "paid_on": lambda said: _("paying %(when)s") % {"when": said},
    "recognised_on": lambda said: _("recognised %(when)s") % {"when": said},
    "registered_on": lambda said: _("registering %(when)s") % {"when": said},
}
_LISTS: dict[str, Callable[[str], str]] = {
    "age": lambda said: _("aged %(years)s") % {"years": said},
    "category": lambda said: _("person category %(names)s") % {"names": said},
    "days_since_birth": lambda said: _("registered %(days)s days after birth") % {"days": said},
    "days_since_event": lambda said: _("registered %(days)s days after the event") % {"days": said},
    "disability_grade": lambda said: _("disability grade %(grades)s") % {"grades": said},
    "grade": lambda said: _("grade %(grades)s") % {"grades": said},
    "hardship": lambda said: _("belonging to %(names)s") % {"names": said},
    "kind": lambda said: said,
    "missed_years": lambda said: _("%(n)s years missed before") % {"n": said},
    "paid_missed_years": lambda said: _("%(n)s missed years paid up") % {"n": said},
    "region": lambda said: _("living in %(names)s") % {"names": said},
    "residence": lambda said: said,
    "sex": lambda said: said,
    "tier": lambda said: _("choosing the tier %(names)s") % {"names": said},
    "window": lambda said: _("in the window %(names)s") % {"names": said},
}
_AT_MOST: dict[str, _Text] = {
    "days_since_birth": lambda: _("registered within %(high)s days of birth"),
    "days_since_event": lambda: _("registered within %(high)s days of the event"),
    "missed_years": lambda: _("at most %(high)s years missed before"),
}
_AT_LEAST: dict[str, _Text] = {
    "days_since_birth": lambda: _("registered %(low)s days or more after birth"),
    "days_since_event": lambda: _("registered %(low)s days or more after the event"),
    "missed_years": lambda: _("%(low)s years or more missed before"),
    "paid_missed_years": lambda: _("%(low)s missed years or more paid up"),
}
