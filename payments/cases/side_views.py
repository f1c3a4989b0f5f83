"""Beside the desk: the workbook, kept views, a number in full, an attached file."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from enrollment import clock
from enrollment.access import allow
from enrollment.errors import Refused
from enrollment.http import Request, as_attachment, as_workbook, campaign_of
from enrollment.models import AuditEntry
from payments.cases import exports, forms, people, scope
from payments.cases.case import case_of
from payments.cases.views import (
    Desk,
    payment_of,
    payment_or_voided,
    show_payment,
)
from payments.models import Decision, SavedView, VoidedLine

MOST_VIEWS = 30
NUMBER_SHOWN = "show_payment_number"


@never_cache
@require_GET
@allow(*scope.READERS)
def open_payments_workbook(request: Request, slug: str) -> HttpResponse:
    """The list as XLSX, of one cause or (all=1) of all; numbers stay masked."""
    campaign = campaign_of(request, slug)
    desk = Desk(campaign, request, forms.read(request.GET), clock.now(campaign))
    rows = desk.narrowed if request.GET.get("all") == "1" else desk.queue()
    content = exports.workbook(campaign, rows, desk.asked, desk.now)
    name = _("open-payments-%(day)s.xlsx") % {"day": f"{timezone.localdate(desk.now):%Y%m%d}"}
    return as_workbook(content, name)


@require_POST
@allow(*scope.READERS)
def payment_views(request: Request, slug: str) -> HttpResponse:
    """Keep the filters under a name; the same name again replaces."""
    campaign = campaign_of(request, slug)
    asked = forms.read(QueryDict(request.POST.get("query", "")))
    name = " ".join(request.POST.get("name", "").split())[:20]
    own = SavedView.objects.filter(user=request.user, campaign=campaign)
    back = redirect(f"{reverse('open-payments', args=[slug])}?{asked.query()}")
    if not name:
        messages.error(request, _("Give the view a name."))
        return back
    if own.exclude(name=name).count() >= MOST_VIEWS:
        messages.error(request, _("At most %(n)s views are kept; delete one.") % {"n": MOST_VIEWS})
        return back
    own.update_or_create(
        user=request.user,
        campaign=campaign,
        name=name,
        defaults={"query": asked.query()[:400], "made_at": timezone.now()},
    )
    messages.success(request, _("The view “%(name)s” is kept.") % {"name": name})
    return back


@require_POST
@allow(*scope.READERS)
def payment_view_deletion(request: Request, slug: str, view_id: int) -> HttpResponse:
    campaign = campaign_of(request, slug)
    get_object_or_404(SavedView, user=request.user, campaign=campaign, pk=view_id).delete()
    return redirect("open-payments", slug)


@never_cache
@require_POST
@allow(*scope.PROPOSERS)
def payment_person(request: Request, slug: str, payment_id: int) -> HttpResponse:
    """Look for somebody else for whom it may have been: `q` words, or `person` one of several.

    Who is found stands beside the payment; nothing is matched by it.
    """
    campaign = campaign_of(request, slug)
    payment = payment_of(request, campaign, payment_id)
    now = clock.now(campaign)
    wanted = request.POST.get("person", "")
    if wanted:
        known = wanted.isascii() and wanted.isdigit() and len(wanted) < 19
        reach = people.in_reach(campaign, request.user).select_related("village__parent")
        found = people.Found([get_object_or_404(reach, pk=wanted if known else 0)])
    else:
        found = people.search(campaign, request.POST.get("q", ""), by=request.user, now=now)
    alone = len(found.people) == 1
    person = found.people[0].pk if alone else 0
    papers = people.papers_of(found.people) if not alone else {}
    facts: dict[str, Any] = {
        "find": found,
        "hits": [(row, papers.get(row.pk, "–")) for row in found.people if not alone],
    }
    if not request.htmx:
        return show_payment(request, campaign, payment, person=person, **facts)
    asked = forms.read(QueryDict(request.POST.get("query", "")))
    facts |= case_of(campaign, payment, request.user, now, found=person)
    facts |= {"campaign": campaign, "asked": asked, "query": asked.query()}
    facts["here"] = asked.query(after=asked.after)
    return render(request, "payments/case.html", facts)


@never_cache
@require_POST
@allow(*scope.READERS)
def payment_number(request: Request, slug: str, payment_id: int) -> HttpResponse:
    """The payment with all numbers in full, once, for a reason that is kept."""
    campaign = campaign_of(request, slug)
    found = payment_or_voided(request, campaign, payment_id)
    if isinstance(found, VoidedLine):
        return redirect("payment", slug, payment_id)
    why = request.POST.get("why", "").strip()
    if len(why) < 2:
        messages.error(request, _("Say why the full number is needed; the reason is kept."))
        return redirect("payment", slug, payment_id)
    AuditEntry.objects.create(
        at=timezone.now(), by=request.user, action=NUMBER_SHOWN, campaign=campaign,
        object_kind="payment", object_id=found.pk, why=why[:300],
    )  # fmt: skip
    return show_payment(request, campaign, found, in_full=True)


@never_cache
@require_POST
@allow(*scope.READERS)
@transaction.atomic
def payment_evidence(request: Request, slug: str, decision_id: int) -> HttpResponse:
    """The attached photo or PDF in the clear: an act that is kept. It is never run nor shown as a
    page."""
    campaign = campaign_of(request, slug)
    rows = Decision.objects.select_related("evidence_file")
    row = get_object_or_404(rows, campaign=campaign, pk=decision_id, evidence_file__isnull=False)
    payment_or_voided(request, campaign, row.payment_id)
    assert row.evidence_file is not None
    try:
        answer = as_attachment(row.evidence_file)
    except Refused as refusal:
        messages.error(request, " ".join(map(str, refusal.messages)))
        return redirect("payment", slug, row.payment_id)
    AuditEntry.objects.create(
        at=timezone.now(), by=request.user, action="open_evidence", campaign=campaign,
        object_kind="payment_decision", object_id=row.pk,
    )  # fmt: skip
    return answer
