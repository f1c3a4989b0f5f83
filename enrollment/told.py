"""A person's facts as somebody tells them, name and text: the price command, the page "try it"."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from config.lib import dates
from enrollment import expected, ports
from enrollment.errors import Refused
from enrollment.facts import RESIDENCES, SEXES, Facts, Mark, day_start
from enrollment.models.resident import Category
from enrollment.notice import Policy
from enrollment.sections import conditions_of

YES = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}
NAMES = (
    "born_on",
    "sex",
    "category",
    "hardship",
    "recognised_on",
    "disability_grade",
    "tier",
    "residence",
    "region",
    "registered_on",
    "paid_on",
    "missed_years",
    "paid_missed_years",
    "parent_enrolled",
    "enrolled_elsewhere",
    "student",
    "employee_insured",
    "kind",
    "event_on",
)


class WrongFact(Exception):
    """A fact that nobody asks for, or a value that it cannot have; the message lists those."""

    def __init__(self, name: str, message: str):
        self.name = name
        super().__init__(message)


def facts_told(policy: Policy, told: Iterable[tuple[str, str]]) -> Facts:
    """Facts from names and texts; `hardship` may be told again, as category or category:grade.

    A date without a time counts from 00:00. `recognised_on` is of every hardship category told.
    Errors: WrongFact; Refused for a hardship category that the notice does not have.
    """
    values: dict[str, Any] = {}
    marks: list[Mark] = []
    for name, text in told:
        if name not in NAMES:
            known = ", ".join(NAMES)
            raise WrongFact(name, _("no such fact; there are: %(known)s") % {"known": known})
        if name == "hardship":
            marks.append(_mark(policy, text))
        elif name in values:
            raise WrongFact(name, _("is told twice"))
        else:
            values[name] = _value(policy, name, text.strip())
    recognised_on = values.pop("recognised_on", None)
    facts = Facts(
        marks=tuple(replace(mark, recognised_on=recognised_on) for mark in marks),
        **{_FIELDS.get(name, name): value for name, value in values.items()},
    )
    _check_birth(policy, facts)
    if (facts.paid_missed_years or 0) > (facts.missed_years or 0):
        raise WrongFact("paid_missed_years", _("is more than missed_years"))
    return facts


def _check_birth(policy: Policy, facts: Facts) -> None:
    """Nobody registers, pays or is covered before being born."""
    campaign = policy["campaign"]
    ends = [facts.registered_on, facts.paid_on, campaign.coverage_until if campaign else None]
    last = min((day for day in ends if day), default=None)
    if facts.born_on and last and facts.born_on > last:
        said = _("lies after %(day)s, when the person registers, pays or is covered at last")
        raise WrongFact("born_on", said % {"day": last})


_FIELDS = {"registered_on": "registered_at", "paid_on": "paid_at"}


def tiers(policy: Policy) -> tuple[str, ...]:
    """Every tier that a rule asks for: in the order of [[tiers]], then of the fees."""
    found: dict[str, None] = dict.fromkeys(tier.key for tier in policy["tiers"])
    found.update(dict.fromkeys(policy["fee"].tiers if policy["fee"] else ()))
    for section in policy.sections.values():
        for condition in conditions_of(section):
            wanted = condition.of("tier")
            found.update(dict.fromkeys(wanted if isinstance(wanted, tuple) else ()))
    return tuple(found)


def _value(policy: Policy, name: str, text: str) -> Any:
    if name in ("born_on", "recognised_on", "event_on"):
        return _day(name, text)
    if name in ("registered_on", "paid_on"):
        return _instant(name, text)
    if name in ("missed_years", "paid_missed_years"):
        return _whole(name, text, 0, 100)
    if name == "disability_grade":
        return _whole(name, text, 1, 4)
    if name == "category":
        return _one_of(name, text, {code: code for code in Category.values})
    if name == "region":
        return (text,)
    if name == "sex":
        words = {"男": "male", "女": "female", **{word: word for word in SEXES}}
        return _one_of(name, text.lower(), words)
    if name == "residence":
        return _one_of(name, text, {word: word for word in RESIDENCES})
    if name == "tier":
        by_name = {tier.name: tier.key for tier in policy["tiers"]}
        return _one_of(name, text, by_name | {tier: tier for tier in tiers(policy)})
    if name == "kind":
        kinds = policy["eligibility"].kinds
        by_name = {kind.name: kind.key for kind in kinds}
        return _one_of(name, text, by_name | {kind.key: kind.key for kind in kinds})
    return _one_of(name, text.lower(), YES, shown=("yes", "no"))


def _one_of(name: str, text: str, known: dict[str, Any], shown: Iterable[str] = ()) -> Any:
    if text in known:
        return known[text]
    words = ", ".join(shown or dict.fromkeys(map(str, known.values()))) or "–"
    said = _("expected one of %(words)s, not “%(value)s”")
    raise WrongFact(name, said % {"words": words, "value": text})


def _whole(name: str, text: str, low: int, high: int) -> int:
    if text.isascii() and text.isdigit() and low <= int(text[:9]) <= high:
        return int(text)
    said = _("expected a whole number from %(low)s to %(high)s, not “%(value)s”")
    raise WrongFact(name, said % {"low": low, "high": high, "value": text})


def _day(name: str, text: str) -> Any:
    found = dates.to_instant(text)
    if found is None or isinstance(found, datetime):
        said = _("expected a date such as 2022-10-15, not “%(value)s”")
        raise WrongFact(name, said % {"value": text})
    if fault := expected.in_day(found):
        raise WrongFact(name, fault)
    return found


def _instant(name: str, text: str) -> datetime:
    found = dates.to_instant(text)
    if found is None:
        said = _("expected a date or a time such as 2022-10-15 17:00, not “%(value)s”")
        raise WrongFact(name, said % {"value": text})
    if fault := expected.in_day(found.date() if isinstance(found, datetime) else found):
        raise WrongFact(name, fault)
    return found if isinstance(found, datetime) else day_start(found)


def _mark(policy: Policy, text: str) -> Mark:
    word, _colon, grade = text.replace("：", ":").partition(":")
    key = ports.hardship_key(policy, word.strip())
    if key is None:
        known = ", ".join(f"{k} ({n})" for k, n in ports.hardship_names(policy).items()) or "–"
        said = _("The notice has no hardship category “%(word)s”; it has: %(known)s.")
        raise Refused(said % {"word": word.strip(), "known": known})
    grade, grades = grade.strip(), ports.hardship_grades(policy, key)
    if grade and grade not in grades:
        said = _("no such grade; there are: %(known)s")
        raise WrongFact("hardship", said % {"known": ", ".join(grades) or "–"})
    return Mark(key, grade)
