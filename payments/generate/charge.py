"""What is to be paid, and how often which fault occurs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from enrollment.notice import Policy

# Share of the plan's people; each case occurs at least once where there is somebody it fits.
CASES = MappingProxyType(
    {
        "paid_twice": 0.004,
        "paid_twice_refunded": 0.001,
        "wrong_year": 0.003,
        "too_little": 0.002,
        "too_little_then_full": 0.001,
        "too_much": 0.002,
        "unknown_person": 0.003,
        "damaged_number": 0.002,
        "not_registered": 0.003,
        "name_differs": 0.003,
        "reversed": 0.001,
        "reversed_before": 0.0005,
        "reversed_before_in_earlier_file": 0.0005,
        "reversed_and_paid_again": 0.001,
        "reversal_repeated": 0.0005,
        "refunded": 0.0005,
        "overlap": 0.02,
        "conflict": 0.0005,
        "arrives_late": 0.002,
        "without_receipt": 0.001,
        "without_receipt_overlap": 0.0005,
        "untidy_number": 0.005,
        "no_date": 0.0005,
        "no_year": 0.0003,
    }
)
FORMS = ("gb18030", "utf-8", "utf-8-sig", "xlsx")


@dataclass(frozen=True)
class Charge:
    """`due_fen`: what everyone owes; with a `policy` only those of whom nothing is known, the
    others owe what it says of each. `coverage_until` is exclusive. `authority`: the tax office as
    the file names it. `prefix`: leading digits of receipt numbers.

    `hardship`: the share of the register's people whom a roster marks with a category of the
    policy that has rosters.

    `paying` is the share of those registered who pay in time, `families` of the households that
    pay on one receipt. `days` each file covers; None puts everything into one file.
    `titled` adds a title above the header and a 合计 row at the end.
    """

    due_fen: int
    coverage_from: date
    coverage_until: date
    authority: str
    prefix: str
    policy: Policy | None = None
    hardship: float = 0.0
    paying: float = 0.98
    families: float = 0.35
    cases: Mapping[str, float] = field(default_factory=lambda: CASES)
    days: int | None = 7
    form: str = "gb18030"
    titled: bool = False

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise ValueError(f"form must be one of {', '.join(FORMS)}")
        unknown = set(self.cases) - set(CASES)
        if unknown:
            raise ValueError(f"unknown cases: {', '.join(sorted(unknown))}")
        if self.due_fen < 100:
            raise ValueError("due_fen must be at least 100, so that less can be paid")
        if self.hardship and self.policy is None:
            raise ValueError("hardship needs the policy whose categories it is about")
