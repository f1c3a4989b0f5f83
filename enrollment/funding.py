"""Who funds the fiscal subsidy of how many people. Source: docs/RULES.md R-66."""

from collections.abc import Mapping
from dataclasses import dataclass

from enrollment.notice import Policy
from enrollment.ports import Reason
from enrollment.sections import Fiscal
from enrollment.sections.shares import WHOLE_BP


@dataclass(frozen=True)
class FundingRow:
    """A funder's part for one group of places. Fen; None: the notice does not state it."""

    group: str
    funder: str
    fen: int | None
    reason: Reason


@dataclass(frozen=True)
class Funding:
    """total_fen = the rows' stated fen + not_stated_fen, which no figure names a funder for."""

    persons: int
    total_fen: int
    rows: tuple[FundingRow, ...]
    not_stated_fen: int


def groups(policy: Policy) -> tuple[str, ...]:
    """The groups of places that the notice distinguishes, in its order; ("",) for none."""
    fiscal = policy["fiscal"]
    named = dict.fromkeys(share.group for share in fiscal.shares) if fiscal else {}
    return tuple(named) or ("",)


def funding(policy: Policy, persons_by_group: Mapping[str, int]) -> Funding | None:
    """The fiscal subsidy of these people, split as far as the notice states it.

    A share of no group is of every group. None where the notice states no subsidy, or only by
    kinds of person. Fractions of a
    fen go to what is not stated, or else to the last funder.
    Errors: KeyError for a group that the notice does not have. Source: docs/RULES.md R-66.
    """
    fiscal = policy["fiscal"]
    if fiscal is None or fiscal.rules:
        return None
    unknown = set(persons_by_group) - set(groups(policy)) - {""}
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    rows: list[FundingRow] = []
    for group, persons in persons_by_group.items():
        rows += _rows(fiscal, fiscal.per_person_fen, group, persons)
    persons = sum(persons_by_group.values())
    total = persons * fiscal.per_person_fen
    stated = sum(row.fen or 0 for row in rows)
    return Funding(persons, total, tuple(rows), total - stated)


def _rows(fiscal: Fiscal, each_fen: int, group: str, persons: int) -> list[FundingRow]:
    whole = persons * each_fen
    shares = [share for share in fiscal.shares if share.group in ("", group)]
    found = []
    for share in shares:
        fen = None
        if share.share_bp is not None:
            fen = whole * share.share_bp // WHOLE_BP
        elif share.fen is not None:
            fen = share.fen * persons
        reason = Reason(share.clause or fiscal.clause, share.words or fiscal.words)
        found.append(FundingRow(group, share.funder, fen, reason))
    if found and sum(share.share_bp or 0 for share in shares) == WHOLE_BP:
        last = found[-1]
        rest = whole - sum(row.fen or 0 for row in found)
        found[-1] = FundingRow(group, last.funder, (last.fen or 0) + rest, last.reason)
    return found
