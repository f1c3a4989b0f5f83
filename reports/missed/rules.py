"""What the policy says of people who are not enrolled. Values in, values out."""

from typing import Any

from enrollment.facts import Facts
from enrollment.ports import Reason

# Reasons that are facts which a notice may speak of; of the others no notice can say anything.
TOLD = {
    "elsewhere": Facts(enrolled_elsewhere=True),
    "employee": Facts(employee_insured=True),
}


def excused(policy: Any) -> dict[str, Reason]:
    """Reasons that take somebody out of 应参: those for which the notice lets nobody enroll.

    Reason → the clause. Empty: nobody leaves the denominator. Source: docs/RULES.md R-263.
    """
    rules = policy["eligibility"]
    refusals = [*rules.exclusions, *(kind for kind in rules.kinds if not kind.admit)]
    return {
        reason: Reason(rule.clause, rule.words or rule.name)
        for reason, facts in TOLD.items()
        for rule in refusals[::-1]
        if rule.when.fields and rule.when.holds(facts)
    }
