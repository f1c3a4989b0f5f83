"""Pay-outs in the browser: months and funders, the people behind each number, batches.

A batch goes to a bank for the whole campaign, so only who sees all of it sees any.
"""

from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from config.lib import layout
from config.lib.siv import unseal
from enrollment import clock
from enrollment.access import Role, allow, campaign_or_404, sees_all_of
from enrollment.errors import Refused
from enrollment.http import Request
from enrollment.models import Campaign
from subsidies.models import PayOut, PayOutBatch, Transfer
from subsidies.payouts import queries, services

READERS = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)
WRITERS = (Role.BUREAU, Role.ADMIN)
LAYOUT = Path(settings.BASE_DIR) / "layouts" / "bank-transfer.toml"
ON_A_PAGE = 25
TITLES = {
    "": gettext_lazy("All"),
    "waiting": gettext_lazy("To be put into a batch"),
    "no_account": gettext_lazy("Without an account"),
    "in_batch": gettext_lazy("In a batch"),
    "confirmed": pgettext_lazy("batch", "confirmed"),
    "returned": gettext_lazy("Came back, to be paid again"),
}
STEPS = {
    "check": services.check_batch,
    "discard": services.discard_batch,
    "confirm": services.confirm_batch,
}


class Choice(forms.Form):
    """A month and a funder; what a list is narrowed to."""

    month = forms.DateField(required=False)
    funder = forms.CharField(required=False, max_length=60)
    standing = forms.ChoiceField(required=False, choices=list(TITLES.items()))


def _campaign(request: Request, slug: str) -> Campaign:
    campaign = campaign_or_404(request.user, slug)
    if not sees_all_of(request.user, campaign):
        raise Http404
    return campaign


def _batch(request: Request, slug: str, batch_id: int) -> PayOutBatch:
    campaign = _campaign(request, slug)
    rows = PayOutBatch.objects.select_related("made_by", "checked_by")
    return get_object_or_404(rows, campaign=campaign, pk=batch_id)


@require_GET
@allow(*READERS)
def pay_outs(request: Request, slug: str) -> HttpResponse:
    campaign = _campaign(request, slug)
    months = queries.by_month(campaign, clock.now(campaign))
    facts = {
        "campaign": campaign,
        "months": months,
        "overdue": sum(row.count - row.confirmed for row in months if row.overdue),
        "batches": queries.batches(campaign),
        "may_write": request.user.role in WRITERS,
    }
    return render(request, "subsidies/pay_outs.html", facts)


@require_GET
@allow(*READERS)
def pay_outs_list(request: Request, slug: str) -> HttpResponse:
    """The people behind a number."""
    campaign = _campaign(request, slug)
    form = Choice(request.GET)
    if not form.is_valid():
        raise Http404
    said = form.cleaned_data
    rows = queries.standing(queries.pay_outs(campaign), said["standing"])
    if said["month"]:
        rows = rows.filter(due_month=said["month"], funder=said["funder"])
    rows = rows.select_related("resident__village__parent").order_by("resident__pinyin", "pk")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    facts = {
        "campaign": campaign,
        "title": TITLES[said["standing"]],
        "said": said,
        "page": page,
        "rows": [(row, _tail(row.account)) for row in page],
        "query": f"{query.urlencode()}&" if query else "",
        "may_write": request.user.role in WRITERS,
    }
    return render(request, "subsidies/pay_outs_list.html", facts)


@require_POST
@allow(*WRITERS)
def pay_out_batches(request: Request, slug: str) -> HttpResponse:
    """Make a batch."""
    campaign = _campaign(request, slug)
    form = Choice(request.POST)
    month: date | None = form.cleaned_data.get("month") if form.is_valid() else None
    if month is None:
        messages.error(request, _("Say for which month."))
        return redirect("pay-outs", slug)
    try:
        batch = services.make_batch(
            campaign, funder=form.cleaned_data["funder"], month=month, by=request.user,
            now=clock.now(campaign),
        )  # fmt: skip
    except Refused as refusal:
        return _refused(request, refusal, "pay-outs", slug)
    return redirect("pay-out-batch", slug, batch.pk)


