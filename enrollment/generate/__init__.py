"""Made-up people of a campaign: pure, deterministic by seed, streamed household by household.

    plan = Plan(units=…, people=11_439, seed=1, opens_at=…, closes_at=…, prefix="999999")
    for household in households(plan):
        …

Nothing here reads a database, a clock or a setting; payments.generate adds what they pay.
"""

from .people import Household, Person, households
from .places import Unit, Village
from .plan import Plan
from .tables import REGISTRATION_COLUMNS, RESIDENT_COLUMNS, resident_row

__all__ = [
    "REGISTRATION_COLUMNS",
    "RESIDENT_COLUMNS",
    "Household",
    "Person",
    "Plan",
    "Unit",
    "Village",
    "households",
    "resident_row",
]
