"""What changed marks come to for somebody who is registered: values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from config.lib.shares import apportion
from enrollment.ports import Funded, Reason, Subsidy
from enrollment.pricing import Price
from subsidies.outcomes import Kind, Outcome
from subsidies.rules import change, total_fen
from subsidies.sections import SubsidyRules

MOST_WORDS = 400  # characters that Repricing and PayOut keep


@dataclass(frozen=True)
class Held:
    """A registration as it stands. Fen; `owed_fen` what earlier repricings owe beside it (or take
    back), `paid_fen` what the person paid of the own part. `late`: a mark recognised too late."""

    fee_fen: int
    own_fen: int
    on_behalf_fen: int
    deducted_fen: int
    reimbursed_fen: int
    hardship: str
    owed_fen: int = 0
    paid_fen: int = 0
    settled: bool = False
    dead: bool = False
    elsewhere: bool = False
    late: bool = False

    @property
    def granted(self) -> Subsidy:
        """All that is granted up to now; what is owed beside counts as coming back."""
        return Subsidy(
            category=self.hardship,
            on_behalf_fen=self.on_behalf_fen,
            deducted_fen=self.deducted_fen,
            reimbursed_fen=self.comes_back_fen,
        )

    @property
    def comes_back_fen(self) -> int:
        return self.reimbursed_fen + self.owed_fen


@dataclass(frozen=True)
class Decision:
    """`fen` beside the registration; `price` is what applies now, whatever comes of it."""

    outcome: str
    price: Price
    was_fen: int
    fen: int = 0
    kind: str = ""
    funders: tuple[Funded, ...] = ()
    because: tuple[Reason, ...] = ()

    @property
    def clause(self) -> str:
        found = dict.fromkeys(reason.clause for reason in self.because if reason.clause)
        return "、".join(found)[:80]

    @property
    def words(self) -> str:
        return "；".join(reason.words for reason in self.because if reason.words)[:MOST_WORDS]


def decide(
    policy: Any, held: Held, priced: Price, *, problem: str = "", natural: Price | None = None
) -> Decision:
    """What becomes of a registration when its person's marks have changed.

    In:     `priced` under the marks of now; where something is settled, of somebody who had paid
            before; `natural`: of somebody who had not. `problem`: why there is no price.
    Out:    UPDATED only where nothing is settled; else fen ≤ what they paid and does not come back
            yet.
    Source: docs/RULES.md R-250 to R-254.
    """
    rules: SubsidyRules = policy["subsidies"]
    before, after = held.granted, _granted(priced)
    found = Decision(Outcome.SAME, priced, total_fen(before), because=priced.subsidy_because)
    if problem:
        return replace(found, outcome=Outcome.UNPRICED, because=priced.because)
    more = total_fen(after) - total_fen(before)
    if more > 0 and held.dead:
        return replace(found, outcome=Outcome.DEAD, because=())
    if more > 0 and held.elsewhere and rules.elsewhere == "none":
        why = (Reason(rules.elsewhere_clause, rules.elsewhere_words),)
        return replace(found, outcome=Outcome.ELSEWHERE, because=why)
    if not held.settled and _differs(held, priced):
        return replace(found, outcome=Outcome.UPDATED)
    if more == 0 or not held.settled:
        if held.late:
            why = (Reason(rules.clause, rules.recognised_words),)
            return replace(found, outcome=Outcome.RECOGNISED_LATE, because=why)
        return found
    if more < 0:
        return _fall(policy, rules, held, found, after)
    return _rise(policy, rules, held, found, natural or priced)


def _fall(
    policy: Any, rules: SubsidyRules, held: Held, found: Decision, after: Subsidy
) -> Decision:
    """Less applies. Only what has not come back yet can be taken back without asking."""
    why = _change_because(rules)
    back = max(change(policy, held.granted, after), -held.comes_back_fen)
    if back < 0:
        return replace(found, outcome=Outcome.TAKEN_BACK, fen=back, because=why)
    return replace(found, outcome=Outcome.FALL_KEPT, because=why)


def _rise(
    policy: Any, rules: SubsidyRules, held: Held, found: Decision, natural: Price
) -> Decision:
    """More applies. A first category is no rise of one: what it grants is not a matter of it."""
    after = _granted(found.price)
    first = found.was_fen == 0
    more = total_fen(after) if first else change(policy, held.granted, after)
    if more <= 0:
        return replace(found, outcome=Outcome.NO_TOP_UP, because=_change_because(rules))
    unreturned = held.paid_fen - held.comes_back_fen
    fen = min(more, after.reimbursed_fen - held.comes_back_fen, unreturned)
    if fen <= 0:
        return replace(found, outcome=Outcome.NOT_BACK)
    kind = Kind.REIMBURSEMENT if first else Kind.TOP_UP
    if after.reimbursed_fen > natural.reimbursed_fen:
        kind = Kind.PAID_ALREADY
    because = found.because if first else (*found.because, *_change_because(rules))
    return replace(
        found,
        outcome=Outcome.OWED,
        fen=fen,
        kind=kind,
        funders=shared_out(found.price.funders, fen),
        because=because,
    )


def shared_out(funders: Sequence[Funded], fen: int) -> tuple[Funded, ...]:
    """Who pays how much of `fen`, in the proportions of `funders`; nobody named where none is.

    Out: sums to `fen`, without empty shares. Source: docs/RULES.md R-84, R-255.
    """
    weights = [funder.fen for funder in funders]
    if not sum(weights):
        return (Funded("", fen),) if fen else ()
    shares = apportion(fen, weights)
    return tuple(Funded(f.funder, share) for f, share in zip(funders, shares, strict=True) if share)


def _granted(price: Price) -> Subsidy:
    return Subsidy(
        category=price.hardship,
        on_behalf_fen=price.on_behalf_fen,
        deducted_fen=price.deducted_fen,
        reimbursed_fen=price.reimbursed_fen,
    )


def _differs(held: Held, price: Price) -> bool:
    names = ("fee_fen", "own_fen", "on_behalf_fen", "deducted_fen", "reimbursed_fen", "hardship")
    return any(getattr(held, name) != getattr(price, name) for name in names)


def _change_because(rules: SubsidyRules) -> tuple[Reason, ...]:
    return (Reason(rules.change_clause, rules.change_words),)