@require_GET
@allow(*READERS)
def pay_out_batch(request: Request, slug: str, batch_id: int) -> HttpResponse:
    batch = _batch(request, slug, batch_id)
    rows = batch.transfers.select_related("pay_out__resident__village__parent").order_by(
        "returned_at", "pay_out__resident__pinyin", "pk"
    )
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    facts = {
        "campaign": batch.campaign,
        "batch": batch,
        "sums": queries.batch_sums(batch),
        "page": page,
        "rows": [(row, _tail(row.account)) for row in page],
        "may_write": request.user.role in WRITERS,
        "is_maker": batch.made_by_id == request.user.pk,
    }
    return render(request, "subsidies/pay_out_batch.html", facts)


@require_POST
@allow(*WRITERS)
def pay_out_batch_step(request: Request, slug: str, batch_id: int) -> HttpResponse:
    """Check, discard or confirm a batch."""
    batch = _batch(request, slug, batch_id)
    step = STEPS.get(request.POST.get("step", ""))
    if step is None:
        raise Http404
    try:
        step(batch, by=request.user, now=clock.now(batch.campaign))
    except Refused as refusal:
        return _refused(request, refusal, "pay-out-batch", slug, batch.pk)
    if step is services.discard_batch:
        return redirect("pay-outs", slug)
    return redirect("pay-out-batch", slug, batch_id)


@require_POST
@allow(*WRITERS)
def pay_out_batch_file(request: Request, slug: str, batch_id: int) -> HttpResponse:
    """The file for the bank; it holds accounts in the clear, so taking it is an act."""
    batch = _batch(request, slug, batch_id)
    try:
        services.mark_exported(batch, by=request.user, now=clock.now(batch.campaign))
    except Refused as refusal:
        return _refused(request, refusal, "pay-out-batch", slug, batch.pk)
    rows, fen = queries.bank_rows(batch)
    form = layout.read(LAYOUT, queries.FIELDS)
    data = form.write(rows, told={}, sum_fen=fen)
    name = form.file.format(place=batch.campaign.region.name, number=batch.pk)
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


@require_POST
@allow(*WRITERS)
def pay_out_batch_return(request: Request, slug: str, batch_id: int) -> HttpResponse:
    """A transfer of the batch came back."""
    batch = _batch(request, slug, batch_id)
    wanted = request.POST.get("transfer", "")
    transfer = get_object_or_404(Transfer, batch=batch, pk=wanted if wanted.isdigit() else 0)
    try:
        services.return_transfer(
            transfer, why=request.POST.get("why", ""), by=request.user,
            now=clock.now(batch.campaign),
        )  # fmt: skip
    except Refused as refusal:
        return _refused(request, refusal, "pay-out-batch", slug, batch.pk)
    return redirect("pay-out-batch", slug, batch_id)


@require_POST
@allow(*WRITERS)
def pay_out_account(request: Request, slug: str, pay_out_id: int) -> HttpResponse:
    """Where an amount goes to, where no list says so or the transfer came back."""
    campaign = _campaign(request, slug)
    row = get_object_or_404(PayOut, campaign=campaign, pk=pay_out_id)
    try:
        services.set_account(
            row, number=request.POST.get("number", ""), by=request.user, now=clock.now(campaign)
        )
    except Refused as refusal:
        return _refused(request, refusal, "pay-outs-list", slug)
    messages.success(request, _("The account is kept."))
    return redirect("pay-outs-list", slug)


def _refused(request: Request, refusal: Refused, *to: Any) -> HttpResponse:
    for said in refusal.messages:
        messages.error(request, str(said))
    return redirect(*to)


def _tail(account: bytes | memoryview | None) -> str:
    """The last four digits."""
    return unseal(bytes(account))[-4:] if account else ""
