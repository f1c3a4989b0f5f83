"""What a reward or a deduction is counted by at a stage: values in, values out."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from reports.sections import Reward
from reports.sections.rewards import BEGUN, SHARED


@dataclass(frozen=True)
class At:
    """The place of a unit: `rank` among all, `sharing` units at it, of which it is number `index`
    (from 0) in the order of the notice."""

    rank: int = 1
    sharing: int = 1
    index: int = 0


def of_place(reward: Reward, at: At) -> int | None:
    """Fen for the place that a unit takes; None behind the last that is rewarded.

    Who shares a place gets its fen each, or all together what the places that they take are
    worth, a fen that is left over to the first of them. Source: docs/RULES.md R-233.
    """
    if at.rank > len(reward.ranks):
        return None
    if reward.ties != SHARED:
        return reward.ranks[at.rank - 1]
    each, left = divmod(sum(reward.ranks[at.rank - 1 : at.rank - 1 + at.sharing]), at.sharing)
    return each + (at.index < left)


def points_missed(counted: int, target: int, share_bp: int, point: str) -> int:
    """Percentage points of the target by which the share is missed, exactly, each once begun or
    each full one; nothing is missed of a target of zero. Source: docs/RULES.md R-234.
    """
    if target == 0:
        return 0
    missing = max(Fraction(0), Fraction(share_bp, 100) - Fraction(counted * 100, target))
    return ceil(missing) if point == BEGUN else floor(missing)
