"""Money of a region: by place, channel, day and funder; the payments behind each figure."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from enrollment import clock
from enrollment.access import Role, allow, region_or_404, top_region
from enrollment.http import Request, as_workbook, campaign_of
from enrollment.models import Campaign, Region, SourceFile
from payments.models import Standing
from reports import books
from reports.finance import exports, funders, queries, rollups
from reports.finance.forms import FilterForm
from reports.finance.payments import MOST_ROWS, STANDINGS, THERE, Filters, filtered, read_page

READ = (Role.CLERK, Role.BUREAU, Role.ADMIN, Role.AUDITOR)
OFFICE = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)


@require_GET
@allow(*READ)
def finance(request: Request, slug: str) -> HttpResponse:
    campaign, region = asked_region(request, slug)
    state = rollups.shown(campaign)
    return render(
        request,
        "reports/finance.html",
        {
            **sheet(request, campaign, region),
            "top": top_region(request.user, campaign),
            "state": state,
            "run": books.last_run(campaign) if request.user.role in OFFICE else None,
            "office": request.user.role in OFFICE,
            "now": clock.now(campaign),
        },
    )


def sheet(request: Request, campaign: Campaign, region: Region) -> dict[str, Any]:
    """Every figure of the page, which its workbook repeats."""
    parts = queries.places(campaign, region)
    money, owed = queries.whole(parts)
    whole = region.pk == campaign.region_id
    sees_fiscal = whole and request.user.role in OFFICE
    return {
        "region": region,
        "region_id": str(region.pk),
        "whole": whole,
        "parts": parts,
        "money": money,
        "owed": owed,
        "channels": [
            (channel, each, Filters(region, channel=channel).query())
            for channel, each in queries.by_channel(campaign, region)
        ],
        "days": [
            (day, each, Filters(region, day=day).query())
            for day, each in queries.by_day(campaign, region)
        ],
        "subsidised": funders.subsidised(campaign, region),
        "fiscal": funders.fiscal(campaign) if sees_fiscal else None,
        "standings": [(each, str(Standing(each).label)) for each in STANDINGS],
    }


@require_GET
@allow(*READ)
def finance_xlsx(request: Request, slug: str) -> HttpResponse:
    campaign, region = asked_region(request, slug)
    rollups.shown(campaign)
    content = exports.finance_workbook(
        campaign, sheet(request, campaign, region), clock.now(campaign)
    )
    return as_workbook(content, f"{slug}-finance-{region.key}.xlsx")


@never_cache
@require_GET
@allow(*READ)
def payments(request: Request, slug: str) -> HttpResponse:
    """The payments that a figure sums up; whatever cannot be read of the address is left out."""
    campaign, asked, form = _asked(request, slug)
    state = rollups.shown(campaign)
    count, fen = queries.sum_of(campaign, asked)
    page = read_page(filtered(campaign, asked), form.cleaned_data.get("after") or 0)
    seen = form.cleaned_data.get("seen") or 0
    return render(
        request,
        "reports/finance_payments.html",
        {
            "asked": asked,
            "region": asked.region,
            "top": top_region(request.user, campaign),
            "whole": asked.region.pk == campaign.region_id,
            "children": asked.region.children.order_by("position", "pk"),
            "standings": [
                *((each, str(Standing(each).label)) for each in STANDINGS),
                (THERE, pgettext("finance", "Still there")),
            ],
            "rows": page.rows,
            "files": dict(
                SourceFile.objects.filter(pk__in={row.file_id for row in page.rows}).values_list(
                    "pk", "name"
                )
            ),
            "sees_files": request.user.role in OFFICE,
            "count": count,
            "fen": fen,
            "state": state,
            "first": seen + 1,
            "last": seen + len(page.rows),
            "next": page.next_after
            and asked.query(after=page.next_after, seen=seen + len(page.rows)),
            "query": asked.query(),
        },
    )


@never_cache
@require_GET
@allow(*READ)
def payments_xlsx(request: Request, slug: str) -> HttpResponse:
    campaign, asked, _form = _asked(request, slug)
    rows = list(filtered(campaign, asked).order_by("pk")[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        messages.error(request, exports.too_many())
        response = redirect("finance-payments", slug)
        response["Location"] += f"?{asked.query()}"
        return response
    return as_workbook(exports.payments_workbook(campaign, asked, rows), f"{slug}-payments.xlsx")


def asked_region(request: Request, slug: str) -> tuple[Campaign, Region]:
    campaign = campaign_of(request, slug)
    asked = request.GET.get("region", "")
    if asked.isdecimal() and len(asked) < 19:
        return campaign, region_or_404(request.user, campaign, int(asked))
    return campaign, top_region(request.user, campaign)


def _asked(request: Request, slug: str) -> tuple[Campaign, Filters, FilterForm]:
    campaign, region = asked_region(request, slug)
    form = FilterForm(request.GET)
    form.is_valid()
    said = form.cleaned_data
    return (
        campaign,
        Filters(
            region=region,
            apart=bool(said.get("apart")),
            day=said.get("day"),
            channel=said.get("channel") if "channel" in request.GET else None,
            standing=said.get("standing") or "",
        ),
        form,
    )
