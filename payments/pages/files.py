"""Payment files: the list with its upload, one file with its progress and its sum."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from enrollment import clock, jobs
from enrollment.access import Role, allow, campaign_or_404, top_region
from enrollment.errors import Refused
from enrollment.files import taken_in_before
from enrollment.http import Request
from enrollment.models import Campaign, SourceFile
from payments.models import Cause, Payment, Standing
from payments.pages.forms import PaymentFileForm
from payments.pages.intake import take_in_payments

READERS = (Role.BUREAU, Role.ADMIN, Role.TAX, Role.AUDITOR)
SENDERS = (Role.BUREAU, Role.ADMIN, Role.TAX)


def campaign_whole_or_404(request: Request, slug: str) -> Campaign:
    """A file covers the whole campaign, so only who sees all of it may see a file."""
    campaign = campaign_or_404(request.user, slug)
    if top_region(request.user, campaign) != campaign.region:
        return get_object_or_404(Campaign.objects.none())
    return campaign


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def payment_files(request: Request, slug: str) -> HttpResponse:
    campaign = campaign_whole_or_404(request, slug)
    may_send = request.user.role in SENDERS
    posted = request.method == "POST"
    form = PaymentFileForm(request.POST, request.FILES) if posted else PaymentFileForm()
    if posted and may_send:
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                row = take_in_payments(
                    campaign,
                    name=upload.name,
                    source=upload.file,
                    by=request.user,
                    now=clock.now(campaign),
                )
            except Refused as refusal:
                form.add_error("file", refusal.messages)
            else:
                return redirect("payment-file", slug, row.pk)
    elif posted:
        return HttpResponse(status=403)
    rows = (
        SourceFile.objects.filter(campaign=campaign, kind=SourceFile.Kind.PAYMENTS)
        .select_related("taken_by")
        .order_by("-pk")
    )
    return render(
        request,
        "payments/files.html",
        {
            "form": form,
            "may_send": may_send,
            "files": Paginator(rows, 25).get_page(request.GET.get("page")),
        },
        status=422 if form.errors else 200,
    )


@require_GET
@allow(*READERS)
def payment_file(request: Request, slug: str, file_id: int) -> HttpResponse:
    campaign = campaign_whole_or_404(request, slug)
    return render(request, "payments/file.html", _facts(campaign, file_id))


@require_GET
@allow(*READERS)
def payment_file_progress(request: Request, slug: str, file_id: int) -> HttpResponse:
    """The part of the page that changes while the worker is at it; asks again until it is over."""
    campaign = campaign_whole_or_404(request, slug)
    return render(request, "payments/file_progress.html", _facts(campaign, file_id))


def _facts(campaign: Campaign, file_id: int) -> dict[str, Any]:
    row = get_object_or_404(
        SourceFile.objects.select_related("taken_by", "job"),
        pk=file_id,
        campaign=campaign,
        kind=SourceFile.Kind.PAYMENTS,
    )
    job = row.job
    progress = jobs.progress_of(job) if job else None
    running = bool(job and job.state == job.State.QUEUED)
    facts: dict[str, Any] = {
        "campaign": campaign,
        "file": row,
        "job": job,
        "running": running,
        "progress": progress,
        "stage": _(progress.stage) if progress and progress.stage else "",
        "before": taken_in_before(row),
        "rejected": row.problems.filter(rejected=True)[:200],
        "warnings": row.problems.filter(rejected=False)[:200],
    }
    if row.state == SourceFile.State.POSTED:
        facts.update(_standings(row))
        facts["equation"] = [
            {"label": _("Read"), "value": row.read, "key": "read"},
            {"label": _("New"), "value": row.new, "key": "new"},
            {"label": _("Known"), "value": row.known, "key": "known"},
            {
                "label": _("Conflict"),
                "value": row.conflict,
                "key": "conflict",
                **({"tone": "zhe"} if row.conflict else {}),
            },
            {
                "label": _("Rejected"),
                "value": row.rejected,
                "key": "rejected",
                **({"tone": "zhu", "shape": "error"} if row.rejected else {}),
            },
        ]
    return facts


def _standings(row: SourceFile) -> dict[str, Any]:
    payments = Payment.objects.filter(file_id=row.pk)
    by_standing = {
        found["standing"]: found
        for found in payments.values("standing").annotate(n=Count("id"), fen=Sum("fen"))
    }
    causes = (
        payments.filter(standing=Standing.OPEN)
        .values("cause")
        .annotate(n=Count("id"), fen=Sum("open_fen"))
        .order_by("-n")
    )
    return {
        "standings": [
            {"standing": standing, **by_standing[standing]}
            for standing in Standing.values
            if standing in by_standing
        ],
        "causes": [{**found, "label": Cause(found["cause"] or "").label} for found in causes],
        "money": payments.aggregate(fen=Sum("fen"))["fen"] or 0,
    }
