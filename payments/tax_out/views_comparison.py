"""The tax system's list of people beside ours, in the browser and as a workbook."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment import clock, jobs
from enrollment.access import Role, allow
from enrollment.errors import Refused
from enrollment.http import Request, as_workbook, whole_campaign_of
from enrollment.models import Campaign, SourceFile
from payments.models import TaxComparison, TaxPerson
from payments.tax_out import comparison, differences
from payments.tax_out.forms import PeopleFileForm

READ = (Role.BUREAU, Role.ADMIN, Role.TAX, Role.AUDITOR)
SEND = (Role.BUREAU, Role.ADMIN, Role.TAX)
ON_A_PAGE = 100


@require_http_methods(["GET", "POST"])
@allow(*READ)
def tax_comparisons(request: Request, slug: str) -> HttpResponse:
    campaign = whole_campaign_of(request, slug)
    may_send = request.user.role in SEND
    posted = request.method == "POST"
    if posted and not may_send:
        return HttpResponse(status=403)
    form = PeopleFileForm(request.POST, request.FILES) if posted else PeopleFileForm()
    if posted and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            row = comparison.take_in(
                campaign, name=upload.name, source=upload.file, by=request.user,
                now=clock.now(campaign),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("file", [str(each) for each in refusal.messages])
        else:
            return redirect("tax-comparison", slug, row.pk)
    files = SourceFile.objects.filter(campaign=campaign, kind=SourceFile.Kind.TAX_PEOPLE)
    page = Paginator(files.select_related("taken_by", "job").order_by("-pk"), 25).get_page(
        request.GET.get("page")
    )
    found = {row.file_id: row for row in TaxComparison.objects.filter(file__in=list(page))}
    return render(
        request,
        "payments/tax_comparisons.html",
        {
            "campaign": campaign,
            "form": form,
            "may_send": may_send,
            "page": page,
            "rows": [{"file": file, "comparison": found.get(file.pk)} for file in page],
        },
        status=422 if form.errors else 200,
    )


@never_cache
@require_GET
@allow(*READ)
def tax_comparison(request: Request, slug: str, people_file_id: int) -> HttpResponse:
    """How many of each outcome; of one outcome the people, ours beside theirs."""
    campaign = whole_campaign_of(request, slug)
    file = _file(campaign, people_file_id)
    row = TaxComparison.objects.filter(file=file).first()
    facts: dict[str, Any] = {
        "campaign": campaign,
        "file": file,
        "comparison": row,
        "job": file.job,
        "running": bool(file.job and file.job.state == file.job.State.QUEUED),
        "progress": jobs.progress_of(file.job) if file.job else None,
        "may_take": request.user.role in SEND,
        "sees_people": request.user.role != Role.TAX,
    }
    if row:
        outcome = _outcome(request.GET.get("outcome", ""), row)
        people = TaxPerson.objects.filter(comparison_id=row.pk, outcome=outcome)
        page = Paginator(people.order_by("line", "id"), ON_A_PAGE).get_page(request.GET.get("page"))
        facts |= {
            "outcomes": [
                (key, label, row.counts.get(key, 0)) for key, label in TaxPerson.Outcome.choices
            ],
            "outcome": outcome,
            "page": page,
            "rows": differences.beside(campaign, list(page)),
            "query": f"outcome={outcome}&",
            "unknown": [word for word, key in row.words.items() if key is None],
        }
    return render(request, "payments/tax_comparison.html", facts)


@never_cache
@require_POST
@allow(*SEND)
def workbook(request: Request, slug: str, people_file_id: int) -> HttpResponse:
    """The people of an outcome with numbers in full, for a reason that is kept."""
    campaign = whole_campaign_of(request, slug)
    file = _file(campaign, people_file_id)
    row = get_object_or_404(TaxComparison, file=file)
    outcome = _outcome(request.POST.get("outcome", ""), row)
    try:
        content = differences.workbook(
            campaign, row, outcome, why=request.POST.get("why", ""), by=request.user,
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, " ".join(map(str, refusal.messages)))
        return redirect("tax-comparison", slug, people_file_id)
    return as_workbook(content, _("comparison-%(n)s.xlsx") % {"n": row.pk})


def _file(campaign: Campaign, file_id: int) -> SourceFile:
    rows = SourceFile.objects.select_related("job", "taken_by")
    return get_object_or_404(rows, pk=file_id, campaign=campaign, kind=SourceFile.Kind.TAX_PEOPLE)


def _outcome(asked: str, row: TaxComparison) -> str:
    """The one that is asked for, else the first that has anybody."""
    if asked in TaxPerson.Outcome.values:
        return asked
    return next((key for key in TaxPerson.Outcome.values if row.counts.get(key)), "only_there")
