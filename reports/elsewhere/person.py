"""Proofs of payment elsewhere, for the page of a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from enrollment.access import Role
from enrollment.models import Campaign, Resident, User
from reports.elsewhere.queries import proofs_of
from subsidies.models import ElsewhereProof

READ = (Role.CLERK, Role.BUREAU, Role.ADMIN, Role.AUDITOR)
WRITE = (Role.CLERK, Role.BUREAU, Role.ADMIN)
REGISTERED = ("paid", "unpaid", "exempt")


@dataclass(frozen=True)
class Elsewhere:
    """`enters`: the user may enter one, and nothing speaks against it."""

    proofs: Sequence[ElsewhereProof]
    reads: bool
    enters: bool


def enrolled_elsewhere(campaign: Campaign, resident: Resident, state: str, user: User) -> Elsewhere:
    proofs = proofs_of(campaign, resident)
    stands = any(proof.state in ElsewhereProof.STANDING for proof in proofs)
    here = state in REGISTERED
    enters = user.role in WRITE and not stands and not here
    return Elsewhere(proofs, user.role in READ, enters)
