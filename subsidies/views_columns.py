"""A list's first steps: what it is, which sheets and columns are read; and giving it up."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from enrollment import clock
from enrollment.access import allow
from enrollment.errors import Refused
from enrollment.http import Request
from subsidies import wizard_acts, wizard_choices, wizard_columns
from subsidies.columns_form import ColumnsForm
from subsidies.forms import AboutForm, DiscardForm
from subsidies.models import ColumnChoice, Roster
from subsidies.views import READERS, SENDERS, carried_out, roster_or_404


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def roster_columns(request: Request, slug: str, roster_id: int) -> HttpResponse:
    """Sheets, the line of each header, columns: as they were read, to be put right."""
    if request.method == "POST" and request.user.role not in SENDERS:
        return HttpResponse(status=403)
    found = roster_or_404(request, slug, roster_id)
    may_choose = _may_choose(request, found)
    form = ColumnsForm(found)
    if request.method == "POST":
        form = ColumnsForm(found, request.POST)
        if form.is_valid():
            if not form.said:
                messages.info(request, _("Nothing was changed."))
                return redirect("roster", slug, roster_id)
            try:
                now = clock.now(found.file.campaign)
                wizard_choices.choose(found, form.said, by=request.user, now=now)
            except Refused as refusal:
                form.add_error(None, refusal.messages)
            else:
                return redirect("roster", slug, roster_id)
    return render(
        request,
        "subsidies/roster_match.html",
        {
            "campaign": found.file.campaign,
            "roster": found,
            "file": found.file,
            "form": form,
            "sheets": list(form.sheets()),
            "steps": wizard_columns.steps(found, wizard_columns.COLUMNS),
            "kept": wizard_columns.kept(found),
            "may_choose": may_choose,
            "may_send": request.user.role in SENDERS,
        },
        status=422 if form.errors else 200,
    )


@require_POST
@allow(*SENDERS)
def roster_columns_forgetting(
    request: Request, slug: str, roster_id: int, choice_id: int
) -> HttpResponse:
    found = roster_or_404(request, slug, roster_id)
    used = [by["choice"] for by in found.chosen.get("by", ()) if by["choice"] == choice_id]
    choice = get_object_or_404(ColumnChoice, pk__in=used, campaign=found.file.campaign)
    return carried_out(request, found, lambda **who: wizard_choices.forget(found, choice, **who))


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def roster_about(request: Request, slug: str, roster_id: int) -> HttpResponse:
    """Who sent the list, of what, of which day, complete for what."""
    if request.method == "POST" and request.user.role not in SENDERS:
        return HttpResponse(status=403)
    found = roster_or_404(request, slug, roster_id)
    campaign = found.file.campaign
    now = clock.now(campaign)
    today = timezone.localdate(now)
    said = {"source": found.source, "as_of": found.as_of, "category": found.category,
            "region": str(found.region_id or "")}  # fmt: skip
    form = AboutForm(campaign, today, initial=said)
    if request.method == "POST":
        form = AboutForm(campaign, today, request.POST)
        if form.is_valid():
            try:
                wizard_choices.tell_anew(found, **form.cleaned_data, by=request.user, now=now)
            except Refused as refusal:
                form.add_error(None, refusal.messages)
            else:
                return redirect("roster", slug, roster_id)
    return render(
        request,
        "subsidies/roster_about.html",
        {
            "campaign": campaign,
            "roster": found,
            "file": found.file,
            "form": form,
            "steps": wizard_columns.steps(found, wizard_columns.FILE),
            "may_choose": _may_choose(request, found),
        },
        status=422 if form.errors else 200,
    )


@require_POST
@allow(*SENDERS)
def roster_discarding(request: Request, slug: str, roster_id: int) -> HttpResponse:
    found = roster_or_404(request, slug, roster_id)
    form = DiscardForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["why"])))
        return redirect("roster", slug, roster_id)
    why = form.cleaned_data["why"]
    return carried_out(request, found, lambda **who: wizard_choices.discard(found, why=why, **who))


def _may_choose(request: Request, roster: Roster) -> bool:
    file = roster.file
    is_open = file.state in wizard_choices.OPEN and bool(file.stored_as)
    return request.user.role in SENDERS and is_open and not wizard_acts.is_running(file)
