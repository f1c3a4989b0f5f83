"""Refund requests in the browser: the queue, asking from the person's page, one request."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment import clock
from enrollment.access import Role, allow, sees_all_of
from enrollment.errors import Refused
from enrollment.http import Request, as_attachment, campaign_of, whole_campaign_of
from enrollment.models import Campaign, Registration
from payments.models import Payment, Stop, TaxExport, TaxRefund
from payments.refund_requests import foresee, lists, queries, services
from payments.refund_requests.forms import QueueForm, StopForm

READ = (Role.CLERK, Role.BUREAU, Role.ADMIN, Role.AUDITOR)
WRITE = (Role.CLERK, Role.BUREAU, Role.ADMIN)
DECIDE = (Role.BUREAU, Role.ADMIN)
OF_PAYMENTS = ("to_send", "sent", "closed")
ON_A_PAGE = 50


@require_GET
@allow(*READ)
def refund_requests(request: Request, slug: str) -> HttpResponse:
    """Where refunds stand, with sums; of one state the rows."""
    campaign = campaign_of(request, slug)
    form = QueueForm(request.GET)
    form.is_valid()
    whole = sees_all_of(request.user, campaign)
    stops = queries.visible_stops(campaign, request.user)
    figures = queries.figures(campaign, stops, whole=whole)
    asked = form.cleaned_data.get("state")
    state = asked if asked in {each.state for each in figures} else "to_approve"
    page = Paginator(_rows(campaign, stops, state), ON_A_PAGE).get_page(
        form.cleaned_data.get("page")
    )
    now, decides = clock.now(campaign), request.user.role in DECIDE
    found = list(page.object_list)
    return render(
        request,
        "payments/refund_requests.html",
        {
            "campaign": campaign,
            "whole": whole,
            "figures": figures,
            "state": state,
            "page": page,
            "stops": [] if state in OF_PAYMENTS else _of_stops(queries.facts_of(found), now),
            "lines": _lines(campaign, state, found, now),
            "lists": TaxExport.objects.filter(campaign=campaign, kind="refunds").order_by(
                "-number"
            )[:12]
            if whole
            else [],
            "decides": decides and whole,
            "document": campaign.policy["document"],
        },
    )


@never_cache
@require_http_methods(["GET", "POST"])
@allow(*WRITE)
def entry(request: Request, slug: str, resident_id: int) -> HttpResponse:
    """What ending somebody's registration comes to for each reason, and asking for it."""
    campaign = campaign_of(request, slug)
    row = queries.registration_of(campaign, request.user, resident_id)
    if row is None:
        return HttpResponse(status=404)
    asks_use = any(rule.forbidden_by_use for rule in campaign.policy["refunds"])
    reasons = foresee.reasons_of(campaign)
    told = {name: request.GET.get(name, "")[:400] for name in ("reason", "evidence")}
    form = StopForm(reasons, asks_use=asks_use, initial=told)
    if request.method == "POST":
        form = StopForm(reasons, request.POST, request.FILES, asks_use=asks_use)
        if form.is_valid():
            said, file = form.cleaned_data, form.cleaned_data.get("file")
            try:
                stop = services.propose(
                    campaign,
                    row,
                    reason=said["reason"],
                    evidence=said["evidence"],
                    benefits_used=said.get("benefits_used"),
                    attachment=(file.name, file.file) if file else None,
                    by=request.user,
                    now=clock.now(campaign),
                )
            except Refused as refusal:
                form.add_error(None, [str(each) for each in refusal.messages])
            else:
                messages.success(
                    request,
                    _("The registration has ended.")
                    if stop.stopped_at
                    else _("Kept; somebody else of the bureau decides on it."),
                )
                return redirect("refund-request", slug, stop.pk)
    facts = {"form": form, "asks_use": asks_use, **_foreseen(campaign, row)}
    return render(request, "payments/refund_entry.html", facts, status=422 if form.errors else 200)


@never_cache
@require_GET
@allow(*READ)
def refund_request(request: Request, slug: str, stop_id: int) -> HttpResponse:
    campaign = campaign_of(request, slug)
    row = _stop(request, campaign, stop_id)
    found = queries.whole(row, clock.now(campaign))
    role, mine = request.user.role, row.proposed_by_id == request.user.pk
    waiting = found.state == "waiting"
    return render(
        request,
        "payments/refund_request.html",
        {
            "campaign": campaign,
            "stop": row,
            "whole": found,
            "fen": row.own_fen + row.aid_fen,
            "number": queries.masked([row.resident_id]).get(row.resident_id, "—"),
            "opens": bool(row.file and row.file.stored_as),
            "decides": role in DECIDE and waiting and not mine,
            "mine": mine and waiting,
            "withdraws": mine and waiting and role in WRITE,
            "asks_rest": role in WRITE and found.state == "closed",
            "undoes": role in DECIDE and found.state in ("stopped", "to_send", "sent"),
            "document": campaign.policy["document"],
        },
    )


@require_POST
@allow(*WRITE)
def step(request: Request, slug: str, stop_id: int) -> HttpResponse:
    """Approve, refuse, withdraw or undo."""
    by = request.user
    wanted, why = request.POST.get("step", ""), request.POST.get("why", "")
    if wanted != "withdraw" and by.role not in DECIDE:
        return HttpResponse(status=403)
    campaign = campaign_of(request, slug)
    row = _stop(request, campaign, stop_id)
    now = clock.now(campaign)
    try:
        if wanted == "approve":
            services.approve(row, by=by, now=now)
        elif wanted == "refuse":
            services.refuse(row, why=why, by=by, now=now)
        elif wanted == "withdraw":
            services.withdraw(row, why=why, by=by, now=now)
        elif wanted == "undo":
            services.undo(row, why=why, by=by, now=now)
    except Refused as refusal:
        messages.error(request, " ".join(map(str, refusal.messages)))
    return redirect("refund-request", slug, stop_id)


