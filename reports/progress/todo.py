"""What waits in the bureau beside payments and people: money that is late, lists not confirmed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from enrollment.access import Role, sees_all_of
from enrollment.models import Campaign, Region, User
from payments.alarm import missing_file
from payments.collection.held import alarm
from reports.on_behalf.queries import unconfirmed
from subsidies.models import PayOut, PayOutBatch, PayOutDecision, Transfer
from subsidies.payouts.queries import overdue_batches, this_month

OFFICE = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)


@dataclass(frozen=True)
class Waiting:
    """`fen` None: no sum is told."""

    label: str
    count: int
    url: str
    fen: int | None = None


def waiting(campaign: Campaign, region: Region, user: User, now: datetime) -> list[Waiting]:
    """What is more than none; but for cash only of the whole campaign, to whom it concerns."""
    return [*_cash(campaign, region, now), *_office(campaign, region, user, now)]


def _cash(campaign: Campaign, region: Region, now: datetime) -> list[Waiting]:
    """Cash of a place that must be paid in at the bank today."""
    found = alarm(campaign, region, now)
    if found is None:
        return []
    here = reverse("collection", args=[campaign.slug])
    return [Waiting(_("Cash to be paid in today"), found.groups, here, found.fen)]


def _office(campaign: Campaign, region: Region, user: User, now: datetime) -> list[Waiting]:
    if user.role not in OFFICE or region.pk != campaign.region_id:
        return []
    if not sees_all_of(user, campaign):
        return []
    late, batches = _overdue(campaign, now), overdue_batches(campaign, now).count()
    pay_outs = reverse("pay-outs", args=[campaign.slug])
    found = [
        Waiting(
            _("Pay-outs overdue"),
            late["n"],
            reverse("pay-outs-list", args=[campaign.slug]) + "?standing=overdue",
            late["fen"],
        ),
        Waiting(_("Batches of earlier months, not confirmed"), batches, pay_outs),
        Waiting(
            _("On lists on behalf, not confirmed"),
            unconfirmed(campaign),
            reverse("on-behalf", args=[campaign.slug]) + "?state=listed",
        ),
    ]
    if missing := missing_file(campaign, now):
        files = reverse("payment-files", args=[campaign.slug])
        found.append(Waiting(_("Days without a payment file"), missing.days, files))
    return [each for each in found if each.count]


def _overdue(campaign: Campaign, now: datetime) -> dict[str, Any]:
    """What payouts.queries lists as OVERDUE, without looking at lists: n, fen."""
    dropped = PayOutDecision.objects.filter(
        pay_out=OuterRef("pk"), ended_at=None, what=PayOutDecision.What.DROPPED
    )
    confirmed = Transfer.objects.filter(
        pay_out=OuterRef("pk"), returned_at=None, batch__state=PayOutBatch.State.CONFIRMED
    )
    rows = PayOut.objects.filter(campaign=campaign, ended_at=None, due_month__lt=this_month(now))
    rows = rows.exclude(Exists(confirmed)).exclude(Exists(dropped))
    return rows.aggregate(n=Count("pk"), fen=Sum("fen", default=0))
