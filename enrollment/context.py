"""What every page's shell shows: the campaign, the navigation of one's role, a practice clock."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enrollment.access import READERS, Role
from enrollment.models import Campaign

OFFICE = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)
NAV = [
    ("desk", _("Registration"), (Role.CLERK,)),
    ("progress", _("Progress"), READERS),
    ("rankings", _("Rankings"), READERS),
    ("targets", _("Targets"), OFFICE),
    ("rosters", _("Rosters"), (*OFFICE, Role.DEPARTMENT)),
    ("on-behalf", _("On behalf"), (*OFFICE, Role.CLERK)),
    ("open-payments", _("Payments"), (*OFFICE, Role.CLERK)),
    ("collection", _("Collection"), (Role.CLERK, Role.COLLECTOR)),
    ("registers", _("Registers"), READERS),
    ("payment-files", _("Payment files"), (*OFFICE, Role.TAX)),
    ("finance", _("Finance"), (*OFFICE, Role.CLERK)),
    ("people", _("Residents"), READERS),
    ("policy", _("Policy"), (*READERS, Role.DEPARTMENT, Role.TAX)),
]


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.region_id:
        return {"campaign": None, "nav": []}
    campaign = getattr(request, "campaign", None) or current_campaign(request)
    nav = []
    if campaign is not None:
        nav = [
            {"key": name, "label": label, "url": reverse(name, args=[campaign.slug])}
            for name, label, roles in NAV
            if user.role in roles
        ]
    return {
        "campaign": campaign,
        "nav": nav,
        "practice_clock": campaign.clock if campaign and campaign.practice else None,
    }


def current_campaign(request: HttpRequest) -> Campaign | None:
    """The campaign of the URL, else the newest the user sees, working ones first."""
    slug = request.resolver_match.kwargs.get("slug") if request.resolver_match else None
    seen = Campaign.objects.visible_to(request.user).select_related("region")
    if slug:
        return seen.filter(slug=slug).first()
    return seen.working().first() or seen.first()
