"""Collection in the browser: where it stands, and who paid cash."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.lib import figures
from enrollment import clock, ports
from enrollment.access import READERS as READ
from enrollment.access import Role, allow, region_or_404, top_region
from enrollment.errors import Refused
from enrollment.http import Request, campaign_of, refused
from enrollment.models import Campaign, Region, Registration
from payments.collection import batches, held, queries, services, statements
from payments.collection.forms import PlaceForm, ticked
from payments.models import CollectionBatch, Taking

TAKE = (Role.CLERK, Role.COLLECTOR)
STATEMENTS = (Role.BUREAU, Role.ADMIN)
ON_A_PAGE = 100


def category_names(campaign: Campaign) -> dict[str, str]:
    return {"": _("no category")} | ports.hardship_names(campaign.policy)


@require_GET
@allow(*READ)
def collection(request: Request, slug: str) -> HttpResponse:
    """Money in hand, and the batches, newest first."""
    campaign = campaign_of(request, slug)
    top = top_region(request.user, campaign)
    now = clock.now(campaign)
    form = PlaceForm(request.GET)
    form.is_valid()
    state = form.cleaned_data.get("state", "")
    rows = queries.batches(campaign, top)
    if state in CollectionBatch.State.values:
        rows = rows.filter(state=state)
    whole = top == campaign.region
    facts = {
        "campaign": campaign,
        "top": top,
        "held": held.in_hand(campaign, top, now),
        "limits": held.limits(campaign),
        "alarm": held.alarm(campaign, top, now),
        "page": Paginator(rows, 25).get_page(request.GET.get("page")),
        "names": category_names(campaign),
        "states": CollectionBatch.State,
        "state": state,
        "query": urlencode({"state": state}) + "&" if state else "",
        "may_take": request.user.role in TAKE,
        "may_see_bank": whole and request.user.role not in TAKE,
        "late_slips": statements.late_slips(campaign, now).count() if whole else 0,
    }
    return render(request, "payments/collection.html", facts)


@require_http_methods(["GET", "POST"])
@allow(*TAKE)
def collection_cash(request: Request, slug: str) -> HttpResponse:
    """Who of a village paid cash: ticked by household."""
    campaign = campaign_of(request, slug)
    top = top_region(request.user, campaign)
    form = PlaceForm(request.GET)
    form.is_valid()
    place = _place(request, campaign, top, form.cleaned_data.get("place"))
    here = reverse("collection-cash", args=[slug]) + (f"?place={place.pk}" if place else "")
    if request.method == "POST":
        return _take(request, campaign, here)
    name = form.cleaned_data.get("name", "")
    rows = queries.owing(campaign, place, name) if place else Registration.objects.none()
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    facts = {
        "campaign": campaign,
        "top": top,
        "place": place,
        "places": queries.villages(top),
        "name": name,
        "page": page,
        "rows": queries.cash_rows(campaign, page),
        "names": category_names(campaign),
        "counts": queries.cash_counts(campaign, place) if place else None,
        "just": _just(request, campaign),
        "query": urlencode({"place": place.pk, "name": name}) + "&" if place else "",
    }
    return render(request, "payments/collection_cash.html", facts)


@require_GET
@allow(*TAKE)
def collection_receipts(request: Request, slug: str) -> HttpResponse:
    """What was handed over, to be printed for the people: one for each household."""
    campaign = campaign_of(request, slug)
    facts = {"campaign": campaign, "slips": queries.receipts(_just(request, campaign))}
    return render(request, "payments/collection_receipts.html", facts)


@require_POST
@allow(*TAKE)
def collection_withdrawal(request: Request, slug: str, taking_id: int) -> HttpResponse:
    """Cash was noted by mistake, or given back."""
    campaign = campaign_of(request, slug)
    rows = Taking.objects.visible_to(request.user).filter(campaign=campaign)
    taking = get_object_or_404(rows, pk=taking_id)
    back = reverse("collection-cash", args=[slug]) + f"?place={taking.place_id}"
    try:
        services.withdraw_taking(
            campaign, taking_id, why=request.POST.get("why", ""), by=request.user,
            now=clock.now(campaign),
        )  # fmt: skip
    except Refused as refusal:
        return refused(request, refusal, back)
    messages.success(request, _("The cash is struck out."))
    return redirect(back)


@require_POST
@allow(*TAKE)
def collection_batches(request: Request, slug: str) -> HttpResponse:
    """Make batches of what stands in none, below a place: one of each category."""
    campaign = campaign_of(request, slug)
    form = PlaceForm(request.POST)
    form.is_valid()
    region = region_or_404(request.user, campaign, form.cleaned_data.get("place") or 0)
    try:
        made = batches.make_batches(campaign, region, by=request.user, now=clock.now(campaign))
    except Refused as refusal:
        return refused(request, refusal, "collection", slug)
    if len(made) == 1:
        return redirect("collection-batch", slug, made[0].pk)
    messages.success(
        request, _("%(n)s batches were made, one of each category.") % {"n": len(made)}
    )
    return redirect("collection", slug)


def _place(request: Request, campaign: Campaign, top: Region, wanted: int | None) -> Region | None:
    if wanted:
        return region_or_404(request.user, campaign, wanted)
    return queries.villages(top).first()


def _take(request: Request, campaign: Campaign, here: str) -> HttpResponse:
    now = clock.now(campaign)
    try:
        made = services.take_cash(
            campaign, ticked(request.POST, "registration"), by=request.user, at=now, now=now
        )
    except Refused as refusal:
        return refused(request, refusal, here)
    fen = sum(row.fen for row in made)
    messages.success(
        request,
        _("Cash of %(n)s people, %(fen)s yuan, is noted. It is not paid before it came back.")
        % {"n": len(made), "fen": figures.yuan(fen)},
    )
    mark = "&" if "?" in here else "?"
    return redirect(f"{here}{mark}just={','.join(str(row.pk) for row in made[:ON_A_PAGE])}")


def _just(request: Request, campaign: Campaign) -> list[Taking]:
    """The takings an address names, of the user's area."""
    texts = request.GET.get("just", "").split(",")[:ON_A_PAGE]
    ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
    rows = Taking.objects.visible_to(request.user).live().filter(campaign=campaign, pk__in=ids)
    return list(rows.select_related("resident__household", "place__parent", "taken_by"))
