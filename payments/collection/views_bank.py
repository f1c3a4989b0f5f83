"""The bank's statements in the browser, and the report of money kept too long."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.lib.layoutrows import MOST_BYTES
from enrollment import clock
from enrollment.access import READERS as READ
from enrollment.access import Role, allow, top_region
from enrollment.errors import Refused
from enrollment.http import Request, as_workbook, campaign_of, refused, whole_campaign_of
from enrollment.models import Campaign
from payments.collection import exports, held, statements
from payments.collection.views import STATEMENTS
from payments.models import BankLine, BankStatement, Slip

OFFICE = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)
ON_A_PAGE = 50


@require_http_methods(["GET", "POST"])
@allow(*OFFICE)
def bank_statements(request: Request, slug: str) -> HttpResponse:
    """What the bank said, file by file, and the slips for which no line has come."""
    if request.method == "POST" and request.user.role not in STATEMENTS:
        raise PermissionDenied
    campaign = whole_campaign_of(request, slug)
    now = clock.now(campaign)
    if request.method == "POST":
        return _take_in(request, campaign)
    rows = BankStatement.objects.filter(campaign=campaign).select_related("taken_in_by")
    facts = {
        "campaign": campaign,
        "page": Paginator(statements.with_outcomes(rows), 25).get_page(request.GET.get("page")),
        "late": statements.late_slips(campaign, now).select_related("batch__region")[:100],
        "late_days": campaign.policy["payments"].slip_within_days,
        "waiting": statements.waiting_slips(campaign).count(),
        "heads": statements.heads(),
        "may_write": request.user.role in STATEMENTS,
    }
    return render(request, "payments/collection_statements.html", facts)


@require_GET
@allow(*OFFICE)
def bank_statement(request: Request, slug: str, statement_id: int) -> HttpResponse:
    """Every line with its one outcome; for an unknown one the slips it may be."""
    campaign = whole_campaign_of(request, slug)
    statement = get_object_or_404(BankStatement, campaign=campaign, pk=statement_id)
    outcome = request.GET.get("outcome", "")
    rows = statement.lines.select_related("slip__batch", "tied_by").order_by("line")
    if outcome in BankLine.Outcome.values:
        rows = rows.filter(outcome=outcome)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    facts = {
        "campaign": campaign,
        "statement": statement,
        "told": statements.outcomes(statement),
        "page": page,
        "rows": [
            {
                "line": row,
                "why": statements.RULES.get(row.rule, ""),
                "slips": statements.suggestions(campaign, row),
            }
            for row in page
        ],
        "outcome": outcome,
        "query": f"outcome={outcome}&" if outcome in BankLine.Outcome.values else "",
        "may_write": request.user.role in STATEMENTS,
    }
    return render(request, "payments/collection_statement.html", facts)


@require_POST
@allow(*STATEMENTS)
def bank_line(request: Request, slug: str, bank_line_id: int) -> HttpResponse:
    """Tie an unknown line to a slip, or untie one."""
    campaign = whole_campaign_of(request, slug)
    rows = BankLine.objects.select_related("statement__campaign")
    line = get_object_or_404(rows, statement__campaign=campaign, pk=bank_line_id)
    now = clock.now(campaign)
    try:
        if request.POST.get("why") is not None:
            statements.untie(line, why=request.POST["why"], by=request.user, now=now)
        else:
            wanted = request.POST.get("slip", "")
            known = wanted.isascii() and wanted.isdigit() and len(wanted) < 19
            slip = get_object_or_404(Slip, campaign=campaign, pk=wanted if known else 0)
            statements.tie(line, slip, by=request.user, now=now)
    except Refused as refusal:
        return refused(request, refusal, "bank-statement", slug, line.statement_id)
    return redirect("bank-statement", slug, line.statement_id)


@require_GET
@allow(*READ)
def money_kept(request: Request, slug: str) -> HttpResponse:
    """Money kept too long: now in hand, and when it was paid in."""
    campaign = campaign_of(request, slug)
    top = top_region(request.user, campaign)
    now = clock.now(campaign)
    facts = {
        "campaign": campaign,
        "top": top,
        "limits": held.limits(campaign),
        "rows": held.kept_too_long(campaign, top, now),
        "now": now,
    }
    return render(request, "payments/collection_kept.html", facts)


@require_GET
@allow(*READ)
def money_kept_workbook(request: Request, slug: str) -> HttpResponse:
    campaign = campaign_of(request, slug)
    rows = held.kept_too_long(campaign, top_region(request.user, campaign), clock.now(campaign))
    return as_workbook(exports.kept_workbook(campaign, rows), _("money-kept-too-long.xlsx"))


def _take_in(request: Request, campaign: Campaign) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None or not file.size:
        messages.error(request, _("Choose a file first."))
        return redirect("bank-statements", campaign.slug)
    try:
        row = statements.take_in_statement(
            campaign, name=file.name or "", data=file.read(MOST_BYTES + 1), by=request.user,
            now=clock.now(campaign),
        )  # fmt: skip
    except Refused as refusal:
        return refused(request, refusal, "bank-statements", campaign.slug)
    return redirect("bank-statement", campaign.slug, row.pk)
