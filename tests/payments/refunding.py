"""A notice that gives back, and people who ask for it; shared by the tests of refunds."""

from typing import Any

from tests.conftest import at

NOW, LATER = at("2022-11-20 09:00"), at("2022-11-21 09:00")
REFUNDS = """
[[refunds]]
reason = "death"
name = "死亡"
until = 2022-12-30
part = "own"
clause = "七"
words = "缴费期内可申请退费，只退个人缴费部分"

[[refunds]]
reason = "whole"
name = "重复参保"
part = "all"
benefits_used = "forbids"
clause = "七"
words = "未享受待遇的全额退回"
"""


def give_back(campaign: Any) -> None:
    """The notice gets refunds."""
    version = campaign.policy_version
    version.source += REFUNDS
    version.save()
    campaign.__dict__.pop("_policy", None)


def standing_of(payment_id: int) -> tuple[Any, ...]:
    from payments.models import Payment

    row = Payment.objects.get(pk=payment_id)
    return row.standing, row.cause, row.open_fen, row.refund_due_fen, row.refunded_fen
