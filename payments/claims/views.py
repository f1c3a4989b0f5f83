"""Claims of payment in the browser: by township, entered for a person, dropped, taken up again."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.lib import idnumber, names, workbooks
from enrollment import clock
from enrollment.access import Role, allow, region_or_404, top_region
from enrollment.errors import Refused
from enrollment.http import Request, as_attachment, as_workbook, campaign_of
from enrollment.models import Campaign, Identity, Region, Resident
from enrollment.services import lookups
from payments.claim_models import ClaimQuerySet
from payments.claims import queries, services
from payments.claims.forms import ClaimForm, ListForm
from payments.models import Claim

READ = (Role.CLERK, Role.BUREAU, Role.ADMIN, Role.AUDITOR)
WRITE = (Role.CLERK, Role.BUREAU, Role.ADMIN)
ON_A_PAGE = 50


@require_GET
@allow(*READ)
def claims(request: Request, slug: str) -> HttpResponse:
    """Townships with counts, ages and sums; the claims of one state."""
    campaign = campaign_of(request, slug)
    asked = _asked(request, campaign)
    now = clock.now(campaign)
    page = Paginator(asked["rows"], ON_A_PAGE).get_page(asked["page"])
    return render(
        request,
        "payments/claims.html",
        {
            **asked,
            "campaign": campaign,
            "counts": queries.counts(campaign, request.user, now),
            "townships": queries.by_township(campaign, asked["top"], now),
            "page": page,
            "rows": queries.listed(page.object_list, now),
            "states": queries.STATES,
            "writes": request.user.role in WRITE,
        },
    )


@never_cache
@require_GET
@allow(*READ)
def claims_workbook(request: Request, slug: str) -> HttpResponse:
    """The list as it is filtered, as XLSX; numbers stay masked."""
    campaign = campaign_of(request, slug)
    asked = _asked(request, campaign)
    now = clock.now(campaign)
    head = [
        _("Township"), _("Village"), _("Name"), _("Number"), _("Paid on"), _("Paid through"),
        _("Paid (yuan)"), _("Receipt number"), _("In the person's words"), _("Phone to call back"),
        _("Told on"), pgettext("claim", "Days"), _("Entered by"), _("What became of it"),
    ]  # fmt: skip
    content = workbooks.table(
        _("Claims of payment"),
        [
            f"{campaign.title}　{asked['region'].name}",
            _("as of %(day)s") % {"day": f"{now:%Y-%m-%d}"},
        ],
        head,
        (_cells(row) for row in queries.listed(asked["rows"], now)),
        (12, 12, 10, 20, 12, 12, 10, 22, 30, 14, 12, 6, 12, 30),
    )
    name = _("claims-%(day)s.xlsx") % {"day": f"{timezone.localdate(now):%Y%m%d}"}
    return as_workbook(content, name)


@never_cache
@require_POST
@allow(*WRITE)
def claim_person(request: Request, slug: str) -> HttpResponse:
    """From a number to the person's form: one look-up, counted and logged."""
    campaign = campaign_of(request, slug)
    verdict = idnumber.judge(
        request.POST.get("number", "")[:40], timezone.localdate(clock.now(campaign))
    )
    if not verdict.ok:
        return _back(request, slug, str(idnumber.PROBLEMS[verdict.problem]))
    try:
        found = lookups.look_up(
            campaign=campaign, kind=verdict.kind, number=verdict.number, by=request.user,
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        return _back(request, slug, *refusal.messages)
    if found.identity is None:
        return _back(request, slug, _("Nobody of your place has this number; register them first."))
    return redirect("claim-entry", slug, found.identity.resident_id)


@never_cache
@require_http_methods(["GET", "POST"])
@allow(*WRITE)
def claim_entry(request: Request, slug: str, resident_id: int) -> HttpResponse:
    """What a person tells of a payment, with a screenshot."""
    campaign = campaign_of(request, slug)
    here = top_region(request.user, campaign).path
    people = Resident.objects.select_related("village__parent")
    resident = get_object_or_404(people, pk=resident_id, village__path__startswith=here)
    form = ClaimForm()
    if request.method == "POST":
        form = ClaimForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data.get("file")
            try:
                row = services.enter_claim(
                    campaign,
                    resident,
                    told=form.told_facts(),
                    screenshot=(file.name, file.file) if file else None,
                    by=request.user,
                    now=clock.now(campaign),
                )
            except Refused as refusal:
                form.add_error(None, [str(each) for each in refusal.messages])
            else:
                arrived = not Claim.objects.open().filter(pk=row.pk).exists()
                messages.success(
                    request,
                    _("The payment is here already: the claim is closed.")
                    if arrived
                    else _("Kept; it closes by itself once the tax bureau reports the payment."),
                )
                return redirect("claim-entry", slug, resident.pk)
    paper = Identity.objects.filter(resident=resident, current=True).first()
    facts = {
        "campaign": campaign,
        "resident": resident,
        "number": paper.masked if paper else "—",
        "claims": queries.of_resident(campaign, resident.pk),
        "form": form,
    }
    return render(request, "payments/claim_entry.html", facts, status=422 if form.errors else 200)


@require_POST
@allow(*WRITE)
def claim_drop(request: Request, slug: str, claim_id: int) -> HttpResponse:
    return _end(request, slug, claim_id, services.drop_claim, _("The claim is dropped."))


@require_POST
@allow(*WRITE)
def claim_take_up(request: Request, slug: str, claim_id: int) -> HttpResponse:
    return _end(request, slug, claim_id, services.take_up_claim, _("The claim is open again."))


@never_cache
@require_POST
@allow(*READ)
def claim_screenshot(request: Request, slug: str, claim_id: int) -> HttpResponse:
    """The photo or PDF in the clear: an act that is kept. It is never run nor shown as a page."""
    campaign = campaign_of(request, slug)
    row = _claim(request, campaign, claim_id)
    if row.screenshot is None:
        return _back(request, slug, _("No screenshot was handed in with this claim."))
    try:
        answer = as_attachment(row.screenshot)
    except Refused as refusal:
        return _back(request, slug, *refusal.messages)
    services.log_opening(row, by=request.user, at=timezone.now())
    return answer


def _end(request: Request, slug: str, claim_id: int, act: Any, said: str) -> HttpResponse:
    campaign = campaign_of(request, slug)
    row = _claim(request, campaign, claim_id)
    try:
        act(row, why=request.POST.get("why", ""), by=request.user, now=clock.now(campaign))
    except Refused as refusal:
        return _back(request, slug, *refusal.messages)
    messages.success(request, said)
    return _return(request, slug)


def _back(request: Request, slug: str, *problems: object) -> HttpResponse:
    messages.error(request, " ".join(map(str, problems)))
    return _return(request, slug)


def _return(request: Request, slug: str) -> HttpResponse:
    """To the list as it was filtered, or to the person."""
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = reverse("claims", args=[slug])
    return redirect(back)


def _claim(request: Request, campaign: Campaign, claim_id: int) -> Claim:
    rows = queries.visible(campaign, request.user).select_related("screenshot")
    return get_object_or_404(rows, pk=claim_id)


def _asked(request: Request, campaign: Campaign) -> dict[str, Any]:
    """What the address asks for: region, state, filters and the claims, the oldest first."""
    form = ListForm(request.GET)
    form.is_valid()
    said = form.cleaned_data
    top = top_region(request.user, campaign)
    region: Region = top
    if said.get("region"):
        region = region_or_404(request.user, campaign, said["region"])
    state = said.get("state") or "open"
    if state not in queries.STATES:
        state = "open"
    rows: ClaimQuerySet = queries.of_state(queries.below(campaign, region), state)
    if said.get("older"):
        rows = queries.older(rows, said["older"], clock.now(campaign))
    if said.get("name"):
        rows = rows.filter(resident__name_key=names.name_key(said["name"]))
    kept = {
        "region": region.pk if region.pk != top.pk else None,
        "older": said.get("older"),
        "name": said.get("name"),
    }
    kept = {key: value for key, value in kept.items() if value}
    related = ("resident__village__parent", "entered_by", "screenshot")
    return {
        "top": top,
        "region": region,
        "state": state,
        "older": said.get("older"),
        "name": said.get("name", ""),
        "page": said.get("page"),
        "rows": rows.select_related(*related).order_by("entered_at", "pk"),
        "kept": urlencode(kept),
        "query": urlencode({**kept, "state": state}),
    }


def _cells(row: queries.Row) -> list[Any]:
    claim, ended = row.claim, row.ended
    village = claim.resident.village
    became = ""
    if ended:
        became = f"{ended.get_kind_display()} {timezone.localtime(ended.at):%Y-%m-%d} {ended.why}"
    return [
        str(village.parent or ""), str(village), claim.resident.name, row.number,
        f"{claim.paid_on:%Y-%m-%d}", claim.channel, Decimal(claim.fen) / 100, claim.receipt,
        claim.told, claim.phone, f"{timezone.localtime(claim.entered_at):%Y-%m-%d}", row.days,
        str(claim.entered_by), became.strip(),
    ]  # fmt: skip
