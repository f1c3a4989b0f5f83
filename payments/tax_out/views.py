"""Files that went out to the tax bureau, and what the next one would hold."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from enrollment import clock, jobs
from enrollment.access import Role, allow
from enrollment.errors import Refused
from enrollment.http import Request, named, whole_campaign_of
from enrollment.models import Job
from payments.models import TaxExport
from payments.refund_requests import lists
from payments.tax_out import export

READ = (Role.BUREAU, Role.ADMIN, Role.TAX, Role.AUDITOR)
TAKE = (Role.BUREAU, Role.ADMIN, Role.TAX)
MAKE = (Role.BUREAU, Role.ADMIN)


@require_http_methods(["GET", "POST"])
@allow(*READ)
def tax_exports(request: Request, slug: str) -> HttpResponse:
    """What has gone out, what waits; POST makes the next export, as a job."""
    campaign = whole_campaign_of(request, slug)
    running = Job.objects.filter(campaign=campaign, kind=export.JOB).order_by("-pk").first()
    is_running = running is not None and running.state == Job.State.QUEUED
    if request.method == "POST":
        if request.user.role not in MAKE:
            return HttpResponse(status=403)
        why = request.POST.get("why", "").strip()
        if len(why) < 2:
            messages.error(request, _("Say what the file is for."))
        elif not is_running:
            args, now = {"why": why[:200]}, clock.now(campaign)
            jobs.enqueue(export.JOB, by=request.user, now=now, campaign=campaign, args=args)
        return redirect("tax-exports", slug)
    rows = TaxExport.objects.filter(campaign=campaign).select_related("made_by", "file")
    # What waits is counted over all registrations: not while an export of them is under way.
    return render(
        request,
        "payments/tax_exports.html",
        {
            "campaign": campaign,
            "waiting": None if is_running else export.waiting(campaign),
            "refunds": lists.to_send(campaign).count(),
            "page": Paginator(rows.order_by("-until", "-pk"), 25).get_page(request.GET.get("page")),
            "running": is_running,
            "progress": jobs.progress_of(running) if running and is_running else None,
            "problems": running.problems if running else [],
            "may_make": request.user.role in MAKE,
            "may_take": request.user.role in TAKE,
        },
    )


@never_cache
@require_POST
@allow(*TAKE)  # type: ignore[arg-type]  # a stream
def file(request: Request, slug: str, export_id: int) -> HttpResponseBase:
    """The file, byte for byte as it went out: numbers leave the house, for a reason."""
    campaign = whole_campaign_of(request, slug)
    rows = TaxExport.objects.select_related("file")
    row = get_object_or_404(rows, pk=export_id, campaign=campaign)
    try:
        pieces = export.hand_out(
            row, why=request.POST.get("why", ""), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, " ".join(map(str, refusal.messages)))
        return redirect("tax-exports", slug)
    answer = StreamingHttpResponse(pieces, content_type="text/csv")
    answer["Content-Length"] = str(row.file.size)
    return named(answer, row.file.name)
