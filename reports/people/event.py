"""One thing that happened, as the timeline of a person shows it."""

from dataclasses import dataclass
from datetime import datetime

from enrollment import ports
from enrollment.models import User


@dataclass(frozen=True)
class Event:
    """`at` is business time, except of matches and marks: when they were made here.

    `quoted` clauses of a decision, with our words; `left_out` what was considered, not applied.
    """

    at: datetime
    shape: str
    tone: str
    what: str
    text: str = ""
    fen: int | None = None
    fen_word: str = ""
    who: str = ""
    payment_id: int | None = None
    file_id: int | None = None
    is_decision: bool = False
    quoted: tuple[ports.Reason, ...] = ()
    left_out: tuple[ports.Reason, ...] = ()
    roster_id: int | None = None  # the list behind it
    proof_id: int | None = None


def name_of(user: User | None) -> str:
    if user is None:
        return ""
    return user.get_role_display() if user.role == User.Role.SYSTEM else str(user)
