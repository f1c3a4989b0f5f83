"""What takes people who are not enrolled out of 应参. Values in, values out."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from enrollment.facts import Facts
from enrollment.ports import Reason

# Reasons that are facts which a notice may speak of.
TOLD = {
    "elsewhere": Facts(enrolled_elsewhere=True),
    "employee": Facts(employee_insured=True),
}
# Those for which nobody can be enrolled here whatever a notice says; of all others it would have to
# say something.
ALWAYS = {
    "dead": _("nobody enrolls the dead"),
    "army": _("soldiers are insured by the army"),
    "elsewhere": _("nobody is enrolled in two places"),
}


def excused(policy: Any) -> dict[str, Reason]:
    """Reasons that take somebody out of 应参 once they are confirmed.

    Reason → the clause that lets nobody of the kind enroll; without one, our own words.
    Source: docs/RULES.md R-263.
    """
    rules = policy["eligibility"]
    refusals = [*rules.exclusions, *(kind for kind in rules.kinds if not kind.admit)]
    told = {
        reason: Reason(rule.clause, rule.words or rule.name)
        for reason, facts in TOLD.items()
        for rule in refusals[::-1]
        if rule.when.fields and rule.when.holds(facts)
    }
    return {reason: Reason("", str(words)) for reason, words in ALWAYS.items()} | told
