"""What a notice asks of a person besides what every register tells: which tier they chose,
where their household is registered.

Only what it asks is looked for, when people are registered at the desk and in bulk.
"""

from dataclasses import dataclass
from typing import Any

from enrollment.facts import Facts
from enrollment.notice import Policy
from enrollment.ports import NotStated
from enrollment.pricing import Price, price
from enrollment.sections import conditions_of

BETWEEN = "\x1e"  # between the parts of a profile's text
DECIDING = ("attribution", "windows", "fee", "fiscal", "subsidies")
PARTS = ("eligible", "fee_fen", "own_fen", "on_behalf_fen", "deducted_fen", "reimbursed_fen")


@dataclass(frozen=True)
class Asked:
    """`tiers`: those that can be chosen, the cheapest first; empty where there is no choice."""

    tiers: tuple[str, ...] = ()
    residence: bool = False

    def __bool__(self) -> bool:
        return bool(self.tiers or self.residence)


def asked_by(policy: Policy) -> Asked:
    """Source: docs/RULES.md R-172, R-173."""
    return Asked(tiers_of(policy), decides(policy, "residence"))


def decides(policy: Policy, field: str) -> bool:
    """Whether who may register, what they owe or where they count may go by the field.

    Kinds of person that are only named (everybody is admitted, and no rule asks for the kind)
    decide nothing.
    """
    rules = policy["eligibility"]
    conditions = [each for name in DECIDING for each in conditions_of(policy[name])]
    conditions += [each.when for each in rules.exclusions]
    by_kind = any(each.of("kind") for each in conditions)
    if by_kind or rules.otherwise == "refuse" or not all(kind.admit for kind in rules.kinds):
        conditions += [kind.when for kind in rules.kinds]
    return any(each.of(field) for each in conditions)


def tiers_of(policy: Policy) -> tuple[str, ...]:
    """The tiers that the fee's rules tell apart, the cheapest first."""
    fee = policy["fee"]
    if fee is None:
        return ()
    lowest: dict[str, int] = {}
    for rule in fee.rules:
        wanted = rule.when.of("tier")
        fen = rule.individual_fen if rule.individual_fen is not None else fee.individual_fen
        for tier in wanted if isinstance(wanted, tuple) else ():
            lowest[tier] = min(fen or 0, lowest.get(tier, fen or 0))
    return tuple(sorted(lowest, key=lambda tier: lowest[tier]))


def tier_is_missing(policy: Policy, facts: Facts) -> bool:
    """Whether the person must say which tier they chose: it was not told, the notice has no fee for
    whoever says nothing, and what they owe goes by it. Source: docs/RULES.md R-172."""
    fee = policy["fee"]
    if facts.tier or fee is None or fee.individual_fen is not None or not fee.tiers:
        return False
    found = {_outcome(policy, facts.asked(tier=tier)) for tier in (None, *fee.tiers)}
    return len(found) > 1


def _outcome(policy: Policy, facts: Facts) -> tuple[Any, ...]:
    try:
        priced = price(policy, facts, presume=True)
    except NotStated as gap:
        return (gap.reason,)
    return tuple(getattr(priced, name) for name in (*PARTS, "hardship", "unit"))


def choices_of(policy: Policy) -> tuple[str, ...]:
    """What somebody may answer: the tiers, and before them "" where silence is a fee too."""
    tiers = tiers_of(policy)
    return ("", *tiers) if tiers and policy["fee"].individual_fen is not None else tiers


def prices_by_tier(policy: Policy, facts: Facts) -> dict[str, Price | None]:
    """Choice → what the person owes by it; None: not stated."""
    found: dict[str, Price | None] = {}
    for tier in choices_of(policy):
        try:
            found[tier] = price(policy, facts.asked(tier=tier or None), presume=True)
        except NotStated:
            found[tier] = None
    return found


def facts_in(text: str) -> dict[str, Any]:
    """What the text of a profile tells, as registration_profiles.sql writes it."""
    tier, residence = text.split(BETWEEN) if text else ("", "")
    return {"tier": tier or None, "residence": residence or None}
