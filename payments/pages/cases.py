"""Open payments by cause and township; one payment with the facts side by side."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from enrollment import clock
from enrollment.access import Role, allow, campaign_or_404
from enrollment.http import Request
from enrollment.models import Campaign, Region, SourceFile
from payments import channels
from payments.models import Cause, Correction, Payment, PaymentQuerySet
from payments.pages import open_payments as queries
from payments.queries import with_receipt

READERS = (Role.CLERK, Role.BUREAU, Role.ADMIN, Role.AUDITOR)


@require_GET
@allow(*READERS)
def open_payments(request: Request, slug: str) -> HttpResponse:
    """Causes left, the queue of one cause in the middle, one case right; all by plain links."""
    campaign = campaign_or_404(request.user, slug)
    visible = queries.visible_payments(campaign, request.user)
    township = request.GET.get("township", "")
    chosen = _by_township(visible, township)
    causes = queries.causes(chosen)
    cause = request.GET.get("cause") or (causes[0].cause if causes else "")
    queue = chosen.open().filter(cause=cause).order_by("paid_at", "id")
    page = Paginator(queue, 24).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    wanted = request.GET.get("payment")
    found = next((row for row in rows if str(row.pk) == wanted), rows[0] if rows else None)
    return render(
        request,
        "payments/open.html",
        {
            "campaign": campaign,
            "causes": causes,
            "total": {"n": sum(c.n for c in causes), "fen": sum(c.fen for c in causes)},
            "townships": queries.townships(visible),
            "township": township,
            "cause": cause,
            "cause_label": Cause(cause).label if cause in Cause.values else "",
            "page": page,
            "rows": rows,
            "now": clock.now(campaign),
            **(_case(campaign, found) if found else {"payment": None}),
        },
    )


@require_GET
@allow(*READERS)
def payment(request: Request, slug: str, payment_id: int) -> HttpResponse:
    """One payment by itself, whatever its standing."""
    campaign = campaign_or_404(request.user, slug)
    found = get_object_or_404(queries.visible_payments(campaign, request.user), pk=payment_id)
    return render(
        request, "payments/payment.html", {"campaign": campaign, **_case(campaign, found)}
    )


def _by_township(rows: PaymentQuerySet, township: str) -> PaymentQuerySet:
    if township == "none":
        return rows.filter(township_id=None)
    if not township.isdigit():
        return rows
    # A township may stand below another that counts its people.
    return rows.filter(township_id__in=Region.objects.filter(path__contains=f"/{int(township)}/"))


def _case(campaign: Campaign, found: Payment) -> dict[str, Any]:
    people = queries.candidates(found)
    return {
        "payment": found,
        "channel": channels.called(campaign.policy, found.channel),
        "file": SourceFile.objects.filter(pk=found.file_id).first(),
        "corrections": Correction.objects.filter(payment_id=found.pk).order_by("paid_at"),
        "same_receipt": with_receipt(campaign.pk, found.receipt).exclude(pk=found.pk)[:6]
        if found.receipt
        else [],
        "people": [
            {"resident": person, "facts": queries.compare(found, person, campaign)}
            for person in people
        ],
        "known_holder": found.resident_id is not None,
    }
