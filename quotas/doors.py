"""What quotas reads of a notice, and does when one is loaded."""

from typing import Any

from django.utils.translation import gettext as _

from enrollment import loading
from enrollment.notice import Policy, register_section
from quotas import sections, services


def describe(policy: Policy) -> dict[str, Any]:
    """`targets`: set → units and sum, in persons."""
    units = policy["targets"].units
    if not units:
        return {"targets": {}}
    return {"targets": {"notice": {"units": len(units), "sum": sum(u.persons for u in units)}}}


def gaps(policy: Policy) -> list[str]:
    return [] if policy["targets"].units else [_("The notice states no targets.")]


def open_doors() -> None:
    register_section("targets", sections.read_targets)
    register_section("checkpoints", sections.read_checkpoints)
    loading.after_load(services.load_notice_targets)
    loading.describe(describe)
    loading.readiness(gaps)
