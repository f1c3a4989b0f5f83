"""Payment registers in the browser: handed out, brought back, decided."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment import clock
from enrollment.access import Role, allow, campaign_or_404, region_or_404, top_region
from enrollment.errors import Refused
from enrollment.files import taken_in_before
from enrollment.http import Request, as_workbook
from enrollment.models import Campaign, Region, SourceFile
from payments.models import RegisterIssue, RegisterProposal
from payments.register import deciding, exports, listing, queries
from payments.register.forms import DecisionForm, IssueForm, ReturnForm
from payments.register.returning import take_in_register
from payments.register.services import issue_registers

MAKERS = (Role.CLERK, Role.COLLECTOR, Role.BUREAU, Role.ADMIN)
READERS = (*MAKERS, Role.AUDITOR)
ON_A_PAGE = 50


def _region(request: Request, campaign: Campaign) -> Region:
    """The one named by ?region=, else the highest that the user sees."""
    wanted = request.GET.get("region") or request.POST.get("region") or ""
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        return region_or_404(request.user, campaign, int(wanted))
    return top_region(request.user, campaign)


def _villages(region: Region) -> list[Region]:
    rows = Region.objects.within(region).lived_in().select_related("parent")
    return list(rows.order_by("parent__position", "position", "pk"))


@require_GET
@allow(*READERS)
def registers(request: Request, slug: str) -> HttpResponse:
    campaign = campaign_or_404(request.user, slug)
    return _page(request, campaign, _region(request, campaign))


def _page(
    request: Request, campaign: Campaign, region: Region, *, problems: Any = (), status: int = 200
) -> HttpResponse:
    places: list[Region] = []
    villages: list[Region] = []
    if region.level in (Region.Level.TOWNSHIP, Region.Level.VILLAGE):
        villages = _villages(region)
    else:
        townships = Region.objects.within(region).filter(level=Region.Level.TOWNSHIP)
        places = list(townships.order_by("position"))
    top = top_region(request.user, campaign)
    facts = {
        "campaign": campaign,
        "region": region,
        "above": region.parent if region != top else None,
        "places": listing.township_rows(campaign, places),
        "rows": listing.village_rows(campaign, villages),
        "returns": listing.returns(campaign, region)[:20],
        "waiting": listing.proposals(campaign, region)
        .filter(state=RegisterProposal.State.PROPOSED)
        .count(),
        "heading": queries.heading(campaign),
        "problems": problems,
        "may_make": request.user.role in MAKERS,
        "may_decide": deciding.may_decide(request.user),
    }
    return render(request, "payments/registers.html", facts, status=status)


@never_cache
@require_POST
@allow(*MAKERS)
def register_issues(request: Request, slug: str) -> HttpResponse:
    """Make registers: a page to print, or a workbook; who took which is kept."""
    campaign = campaign_or_404(request.user, slug)
    region = _region(request, campaign)
    villages = {each.pk: each for each in _villages(region)}
    data = request.POST.copy()
    if data.get("every"):
        data.setlist("village", [str(pk) for pk in villages])
    form = IssueForm(data, villages=villages)
    if not form.is_valid():
        problems = [text for texts in form.errors.values() for text in texts]
        return _page(request, campaign, region, problems=problems, status=422)
    wanted, now = form.cleaned_data, clock.now(campaign)
    try:
        made = issue_registers(
            campaign, [villages[pk] for pk in villages if pk in wanted["village"]],
            form=wanted["form"], group=wanted["group"].strip(), full_numbers=wanted["full"],
            why=wanted["why"], by=request.user, now=now,
        )  # fmt: skip
    except Refused as refusal:
        return _page(request, campaign, region, problems=refusal.messages, status=422)
    heading = queries.heading(campaign)
    if wanted["form"] == RegisterIssue.Form.WORKBOOK:
        name = "-".join([f"缴费清册 {region}", *(each.issue.label for each in made[:1])])
        return as_workbook(exports.workbook(made, heading, now), f"{name}.xlsx")
    facts = {
        "campaign": campaign,
        "registers": made,
        "heading": heading,
        "windows": exports.windows_in_words(heading),
        "note": queries.note(campaign, full_numbers=wanted["full"]),
    }
    return render(request, "payments/register_paper.html", facts)


@require_POST
@allow(*MAKERS)
def register_returns(request: Request, slug: str) -> HttpResponse:
    """Bring a register back; a worker reads it."""
    campaign = campaign_or_404(request.user, slug)
    region = _region(request, campaign)
    form = ReturnForm(request.POST, request.FILES)
    if not form.is_valid():
        problems = list(form.errors.get("file", []))
        return _page(request, campaign, region, problems=problems, status=422)
    upload = form.cleaned_data["file"]
    try:
        made = take_in_register(
            campaign, region, name=upload.name, source=upload.file, by=request.user,
            now=clock.now(campaign),
        )  # fmt: skip
    except Refused as refusal:
        return _page(request, campaign, region, problems=refusal.messages, status=422)
    return redirect("register-return", slug, made.pk)


@require_GET
@allow(*READERS)
def register_return(request: Request, slug: str, return_id: int) -> HttpResponse:
    """A file that came back: what was read of it, and what it proposes."""
    campaign = campaign_or_404(request.user, slug)
    top = top_region(request.user, campaign)
    rows = listing.returns(campaign, top).select_related("file__job")
    made = get_object_or_404(rows, pk=return_id)
    file = made.file
    job = file.job
    proposals = made.proposals.select_related("resident", "issue__village", "decided_by")
    page = Paginator(proposals.order_by("pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    facts = {
        "campaign": campaign,
        "returned": made,
        "file": file,
        "job": job,
        "running": file.state == SourceFile.State.UPLOADED
        and bool(job and job.state == job.State.QUEUED),
        "before": taken_in_before(file),
        "equation": _equation(file) if file.state == SourceFile.State.POSTED else None,
        "rejected": file.problems.all()[:200],
        "page": page,
        "rows": [listing.shown(row) for row in page],
    }
    return render(request, "payments/register_return.html", facts)


def _equation(file: SourceFile) -> list[dict[str, Any]]:
    return [
        {"label": _("Read"), "value": file.read, "key": "read"},
        {"label": _("Unchanged"), "value": file.known, "key": "known"},
        {"label": _("With corrections"), "value": file.changed, "key": "changed"},
        {"label": _("New people"), "value": file.new, "key": "new"},
        {
            "label": _("Rejected"),
            "value": file.rejected,
            "key": "rejected",
            **({"tone": "zhu", "shape": "error"} if file.rejected else {}),
        },
    ]


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def register_proposals(request: Request, slug: str) -> HttpResponse:
    """What waits for the township's decision; ticked ones are accepted or refused."""
    campaign = campaign_or_404(request.user, slug)
    region = _region(request, campaign)
    waiting = listing.proposals(campaign, region).filter(state=RegisterProposal.State.PROPOSED)
    kinds = {row["kind"]: row["n"] for row in _by_kind(waiting)}
    kind = request.GET.get("kind", "")
    if kind in RegisterProposal.Kind.values:
        waiting = waiting.filter(kind=kind)
    may_decide = deciding.may_decide(request.user)
    if request.method == "POST":
        if not may_decide:
            raise PermissionDenied
        return _decided(request, campaign, waiting)
    page = Paginator(waiting, ON_A_PAGE).get_page(request.GET.get("page"))
    facts = {
        "campaign": campaign,
        "region": region,
        "page": page,
        "rows": [listing.shown(row) for row in page],
        "kinds": [(k, k.label, kinds[k.value]) for k in RegisterProposal.Kind if k.value in kinds],
        "kind": kind,
        "may_decide": may_decide,
    }
    return render(request, "payments/register_proposals.html", facts)


