"""The sections of a notice that belong to the ground floor, a module for each noun."""

from enrollment.notice import register_check, register_section

from .agreement import (
    check_days,
    check_fields,
    check_fiscal,
    check_kinds_named,
    check_windows_named,
    conditions_of,
)
from .attribution import Attribution, AttributionRule, read_attribution
from .document import CampaignRules, Contact, Document, read_campaign, read_document
from .eligibility import Eligibility, Exclusion, Kind, read_eligibility
from .fee import Component, Fee, FeeRule, Fiscal, read_fee, read_fiscal
from .shares import Share
from .tiers import Tier, check_tiers_named, read_tiers
from .windows import Window, read_windows

__all__ = [
    "Attribution",
    "AttributionRule",
    "CampaignRules",
    "Component",
    "Contact",
    "Document",
    "Eligibility",
    "Exclusion",
    "Fee",
    "FeeRule",
    "Fiscal",
    "Kind",
    "Share",
    "Tier",
    "Window",
    "conditions_of",
    "register_sections",
]


def register_sections() -> None:
    register_section("document", read_document, required=True)
    register_section("campaign", read_campaign)
    register_section("eligibility", read_eligibility)
    register_section("attribution", read_attribution)
    register_section("windows", read_windows)
    register_section("tiers", read_tiers)
    register_section("fee", read_fee)
    register_section("fiscal", read_fiscal)
    register_check(check_windows_named, ("windows", None, "key"))
    register_check(check_kinds_named, ("eligibility", "kinds", None, "key"))
    register_check(check_tiers_named, ("tiers",), ("fee",))
    register_check(check_fields)
    register_check(
        check_days,
        ("campaign", "coverage_from"),
        ("campaign", "coverage_until"),
        ("windows", None, "from"),
        ("windows", None, "until"),
    )
    register_check(check_fiscal, ("fiscal",))
