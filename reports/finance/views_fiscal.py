"""Fiscal money that came in: the list, a new entry, a counter-entry."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from enrollment import clock
from enrollment.access import Role, allow
from enrollment.errors import Refused
from enrollment.http import Request, whole_campaign_of
from enrollment.models import Campaign, Region
from reports.finance import fiscal_lines, funders, receipts, rollups
from reports.finance.forms import ReceiptForm
from reports.models import FiscalReceipt

READ = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)
WRITE = (Role.BUREAU, Role.ADMIN)
PAGE = 200


@require_GET
@allow(*READ)
def fiscal_receipts(request: Request, slug: str) -> HttpResponse:
    return _show(request, whole_campaign_of(request, slug), ReceiptForm())


@require_GET
@allow(*READ)
def fiscal_places(request: Request, slug: str) -> HttpResponse:
    """The places behind a figure of fiscal money. 404 for what is no such figure."""
    campaign = whole_campaign_of(request, slug)
    what, funder = request.GET.get("of", "total"), request.GET.get("funder", "")
    if what not in fiscal_lines.WHAT:
        raise Http404
    rollups.shown(campaign)
    rows = fiscal_lines.lines(campaign, what, funder)
    places = Region.objects.select_related("parent").in_bulk(
        [row.unit_id for row in rows if row.unit_id]
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "reports/finance_places.html",
        {
            "region": campaign.region,
            "what": what,
            "funder": funder,
            "page": page,
            "rows": [(row, places.get(row.unit_id or 0)) for row in page.object_list],
            "sum": sum(row.fen for row in rows),
            "people": sum(row.people for row in rows),
            "next": page.has_next()
            and urlencode({"of": what, "funder": funder, "page": page.next_page_number()}),
        },
    )


@require_POST
@allow(*WRITE)
def fiscal_receipt_entry(request: Request, slug: str) -> HttpResponse:
    campaign = whole_campaign_of(request, slug)
    form = ReceiptForm(request.POST)
    if not form.is_valid():
        return _show(request, campaign, form, status=422)
    said = form.cleaned_data
    try:
        receipts.enter_receipt(
            campaign,
            funder=said["funder"],
            fen=said["yuan"],
            received_on=said["received_on"],
            document=said["document"],
            note=said["note"],
            by=request.user,
            now=clock.now(campaign),
            at=timezone.now(),
        )
    except Refused as refusal:
        for message in refusal.messages:
            form.add_error(None, message)
        return _show(request, campaign, form, status=422)
    return redirect("fiscal-receipts", slug)


@require_POST
@allow(*WRITE)
def fiscal_receipt_countering(request: Request, slug: str, receipt_id: int) -> HttpResponse:
    campaign = whole_campaign_of(request, slug)
    receipt = get_object_or_404(FiscalReceipt, campaign=campaign, pk=receipt_id)
    try:
        receipts.counter_receipt(
            receipt,
            why=request.POST.get("why", "")[:200],
            by=request.user,
            now=clock.now(campaign),
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("fiscal-receipts", slug)


def _show(
    request: Request, campaign: Campaign, form: ReceiptForm, status: int = 200
) -> HttpResponse:
    rollups.shown(campaign)
    rows = FiscalReceipt.objects.filter(campaign=campaign).select_related(
        "by", "cancels", "cancelled_by"
    )
    funder = request.GET.get("funder")
    if funder is not None:
        rows = rows.filter(funder=funder)
    found: list[Any] = list(rows.order_by("-received_on", "-pk"))
    return render(
        request,
        "reports/finance_fiscal.html",
        {
            "region": campaign.region,
            "fiscal": funders.fiscal(campaign),
            "rows": found,
            "funder": funder,
            "fen": sum(row.fen for row in found),
            "form": form,
            "writes": request.user.role in WRITE,
        },
        status=status,
    )
