"""Fen of a grant: percents and their rounding, shares of who pays. Values in, values out."""

from collections.abc import Iterable, Sequence

from config.lib.shares import apportion
from enrollment.ports import Funded
from enrollment.sections.shares import WHOLE_BP, Share
from subsidies.sections import Grant, SubsidyRules


def grant_fen(rules: SubsidyRules, grant: Grant, fee_fen: int, fiscal_fen: int) -> int | None:
    """How much of a fee a grant is, never more than the fee; None where the notice is silent.

    `fiscal_fen`: how much of the fee is the fiscal part. An “as” is resolved before.
    Source: docs/RULES.md R-11, R-80.
    """
    if grant.grant == "unstated":
        return None
    if grant.grant == "full":
        return fee_fen
    if grant.grant == "amount":
        return min(grant.amount_fen or 0, fee_fen)
    if grant.grant == "percent":
        own = {"fee": fee_fen, "individual": fee_fen - fiscal_fen, "fiscal": fiscal_fen}
        base = {**dict(rules.bases), **own}[grant.base]
        percent = grant.percent_bp or 0
        return min(rounded(base * percent, WHOLE_BP, grant.round_to, grant.round), fee_fen)
    return 0


def rounded(numerator: int, denominator: int, unit: int, how: str) -> int:
    """A fraction of fen as whole units: half_yuan is 50 fen. nearest: a half goes up.

    Source: docs/RULES.md R-80.
    """
    step = denominator * unit
    if how == "down":
        return numerator // step * unit
    if how == "up":
        return -(-numerator // step) * unit
    return (2 * numerator + step) // (2 * step) * unit


def funded(shares: Sequence[Share], fen: int) -> list[Funded]:
    """Who pays how much of `fen`: sums to it exactly, by largest remainder.

    Sums of money first, then shares; what the notice gives to nobody stands under the names of
    those it states no share for, else under no name. Source: docs/RULES.md R-84.
    """
    if not shares or fen <= 0:
        return []
    left, found = fen, []
    points = [share.share_bp or 0 for share in shares]
    of_points = apportion(fen, [*points, WHOLE_BP - sum(points)])
    for share in sorted(shares, key=lambda share: share.fen is None):
        wanted = of_points[shares.index(share)] if share.fen is None else share.fen
        paid = min(wanted, left)
        left -= paid
        found.append(Funded(share.funder, paid))
    silent = [s.funder for s in shares if s.share_bp is None and s.fen is None]
    return merged([*found, Funded("、".join(silent), left)])


def merged(parts: Iterable[Funded]) -> list[Funded]:
    """One line for each funder, in the order in which they first pay."""
    fen: dict[str, int] = {}
    for part in parts:
        if part.fen:
            fen[part.funder] = fen.get(part.funder, 0) + part.fen
    return [Funded(funder, amount) for funder, amount in fen.items()]
