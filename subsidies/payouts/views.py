"""Pay-outs in the browser: months and funders, the people behind each number, what is held back.

A batch goes to a bank for the whole campaign, so only who sees all of it sees any.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from config.lib.siv import unseal
from enrollment import clock
from enrollment.access import Role, allow
from enrollment.errors import Refused
from enrollment.http import Request, refused, whole_campaign_of
from enrollment.models import Campaign
from subsidies.models import PayOut
from subsidies.outcomes import Kind
from subsidies.payouts import decisions, held, queries, services
from subsidies.payouts.accounts import FAULTS
from subsidies.rosters.words import LIST_NAMES

READERS = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)
WRITERS = (Role.BUREAU, Role.ADMIN)
ON_A_PAGE = 25
TITLES = {
    "": gettext_lazy("All"),
    "waiting": gettext_lazy("To be put into a batch"),
    "held": gettext_lazy("Held back"),
    "no_account": gettext_lazy("Without an account"),
    "bad_account": gettext_lazy("Account is no account"),
    "in_batch": gettext_lazy("In a batch"),
    "confirmed": pgettext_lazy("batch", "confirmed"),
    "dropped": pgettext_lazy("pay-out", "dropped"),
    "returned": gettext_lazy("Came back, to be paid again"),
    "overdue": gettext_lazy("Should have gone out in an earlier month"),
}


class Choice(forms.Form):
    """A month and a funder; what a list is narrowed to."""

    month = forms.DateField(required=False)
    funder = forms.CharField(required=False, max_length=60)
    standing = forms.ChoiceField(required=False, choices=list(TITLES.items()))
    kind = forms.ChoiceField(required=False, choices=[("", ""), *Kind.choices])


@require_GET
@allow(*READERS)
def pay_outs(request: Request, slug: str) -> HttpResponse:
    campaign = whole_campaign_of(request, slug)
    now = clock.now(campaign)
    months = queries.by_month(campaign, now)
    late = queries.together(row for row in months if row.overdue)
    facts = {
        "campaign": campaign,
        "months": months,
        "funders": queries.by_funder(months),
        "whole": queries.together(months),
        "overdue": late.open,
        "overdue_fen": late.open_fen,
        "overdue_batches": queries.overdue_batches(campaign, now).count(),
        "returned": queries.standing(queries.pay_outs(campaign), queries.RETURNED).count(),
        "batches": queries.batches(campaign),
        "this_month": queries.this_month(now),
        "may_write": request.user.role in WRITERS,
    }
    return render(request, "subsidies/pay_outs.html", facts)


@require_GET
@allow(*READERS)
def pay_outs_list(request: Request, slug: str) -> HttpResponse:
    """The people behind a number."""
    campaign = whole_campaign_of(request, slug)
    form = Choice(request.GET)
    if not form.is_valid():
        raise Http404
    said = form.cleaned_data
    now = clock.now(campaign)
    rows = queries.standing(queries.pay_outs(campaign), said["standing"], now)
    if said["month"]:
        rows = rows.filter(due_month=said["month"])
    if "funder" in request.GET:  # empty: of those for whom the notice names nobody
        rows = rows.filter(funder=said["funder"])
    if said["kind"]:
        rows = rows.filter(kind=said["kind"])
    rows = rows.select_related("resident__village__parent").order_by("resident__pinyin", "pk")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    told = held.told(campaign, [row.resident_id for row in page])
    facts = {
        "campaign": campaign,
        "title": TITLES[said["standing"]],
        "said": said,
        "of_funder": "funder" in request.GET,
        "fen": rows.aggregate(fen=Sum("fen", default=0))["fen"],
        "page": page,
        "rows": [_row(row, told.get(row.resident_id)) for row in page],
        "query": f"{query.urlencode()}&" if query else "",
        "back": request.get_full_path(),
        "may_write": request.user.role in WRITERS,
    }
    return render(request, "subsidies/pay_outs_list.html", facts)


@require_GET
@allow(*READERS)
def pay_out(request: Request, slug: str, pay_out_id: int) -> HttpResponse:
    """One amount: why it is due, where it stands, every attempt and decision."""
    campaign = whole_campaign_of(request, slug)
    row = _one(campaign, pay_out_id)
    told = held.told(campaign, [row.resident_id]).get(row.resident_id)
    facts = {
        "campaign": campaign,
        "title": TITLES[row.place] if row.place else _("due no more"),
        **_row(row, told),
        "because": held.reasons(campaign.policy).get(told.kind) if told else None,
        "transfers": [
            (each, tail(each.account))
            for each in row.transfers.select_related("batch", "returned_by").order_by("pk")
        ],
        "decisions": row.decisions.select_related("by", "ended_by").order_by("pk"),
        "may_write": request.user.role in WRITERS,
    }
    return render(request, "subsidies/pay_out.html", facts)


@require_POST
@allow(*WRITERS)
def pay_out_account(request: Request, slug: str, pay_out_id: int) -> HttpResponse:
    """Where an amount goes to, where no list says so or the transfer came back."""
    campaign = whole_campaign_of(request, slug)
    row = get_object_or_404(PayOut, campaign=campaign, pk=pay_out_id)
    try:
        services.set_account(
            row, number=request.POST.get("number", ""), by=request.user, now=clock.now(campaign)
        )
    except Refused as refusal:
        return refused(request, refusal, "pay-out", slug, row.pk)
    messages.success(request, _("The account is kept."))
    back = request.POST.get("back", "")
    here = back.startswith(reverse("pay-outs-list", args=[slug]) + "?")
    return redirect(back) if here else redirect("pay-out", slug, row.pk)


@require_POST
@allow(*WRITERS)
def pay_out_decision(request: Request, slug: str, pay_out_id: int) -> HttpResponse:
    """Of an amount that is held back: paid all the same, to nobody, or that decision taken back."""
    campaign = whole_campaign_of(request, slug)
    row = get_object_or_404(PayOut, campaign=campaign, pk=pay_out_id)
    said, now = request.POST, clock.now(campaign)
    try:
        match said.get("what"):
            case "release":
                decisions.release(
                    row, why=said.get("why", ""), payee=said.get("payee", ""),
                    number=said.get("number", ""), by=request.user, now=now,
                )  # fmt: skip
            case "drop":
                decisions.drop(row, why=said.get("why", ""), by=request.user, now=now)
            case "take_back":
                decisions.take_back(row, by=request.user, now=now)
            case _:
                raise Http404
    except Refused as refusal:
        return refused(request, refusal, "pay-out", slug, row.pk)
    return redirect("pay-out", slug, row.pk)


def tail(account: bytes | memoryview | None) -> str:
    """The last four digits."""
    return unseal(bytes(account))[-4:] if account else ""


def _one(campaign: Campaign, pay_out_id: int) -> Any:
    """An amount, also one that is due no more; that stands in no place."""
    rows = queries.pay_outs(campaign).select_related("resident__village__parent")
    found: Any = rows.filter(pk=pay_out_id).first()
    if found is None:
        found = get_object_or_404(PayOut, campaign=campaign, pk=pay_out_id)
        found.place = found.held = found.decision = None
    return found


def _row(row: Any, told: Any) -> dict[str, Any]:
    return {
        "row": row,
        "tail": tail(row.account),
        "fault": FAULTS.get(row.account_fault or ""),
        "told": told,
        "held_by": LIST_NAMES.get(row.held or "", row.held),
        "place": TITLES.get(row.place or "", ""),
    }
