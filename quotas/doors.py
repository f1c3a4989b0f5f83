"""What quotas reads of a notice, and does when one is loaded."""

from typing import Any

from django.utils.translation import gettext as _

from enrollment import loading
from enrollment.notice import Policy, register_check, register_section
from quotas import sections, services
from quotas.sections import TargetRules


def describe(policy: Policy) -> dict[str, Any]:
    """`targets`: set → units, the sum of those known in persons, how many are not known yet."""
    rules = [policy["targets"], *policy["target_sets"]]
    return {"targets": {each.slug: _described(each) for each in rules if each.units}}


def _described(rules: TargetRules) -> dict[str, Any]:
    known = {"units": len(rules.units), "sum": rules.total}
    return {**known, "unknown": rules.unknown} if rules.unknown else known


def gaps(policy: Policy) -> list[str]:
    missing = [] if policy["targets"].units else [_("The notice states no targets.")]
    return missing + [
        _("“%(set)s”: %(n)s figures are not known yet.") % {"set": each.title, "n": each.unknown}
        for each in (policy["targets"], *policy["target_sets"])
        if each.unknown
    ]


def open_doors() -> None:
    register_section("targets", sections.read_targets)
    register_section("target_sets", sections.read_target_sets)
    register_section("denominators", sections.read_denominators)
    register_section("checkpoints", sections.read_checkpoints)
    register_check(
        sections.check_sets,
        ("campaign", "insurance"),
        ("target_sets", None, "insurance"),
        ("target_sets", None, "counted"),
    )
    loading.after_load(services.load_notice_targets)
    loading.describe(describe)
    loading.readiness(gaps)
