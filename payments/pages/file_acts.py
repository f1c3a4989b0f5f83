"""What people do with a whole file: accept or refuse it once checked, void it once posted."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from enrollment import clock
from enrollment.access import allow
from enrollment.errors import Refused
from enrollment.http import Request, whole_campaign_of
from payments import acceptance, voiding
from payments.pages.files import DECIDERS, file_or_404


@require_POST
@allow(*DECIDERS)
def payment_file_acceptance(request: Request, slug: str, file_id: int) -> HttpResponse:
    campaign = whole_campaign_of(request, slug)
    file = file_or_404(campaign, file_id)
    now = clock.now(campaign)
    try:
        if request.POST.get("step") == "accept":
            acceptance.accept_and_post(file, by=request.user, now=now)
        else:
            why = request.POST.get("why", "")
            acceptance.turn_down(file, by=request.user, now=now, why=why)
    except Refused as refusal:
        messages.warning(request, " ".join(map(str, refusal.messages)))
    return redirect("payment-file", slug, file_id)


@require_http_methods(["GET", "POST"])
@allow(*DECIDERS)
def payment_file_void(request: Request, slug: str, file_id: int) -> HttpResponse:
    """What voiding would do, in numbers; with a reason it is done."""
    campaign = whole_campaign_of(request, slug)
    file = file_or_404(campaign, file_id)
    problems: list[str] = []
    if request.method == "POST":
        try:
            voiding.void_file(
                file, by=request.user, now=clock.now(campaign), why=request.POST.get("why", "")
            )
        except Refused as refusal:
            problems = list(map(str, refusal.messages))
        else:
            messages.success(request, _("The file was voided."))
            return redirect("payment-file", slug, file_id)
    return render(
        request,
        "payments/file_void.html",
        {
            "campaign": campaign,
            "file": file,
            "seen": voiding.foresee(file),
            "problems": problems,
            "why": request.POST.get("why", ""),
            "longest": voiding.LONGEST_WHY,
        },
        status=422 if problems else 200,
    )
