"""The notice's [subsidies]: which hardship category gets what, how, from whom."""

from subsidies.sections.categories import SubsidyRule, Supplement
from subsidies.sections.grants import Grant
from subsidies.sections.section import SubsidyRules, read_subsidies
from subsidies.sections.timing import MarkedBefore, PayOut

__all__ = [
    "Grant",
    "MarkedBefore",
    "PayOut",
    "SubsidyRule",
    "SubsidyRules",
    "Supplement",
    "read_subsidies",
]
