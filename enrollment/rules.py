"""Pure rules of the ground floor: what a registration costs, and until when it may be made."""

from dataclasses import dataclass
from datetime import date, datetime

from enrollment import ports
from enrollment.facts import Facts
from enrollment.notice import Policy
from enrollment.ports import Reason
from enrollment.sections import Window


@dataclass(frozen=True)
class Price:
    """What one profile owes. Fen; fee = own + on_behalf + deducted; reimbursed ≤ own."""

    fee_fen: int
    own_fen: int
    on_behalf_fen: int
    deducted_fen: int
    reimbursed_fen: int
    hardship: str
    because: tuple[Reason, ...]
    not_applied: tuple[Reason, ...] = ()


class NoFee(Exception):
    """The notice states no fee; nobody can be priced under it."""


def price(policy: Policy, facts: Facts) -> Price:
    """Price one profile: the standing hardship categories are the facts that matter so far.

    Errors: NoFee. Source: docs/RULES.md R-04 (fee), R-10 to R-13 (subsidies).
    """
    fee = policy["fee"]
    if fee is None:
        raise NoFee
    subsidy = ports.subsidy(policy, facts, fee.individual_fen)
    return Price(
        fee_fen=fee.individual_fen,
        own_fen=fee.individual_fen - subsidy.on_behalf_fen - subsidy.deducted_fen,
        on_behalf_fen=subsidy.on_behalf_fen,
        deducted_fen=subsidy.deducted_fen,
        reimbursed_fen=subsidy.reimbursed_fen,
        hardship=subsidy.category,
        because=(Reason(fee.clause, fee.words), *subsidy.because),
        not_applied=subsidy.not_applied,
    )


def open_window(policy: Policy, at: datetime) -> Window | None:
    """The first window of the notice that holds the instant. Source: docs/RULES.md R-03."""
    return next((window for window in policy["windows"] if window.holds(at)), None)


def category_by_age(born_on: date | None, on: date) -> str | None:
    """The person category where age alone is certain; None for school ages.

    1401 newborn under one year, 1402 under 6, 1501 from 19, 1601 from 60 (common reading of
    registration forms; a school child is not told from a minor out of school by age).
    """
    if born_on is None:
        return None
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    if age < 1:
        return "1401"
    if age < 6:
        return "1402"
    if age >= 60:
        return "1601"
    return "1501" if age >= 19 else None
