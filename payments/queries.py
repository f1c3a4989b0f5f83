"""What is known of payments: states of registrations, the payments of a person, of a receipt."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Sum

from enrollment.models import Registration
from enrollment.ports import PaymentFact
from payments.keys import receipt_prefix
from payments.models import Match, Part, Payment, PaymentQuerySet


def paid_states(campaign_id: int, registration_ids: Iterable[int]) -> dict[int, str]:
    """registration id → "paid", "unpaid" or "exempt": of the own part, the one people pay.

    Exempt = the own part is zero; paid = its live matches cover it.
    """
    ids = list(registration_ids)
    due = dict(
        Registration.objects.filter(campaign_id=campaign_id, id__in=ids).values_list(
            "id", "own_fen"
        )
    )
    covered = dict(
        Match.objects.filter(registration_id__in=ids, part=Part.OWN, ended_at=None)
        .values_list("registration_id")
        .annotate(Sum("fen"))
    )
    return {
        pk: "exempt" if own == 0 else "paid" if covered.get(pk, 0) >= own else "unpaid"
        for pk, own in due.items()
    }


def payments_of(campaign_id: int, resident_id: int) -> list[PaymentFact]:
    """A person's payments in the campaign, newest first."""
    rows = Payment.objects.filter(campaign_id=campaign_id, resident_id=resident_id)
    return [
        PaymentFact(
            payment_id=row.pk,
            paid_at=row.paid_at,
            fen=row.fen,
            channel=row.channel,
            standing=row.standing,
            cause=row.cause,
            year=row.year,
        )
        for row in rows.order_by("-paid_at", "-id")
    ]


def with_receipt(campaign_id: int, receipt: str) -> PaymentQuerySet:
    """Payments on one receipt, a family's rows together; by the key's index (see keys.py)."""
    prefix = receipt_prefix(receipt)
    first, last = UUID(bytes=prefix + b"\0" * 8), UUID(bytes=prefix + b"\xff" * 8)
    return Payment.objects.filter(
        campaign_id=campaign_id, key__range=(first, last), receipt=receipt[:40]
    ).order_by("line")
