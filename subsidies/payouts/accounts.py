"""Whether anything can be transferred to an account. Values in, values out."""

import unicodedata
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

SHORTEST, LONGEST = 8, 32  # digits; cards have 16 to 19, accounts of banks others

# Why nothing can go there → in words.
FAULTS: Mapping[str, object] = {
    "letters": _("holds more than digits"),
    "length": _("has not 8 to 32 digits"),
    "alike": _("is one digit throughout"),
}


def cleaned(number: str) -> str:
    """Half-width, without blanks and dashes."""
    plain = unicodedata.normalize("NFKC", number)
    return "".join(c for c in plain if not c.isspace() and c not in "-\u200b\ufeff'")


def fault_of(number: str) -> str:
    """A key of FAULTS for a cleaned number, or "". Source: docs/RULES.md R-292."""
    if not (number.isascii() and number.isdigit()):
        return "letters"
    if not SHORTEST <= len(number) <= LONGEST:
        return "length"
    return "alike" if len(set(number)) == 1 else ""
