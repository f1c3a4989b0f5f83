"""What a payment in another place comes to under the notice: values in, values out."""

from dataclasses import dataclass, replace
from typing import Any

from enrollment import ports, rules
from enrollment.facts import Facts
from enrollment.ports import NotStated, Reason
from enrollment.pricing import Price, fee_of
from subsidies.outcomes import Kind, Outcome
from subsidies.repricing_rules import Decision, Held, decide
from subsidies.sections import SubsidyRules


@dataclass(frozen=True)
class Beside:
    """What stands beside a proof: fen paid there, fen owed up to now, what lists and marks say."""

    paid_fen: int
    owed_fen: int = 0
    hardship: str = ""
    dead: bool = False
    late: bool = False


def decide_elsewhere(policy: Any, beside: Beside, facts: Facts) -> Decision:
    """What comes back of a payment made elsewhere, as the notice would pay it at home.

    In:     `facts` of the person with the marks of now and the day of that payment.
    Out:    OWED with what is not owed yet, never more than was paid; SAME where nothing changes.
    Source: docs/RULES.md R-280 to R-282.
    """
    facts = facts.asked(enrolled_elsewhere=True)
    price, problem = _priced(policy, facts)
    held = Held(
        fee_fen=price.fee_fen, own_fen=price.fee_fen, on_behalf_fen=0, deducted_fen=0,
        reimbursed_fen=0, hardship=beside.hardship, owed_fen=beside.owed_fen,
        paid_fen=beside.paid_fen, settled=True, dead=beside.dead, elsewhere=True,
        late=beside.late,
    )  # fmt: skip
    if facts.marks and not beside.owed_fen and (refused := _refused(policy, facts)):
        return Decision(Outcome.ELSEWHERE, price, 0, because=(refused,))
    found = decide(policy, held, price, problem=problem)
    whole = beside.owed_fen >= beside.paid_fen
    if whole and found.outcome in (Outcome.OWED, Outcome.NOT_BACK, Outcome.NO_TOP_UP):
        return replace(found, outcome=Outcome.SAME, fen=0, kind="", funders=())
    if found.outcome == Outcome.OWED:
        kind = Kind.TOP_UP if beside.owed_fen else Kind.ELSEWHERE
        return replace(found, kind=kind)
    return found


def _priced(policy: Any, facts: Facts) -> tuple[Price, str]:
    """The fee that would be charged at home and what the marks change in it; who may register is
    not asked. The second: why there is no price."""
    if policy["fee"] is None:
        return Price(), "no_fee"
    known = rules.with_what_follows(policy, facts)
    window = rules.paying_window(policy, known.paid_at, known) if known.paid_at else None
    known = known.asked(window=window.key if window else None)
    try:
        fee_fen, fiscal_fen, _rule, _because = fee_of(policy, known)
        subsidy = ports.subsidy(policy, known, fee_fen, fiscal_fen)
    except NotStated as gap:
        return Price(because=(gap.reason,)), "not_stated"
    return Price(
        fee_fen=fee_fen,
        own_fen=fee_fen - subsidy.on_behalf_fen - subsidy.deducted_fen,
        on_behalf_fen=subsidy.on_behalf_fen,
        deducted_fen=subsidy.deducted_fen,
        reimbursed_fen=subsidy.reimbursed_fen,
        hardship=subsidy.category,
        subsidy_because=subsidy.because,
        not_applied=subsidy.not_applied,
        funders=subsidy.funders,
    ), ""


def _refused(policy: Any, facts: Facts) -> Reason | None:
    """The clause that grants nothing to people enrolled elsewhere; or, where the notice does not
    say what they are granted, the one that lets none of them enroll."""
    subsidies: SubsidyRules = policy["subsidies"]
    if subsidies.elsewhere:
        refused = Reason(subsidies.elsewhere_clause, subsidies.elsewhere_words)
        return refused if subsidies.elsewhere == "none" else None
    eligibility = policy["eligibility"]
    for exclusion in eligibility.exclusions:
        if exclusion.when.of("enrolled_elsewhere") is not None and exclusion.when.holds(facts):
            words = exclusion.words or exclusion.name
            return Reason(exclusion.clause or eligibility.clause, words)
    return None
