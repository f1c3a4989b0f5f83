"""Reads of payments for those who ask through the ports, and for the pages."""

from collections.abc import Iterable

from django.db.models import Sum

from enrollment.models import Registration
from enrollment.ports import PaymentFact
from payments.models import Match, Part, Payment


def paid_states(campaign_id: int, registration_ids: Iterable[int]) -> dict[int, str]:
    """registration id → "exempt" (own part is zero), "paid" (own part covered), else "unpaid"."""
    ids = list(registration_ids)
    paid = dict(
        Match.objects.filter(registration_id__in=ids, part=Part.OWN, ended_at=None)
        .values("registration_id")
        .annotate(total=Sum("fen"))
        .values_list("registration_id", "total")
    )
    owed = Registration.objects.filter(id__in=ids).values_list("id", "own_fen")
    return {
        pk: "exempt" if own == 0 else "paid" if paid.get(pk, 0) >= own else "unpaid"
        for pk, own in owed
    }


def payments_of(campaign_id: int, resident_id: int) -> list[PaymentFact]:
    """A person's payments known in this campaign, newest first."""
    return [
        PaymentFact(p.id, p.paid_at, p.fen, p.channel, p.standing, p.cause, p.year)
        for p in Payment.objects.filter(
            campaign_id=campaign_id, resident_id=resident_id
        ).order_by("-paid_at", "-id")
    ]