@never_cache
@require_POST
@allow(*READ)
def evidence(request: Request, slug: str, stop_id: int) -> HttpResponse:
    """The photo or PDF in the clear: an act that is kept. It is never run nor shown as a page."""
    campaign = campaign_of(request, slug)
    row = _stop(request, campaign, stop_id)
    if row.file is None:
        messages.error(request, _("No photo or PDF was handed in with this."))
        return redirect("refund-request", slug, stop_id)
    try:
        answer = as_attachment(row.file)
    except Refused as refusal:
        messages.error(request, " ".join(map(str, refusal.messages)))
        return redirect("refund-request", slug, stop_id)
    services.log_opening(row, by=request.user, at=timezone.now())
    return answer


@require_POST
@allow(*DECIDE)
def refund_lists(request: Request, slug: str) -> HttpResponse:
    """Everything that waits goes on a list to the tax bureau."""
    campaign = whole_campaign_of(request, slug)
    back = f"{reverse('refund-requests', args=[slug])}?state=sent"
    try:
        made = lists.export_refunds(
            campaign, why=request.POST.get("why", ""), by=request.user, now=clock.now(campaign)
        )
    except Refused as refusal:
        messages.error(request, " ".join(map(str, refusal.messages)))
        return redirect(f"{reverse('refund-requests', args=[slug])}?state=to_send")
    messages.success(
        request,
        _("List %(number)s is made; hand its file to the tax bureau.") % {"number": made.number},
    )
    return redirect(back)


@require_POST
@allow(*DECIDE)
def call_back(request: Request, slug: str, refund_id: int) -> HttpResponse:
    """One refund of a list is not to be carried out; the tax bureau is told by people."""
    campaign = whole_campaign_of(request, slug)
    row = get_object_or_404(TaxRefund, pk=refund_id, export__campaign=campaign, live=True)
    try:
        lists.call_back_one(
            row, why=request.POST.get("why", ""), by=request.user, now=clock.now(campaign)
        )
    except Refused as refusal:
        messages.error(request, " ".join(map(str, refusal.messages)))
    else:
        messages.success(
            request,
            _("Called back. Tell the tax bureau: list %(number)s, row %(row)s.")
            % {"number": row.export.number, "row": row.row},
        )
    return redirect(f"{reverse('refund-requests', args=[slug])}?state=sent")


def _stop(request: Request, campaign: Campaign, stop_id: int) -> Stop:
    rows = queries.visible_stops(campaign, request.user).select_related(
        "resident", "registration__village__parent", "file", "follows", "proposed_by",
        "approved_by", "refused_by", "withdrawn_by", "undone_by",
    )  # fmt: skip
    row = get_object_or_404(rows, pk=stop_id)
    row.campaign = campaign  # read once, with its policy
    return row


def _rows(campaign: Campaign, stops: Any, state: str) -> Any:
    if state == "to_send":
        return lists.to_send(campaign)
    if state in OF_PAYMENTS:
        return queries.sent(campaign, state)
    people = ("registration", "proposed_by", "approved_by")
    return queries.of_state(stops, state).select_related(*people)


def _of_stops(rows: list[dict[str, Any]], now: Any) -> list[dict[str, Any]]:
    return [{**row, "whole": queries.whole(row["stop"], now)} for row in rows]


def _lines(campaign: Campaign, state: str, found: list[Any], now: Any) -> list[queries.Line]:
    if state == "to_send":
        return queries.lines_to_send(campaign, found)
    return queries.lines_sent(found, now) if state in OF_PAYMENTS else []


def _foreseen(campaign: Campaign, row: Registration) -> dict[str, Any]:
    """For each reason what comes back; `others`: reasons for which the notice gives nothing.

    `asks`: the registration stands, or ended by a refund that was carried out (`rest`); `why_not`.
    """
    on = timezone.localdate(clock.now(campaign))
    names = foresee.reasons_of(campaign)
    stated = dict.fromkeys(rule.reason for rule in campaign.policy["refunds"])
    standing, earlier, why_not = row.ended_at is None, [], ""
    try:
        earlier = services.earlier_of(row)
    except Refused as refusal:
        why_not = " ".join(map(str, refusal.messages))
    coming: dict[str, foresee.Foreseen] = {}
    matched: list[int] = []
    if standing or earlier:
        basis = (
            foresee.rest_of(campaign, row, earlier)
            if earlier
            else foresee.bases_of(campaign, [row])[row.pk]
        )
        coming = {code: foresee.by_rule(campaign, basis, code, on) for code in stated}
        matched = [pk for pk, _part, _fen in basis.matched]
    paid = Payment.objects.filter(pk__in=matched).order_by("paid_at")
    stops = Stop.objects.filter(campaign=campaign, resident_id=row.resident_id)
    return {
        "campaign": campaign,
        "resident": row.resident,
        "registration": row,
        "asks": standing or bool(earlier),
        "rest": bool(earlier),
        "why_not": why_not,
        "number": queries.masked([row.resident_id]).get(row.resident_id, "—"),
        "coming": [(code, names[code], each) for code, each in coming.items()],
        "others": [(code, name) for code, name in names.items() if code not in stated],
        "payments": paid,
        "is_paid": paid.exists(),
        "earlier": stops.select_related("proposed_by").order_by("-pk"),
        "document": campaign.policy["document"],
    }
