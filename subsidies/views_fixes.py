"""What is said once for all rows of a roster and taken back, and what accepting comes to."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enrollment.access import Role, allow
from enrollment.http import Request
from enrollment.models import Region
from subsidies import wizard_fixes, wizard_money
from subsidies.views import SENDERS, carried_out, roster_or_404


@require_POST
@allow(*SENDERS)
def roster_days(request: Request, slug: str, roster_id: int) -> HttpResponse:
    found = roster_or_404(request, slug, roster_id)
    order = request.POST.get("order", "")
    if not order:
        messages.warning(request, _("Choose how the days are written."))
        return redirect("roster", slug, roster_id)
    return carried_out(request, found, lambda **who: wizard_fixes.read_days(found, order, **who))


@require_POST
@allow(*SENDERS)
def roster_places(request: Request, slug: str, roster_id: int) -> HttpResponse:
    """Places said: a field for each, named by its number among those that nobody knows."""
    found = roster_or_404(request, slug, roster_id)
    answers: dict[wizard_fixes.Place, Region] = {}
    for number, place in enumerate(wizard_fixes.unknown_places(found)):
        said = request.POST.get(f"place-{number}", "")
        asked = (request.POST.get(f"town-{number}"), request.POST.get(f"village-{number}"))
        if not said or asked != (place.township, place.village):
            continue  # the page is older than the list
        offered = {key for _name, options in wizard_fixes.place_choices(found, place)
                   for key, _village in options}  # fmt: skip
        if said in offered:
            answers[place] = Region.objects.get(pk=said)
    if not answers:
        messages.warning(request, _("Choose which place is meant first."))
        return redirect("roster", slug, roster_id)
    return carried_out(request, found, lambda **who: wizard_fixes.say_places(found, answers, **who))


@require_POST
@allow(*SENDERS)
def roster_left_out(request: Request, slug: str, roster_id: int) -> HttpResponse:
    found = roster_or_404(request, slug, roster_id)
    code = request.POST.get("code", "")
    return carried_out(request, found, lambda **who: wizard_fixes.leave_out(found, code, **who))


@require_POST
@allow(*SENDERS)
def roster_forgetting(request: Request, slug: str, roster_id: int) -> HttpResponse:
    found = roster_or_404(request, slug, roster_id)
    key = request.POST.get("key", "")
    return carried_out(request, found, lambda **who: wizard_fixes.forget(found, key, **who))


@require_GET
@allow(Role.BUREAU, Role.ADMIN, Role.AUDITOR)
def roster_effects(request: Request, slug: str, roster_id: int) -> HttpResponse:
    """Who is behind a sentence of what accepting comes to in money."""
    found = roster_or_404(request, slug, roster_id)
    what = request.GET.get("what", "more")
    if what not in wizard_money.WHAT:
        raise Http404
    return render(
        request,
        "subsidies/roster_effects.html",
        {
            "campaign": found.file.campaign,
            "roster": found,
            "file": found.file,
            "title": wizard_money.title_of(found, what),
            "query": f"what={what}&",
            "page": wizard_money.behind(found, what, request.GET.get("page")),
        },
    )
