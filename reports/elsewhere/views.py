"""Proofs of payment elsewhere in the browser: entered at the person's page, decided on by the
bureau, never by who entered them; the list of those that wait, township by township."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment import asked, clock
from enrollment.access import Role, allow, region_or_404, top_region
from enrollment.errors import Refused
from enrollment.http import Request, as_attachment, campaign_of
from enrollment.models import Campaign
from reports.elsewhere import queries
from reports.elsewhere.forms import ChoiceForm, ProofForm
from reports.elsewhere.person import READ, WRITE
from reports.people.person import resident_or_404
from subsidies.elsewhere import services
from subsidies.elsewhere.pricing import foresee
from subsidies.models import ElsewhereProof

DECIDE = (Role.BUREAU, Role.ADMIN)
ON_A_PAGE = 50
State = ElsewhereProof.State


@require_GET
@allow(*READ)
def proofs(request: Request, slug: str) -> HttpResponse:
    """Those that wait, by township; other states by a link."""
    campaign = campaign_of(request, slug)
    form = ChoiceForm(request.GET)
    form.is_valid()
    top = top_region(request.user, campaign)
    asked_for = form.cleaned_data.get("region")
    region = region_or_404(request.user, campaign, asked_for) if asked_for else top
    state = form.cleaned_data.get("state") or State.WAITING
    rows = queries.proofs(campaign, region).filter(state=state)
    return render(
        request,
        "reports/elsewhere.html",
        {
            "region": region,
            "top": top,
            "state": State(state),
            "states": list(State),
            "townships": queries.by_township(campaign, top),
            "page": Paginator(rows, ON_A_PAGE).get_page(form.cleaned_data.get("page")),
        },
    )


@require_http_methods(["GET", "POST"])
@allow(*WRITE)
def entry(request: Request, slug: str, resident_id: int) -> HttpResponse:
    """Enter what a receipt says, with its photo."""
    campaign = campaign_of(request, slug)
    resident = resident_or_404(request.user, campaign, resident_id)
    tiers = _tiers(campaign)
    form = ProofForm(tiers)
    if request.method == "POST":
        form = ProofForm(tiers, request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data.get("file")
            try:
                row = services.enter_proof(
                    campaign,
                    resident,
                    paid=form.paid(),
                    attachment=(file.name, file.file) if file else None,
                    by=request.user,
                    now=clock.now(campaign),
                )
            except Refused as refusal:
                form.add_error(None, refusal.messages)
            else:
                messages.success(request, _("Kept; somebody else of the bureau decides on it."))
                return redirect("elsewhere-proof", slug, row.pk)
    facts = {"resident": resident, "form": form}
    status = 422 if form.errors else 200
    return render(request, "reports/elsewhere_entry.html", facts, status=status)


@never_cache
@require_GET
@allow(*READ)
def proof(request: Request, slug: str, proof_id: int) -> HttpResponse:
    campaign = campaign_of(request, slug)
    row = _proof(request, campaign, proof_id)
    names = {rule.key: rule.name for rule in campaign.policy["subsidies"].categories}
    decisions = [(each, names.get(each.hardship, each.hardship)) for each in queries.decisions(row)]
    coming = foresee(row) if row.state == State.WAITING else None
    mine = row.entered_by_id == request.user.pk
    return render(
        request,
        "reports/elsewhere_proof.html",
        {
            "proof": row,
            "resident": row.resident,
            "identity": row.resident.identities.filter(current=True).first(),
            "tier": _tiers(campaign).get(row.tier, row.tier),
            "decisions": decisions,
            "pay_outs": queries.pay_outs(row),
            "same_receipt": queries.same_receipt(row),
            "coming": coming,
            "coming_name": names.get(coming.price.hardship, "") if coming else "",
            "decides": request.user.role in DECIDE and not mine and row.state == State.WAITING,
            "mine": mine and row.state == State.WAITING and request.user.role in DECIDE,
            "withdraws": _may_withdraw(request, row),
            "opens": bool(row.file and row.file.stored_as),
            "document": campaign.policy["document"],
        },
    )


@require_POST
@allow(*WRITE)
def step(request: Request, slug: str, proof_id: int) -> HttpResponse:
    """Approve, refuse or withdraw."""
    campaign = campaign_of(request, slug)
    row = _proof(request, campaign, proof_id)
    wanted, why = request.POST.get("step", ""), request.POST.get("why", "")
    by, now = request.user, clock.now(campaign)
    allowed = _may_withdraw(request, row) if wanted == "withdraw" else by.role in DECIDE
    if not allowed:
        return HttpResponse(status=403)
    try:
        if wanted == "approve":
            services.approve_proof(row, by=by, now=now)
        elif wanted == "refuse":
            services.refuse_proof(row, why=why, by=by, now=now)
        elif wanted == "withdraw":
            services.withdraw_proof(row, why=why, by=by, now=now)
    except Refused as refusal:
        messages.error(request, " ".join(map(str, refusal.messages)))
    return redirect("elsewhere-proof", slug, proof_id)


@never_cache
@require_POST
@allow(*READ)
def attachment(request: Request, slug: str, proof_id: int) -> HttpResponse:
    """The photo or PDF in the clear: an act that is kept. It is never run nor shown as a page."""
    campaign = campaign_of(request, slug)
    row = _proof(request, campaign, proof_id)
    if row.file is None:
        messages.error(request, _("No photo or PDF was handed in with this proof."))
        return redirect("elsewhere-proof", slug, proof_id)
    try:
        answer = as_attachment(row.file)
    except Refused as refusal:
        messages.error(request, " ".join(map(str, refusal.messages)))
        return redirect("elsewhere-proof", slug, proof_id)
    services.log_opening(row, by=request.user, at=timezone.now())
    return answer


def _may_withdraw(request: Request, row: ElsewhereProof) -> bool:
    """What waits whoever entered it, and the bureau; what is approved the bureau alone."""
    if row.state not in ElsewhereProof.STANDING:
        return False
    own = row.state == State.WAITING and row.entered_by_id == request.user.pk
    return own or request.user.role in DECIDE


def _proof(request: Request, campaign: Campaign, proof_id: int) -> ElsewhereProof:
    row = get_object_or_404(queries.proofs(campaign, campaign.region), pk=proof_id)
    resident_or_404(request.user, campaign, row.resident_id)
    row.campaign = campaign  # read once, with its policy
    return row


def _tiers(campaign: Campaign) -> dict[str, str]:
    """Key → name of the tiers that the fee at home goes by."""
    names = {tier.key: tier.name for tier in campaign.policy["tiers"]}
    return {key: names.get(key, key) for key in asked.tiers_of(campaign.policy)}
