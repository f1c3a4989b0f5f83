"""One person tried: the price as a ledger of sentences, each with its clause. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from enrollment import rules
from enrollment.facts import Facts
from enrollment.notice import Policy
from enrollment.policy.paragraphs import day
from enrollment.ports import Reason
from enrollment.pricing import Price


@dataclass(frozen=True)
class Line:
    """An item, its fen or a text instead, and why. `strong`: a sum."""

    item: str
    fen: int | None
    because: tuple[Reason, ...]
    text: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Trial:
    price: Price
    kind: str
    net_fen: int
    lines: tuple[Line, ...]


def trial(policy: Policy, price: Price, facts: Facts) -> Trial:
    """`facts`: those that were priced; they say where the person counts."""
    kind = policy["eligibility"].kind(price.kind) if price.kind else None
    name = kind.name if kind else ""
    if not price.eligible:
        return Trial(price, name, 0, ())
    before, after = _around(price)
    subsidy = price.subsidy_because
    lines = [
        Line(_("May enroll"), None, before, name or _("may enroll")),
        *_counts_to(policy, facts),
        Line(_("Individual fee"), price.fee_fen - price.fiscal_fen, (price.fee_because,)),
    ]
    if price.fiscal_fen:
        lines.append(Line(_("Fiscal part, charged as well"), price.fiscal_fen, ()))
    lines.append(Line(_("Paid on behalf"), price.on_behalf_fen, _if(price.on_behalf_fen, subsidy)))
    if price.deducted_fen:
        lines.append(Line(_("Deducted at payment"), price.deducted_fen, subsidy))
    lines += [
        Line(_("Due from the person"), price.own_fen, (), strong=True),
        Line(_("Comes back after payment"), price.reimbursed_fen,
             _if(price.reimbursed_fen, subsidy)),
        Line(_("Borne in the end"), price.own_fen - price.reimbursed_fen, (), strong=True),
        *([Line(_("For missed years paid up, beside it"), price.repair_fen, _waiting(policy))]
          if price.repair_fen else []),
    ]  # fmt: skip
    if price.treasury_fen:
        words = price.treasury_because.words or _("Not charged to the person.")
        reason = Reason(price.treasury_because.clause, words)
        lines.append(Line(_("Fiscal subsidy"), price.treasury_fen, (reason,)))
    if not policy["benefit"].rules and not after:
        after = (Reason("", _("The notice is silent; the coverage period is taken.")),)
    lines.append(Line(_("Benefits begin"), None, after, day(price.benefit_from) or _("not known")))
    lines.append(Line(_("Benefits end"), None, (), day(price.benefit_until) or _("not known")))
    return Trial(price, name, price.own_fen - price.reimbursed_fen, tuple(lines))


def _counts_to(policy: Policy, facts: Facts) -> list[Line]:
    if policy["attribution"] is None:
        return []
    unit, reason = rules.unit_of(policy, rules.with_what_follows(policy, facts))
    said = {
        "village": _("the person's village"),
        "household": _("the household's village"),
        "school": _("the school; the person's village where the school is not known"),
    }[unit]
    told = (Reason(reason.clause, said), Reason("", reason.words))
    return [Line(_("Counts to"), None, tuple(each for each in told if each.words))]


def _waiting(policy: Policy) -> tuple[Reason, ...]:
    waiting = policy["benefit"].waiting
    return (Reason(waiting.clause, waiting.words),)


def _if(fen: int, because: tuple[Reason, ...]) -> tuple[Reason, ...]:
    return because if fen else ()


def _around(price: Price) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """The reasons asked before the fee (who, when), and those after the subsidies (benefit)."""
    told = price.because
    at = told.index(price.fee_because) if price.fee_because in told else len(told)
    after = (reason for reason in told[at + 1 :] if reason not in price.subsidy_because)
    return told[:at], tuple(after)
