"""What a notice asks of a person besides what every register tells: which tier they chose,
where their household is registered, whether they stand on a list of people insured elsewhere.

Only what it asks is looked for, when people are registered at the desk and in bulk.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from enrollment import ports
from enrollment.facts import Facts
from enrollment.notice import Policy
from enrollment.ports import Listed, NotStated
from enrollment.pricing import Price, price
from enrollment.sections import conditions_of

BETWEEN = "\x1e"  # between the parts of a profile's text
LISTS = {"elsewhere": "enrolled_elsewhere", "employee": "employee_insured"}  # list → fact
DEAD = "dead"
AGAINST = (DEAD, "employee", "elsewhere", "army", "prison")  # lists that speak against enrolling
DECIDING = ("attribution", "windows", "fee", "fiscal", "subsidies")
PARTS = ("eligible", "fee_fen", "own_fen", "on_behalf_fen", "deducted_fen", "reimbursed_fen")


@dataclass(frozen=True)
class Asked:
    """`tiers`: those that can be chosen, the cheapest first; empty where there is no choice."""

    tiers: tuple[str, ...] = ()
    residence: bool = False
    lists: tuple[str, ...] = ()  # kinds, keys of LISTS


def asked_by(policy: Policy) -> Asked:
    """Source: docs/RULES.md R-172 to R-174."""
    lists = tuple(kind for kind, fact in LISTS.items() if decides(policy, fact))
    return Asked(tiers_of(policy), decides(policy, "residence"), lists)


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


def silence_is_a_fee(policy: Policy) -> bool:
    """Whether the notice has a fee for whoever chooses nothing: one for everybody, or a last rule
    without a condition."""
    fee = policy["fee"]
    return fee.individual_fen is not None or any(not rule.when.fields for rule in fee.rules)


def tier_is_missing(policy: Policy, facts: Facts) -> bool:
    """Whether the person must say which tier they chose: it was not told, the notice has no fee for
    whoever says nothing, and what they owe goes by it. Source: docs/RULES.md R-172."""
    fee = policy["fee"]
    if facts.tier or fee is None or not fee.tiers or silence_is_a_fee(policy):
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
    return ("", *tiers) if tiers and silence_is_a_fee(policy) else tiers


def prices_by_tier(policy: Policy, facts: Facts) -> dict[str, Price | None]:
    """Choice → what the person owes by it; None: not stated."""
    found: dict[str, Price | None] = {}
    for tier in choices_of(policy):
        try:
            found[tier] = price(policy, facts.asked(tier=tier or None), presume=True)
        except NotStated:
            found[tier] = None
    return found


def facts_in(asked: Asked, text: str) -> dict[str, Any]:
    """What the text of a profile tells, as registration_profiles.sql writes it."""
    tier, residence, kinds = text.split(BETWEEN) if text else ("", "", "")
    told = {"tier": tier or None, "residence": residence or None}
    return told | list_facts(asked, kinds.split(","))


def is_listed_dead(text: str) -> bool:
    """Whether the text of a profile, as registration_profiles.sql writes it, names a list of the
    dead."""
    return bool(text) and DEAD in text.split(BETWEEN)[2].split(",")


def list_facts(asked: Asked, kinds: Iterable[str]) -> dict[str, Any]:
    """Facts of somebody who stands on lists of these kinds, and on no other.

    Source: docs/RULES.md R-174.
    """
    held = set(kinds)
    return {LISTS[kind]: kind in held for kind in asked.lists}


def on_lists(campaign: Any, resident_id: int | None) -> list[Listed]:
    """The lists that the person stands on."""
    if resident_id is None:
        return []
    return ports.listed(campaign, [resident_id]).get(resident_id, [])


def deciding(policy: Policy, listed: Iterable[Listed]) -> list[Listed]:
    """Those by which the notice goes."""
    kinds = asked_by(policy).lists
    return [each for each in listed if each.kind in kinds]


def doubtful(policy: Policy, listed: Iterable[Listed]) -> list[Listed]:
    """Those that speak against enrolling although the notice does not go by them: somebody has to
    look. Source: docs/RULES.md R-300."""
    kinds = asked_by(policy).lists
    return [each for each in listed if each.kind in AGAINST and each.kind not in kinds]


def facts_of(campaign: Any, listed: Iterable[Listed] = ()) -> dict[str, Any]:
    """The facts that lists tell, as `on_lists` found them."""
    return list_facts(asked_by(campaign.policy), [each.kind for each in listed])
