"""What every page's shell shows: the campaign, the menu of one's role, a practice clock."""

from typing import Any

from django.http import HttpRequest

from enrollment.menu import menu_of
from enrollment.models import Campaign


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.region_id:
        return {"campaign": None, "menu": []}
    campaign = getattr(request, "campaign", None) or current_campaign(request)
    return {
        "campaign": campaign,
        "menu": menu_of(user, campaign) if campaign else [],
        "practice_clock": campaign.clock if campaign and campaign.practice else None,
    }


def current_campaign(request: HttpRequest) -> Campaign | None:
    """The campaign of the URL, else the newest the user sees, working ones first."""
    slug = request.resolver_match.kwargs.get("slug") if request.resolver_match else None
    seen = Campaign.objects.visible_to(request.user).select_related("region")
    if slug:
        return seen.filter(slug=slug).first()
    return seen.working().first() or seen.first()
