"""The dashboard: county, township, village; its Excel; villages that stand still."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from enrollment import clock
from enrollment.access import READERS, allow, campaign_or_404, region_or_404, top_region
from enrollment.http import Request
from reports.progress import exports, page
from reports.progress.board import Board, read_board
from reports.progress.forms import ChoiceForm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@allow(*READERS)
def progress(request: Request, slug: str, region_id: int | None = None) -> HttpResponse:
    """The region asked for, else the highest that the user sees."""
    board = _board(request, slug, region_id)
    return render(request, "reports/progress.html", page.context(board, request.user))


@require_GET
@allow(*READERS)
def progress_xlsx(request: Request, slug: str, region_id: int) -> HttpResponse:
    board = _board(request, slug, region_id)
    response = HttpResponse(exports.board_workbook(board), content_type=XLSX)
    name = f"{slug}-{board.region.key}-{board.today:%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
@allow(*READERS)
def idle(request: Request, slug: str, region_id: int) -> HttpResponse:
    """The villages in which nobody was enrolled for three days."""
    return render(
        request, "reports/progress_idle.html", {"board": _board(request, slug, region_id)}
    )


def _board(request: Request, slug: str, region_id: int | None) -> Board:
    campaign = campaign_or_404(request.user, slug)
    request.campaign = campaign  # the shell need not look for it
    if region_id is None:
        region = top_region(request.user, campaign)
    else:
        region = region_or_404(request.user, campaign, region_id)
    by, day = ChoiceForm(request.GET).chosen
    return read_board(campaign, region, now=clock.now(campaign), base_slug=by, on=day)
