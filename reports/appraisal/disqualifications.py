"""The page of disqualifications: who, why, since when; entered and lifted with a reason (R-122)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enrollment import clock
from enrollment.access import READERS, Role, allow, campaign_or_404, sees_all_of
from enrollment.errors import Refused
from enrollment.http import Request
from enrollment.models import Campaign, Institution, Region
from reports.appraisal import services
from reports.appraisal.forms import DisqualificationForm, LiftForm
from reports.models import Disqualification

WRITERS = (Role.BUREAU, Role.ADMIN)


@require_GET
@allow(*READERS)
def disqualifications(request: Request, slug: str) -> HttpResponse:
    """Everyone who sees the rankings sees them all, the lifted ones too."""
    campaign = campaign_or_404(request.user, slug)
    return _show(request, campaign, _form(campaign))


@require_POST
@allow(*WRITERS)
def entry(request: Request, slug: str) -> HttpResponse:
    campaign = _office(request, slug)
    form = _form(campaign, data=request.POST)
    if not form.is_valid():
        if form.has_error("unit", "invalid_choice"):
            raise Http404
        return _show(request, campaign, form, status=422)
    kind, pk = form.chosen
    institution = Institution.objects.get(pk=pk) if kind == "institution" else None
    region = institution.region if institution else Region.objects.get(pk=pk)
    try:
        row = services.disqualify(
            campaign=campaign,
            region=region,
            institution=institution,
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=clock.now(campaign),
        )
    except Refused as refusal:
        form.add_error("unit", " ".join(refusal.messages))
        return _show(request, campaign, form, status=422)
    messages.success(request, _("%(unit)s is disqualified.") % {"unit": row.unit_name})
    return redirect("disqualifications", slug)


@require_POST
@allow(*WRITERS)
def lifting(request: Request, slug: str, disqualification_id: int) -> HttpResponse:
    campaign = _office(request, slug)
    rows = Disqualification.objects.filter(campaign=campaign)
    row = get_object_or_404(rows, pk=disqualification_id)
    form = LiftForm(request.POST)
    try:
        row = services.lift_disqualification(
            row,
            why=form.cleaned_data["why"] if form.is_valid() else "",
            by=request.user,
            now=clock.now(campaign),
        )
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        said = _("The disqualification of %(unit)s is lifted.")
        messages.success(request, said % {"unit": row.unit_name})
    return redirect("disqualifications", slug)


def disqualified(campaign: Campaign) -> list[Disqualification]:
    """All of a campaign, the standing ones first, each newest first."""
    rows = Disqualification.objects.filter(campaign=campaign).select_related(
        "region", "institution", "by", "ended_by"
    )
    return sorted(rows.order_by("-at", "-pk"), key=lambda row: row.ended_at is not None)


def _form(campaign: Campaign, **more: Any) -> DisqualificationForm:
    places = campaign.region.children.order_by("position", "id")
    institutions = Institution.objects.filter(region__path__startswith=campaign.region.path)
    ordered = institutions.select_related("region").order_by("region__path", "name", "id")
    return DisqualificationForm(list(places), list(ordered), **more)


def _show(
    request: Request, campaign: Campaign, form: DisqualificationForm, *, status: int = 200
) -> HttpResponse:
    request.campaign = campaign  # the shell need not look for it
    rows = disqualified(campaign)
    return render(
        request,
        "reports/appraisal_disqualified.html",
        {
            "tab": "disqualifications",
            "form": form,
            "standing": [row for row in rows if row.ended_at is None],
            "lifted": [row for row in rows if row.ended_at],
            "rule": campaign.policy["appraisal"].disqualified,
            "document": campaign.policy["document"],
            "may_write": request.user.role in WRITERS and sees_all_of(request.user, campaign),
        },
        status=status,
    )


def _office(request: Request, slug: str) -> Campaign:
    campaign = campaign_or_404(request.user, slug)
    if not sees_all_of(request.user, campaign):
        raise Http404
    return campaign
