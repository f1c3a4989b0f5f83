"""What views share: the request, the campaign of an address, refusals and files as answers."""

from typing import Any, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django_htmx.middleware import HtmxDetails

from enrollment import files
from enrollment.access import campaign_or_404, sees_all_of
from enrollment.attachments import kind_of
from enrollment.errors import Refused
from enrollment.models import Campaign, SourceFile, User

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Answer = TypeVar("Answer", bound=HttpResponseBase)


class Request(HttpRequest):
    """A type for views only; the object is Django's own request."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails
    campaign: Campaign  # set by views, for the shell


def campaign_of(request: Request, slug: str) -> Campaign:
    """The campaign of an address, as far as one sees it; the shell need not look for it."""
    request.campaign = campaign_or_404(request.user, slug)
    return request.campaign


def whole_campaign_of(request: Request, slug: str) -> Campaign:
    """Only for who sees all of it, as what the page speaks of is the whole campaign's."""
    campaign = campaign_of(request, slug)
    if not sees_all_of(request.user, campaign):
        raise Http404
    return campaign


def refused(request: Request, refusal: Refused, *to: Any) -> HttpResponse:
    """Back to a page, which says why nothing was done."""
    for said in refusal.messages:
        messages.error(request, str(said))
    return redirect(*to)


def named(answer: Answer, name: str, *, shown: bool = False) -> Answer:
    """The file goes out under its name, as what it is said to be: to be kept, or `shown`."""
    said = content_disposition_header(not shown, name)
    answer.headers["Content-Disposition"] = said or "attachment"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def as_workbook(content: bytes, name: str) -> HttpResponse:
    return named(HttpResponse(content, content_type=XLSX), name)


def as_attachment(file: SourceFile, *, pdf_shown: bool = False) -> HttpResponse:
    """A photo or PDF that was handed in, in the clear: an act, to be logged by whoever calls.

    A photo is shown, a PDF only if asked for; whatever else it were is never run nor shown.
    Errors: Refused once the copy was deleted.
    """
    with files.opened(file) as path:
        content = path.read_bytes()
    kind = kind_of(content[:16]) or "application/octet-stream"
    shown = kind.startswith("image/") or (pdf_shown and kind == "application/pdf")
    return named(HttpResponse(content, content_type=kind), file.name, shown=shown)
