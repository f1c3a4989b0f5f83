"""When marks are due, and in which month a reimbursement is: values in, values out."""

from datetime import date, datetime

from enrollment.facts import day_start
from enrollment.notice import Policy
from enrollment.sections.windows import REGISTRATION
from subsidies.sections import PayOut, SubsidyRules
from subsidies.sections.timing import NEXT_MONTH, SAME_MONTH


def marks_due(policy: Policy) -> datetime | None:
    """The instant before which everybody must be marked; a mark made then is made too late.

    None where the notice says nothing of it, or names the beginning of a collection whose days it
    does not state. Source: docs/RULES.md R-190.
    """
    marked = policy["subsidies"].marked
    if marked is None:
        return None
    if isinstance(marked.before, date):
        return day_start(marked.before)
    taking = [window.starts for window in policy["windows"] if window.takes != REGISTRATION]
    return min(taking, default=None)


def pay_out_of(rules: SubsidyRules, category: str) -> PayOut | None:
    """What the notice says of the pay-out to a category: the first entry that is for it."""
    return next((each for each in rules.pay_outs if not each.to or category in each.to), None)


def reimbursed_in(pay_out: PayOut, paid_on: date, recognised_on: date | None = None) -> date:
    """The first day of the month in which the reimbursement of a payment falls due.

    The month is counted from the payment, or from the day of recognition where that is later.
    Source: docs/RULES.md R-191.
    """
    entitled = max(paid_on, recognised_on or paid_on).replace(day=1)
    if isinstance(pay_out.month, date):
        return max(entitled, pay_out.month.replace(day=1))
    later = {SAME_MONTH: 0, NEXT_MONTH: 1}[pay_out.month]
    months = entitled.year * 12 + entitled.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)
