"""A batch in the browser: made, checked, exported, printed, answered by the bank."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from config.lib.layout import LayoutFault
from config.lib.layoutrows import MOST_BYTES
from enrollment import clock
from enrollment.access import allow
from enrollment.errors import Refused
from enrollment.http import Request, as_workbook, named, refused, whole_campaign_of
from subsidies.models import BankAnswer, PayOutBatch, Transfer
from subsidies.payouts import answers, files, queries, services
from subsidies.payouts.views import (
    ON_A_PAGE,
    READERS,
    WRITERS,
    Choice,
    tail,
)

STEPS = {
    "check": services.check_batch,
    "discard": services.discard_batch,
    "confirm": services.confirm_batch,
}


def _batch(request: Request, slug: str, batch_id: int) -> PayOutBatch:
    campaign = whole_campaign_of(request, slug)
    rows = PayOutBatch.objects.select_related("made_by", "checked_by", "campaign__region")
    return get_object_or_404(rows, campaign=campaign, pk=batch_id)


@require_POST
@allow(*WRITERS)
def pay_out_batches(request: Request, slug: str) -> HttpResponse:
    """Make a batch."""
    campaign = whole_campaign_of(request, slug)
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
        return refused(request, refusal, "pay-outs", slug)
    return redirect("pay-out-batch", slug, batch.pk)


@require_GET
@allow(*READERS)
def pay_out_batch(request: Request, slug: str, batch_id: int) -> HttpResponse:
    batch = _batch(request, slug, batch_id)
    rows = batch.transfers.select_related("pay_out__resident__village__parent").order_by("line")
    if request.GET.get("standing") == queries.RETURNED:
        rows = rows.filter(returned_at__isnull=False)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    facts = {
        "campaign": batch.campaign,
        "batch": batch,
        "sums": queries.batch_sums(batch),
        "stopped": 0 if batch.confirmed_at else services.stopped(batch),
        "page": page,
        "rows": [(row, tail(row.account)) for row in page],
        "query": f"{query.urlencode()}&" if query else "",
        "only_returned": request.GET.get("standing") == queries.RETURNED,
        "answers": batch.answers.select_related("taken_in_by").order_by("-pk"),
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
        return refused(request, refusal, "pay-out-batch", slug, batch.pk)
    if step is services.discard_batch:
        messages.success(request, _("The batch is discarded; its amounts can go into another."))
        return redirect("pay-outs", slug)
    return redirect("pay-out-batch", slug, batch_id)


@never_cache
@require_POST
@allow(*WRITERS)
def pay_out_batch_file(request: Request, slug: str, batch_id: int) -> HttpResponse:
    """The file for the bank; it holds accounts in the clear, so taking it is an act."""
    batch = _batch(request, slug, batch_id)
    try:
        name, data = files.bank_file(batch)
        services.mark_exported(batch, by=request.user, now=clock.now(batch.campaign))
    except LayoutFault as fault:
        messages.error(request, _("The layout cannot be followed: %(why)s") % {"why": fault})
        return redirect("pay-out-batch", slug, batch.pk)
    except Refused as refusal:
        return refused(request, refusal, "pay-out-batch", slug, batch.pk)
    return named(HttpResponse(data, content_type="application/octet-stream"), name)


@never_cache
@require_POST
@allow(*WRITERS)
def pay_out_batch_workbook(request: Request, slug: str, batch_id: int) -> HttpResponse:
    """The batch for people, as XLSX, with numbers and accounts: an act that is kept."""
    batch = _batch(request, slug, batch_id)
    _taken_out(request, batch, "xlsx")
    name = _("pay-outs-%(number)s.xlsx") % {"number": batch.pk}
    return as_workbook(files.workbook(batch), name)


@never_cache
@require_POST
@allow(*WRITERS)
def pay_out_batch_paper(request: Request, slug: str, batch_id: int) -> HttpResponse:
    """The batch with accounts in full, to be printed, signed and stamped: an act that is kept."""
    batch = _batch(request, slug, batch_id)
    _taken_out(request, batch, "paper")
    facts = {
        "campaign": batch.campaign,
        "batch": batch,
        "sums": queries.batch_sums(batch),
        "lines": files.lines(batch),
    }
    return render(request, "subsidies/pay_out_batch_paper.html", facts)


@require_POST
@allow(*WRITERS)
def pay_out_batch_return(request: Request, slug: str, batch_id: int) -> HttpResponse:
    """A transfer of the batch came back."""
    batch = _batch(request, slug, batch_id)
    wanted = request.POST.get("transfer", "")
    known = wanted.isascii() and wanted.isdigit() and len(wanted) < 19
    transfer = get_object_or_404(Transfer, batch=batch, pk=wanted if known else 0)
    try:
        services.return_transfer(
            transfer, why=request.POST.get("why", ""), by=request.user,
            now=clock.now(batch.campaign),
        )  # fmt: skip
    except Refused as refusal:
        return refused(request, refusal, "pay-out-batch", slug, batch.pk)
    return redirect("pay-out-batch", slug, batch_id)


@require_POST
@allow(*WRITERS)
def pay_out_batch_answers(request: Request, slug: str, batch_id: int) -> HttpResponse:
    """The file in which the bank says what became of the batch."""
    batch = _batch(request, slug, batch_id)
    file = request.FILES.get("file")
    if file is None or not file.size:
        messages.error(request, _("Choose a file first."))
        return redirect("pay-out-batch", slug, batch.pk)
    try:
        answer = answers.take_in_answer(
            batch, name=file.name or "", data=file.read(MOST_BYTES + 1), by=request.user,
            now=clock.now(batch.campaign),
        )  # fmt: skip
    except Refused as refusal:
        return refused(request, refusal, "pay-out-batch", slug, batch.pk)
    return redirect("pay-out-batch-answer", slug, batch.pk, answer.pk)


@require_GET
@allow(*READERS)
def pay_out_batch_answer(
    request: Request, slug: str, batch_id: int, answer_id: int
) -> HttpResponse:
    """Every line of the bank's file and what became of it."""
    batch = _batch(request, slug, batch_id)
    answer = get_object_or_404(
        BankAnswer.objects.select_related("taken_in_by"), batch=batch, pk=answer_id
    )
    rows = answer.lines.select_related("transfer__pay_out__resident").order_by("line")
    outcome = request.GET.get("outcome", "")
    if outcome in answers.Outcome.values:
        rows = rows.filter(outcome=outcome)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    facts = {
        "campaign": batch.campaign,
        "batch": batch,
        "answer": answer,
        "page": page,
        "rows": page,
        "query": f"outcome={outcome}&" if outcome in answers.Outcome.values else "",
    }
    return render(request, "subsidies/pay_out_answer.html", facts)


def _taken_out(request: Request, batch: PayOutBatch, how: str) -> None:
    services.audit(
        "take_out_pay_out_batch", batch, by=request.user, now=clock.now(batch.campaign),
        facts={"as": how, "rows": batch.transfers.count()},
    )  # fmt: skip
