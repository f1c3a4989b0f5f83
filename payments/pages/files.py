"""Payment files: the list with its upload, one file with its progress, its sum and its lines."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from config.lib import workbooks
from config.lib.figures import thousands, yuan
from enrollment import clock, jobs
from enrollment.access import Role, allow
from enrollment.errors import Refused
from enrollment.files import taken_in_before
from enrollment.http import Request, as_workbook, whole_campaign_of
from enrollment.models import Campaign, SourceFile
from payments import acceptance
from payments.alarm import missing_file
from payments.models import Acceptance, Cause, Payment, Standing, Voiding
from payments.pages import file_lines
from payments.pages.forms import PaymentFileForm
from payments.pages.intake import take_in_payments

READERS = (Role.BUREAU, Role.ADMIN, Role.TAX, Role.AUDITOR)
SENDERS = (Role.BUREAU, Role.ADMIN, Role.TAX)
DECIDERS = (Role.BUREAU, Role.ADMIN)  # accept a file, void one
MOST_SHOWN = 20  # rejected rows on the file's own page


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def payment_files(request: Request, slug: str) -> HttpResponse:
    campaign = whole_campaign_of(request, slug)
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
                    rows=form.cleaned_data["rows"],
                    fen=form.cleaned_data["yuan"],
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
            "missing": missing_file(campaign, clock.now(campaign)),
            "most_megabytes": settings.PAYMENTS_MOST_BYTES >> 20,
            "two_people": acceptance.is_wanted(campaign),
            "files": Paginator(rows, 25).get_page(request.GET.get("page")),
        },
        status=422 if form.errors else 200,
    )


@require_GET
@allow(*READERS)
def payment_file(request: Request, slug: str, file_id: int) -> HttpResponse:
    campaign = whole_campaign_of(request, slug)
    return render(request, "payments/file.html", _facts(request, campaign, file_id))


@require_GET
@allow(*READERS)
def payment_file_progress(request: Request, slug: str, file_id: int) -> HttpResponse:
    """The part of the page that changes while the worker is at it; asks again until it is over."""
    campaign = whole_campaign_of(request, slug)
    return render(request, "payments/file_progress.html", _facts(request, campaign, file_id))


@require_GET
@allow(*READERS)
def payment_file_lines(request: Request, slug: str, file_id: int) -> HttpResponse:
    """The list that a count of the file sums to."""
    file = file_or_404(whole_campaign_of(request, slug), file_id)
    lines = _lines(request, file)
    return render(
        request,
        "payments/file_lines.html",
        {
            "campaign": file.campaign,
            "file": file,
            "asked": lines.asked,
            "fen": lines.fen(),
            "count": len(lines),
            "query": urlencode({"of": lines.asked.of, "cause": lines.asked.cause}),
            "page": Paginator(lines, file_lines.PAGE).get_page(request.GET.get("page")),
        },
    )


@require_GET
@allow(*READERS)
def payment_file_lines_xlsx(request: Request, slug: str, file_id: int) -> HttpResponse:
    file = file_or_404(whole_campaign_of(request, slug), file_id)
    lines = _lines(request, file)
    head, rows = file_lines.workbook_rows(lines)
    title = f"{_('File %(n)s') % {'n': file.pk}} {lines.asked.title}"
    told = _("%(n)s lines, %(yuan)s yuan") % {"n": thousands(len(lines)), "yuan": yuan(lines.fen())}
    cut = (
        _("Only the first %(n)s lines stand here.")
        % {"n": thousands(file_lines.MOST_IN_A_WORKBOOK)}
        if len(lines) > file_lines.MOST_IN_A_WORKBOOK
        else ""
    )
    book = workbooks.table(lines.asked.title, [file.name, told, cut], head, rows)
    answer = as_workbook(book, f"{title}.xlsx")
    answer["Cache-Control"] = "no-store"
    return answer


def _lines(request: Request, file: SourceFile) -> file_lines.Lines:
    asked = file_lines.asked(request.GET.get("of", ""), request.GET.get("cause", ""))
    return file_lines.Lines(file, asked)


def file_or_404(campaign: Campaign, file_id: int) -> SourceFile:
    return get_object_or_404(
        SourceFile.objects.select_related("taken_by", "job", "campaign"),
        pk=file_id,
        campaign=campaign,
        kind=SourceFile.Kind.PAYMENTS,
    )


def _facts(request: Request, campaign: Campaign, file_id: int) -> dict[str, Any]:
    row = file_or_404(campaign, file_id)
    decides = request.user.role in DECIDERS
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
        "rejected": row.problems.filter(rejected=True)[:MOST_SHOWN],
        "rejected_fen": row.counts.get("fen", {}).get("rejected"),
        "lines_url": reverse("payment-file-lines", args=[campaign.slug, row.pk]),
        "acceptance": Acceptance.objects.select_related("accepted_by").filter(file=row).first(),
        "voiding": Voiding.objects.select_related("by").filter(file=row).first(),
        "may_void": decides and row.state == SourceFile.State.POSTED,
        "may_accept": decides and row.taken_by_id != request.user.pk,
        "may_turn_down": decides,
        **_foreseen(row),
        "same_as": row.counts.get("same_as"),
    }
    if row.state in (SourceFile.State.POSTED, SourceFile.State.VOIDED):
        facts.update(_standings(row))
    if row.state != SourceFile.State.REFUSED and row.read:
        facts["equation"] = _equation(row, facts["lines_url"])
    return facts


def _foreseen(row: SourceFile) -> dict[str, Any]:
    """What posting a checked file would give, as it was when it was checked."""
    found = row.counts.get("foreseen") or {}
    return {
        "foreseen": found,
        "foreseen_causes": [
            {"label": Cause(cause).label, "n": n, "fen": found["open_fen"].get(cause, 0)}
            for cause, n in found.get("open", {}).items()
        ],
    }


def _equation(row: SourceFile, url: str) -> list[dict[str, Any]]:
    """What was read, and what became of it; each part with the list that it counts."""
    voided = row.state == SourceFile.State.VOIDED
    posted = voided or row.state == SourceFile.State.POSTED
    parts = [
        ("new", _("New"), row.new, {}),
        ("known", _("Known"), row.known, {}),
        ("conflict", _("Conflict"), row.conflict, {"tone": "zhe"}),
        ("rejected", _("Rejected"), row.rejected, {"tone": "zhu", "shape": "error"}),
    ]
    listed = posted and not row.counts.get("same_as")
    return [
        {"label": _("Read"), "value": row.read, "key": "read"},
        *(
            {
                "label": label,
                "value": value,
                "key": key,
                **(look if value else {}),
                **(
                    {"url": f"{url}?of={'voided' if voided and key == 'new' else key}"}
                    if value and (listed or (key == "rejected" and not posted))
                    else {}
                ),
            }
            for key, label, value, look in parts
        ),
    ]


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
