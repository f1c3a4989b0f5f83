"""A collection batch in the browser: people, slip, balance, confirmation, the printed sheet."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from enrollment import clock
from enrollment.access import READERS as READ
from enrollment.access import Role, allow, top_region
from enrollment.errors import Refused
from enrollment.http import Request, as_attachment, campaign_of, refused
from enrollment.models import Campaign, Identity
from payments.collection import balance, batches, queries, services, slips, statements
from payments.collection.amounts import in_words
from payments.collection.forms import SlipForm, ticked
from payments.collection.views import TAKE, category_names
from payments.models import CollectionBatch, Slip

CONFIRM = (Role.CLERK, Role.BUREAU)
EITHER = (Role.CLERK, Role.COLLECTOR, Role.BUREAU)
ON_A_PAGE = 50


@require_GET
@allow(*READ)
def collection_batch(request: Request, slug: str, collection_id: int) -> HttpResponse:
    return _page(request, _batch(request, slug, collection_id), SlipForm)


@require_POST
@allow(*EITHER)
def collection_batch_step(request: Request, slug: str, collection_id: int) -> HttpResponse:
    """Fill, take out, balance, confirm, undo, make void; strike the slip out."""
    batch = _batch(request, slug, collection_id)
    step = request.POST.get("step", "")
    # Who confirms answers for the money; a collector makes batches and brings slips.
    if request.user.role not in (CONFIRM if step in ("confirm", "undo") else TAKE):
        return refused(
            request, Refused(_("This is not for your role.")), "collection-batch", slug, batch.pk
        )
    try:
        _carry_out(request, batch, step)
    except Refused as refusal:
        return refused(request, refusal, "collection-batch", slug, batch.pk)
    return redirect("collection-batch", slug, batch.pk)


@require_POST
@allow(*TAKE)
def collection_slips(request: Request, slug: str, collection_id: int) -> HttpResponse:
    """Enter the slip of a batch."""
    batch = _batch(request, slug, collection_id)
    form = SlipForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data.get("file")
        try:
            slips.enter_slip(
                batch, written=form.written(),
                attachment=(file.name, file.file) if file else None, by=request.user,
                now=clock.now(batch.campaign),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            return redirect("collection-batch", slug, batch.pk)
    return _page(request, batch, form)


@never_cache
@require_GET
@allow(*READ)
def collection_slip_file(
    request: Request, slug: str, collection_id: int, slip_id: int
) -> HttpResponse:
    """The photo or PDF of a slip: an act that is kept."""
    batch = _batch(request, slug, collection_id)
    slip = get_object_or_404(Slip, batch=batch, pk=slip_id, file__isnull=False)
    if slip.file is None:
        raise Http404
    try:
        answer = as_attachment(slip.file, pdf_shown=True)
    except Refused as refusal:
        return refused(request, refusal, "collection-batch", slug, batch.pk)
    services.audit(
        "open_slip", batch, by=request.user, now=timezone.now(), facts={"slip": slip.number}
    )
    return answer


@require_GET
@allow(*READ)
def collection_batch_paper(request: Request, slug: str, collection_id: int) -> HttpResponse:
    """The sheet with which the village pays in, and on which the category is stamped."""
    batch = _batch(request, slug, collection_id)
    lines = _lines(list(_people(batch)))
    sums = queries.line_sums(batch)
    facts = {
        "campaign": batch.campaign,
        "batch": batch,
        "category": category_names(batch.campaign).get(batch.hardship, batch.hardship),
        "sums": sums,
        "words": in_words(sums.fen),
        "lines": lines,
        "slip": batch.slips.filter(ended_at=None).first(),
        "terms": batch.campaign.policy["money_in_hand"],
    }
    return render(request, "payments/collection_paper.html", facts)


def _batch(request: Request, slug: str, collection_id: int) -> CollectionBatch:
    campaign = campaign_of(request, slug)
    top = top_region(request.user, campaign)
    rows = CollectionBatch.objects.filter(region__path__startswith=top.path).select_related(
        "campaign__region", "region__parent", "made_by", "confirmed_by", "voided_by"
    )
    return get_object_or_404(rows, campaign=campaign, pk=collection_id)


def _carry_out(request: Request, batch: CollectionBatch, step: str) -> None:
    how: dict[str, Any] = {"by": request.user, "now": clock.now(batch.campaign)}
    why = request.POST.get("why", "")
    slip = batch.slips.filter(ended_at=None).first()
    if step == "fill":
        n = batches.fill_batch(batch, **how)
        messages.success(request, _("%(n)s people were put in.") % {"n": n})
    elif step == "take-out":
        n = batches.take_out(batch, ticked(request.POST, "line"), **how)
        messages.success(request, _("%(n)s people were taken out; their cash stays.") % {"n": n})
    elif step == "balance":
        batches.balance_batch(batch, **how)
    elif step == "confirm":
        batches.confirm_batch(batch, **how)
        messages.success(request, _("The batch is confirmed; it waits for the tax bureau's file."))
    elif step == "undo":
        batches.undo_confirmation(batch, why=why, **how)
    elif step == "void":
        batches.void_batch(batch, why=why, **how)
    elif step == "end-slip" and slip:
        batches.end_slip(slip, why=why, **how)
    else:
        raise Http404


def _page(request: Request, batch: CollectionBatch, form: Any) -> HttpResponse:
    bound = form is not SlipForm
    rows = _people(batch)
    if request.GET.get("missing"):
        rows = rows.filter(payment_id=None)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    slip = batch.slips.filter(ended_at=None).select_related("file", "entered_by").first()
    draft = batch.state == CollectionBatch.State.DRAFT
    role = request.user.role
    facts = {
        "campaign": batch.campaign,
        "batch": batch,
        "sums": (sums := queries.line_sums(batch)),
        "words": in_words(sums.fen),
        "category": category_names(batch.campaign).get(batch.hardship, batch.hardship),
        "page": page,
        "rows": _lines(list(page)),
        "query": "missing=1&" if request.GET.get("missing") else "",
        "only_missing": bool(request.GET.get("missing")),
        "slip": slip,
        "bank_line": slip.bank_lines.filter(outcome="matched").first() if slip else None,
        "slip_late": slip is not None and _late(batch.campaign, slip),
        "differences": balance.differences(batch) if draft and slip else [],
        "attention": queries.attention(batch) if batch.state != "void" else [],
        "waiting": queries.fitting(batch).count() if draft else 0,
        "form": form if bound else SlipForm(initial=_initial(request, batch, sums)),
        "may_edit": role in TAKE,
        "may_confirm": role in CONFIRM,
        "is_maker": batch.made_by_id == request.user.pk,
        "terms": batch.campaign.policy["money_in_hand"],
    }
    status = 422 if bound and form.errors else 200
    return render(request, "payments/collection_batch.html", facts, status=status)


def _initial(request: Request, batch: CollectionBatch, sums: queries.Sums) -> dict[str, Any]:
    """What is known beforehand: the account of the notice, the place, who is at it."""
    terms = batch.campaign.policy["money_in_hand"]
    account = terms.accounts[0] if terms and terms.accounts else None
    return {
        "kind": Slip.Kind.ELECTRONIC,
        "paid_on": timezone.localdate(clock.now(batch.campaign)),
        "amount": f"{sums.fen / 100:.2f}",
        "heads": sums.heads or None,
        "bank": account.bank if account else "",
        "account": account.number if account else "",
        "insurance": _("Residents' basic medical insurance"),
        "group": batch.region.name,
        "handler": request.user.full_name,
    }


def _late(campaign: Campaign, slip: Slip) -> bool:
    return statements.late_slips(campaign, clock.now(campaign)).filter(pk=slip.pk).exists()


def _people(batch: CollectionBatch) -> Any:
    live = batch.state != CollectionBatch.State.VOID
    return batch.lines.filter(live=live).select_related(
        "resident__household", "resident__village", "taking__taken_by"
    ).order_by("line")  # fmt: skip


def _lines(rows: list[Any]) -> list[dict[str, Any]]:
    papers = Identity.objects.filter(current=True, resident__in=[row.resident_id for row in rows])
    numbers = {paper.resident_id: f"{paper.head4}****{paper.last4}" for paper in papers}
    return [{"line": row, "number": numbers.get(row.resident_id, "")} for row in rows]
