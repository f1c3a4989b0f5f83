"""Which payments a person sees, and where a payment belongs."""

from django.db.models import Q

from enrollment.access import Role, top_region
from enrollment.models import Campaign, Region, Resident, User
from payments.models import Payment, PaymentQuerySet

READERS = (Role.CLERK, Role.BUREAU, Role.ADMIN, Role.AUDITOR)
PROPOSERS = (Role.CLERK, Role.BUREAU, Role.ADMIN)
APPROVERS = (Role.BUREAU, Role.ADMIN)


def visible_payments(campaign: Campaign, user: User) -> PaymentQuerySet:
    """All of the campaign to who sees all of it; else those that belong to the user's subtree. A
    payment without a person and without a place is the bureau's alone."""
    rows = Payment.objects.filter(campaign_id=campaign.pk)
    region = top_region(user, campaign)
    return rows if region == campaign.region else rows.filter(belonging_to(region))


def belonging_to(region: Region) -> Q:
    """Payments of people who live there; of nobody known, those whose place lies there."""
    below = Region.objects.within(region)
    here = Resident.objects.filter(village_id__in=below.values("id"))
    return Q(resident_id__in=here.values("id")) | Q(
        resident_id=None, township_id__in=below.values("id")
    )


NOWHERE = Q(resident_id=None, township_id=None)
