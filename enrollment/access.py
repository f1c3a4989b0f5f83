"""Who may. Every view is wrapped by `allow`; every object is fetched through a user's scope."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from enrollment.models import Campaign, Region, User

Role = User.Role
READERS = (Role.CLERK, Role.COLLECTOR, Role.BUREAU, Role.ADMIN, Role.AUDITOR)


def allow(*roles: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Signed in, active, with one of these roles and with a region; otherwise sign-in or 403.

    A part of a page (htmx) is answered 401: a redirect would put the sign-in page into the page,
    and the kit says on 401 that the session has ended.
    """

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user = request.user
            if not user.is_authenticated:
                if getattr(request, "htmx", False):
                    return HttpResponse(status=401)
                # What was to be written cannot be asked for again by a link.
                back = request.get_full_path() if request.method == "GET" else reverse("home")
                return redirect_to_login(back)
            if user.role not in roles or user.region_id is None:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.allowed_roles = tuple(roles)  # type: ignore[attr-defined]
        return guarded

    return wrap


def region_of(user: User) -> Region:
    """The region an account is bound to; without one there is nothing to see."""
    if user.region is None:
        raise Http404
    return user.region


def sees_all_of(user: User, campaign: Campaign) -> bool:
    return region_of(user).contains(campaign.region)


def campaign_or_404(user: User, slug: str) -> Campaign:
    return get_object_or_404(Campaign.objects.visible_to(user).select_related("region"), slug=slug)


def top_region(user: User, campaign: Campaign) -> Region:
    """The highest region of this campaign that the user sees: their own, or the campaign's."""
    own = region_of(user)
    if campaign.region.contains(own):
        return own
    if own.contains(campaign.region):
        return campaign.region
    raise Http404


def region_or_404(user: User, campaign: Campaign, region_id: int) -> Region:
    """A region of the campaign inside the user's subtree."""
    return get_object_or_404(Region.objects.within(top_region(user, campaign)), pk=region_id)
