"""What the worked examples of the notices share: a shipped notice, a person told by facts."""

from functools import cache
from pathlib import Path

from enrollment import rules
from enrollment.notice import Policy
from enrollment.pricing import Price, price
from enrollment.services.campaigns import read_notice
from enrollment.told import facts_told

NOTICES = Path(__file__).parents[2] / "enrollment" / "notices"


@cache
def notice(stem: str) -> Policy:
    return read_notice(NOTICES / f"{stem}.toml").policy


def told(stem: str, *facts: str):
    """Facts as on the command line: told("…", "hardship=低保", "paid_on=2022-11-01 09:00")."""
    pairs = (fact.partition("=") for fact in facts)
    return facts_told(notice(stem), [(name, text) for name, _equals, text in pairs])


def priced(stem: str, *facts: str) -> Price:
    return price(notice(stem), told(stem, *facts))


def money(found: Price) -> tuple[int, int, int, int]:
    """Fee, on behalf, to be paid, reimbursed; yuan."""
    each = (found.fee_fen, found.on_behalf_fen, found.own_fen, found.reimbursed_fen)
    assert all(fen % 100 == 0 for fen in each)
    fee, on_behalf, own, reimbursed = (fen // 100 for fen in each)
    return fee, on_behalf, own, reimbursed


def clauses(found) -> list[str]:
    return [reason.clause for reason in found.because]


def refused_by(found: Price) -> list[str]:
    """The clauses that refuse somebody; they owe nothing and are covered by nothing."""
    assert (found.eligible, found.fee_fen, found.own_fen) == (False, 0, 0)
    assert (found.benefit_from, found.benefit_until) == (None, None)
    return clauses(found)


def unit(stem: str, *facts: str) -> tuple[str, str]:
    """To which unit somebody counts, and by which clause."""
    policy = notice(stem)
    found, reason = rules.unit_of(policy, rules.with_what_follows(policy, told(stem, *facts)))
    return found, reason.clause
