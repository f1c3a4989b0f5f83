"""The notice's [subsidies]: which hardship category gets what, how, from whom."""

from subsidies.sections.categories import SubsidyRule, Supplement
from subsidies.sections.grants import Grant
from subsidies.sections.section import SubsidyRules, read_subsidies

__all__ = ["Grant", "SubsidyRule", "SubsidyRules", "Supplement", "read_subsidies"]
