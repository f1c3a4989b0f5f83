"""Targets on pages: the sets, one set place by place, its versions, breaking it down, locking."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment import clock
from enrollment.access import (
    Role,
    allow,
    campaign_or_404,
    region_or_404,
    top_region,
)
from enrollment.errors import Refused
from enrollment.http import Request, whole_campaign_of
from enrollment.models import Campaign, Region
from quotas import queries, rules, services
from quotas.forms import WhyForm, figures
from quotas.models import TargetSet

READERS = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)
WRITERS = (Role.BUREAU, Role.ADMIN)


def campaign_in_part_or_404(request: Request, slug: str) -> tuple[Campaign, Region]:
    """The campaign, and the highest place of it whose targets are the user's: a township's bureau
    reads its own and breaks it down; what is above or beside it is not there (R-183)."""
    campaign = campaign_or_404(request.user, slug)
    return campaign, top_region(request.user, campaign)


def set_or_404(campaign: Campaign, slug: str) -> TargetSet:
    target_set = get_object_or_404(campaign.target_sets.select_related("locked_by"), slug=slug)
    target_set.campaign = campaign
    return target_set


@require_GET
@allow(*READERS)
def targets(request: Request, slug: str) -> HttpResponse:
    campaign, top = campaign_in_part_or_404(request, slug)
    whole = top.pk == campaign.region_id
    return render(
        request,
        "quotas/targets.html",
        {
            "sets": queries.sets_of(campaign, top),
            "top": top,
            "whole": whole,
            "may_write": whole and request.user.role in WRITERS,
            "denominators": campaign.policy["denominators"],
            "checkpoints": campaign.policy["checkpoints"],
        },
    )


@require_GET
@allow(*READERS)
def target_set(
    request: Request, slug: str, set_slug: str, region_id: int | None = None
) -> HttpResponse:
    campaign, top = campaign_in_part_or_404(request, slug)
    whole = top.pk == campaign.region_id
    found = set_or_404(campaign, set_slug)
    region = region_or_404(request.user, campaign, region_id or top.pk)
    versions = found.versions.select_related("by").defer("targets")
    if not whole:
        own = Region.objects.within(top).values_list("pk", flat=True)
        versions = versions.filter(facts__region__in=list(own))
    sheet = queries.read_sheet(found, region, clock.now(campaign))
    return render(
        request,
        "quotas/set.html",
        {
            "set": found,
            "region": region,
            "above": _above(top, region),
            "whole": whole,
            "sheet": sheet,
            "with_base": any(row.base is not None for row in sheet.rows),
            "with_superior": any(row.superior is not None for row in (sheet.top, *sheet.rows)),
            "with_remark": any(row.remark for row in sheet.rows),
            "versions": versions[:12],
            "may_write": request.user.role in WRITERS,
        },
    )


@require_GET
@allow(*READERS)
def version(request: Request, slug: str, set_slug: str, version: int) -> HttpResponse:
    """The figures as they stood after one change, and what that change did to them."""
    campaign = whole_campaign_of(request, slug)
    found = set_or_404(campaign, set_slug)
    shown = get_object_or_404(found.versions.select_related("by"), number=version)
    before = found.versions.filter(number=version - 1).first()
    had = {row[0]: row[2] for row in before.targets} if before else {}
    order = queries.tree_order(row[0] for row in shown.targets)
    rows = [
        {"name": name, "persons": persons, "before": had.get(pk), "differs": had.get(pk) != persons}
        for pk, name, persons, *_rest in sorted(
            shown.targets, key=lambda row: order.get(row[0], [])
        )
    ]
    gone = {row[0] for row in before.targets} - {row[0] for row in shown.targets} if before else ()
    rows += [
        {"name": row[1], "persons": None, "before": row[2], "differs": True}
        for row in (before.targets if before else [])
        if row[0] in gone
    ]
    changed = [row for row in rows if row["differs"]] if before else rows
    context = {
        "set": found,
        "version": shown,
        "before": before,
        "rows": changed,
        "unchanged": len(rows) - len(changed),
    }
    return render(request, "quotas/version.html", context)


@require_POST
@allow(*WRITERS)
def lock(request: Request, slug: str, set_slug: str) -> HttpResponse:
    campaign = whole_campaign_of(request, slug)
    found = set_or_404(campaign, set_slug)
    form = WhyForm(request.POST)
    if form.is_valid():
        services.set_lock(
            found,
            locked=request.POST.get("lock") == "1",
            by=request.user,
            now=clock.now(campaign),
            why=form.cleaned_data["why"],
        )
    else:
        messages.error(request, _("Say why; it stands in the record."))
    return redirect("target-set", slug, set_slug)


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def break_down(request: Request, slug: str, set_slug: str, region_id: int) -> HttpResponse:
    """GET `by` and `total` fill the fields in proportion; POST takes what stands in them."""
    campaign, top = campaign_in_part_or_404(request, slug)
    found = set_or_404(campaign, set_slug)
    region = region_or_404(request.user, campaign, region_id)
    sheet = queries.read_sheet(found, region, clock.now(campaign))
    weights = queries.weights_by(campaign, found, region, clock.now(campaign))
    total = sheet.top.persons or sheet.top.superior or sheet.sum
    given = {row.region.pk: row.persons for row in sheet.rows}
    problems: list[str] = []
    form = WhyForm(request.POST if request.method == "POST" else None)
    by = (request.POST or request.GET).get("by", "")
    if request.method == "POST":
        given, wrong = figures(request.POST)
        problems = [_("“%(text)s” is no figure") % {"text": text} for text in wrong]
        if form.is_valid() and not problems:
            try:
                services.break_down(
                    found,
                    region,
                    given,
                    by=request.user,
                    now=clock.now(campaign),
                    why=form.cleaned_data["why"],
                    proportional_to=weights[by][0] if by in weights else "",
                )
            except Refused as refusal:
                problems = refusal.messages
            else:
                return redirect("target-set-region", slug, set_slug, region_id)
    elif by in weights:
        wanted, _wrong = figures(request.GET, prefix="total-")
        total = wanted.get(region.pk) or total
        weigh = {row.region.pk: weights[by][1].get(row.region.pk, 0) for row in sheet.rows}
        given = dict(rules.break_down(total, weigh))
    rows = [
        {
            "row": row,
            "weight": weights[by][1].get(row.region.pk) if by in weights else None,
            "given": given.get(row.region.pk),
        }
        for row in sheet.rows
    ]
    return render(
        request,
        "quotas/break_down.html",
        {
            "set": found,
            "region": region,
            "above": _above(top, region),
            "sheet": sheet,
            "rows": rows,
            "weights": [(key, title) for key, (title, _weights) in weights.items()],
            "by": by if by in weights else "",
            "by_title": weights[by][0] if by in weights else "",
            "total": total,
            "given_sum": sum(each or 0 for each in given.values()),
            "form": form,
            "problems": problems,
        },
        status=422 if problems or form.errors else 200,
    )


def _above(top: Region, region: Region) -> list[Region]:
    """From the highest place whose targets are the user's down to the region's parent."""
    ids = [int(part) for part in region.path.strip("/").split("/")][:-1]
    rows = Region.objects.within(top).in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]
