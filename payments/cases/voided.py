"""A payment that is there no more: its file was undone. Source: docs/RULES.md R-416.

Its name, number and place went with it; whose it was decides who still sees that it existed.
"""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from enrollment.access import top_region
from enrollment.models import Campaign, User
from payments.cases import scope
from payments.models import VoidedLine, Voiding

_HALF = 1 << 64  # a key's first half is of the receipt (keys.py)


def visible(campaign: Campaign, user: User) -> "QuerySet[VoidedLine]":
    """As `scope.visible_payments`, of payments that went and that no other file took over."""
    rows = VoidedLine.objects.filter(
        campaign_id=campaign.pk, kind=VoidedLine.Kind.PAYMENT, handed_to=None
    )
    region = top_region(user, campaign)
    return rows if region == campaign.region else rows.filter(scope.belonging_to(region))


def of_payment(payment_id: int) -> list[tuple[VoidedLine, Voiding]]:
    """Every file that brought it and was undone, in that order."""
    rows = list(
        VoidedLine.objects.filter(row_id=payment_id, kind=VoidedLine.Kind.PAYMENT).order_by("id")
    )
    done = Voiding.objects.filter(file__in=[row.file_id for row in rows])
    of = {row.file_id: row for row in done.select_related("file", "by")}
    return [(row, of[row.file_id]) for row in rows if row.file_id in of]


def facts(campaign: Campaign, user: User, line: VoidedLine) -> dict[str, Any]:
    """For payments/voided.html: how it went, and what reports the same receipt now."""
    low = line.key.int // _HALF * _HALF
    now = scope.visible_payments(campaign, user).filter(
        key__range=(UUID(int=low), UUID(int=low + _HALF - 1))
    )
    rows = list(now.order_by("paid_at", "id")[:20])
    return {
        "line": line,
        "voiding": Voiding.objects.select_related("file", "by").get(file_id=line.file_id),
        "again": next((row for row in rows if row.key == line.key), None),
        "same_receipt": [row for row in rows if row.key != line.key],
    }
