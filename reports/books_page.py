"""The books: what the last run proved, what it found, and the runs before it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enrollment import clock
from enrollment.access import Role, allow
from enrollment.http import Request, whole_campaign_of
from enrollment.models import Campaign
from reports import books, books_jobs, books_words
from reports.books_links import linked
from reports.models import BooksRun

READ = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)
WRITE = (Role.BUREAU, Role.ADMIN)
RUNS_SHOWN = 20


@require_GET
@allow(*READ)
def books_page(request: Request, slug: str) -> HttpResponse:
    campaign = whole_campaign_of(request, slug)
    return _show(request, campaign, books.last_run(campaign))


@require_GET
@allow(*READ)
def books_run(request: Request, slug: str, run_id: int) -> HttpResponse:
    """An earlier run."""
    campaign = whole_campaign_of(request, slug)
    return _show(request, campaign, get_object_or_404(BooksRun, campaign=campaign, pk=run_id))


@require_POST
@allow(*WRITE)
def books_checking(request: Request, slug: str) -> HttpResponse:
    campaign = whole_campaign_of(request, slug)
    books_jobs.ask_now(campaign, by=request.user, now=clock.now(campaign))
    messages.info(request, _("The books are being checked; the result will stand here."))
    return redirect("books", slug)


def _show(request: Request, campaign: Campaign, run: BooksRun | None) -> HttpResponse:
    runs = BooksRun.objects.filter(campaign=campaign).select_related("by").order_by("-pk")
    return render(
        request,
        "reports/books.html",
        {
            "run": run,
            "checks": shown(campaign, run) if run else [],
            "broken": sum(not check["ok"] for check in run.checks) if run else 0,
            "runs": runs[:RUNS_SHOWN],
            "writes": request.user.role in WRITE,
            "printed_at": clock.now(campaign),
        },
    )


def shown(campaign: Campaign, run: BooksRun, *, only_broken: bool = False) -> list[dict[str, Any]]:
    """The checks of a run in the reader's language, each row with its link."""
    return [
        {
            **check,
            "number": check["name"].partition(" ")[0],
            "title": books_words.named(check).partition(" ")[2],
            "rows": linked(campaign, check["rows"]),
            "more": check["found"] - len(check["rows"]),
        }
        for check in run.checks
        if not (only_broken and check["ok"])
    ]
