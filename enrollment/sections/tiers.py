"""[[tiers]]: what the tiers that people choose between are called, in the order they are shown."""

from dataclasses import dataclass
from typing import Any

from enrollment.expected import not_among
from enrollment.notice import Table
from enrollment.sections.agreement import Complain, check_named


@dataclass(frozen=True)
class Tier:
    key: str
    name: str


def read_tiers(section: Table) -> tuple[Tier, ...]:
    found = []
    for row in section.keyed_tables("tiers", []):
        found.append(Tier(key=row.text("key"), name=row.text("name")))
        row.done()
    return tuple(found)


def check_tiers_named(sections: dict[str, Any], complain: Complain) -> None:
    """Where the tiers are listed, conditions and fees name no other."""
    keys = [tier.key for tier in sections["tiers"]]
    if not keys:
        return
    check_named(sections, complain, "tier", keys)
    for index, rule in enumerate(sections["fee"].rules if sections["fee"] else ()):
        if rule.benefit_tier and rule.benefit_tier not in keys:
            at = ("fee", "rules", index, "benefit_tier")
            complain(at, not_among(rule.benefit_tier, keys))
