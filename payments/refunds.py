"""What of a payment goes back, and to whom: values in, values out."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from enrollment.notice import Policy
from enrollment.ports import Reason
from payments.sections import RefundRule


@dataclass(frozen=True)
class Paid:
    """What stands paid for a person, fen. `reimbursed_fen` came back to them from a subsidy.

    `benefit_from`: the first day of their benefits; None: that of the coverage.
    """

    own_fen: int
    on_behalf_fen: int = 0
    reimbursed_fen: int = 0
    benefits_used: bool = False
    benefit_from: date | None = None


@dataclass(frozen=True)
class Decision:
    """Fen that go back: `own_fen` to the person, `aid_fen` to who subsidised them."""

    own_fen: int
    aid_fen: int
    because: tuple[Reason, ...]

    @property
    def fen(self) -> int:
        return self.own_fen + self.aid_fen


def refundable(policy: Policy, reason: str, on: date, paid: Paid) -> Decision:
    """What goes back for a reason of the notice to somebody who asks on a day.

    Of several entries with that reason the first that is still open decides.
    Source: docs/RULES.md R-57.
    """
    entries = [rule for rule in policy["refunds"] if rule.reason == reason]
    if not entries:
        return _nothing(Reason("", _("the notice gives nothing back for “%s”") % reason))
    rule = next((rule for rule in entries if not _over(policy, rule, on, paid)), None)
    if rule is None:
        last = entries[-1]
        over = Reason(last.clause, _over(policy, last, on, paid))
        return _nothing(Reason(last.clause, last.words), over)
    because = Reason(rule.clause, rule.words)
    if rule.forbidden_by_use and paid.benefits_used:
        return _nothing(because, Reason(rule.clause, _("benefits have been used")))
    if rule.part == "none":
        return _nothing(because)
    own = max(0, paid.own_fen - paid.reimbursed_fen)
    aid = paid.own_fen - own + paid.on_behalf_fen if rule.part == "all" else 0
    return Decision(own, aid, (because,))


def _nothing(*because: Reason) -> Decision:
    return Decision(0, 0, because)


def _over(policy: Policy, rule: RefundRule, on: date, paid: Paid) -> str:
    """Why it is too late by this entry; empty while it is open."""
    if rule.until is not None and on > rule.until:
        return _("the last day was %(day)s") % {"day": rule.until}
    first = policy["campaign"].coverage_from
    if rule.before == "benefit_from":
        first = paid.benefit_from or first
    if rule.before and on >= first:
        return _("benefits have begun on %(day)s") % {"day": first}
    return ""
