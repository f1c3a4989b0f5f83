"""Reads for the list of open payments: by cause and township, and one case side by side."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, Subquery, Sum

from config.lib import names
from config.lib.siv import head_hash
from enrollment.access import top_region
from enrollment.models import Campaign, Identity, Region, Registration, Resident, User
from payments.models import Cause, Match, Payment, PaymentQuerySet


def visible_payments(campaign: Campaign, user: User) -> PaymentQuerySet:
    """All of the campaign to who sees all of it; else those whose person, or whose place as
    recognised, lies in the user's subtree. A payment without either is the bureau's alone."""
    rows = Payment.objects.filter(campaign_id=campaign.pk)
    region = top_region(user, campaign)
    if region == campaign.region:
        return rows
    below = Region.objects.within(region).values("id")
    here = Resident.objects.filter(village_id__in=below).values("id")
    return rows.filter(
        Q(resident_id__in=Subquery(here)) | Q(resident_id=None, township_id__in=Subquery(below))
    )


@dataclass(frozen=True)
class CauseRow:
    """One cause: how many, how much, since when."""

    cause: str
    label: str
    n: int
    fen: int
    oldest: datetime


def causes(payments: PaymentQuerySet) -> list[CauseRow]:
    """Open payments by cause, most first; sums of what is open, in fen."""
    found = (
        payments.open()
        .values("cause")
        .annotate(n=Count("id"), fen=Sum("open_fen"), oldest=Min("paid_at"))
        .order_by("-n")
    )
    return [
        CauseRow(
            row["cause"], str(Cause(row["cause"] or "").label), row["n"], row["fen"], row["oldest"]
        )
        for row in found
    ]


def townships(payments: PaymentQuerySet) -> list[dict[str, Any]]:
    """Open payments by the township the file names; places that were not recognised last."""
    counts = {
        row["township_id"]: row
        for row in payments.open()
        .values("township_id")
        .annotate(n=Count("id"), fen=Sum("open_fen"))
    }
    regions = Region.objects.filter(pk__in=[pk for pk in counts if pk]).order_by("position")
    rows = [{"region": region, **counts[region.pk]} for region in regions]
    if None in counts:
        rows.append({"region": None, **counts[None]})
    return rows


def candidates(payment: Payment) -> list[Resident]:
    """People to compare with: the number's holder, else who shares its first 15 and the name."""
    rows = Resident.objects.select_related("village__parent", "household")
    if payment.resident_id:
        return list(rows.filter(pk=payment.resident_id))
    number = payment.number.reveal()
    if len(number) < 15:
        return []
    return list(
        rows.filter(
            identities__head=head_hash(number), name_key=names.name_key(payment.name)
        ).distinct()[:2]
    )


def compare(payment: Payment, resident: Resident, campaign: Campaign) -> list[dict[str, Any]]:
    """The facts of a payment beside those of a person, in the order people check them."""
    number = payment.number.reveal()
    identities = list(Identity.objects.filter(resident=resident))
    held = [identity.number.reveal() for identity in identities]
    registration = (
        Registration.objects.standing().filter(campaign=campaign, resident=resident).first()
    )
    match = (
        Match.objects.of_registrations([registration.pk]).filter(ended_at=None).first()
        if registration
        else None
    )
    current = next((i for i in identities if i.current), None)
    return [
        _row("name", payment.name, resident.name, payment.name_key == resident.name_key),
        _row("number", payment.masked, current.masked if current else "–", number in held),
        _row("place", payment.place or "–", f"{resident.village.parent} {resident.village}", None),
        _row(
            "year",
            str(payment.year),
            str(campaign.coverage_from.year),
            payment.year == campaign.coverage_from.year,
        ),
        _row(
            "fen",
            payment.fen,
            registration.own_fen if registration else None,
            registration is not None and payment.fen == registration.own_fen,
        ),
        _row("registered", None, registration.registered_at if registration else None, None),
        _row("settled", None, match.at if match else None, None),
    ]


def _row(key: str, payment: Any, ours: Any, same: bool | None) -> dict[str, Any]:
    return {"key": key, "payment": payment, "ours": ours, "same": same}
