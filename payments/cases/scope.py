"""Which payments a person sees, and where a payment belongs. Source: docs/RULES.md R-366."""

from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import In

from enrollment.access import Role, top_region
from enrollment.models import Campaign, Region, Resident, User
from payments.models import Payment, PaymentQuerySet

READERS = (Role.CLERK, Role.BUREAU, Role.ADMIN, Role.AUDITOR)
PROPOSERS = (Role.CLERK, Role.BUREAU, Role.ADMIN)
APPROVERS = (Role.BUREAU, Role.ADMIN)
NOWHERE = Q(resident_id=None, township_id=None)


def visible_payments(campaign: Campaign, user: User) -> PaymentQuerySet:
    """All of the campaign to who sees all of it; else those that belong to the user's subtree. A
    payment without a person and without a place is the bureau's alone."""
    rows = Payment.objects.filter(campaign_id=campaign.pk)
    region = top_region(user, campaign)
    return rows if region == campaign.region else rows.filter(belonging_to(region))


def belonging_to(region: Region) -> Q:
    """Payments of people who live there; of nobody known, those whose place lies there.

    Each payment's home is looked up: a set of all who live there would be made for every page.
    """
    below = list(Region.objects.within(region).values_list("id", flat=True))
    home = Resident.objects.filter(id=OuterRef("resident_id")).values("village_id")
    return Q(In(Subquery(home), below)) | Q(resident_id=None, township_id__in=below)