def _by_kind(rows: Any) -> Any:
    return rows.order_by().values("kind").annotate(n=Count("pk"))


def _decided(request: Request, campaign: Campaign, waiting: Any) -> HttpResponse:
    back = f"{reverse('register-proposals', args=[campaign.slug])}?{request.GET.urlencode()}"
    shown = set(waiting.order_by().values_list("pk", flat=True))
    form = DecisionForm(request.POST, shown=shown)
    now = clock.now(campaign)
    if not form.is_valid():
        for texts in form.errors.values():
            for text in texts:
                messages.error(request, str(text))
        return redirect(back)
    ids, why = form.cleaned_data["proposal"], form.cleaned_data["why"]
    try:
        if form.cleaned_data["what"] == "refuse":
            count = deciding.refuse(campaign, ids, why=why, by=request.user, now=now)
            messages.success(request, _("%(n)s refused; nothing was changed.") % {"n": count})
        else:
            decided = deciding.accept(campaign, ids, by=request.user, now=now)
            if decided.accepted:
                messages.success(request, _("%(n)s accepted.") % {"n": decided.accepted})
            for text in decided.told[:8]:
                messages.info(request, text)
            for text in decided.problems[:8]:
                messages.error(request, text)
            if len(decided.problems) > 8:
                more = len(decided.problems) - 8
                messages.error(request, _("And %(count)s more.") % {"count": more})
    except Refused as refusal:
        for text in refusal.messages:
            messages.error(request, text)
    return redirect(back)
