"""Pages of the appraisal: a stage worked out as of now, its Excel, and who was in time."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from enrollment import changes, clock
from enrollment.access import Role, allow
from enrollment.errors import Refused
from enrollment.http import Request, as_workbook, whole_campaign_of
from enrollment.models import Campaign
from quotas.models import TargetSet
from reports.appraisal import exports, page, queries, services
from reports.appraisal.forms import InTimeForm
from reports.sections import Stage

OFFICE = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)
WRITERS = (Role.BUREAU, Role.ADMIN)


@require_GET
@allow(*OFFICE)
def appraisal(request: Request, slug: str) -> HttpResponse:
    """Not frozen: worked out each time. Until it is decided it is the office's, like a draft."""
    campaign = whole_campaign_of(request, slug)
    context = _asked(request, campaign)
    if context["stage"] is None or context["target_set"] is None:
        return render(request, "reports/appraisal_none.html", context)
    changes.consume()
    sheet = page.read_sheet(campaign, context["stage"], context["target_set"], clock.now(campaign))
    return render(
        request,
        "reports/appraisal.html",
        {
            **context,
            "sheet": sheet,
            "total": sheet.total,
            "reward_rows": [page.in_words(reward) for reward in sheet.rewards],
            "printed_at": clock.now(campaign),
            "opened": request.GET.get("unit", ""),
            "list_query": _list_query(campaign, sheet),
            "counts_people": not sheet.target_set.is_reported,
            "document": campaign.policy["document"],
            "may_write": request.user.role in WRITERS,
        },
    )


def _list_query(campaign: Campaign, sheet: page.Sheet) -> str:
    """Of the list of people that a unit's counted people are; the region is added behind it."""
    status = campaign.policy["appraisal"].basis
    day = f"&day={timezone.localdate(sheet.at):%Y-%m-%d}" if sheet.over else ""
    return f"status={status}{day}"


@require_GET
@allow(*OFFICE)
def appraisal_xlsx(request: Request, slug: str) -> HttpResponse:
    campaign = whole_campaign_of(request, slug)
    asked = _asked(request, campaign)
    if asked["stage"] is None or asked["target_set"] is None:
        return redirect("appraisal", slug)
    changes.consume()
    sheet = page.read_sheet(campaign, asked["stage"], asked["target_set"], clock.now(campaign))
    name = f"{slug}-appraisal-{sheet.at:%Y%m%d}.xlsx"
    return as_workbook(exports.appraisal_workbook(campaign, sheet), name)


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def in_time(request: Request, slug: str) -> HttpResponse:
    """Who made batches and paid in in time at a stage: a person says it, and how known (R-121)."""
    campaign = whole_campaign_of(request, slug)
    asked = _asked(request, campaign)
    stage, target_set = asked["stage"], asked["target_set"]
    if stage is None or target_set is None:
        return redirect("appraisal", slug)
    units = queries.units_with_target(campaign, target_set)
    known = queries.said_in_time(campaign, stage)
    if request.method == "POST":
        form = InTimeForm(units, known, data=request.POST)
        if form.is_valid():
            try:
                new = services.say_who_was_in_time(
                    campaign=campaign,
                    stage=stage,
                    said=form.said,
                    why=form.cleaned_data["why"],
                    by=request.user,
                    now=clock.now(campaign),
                )
            except Refused as refusal:
                form.add_error("why", " ".join(refusal.messages))
            else:
                messages.success(request, _("Kept for %(n)s units.") % {"n": new})
                return redirect(_address("appraisal", campaign, stage, target_set))
    else:
        form = InTimeForm(units, known, fill=request.GET.get("fill") == "yes")
    return render(
        request,
        "reports/appraisal_in_time.html",
        {**asked, "form": form, "rows": form.rows()},
        status=422 if form.errors else 200,
    )


def _address(name: str, campaign: Campaign, stage: Stage, target_set: TargetSet) -> str:
    query = urlencode({"stage": stage.key, "set": target_set.slug})
    return f"{reverse(name, args=[campaign.slug])}?{query}"


def _asked(request: Request, campaign: Campaign) -> dict[str, Any]:
    """Stage and target set of the address; what cannot be read of it is left out."""
    rules = campaign.policy["appraisal"]
    sets = page.target_sets(campaign)
    stage = rules.stage(request.GET.get("stage", ""))
    if stage is None and rules.stages:
        stage = page.stage_now(rules, campaign, clock.now(campaign))
    wanted = request.GET.get("set", "")
    found = next((each for each in sets if each.slug == wanted), sets[0] if sets else None)
    return {
        "tab": "appraisal",
        "rules": rules,
        "stage": stage,
        "target_set": found,
        "sets": sets,
        "query": urlencode({"stage": stage.key, "set": found.slug}) if stage and found else "",
    }
