"""What a hardship category changes in a fee: values in, values out."""

from collections.abc import Sequence

from enrollment.ports import Reason, Subsidy
from subsidies.sections import SubsidyRule, SubsidyRules


def grant_fen(rule: SubsidyRule, fee_fen: int) -> int:
    """How much of a fee a category is granted, never more than the fee."""
    if rule.grant == "full":
        return fee_fen
    if rule.grant == "none":
        return 0
    return min(rule.amount_fen or 0, fee_fen)


def apply_highest(rules: SubsidyRules, categories: Sequence[str], fee_fen: int) -> Subsidy:
    """The highest grant among a person's categories; the others are named as not applied.

    Categories that the notice does not know grant nothing. Ties go to the notice's order.
    Source: docs/RULES.md R-10 to R-13.
    """
    held = [rule for rule in rules.categories if rule.key in categories]
    if not held:
        return Subsidy()
    best = max(held, key=lambda rule: grant_fen(rule, fee_fen))
    granted = grant_fen(best, fee_fen)
    return Subsidy(
        category=best.key,
        name=best.name,
        on_behalf_fen=granted if best.how == "on_behalf" else 0,
        deducted_fen=granted if best.how == "deducted" else 0,
        reimbursed_fen=granted if best.how == "reimbursed" else 0,
        because=(Reason(best.clause, best.words),),
        not_applied=tuple(Reason(r.clause, f"{r.name}：{r.words}") for r in held if r is not best),
    )
