"""By when collected money must be remitted: by amount or by working days, whichever comes first."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from enrollment.facts import ZONE
from enrollment.notice import Policy
from enrollment.ports import Reason
from payments.sections import MoneyInHand

Workdays = Callable[[date], bool] | Container[date]
HORIZON = 120  # days looked ahead: the longest holiday is ten, the longest limit 60 working days


@dataclass(frozen=True)
class Due:
    """`on`: the last day on which the money may be in hand; `fen`: what is in hand."""

    on: date
    fen: int
    because: tuple[Reason, ...]


def due_by(
    policy: Policy, collected: Sequence[tuple[datetime, int]], workdays: Workdays
) -> Due | None:
    """By when money that was collected, and not yet remitted, must go.

    In:     instant and fen of each taking, in any order; `workdays` tells a working day.
    Out:    the day on which the sum reaches the limit, or the last of the working days counted
            from the first taking, whichever comes first; None without money or without limits.
    Errors: ValueError where `workdays` knows too few working days.
    Source: docs/RULES.md R-59.
    """
    terms: MoneyInHand | None = policy["money_in_hand"]
    if terms is None or not collected:
        return None
    takings = sorted((at.astimezone(ZONE).date(), fen) for at, fen in collected)
    full = _full_on(takings, terms.limit_fen)
    last = _last_working_day(takings[0][0], terms, workdays)
    if full is not None and (last is None or full <= last):
        on, said = full, _("the limit by amount is reached on %(day)s") % {"day": full}
    elif last is not None:
        on, said = (
            last,
            _("working day %(n)s of money in hand is %(day)s")
            % {
                "n": terms.limit_working_days,
                "day": last,
            },
        )
    else:
        return None
    because = (Reason(terms.clause, terms.words), Reason(terms.clause, said))
    return Due(on, sum(fen for _day, fen in takings), because)


def _full_on(takings: Sequence[tuple[date, int]], limit: int | None) -> date | None:
    held = 0
    for day, fen in takings:
        held += fen
        if limit is not None and held >= limit:
            return day
    return None


def _last_working_day(first: date, terms: MoneyInHand, workdays: Workdays) -> date | None:
    if terms.limit_working_days is None:
        return None
    works = workdays if callable(workdays) else workdays.__contains__
    left = terms.limit_working_days
    start = 0 if terms.first_day_counts else 1
    for ahead in range(start, HORIZON):
        day = first + timedelta(days=ahead)
        left -= bool(works(day))
        if not left:
            return day
    raise ValueError(f"fewer than {terms.limit_working_days} working days known after {first}")
