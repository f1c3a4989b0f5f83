"""The dashboard: county, township, village; its Excel; villages that stand still."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from enrollment import clock
from enrollment.access import READERS, allow, region_or_404, top_region
from enrollment.http import Request, as_workbook, campaign_of
from enrollment.models import Campaign, Region
from reports.progress import exports, page, reported_page
from reports.progress.board import Board, read_board
from reports.progress.forms import ChoiceForm
from reports.progress.reported import ReportedBoard, read_reported


@require_GET
@allow(*READERS)
def progress(request: Request, slug: str, region_id: int | None = None) -> HttpResponse:
    """The region asked for, else the highest that the user sees."""
    board = _board(request, slug, region_id)
    if isinstance(board, ReportedBoard):
        context = reported_page.context(board, request.user)
        return render(request, "reports/progress_reported.html", context)
    return render(request, "reports/progress.html", page.context(board, request.user))


@require_GET
@allow(*READERS)
def progress_xlsx(request: Request, slug: str, region_id: int) -> HttpResponse:
    board = _board(request, slug, region_id)
    if isinstance(board, ReportedBoard):
        book = reported_page.workbook(board)
    else:
        book = exports.board_workbook(board)
    return as_workbook(book, f"{slug}-{board.region.key}-{board.today:%Y-%m-%d}.xlsx")


@require_GET
@allow(*READERS)
def idle(request: Request, slug: str, region_id: int) -> HttpResponse:
    """The villages in which nobody was enrolled for three days."""
    campaign, region = _place(request, slug, region_id)
    by, day = ChoiceForm(request.GET).chosen
    board = read_board(campaign, region, now=clock.now(campaign), base_slug=by, on=day)
    return render(request, "reports/progress_idle.html", {"board": board})


def _board(request: Request, slug: str, region_id: int | None) -> Board | ReportedBoard:
    """Of the set asked for; a campaign whose set shown first is reported begins with its board."""
    campaign, region = _place(request, slug, region_id)
    form = ChoiceForm(request.GET)
    (by, day), now = form.chosen, clock.now(campaign)
    asked = form.target_set
    board = None
    if not asked:
        board = read_board(campaign, region, now=now, base_slug=by, on=day)
        if by or not board.bases[0].reported:
            return board
        asked = board.bases[0].slug
    target_set = campaign.target_sets.filter(slug=asked, counted="reported").first()
    if target_set is None:
        return board or read_board(campaign, region, now=now, base_slug=by, on=day)
    target_set.campaign = campaign
    return read_reported(campaign, region, target_set, now=now, on=day)


def _place(request: Request, slug: str, region_id: int | None) -> tuple[Campaign, Region]:
    campaign = campaign_of(request, slug)
    if region_id is None:
        return campaign, top_region(request.user, campaign)
    return campaign, region_or_404(request.user, campaign, region_id)
