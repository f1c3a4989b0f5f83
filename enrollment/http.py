"""What a request is behind `access.allow`: signed in, with what middleware and views attach."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from enrollment.models import Campaign, User


class Request(HttpRequest):
    """A type for views only; the object is Django's own request."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails
    campaign: Campaign  # set by views whose URL has no slug, for the shell
