"""What people read about a match: the rule that found it, why it was made, and why it ended."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payments.decision_models import Reason
from payments.models import Cause, Standing

# In the order in which the rules are asked; sql/rules has a file for each but the last.
RULES: dict[str, str | Promise] = {
    "by_hand": _("by hand: one person proposed it, another approved it"),
    "batch": _("by the collection batch that expected it"),
    "earlier_number": _("by a number that the person held earlier"),
    "number": _("by the number: person, year and amount agree"),
}
# What is left behind where nobody said anything in words of their own.
ENDS: dict[str, str | Promise] = {
    **dict(Cause.choices),
    **dict(Standing.choices),
    "by_hand": _("matched by hand since"),
    "registration_ended": _("the registration has ended"),
    "corrected": _("too little is left after what was reversed or refunded"),
    "decided_anew": _("something else was decided"),
    "withdrawn": _("withdrawn by who proposed it"),
}


def rule(key: str) -> str:
    return str(RULES.get(key, key))


def why(text: str) -> str:
    """A reason of the short list in words; anything else is in words already."""
    return str(dict(Reason.choices).get(text, text))


def end(text: str) -> str:
    return str(ENDS.get(text, text))
