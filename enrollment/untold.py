"""Facts that decide and were not told: what to ask for, instead of taking silence as a refusal.

What everybody has (a residence, a birth date, a tier) is asked for; what is out of the ordinary (a
hardship category, a kind of person, being a student) is taken not to be so unless it is told.
Source: docs/RULES.md R-220, R-221.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from enrollment.facts import Condition, Facts
from enrollment.ports import NotStated, Reason

# What each fact that can be told is called.
LABELS = {
    "born_on": gettext_lazy("Born on"),
    "sex": gettext_lazy("Sex"),
    "category": gettext_lazy("Person category"),
    "hardship": gettext_lazy("Hardship category"),
    "recognised_on": gettext_lazy("Recognised on"),
    "disability_grade": gettext_lazy("Disability grade"),
    "tier": gettext_lazy("Tier"),
    "residence": gettext_lazy("Residence"),
    "region": gettext_lazy("Lives in"),
    "registered_on": gettext_lazy("Day of registration"),
    "paid_on": gettext_lazy("Day of payment"),
    "missed_years": gettext_lazy("Years missed"),
    "paid_missed_years": gettext_lazy("Of these paid up"),
    "parent_enrolled": gettext_lazy("Parent enrolled"),
    "enrolled_elsewhere": gettext_lazy("Enrolled elsewhere"),
    "student": gettext_lazy("Student"),
    "employee_insured": gettext_lazy("Employee insurance"),
    "kind": gettext_lazy("Kind of person"),
    "event_on": gettext_lazy("Day of discharge, graduation or leaving"),
}
EVERYBODY_HAS = {
    "age", "born_on", "category", "missed_years", "paid_on", "region", "registered_on", "residence",
    "sex", "tier", "window",
}  # fmt: skip
NEWBORN = "1401"
FLAGS = {"student", "employee_insured", "enrolled_elsewhere", "parent_enrolled"}


class NotTold(NotStated):
    """Something that was not told decides. `facts`: names of those to tell, as in told.NAMES."""

    def __init__(self, clause: str, facts: Iterable[str]):
        self.facts = tuple(dict.fromkeys(facts))
        said = _("To be told, because it decides: %(facts)s.") % {"facts": called(self.facts)}
        super().__init__(Reason(clause, said))


def called(names: Iterable[str]) -> str:
    """The facts as people call them, in a row."""
    return pgettext("list", ", ").join(str(LABELS[name]) for name in names)


def to_tell(conditions: Iterable[Condition], facts: Facts) -> list[str]:
    """What to ask for, so that one of these conditions, none of which holds, may still hold."""
    found: dict[str, None] = {}
    for condition in conditions:
        found.update(dict.fromkeys(_missing(condition, facts)))
    return list(found)


def looked_at(conditions: Iterable[Condition]) -> list[str]:
    """The facts by which these conditions go, as they can be told."""
    names = (name for condition in conditions for name, _wanted in condition.fields)
    return list(dict.fromkeys(_SAID_BY.get(name, (name,))[0] for name in names))


_SAID_BY = {
    "age": ("born_on",),
    "days_since_birth": ("born_on", "registered_on"),
    "days_since_event": ("event_on", "registered_on"),
    "grade": ("hardship",),
    "window": ("paid_on",),
}


def _missing(condition: Condition, facts: Facts) -> list[str]:
    """Empty where something told, or out of the ordinary and not told, speaks against it."""
    found: list[str] = []
    for name, wanted in condition.fields:
        if Condition(((name, wanted),)).holds(facts):
            continue
        if getattr(facts, name) is not None:
            return []
        asked = _untold(name, facts) if _is_ordinary(name, wanted, facts) else []
        if not asked:
            return []
        found += asked
    return found


def _is_ordinary(name: str, wanted: Any, facts: Facts) -> bool:
    if name == "days_since_birth":
        return facts.category == NEWBORN
    if name == "days_since_event":
        return facts.kind is not None
    return name in EVERYBODY_HAS or (name in FLAGS and wanted == (False,))


def _untold(name: str, facts: Facts) -> list[str]:
    """The facts that say it and are missing; empty where it is not a fact that is missing."""
    known = {
        "born_on": facts.born_on,
        "event_on": facts.event_on,
        "registered_on": facts.registered_at,
        "paid_on": facts.paid_at,
    }
    names = list(_SAID_BY.get(name, (name,)))
    if name == "age" and facts.born_on is not None:
        names = ["registered_on"]  # the day on which ages are told
    return [each for each in names if known.get(each) is None]
