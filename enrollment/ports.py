"""Questions the ground floor asks of the apps above it.

An app answers in its `AppConfig.ready()` with `answers(name, function)`; `check_answered`, called
last of all, stops the start where a question has no answer.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from enrollment.facts import Facts, Mark


@dataclass(frozen=True)
class Reason:
    """A clause of the notice and our own words for it."""

    clause: str
    words: str


class NotStated(Exception):
    """The notice names this but gives no figure; it cannot be priced until someone sets one."""

    def __init__(self, reason: Reason):
        self.reason = reason
        super().__init__(f"{reason.clause} {reason.words}")


@dataclass(frozen=True)
class Funded:
    """Who pays how much of a subsidy, in fen."""

    funder: str
    fen: int


@dataclass(frozen=True)
class Subsidy:
    """What the applied hardship category changes in a fee. All fen; zero where nothing applies."""

    category: str = ""
    name: str = ""
    on_behalf_fen: int = 0
    deducted_fen: int = 0
    reimbursed_fen: int = 0
    because: tuple[Reason, ...] = ()
    not_applied: tuple[Reason, ...] = ()
    funders: tuple[Funded, ...] = ()  # sums to what is granted where the notice names them
    reimbursed_in: date | None = None  # first day of the month in which that comes back


@dataclass(frozen=True)
class Marked:
    """A standing mark: category key and name, since when, where it is written, its grade."""

    category: str
    name: str
    recognised_on: date
    source: str
    grade: str = ""

    @property
    def mark(self) -> Mark:
        return Mark(self.category, self.grade, self.recognised_on)


@dataclass(frozen=True)
class Listed:
    """A list that a person stands on and that grants nothing: kind, name, whose, since when."""

    kind: str
    name: str
    since: date
    source: str


@dataclass(frozen=True)
class PaymentFact:
    """One payment of a person, as the desk and the person's page show it."""

    payment_id: int
    paid_at: datetime
    fen: int
    channel: str
    standing: str
    cause: str | None
    year: int


@dataclass(frozen=True)
class UnitCount:
    """How far one unit has come. Rates and requirements in basis points of its target."""

    region_id: int
    name: str
    target: int | None
    registered: int
    enrolled: int
    today: int
    rate_bp: int | None
    required_bp: int | None
    checkpoint_bp: int | None
    stalled: bool = field(default=False)


@dataclass(frozen=True)
class GroupCount:
    """People of a group who are known in a place, and those of them who are enrolled."""

    known: int = 0
    enrolled: int = 0


_QUESTIONS = (
    "subsidy",
    "hardship_key",
    "hardship_names",
    "hardship_grades",
    "marks_of",
    "stage_marks",
    "listed",
    "stage_listed",
    "parse_marks",
    "paid_states",
    "stage_settled",
    "payments_of",
    "cash_taken",
    "cash_alarm",
    "unit_counts",
    "group_counts",
)
_answers: dict[str, Callable[..., Any]] = {}


def answers(question: str, function: Callable[..., Any]) -> None:
    if question not in _QUESTIONS:
        raise ImproperlyConfigured(f"nobody asks {question!r}")
    _answers[question] = function


def check_answered() -> None:
    missing = [question for question in _QUESTIONS if question not in _answers]
    if missing:
        raise ImproperlyConfigured(f"no app answers: {', '.join(missing)}")


def subsidy(policy: Any, facts: Facts, fee_fen: int, fiscal_fen: int = 0) -> Subsidy:
    """What applies to a person's marks, and without any. Pure. Errors: NotStated."""
    return _answers["subsidy"](policy, facts, fee_fen, fiscal_fen)


def hardship_key(policy: Any, word: str) -> str | None:
    """The key of the hardship category that is meant: by key, printed name or synonym."""
    return _answers["hardship_key"](policy, word)


def hardship_names(policy: Any) -> dict[str, str]:
    """Key → printed name of the notice's hardship categories, in its order."""
    return _answers["hardship_names"](policy)


def hardship_grades(policy: Any, key: str) -> tuple[str, ...]:
    """The grades of a hardship category of the notice; empty where it has none."""
    return _answers["hardship_grades"](policy, key)


def marks_of(campaign: Any, resident_ids: Iterable[int]) -> dict[int, list[Marked]]:
    """Standing hardship marks of these people; people without one are absent."""
    return _answers["marks_of"](campaign, resident_ids)


def stage_marks(cursor: Any, campaign_id: int, cuts: Sequence[date] = ()) -> None:
    """Fill temp table `marks(resident_id bigint, marks text, …)` for the whole campaign.

    `marks`: "category:grade:interval" joined by commas, sorted; intervals of the day of recognition
    between `cuts` (ascending). `parse_marks` reads it.
    """
    _answers["stage_marks"](cursor, campaign_id, cuts)


def listed(campaign: Any, resident_ids: Iterable[int]) -> dict[int, list[Listed]]:
    """The lists that these people stand on now; people on none are absent."""
    return _answers["listed"](campaign, resident_ids)


def stage_listed(cursor: Any, campaign_id: int, kinds: Sequence[str]) -> int:
    """Fill temp table `listed(resident_id bigint, kinds text)`, kinds joined by commas; how many
    people there are. Without kinds it is empty."""
    return _answers["stage_listed"](cursor, campaign_id, kinds)


def parse_marks(text: str, cuts: Sequence[date] = ()) -> tuple[Mark, ...]:
    """The marks of a profile as staged with these cuts, recognised on a day that stands for all."""
    return _answers["parse_marks"](text, cuts)


def paid_states(campaign_id: int, registration_ids: Iterable[int]) -> dict[int, str]:
    """registration id → "paid", "unpaid" or "exempt"."""
    return _answers["paid_states"](campaign_id, registration_ids)


def stage_settled(cursor: Any, campaign_id: int, registration_ids: list[int] | None = None) -> None:
    """Fill temp table `settled(registration_id, paid_at, paid_fen)`: these registrations, or all.

    A row for every registration that a payment is matched with; `paid_at` is null and `paid_fen` 0
    unless the own part is settled. No payment is matched meanwhile: postings wait until the
    transaction ends.
    """
    _answers["stage_settled"](cursor, campaign_id, registration_ids)


def payments_of(campaign_id: int, resident_id: int) -> list[PaymentFact]:
    """A person's payments known in this campaign, newest first."""
    return _answers["payments_of"](campaign_id, resident_id)


def cash_taken(campaign_id: int, resident_id: int) -> str:
    """In words: when cash was taken of a person who is not paid by it yet; empty: never."""
    return _answers["cash_taken"](campaign_id, resident_id)


def cash_alarm(campaign: Any, user: Any, now: datetime) -> str:
    """In words: the cash of a user's area that must be paid in at the bank today; else empty."""
    return _answers["cash_alarm"](campaign, user, now)


def unit_counts(campaign: Any, regions: Sequence[Any], now: datetime) -> list[UnitCount]:
    """Live counts of these regions (a few: a clerk's villages), in their order."""
    return _answers["unit_counts"](campaign, regions, now)


def group_counts(
    campaign: Any, regions: Sequence[Any], group: str, born_from: date, now: datetime
) -> dict[int, GroupCount]:
    """Region id → its people of a group ("hardship", "students", "newborns"), all below included.

    Each person once: where they are registered, else where they live. `born_from`: of newborns.
    """
    return _answers["group_counts"](campaign, regions, group, born_from, now)
