"""Nobody missed: the figures, the people behind them, why they are missing, and reminders."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment import clock
from enrollment.access import READERS, Role, allow, region_or_404, top_region
from enrollment.errors import Refused
from enrollment.http import Request, as_workbook, campaign_of
from enrollment.models import Campaign, NotEnrolling, Region, Resident
from enrollment.models.resident import Category
from reports.missed import exports, services
from reports.missed.board import Board, boards_of_categories, read_board, suggestion, words_of
from reports.missed.forms import MissedForm, ReasonForm
from reports.missed.person import CONFIRM, SAY_WHY
from reports.missed.queries import HINT, Listed, listed, page_of, people_by_unit
from reports.people.lists import units_below
from subsidies.rosters.words import LIST_NAMES

TAKE_OUT = (*SAY_WHY, Role.ADMIN)
PAGE = 50
MOST_REMINDED = 2000  # people of one list of reminders; of more, the places below are offered


@require_GET
@allow(*READERS)
def missed(request: Request, slug: str) -> HttpResponse:
    campaign, region, form = _asked(request, slug)
    board = read_board(campaign, region, clock.now(campaign), form.asked("category"))
    return render(
        request,
        "reports/missed.html",
        {
            "board": board,
            "region": region,
            "above": _above(request, campaign, region),
            "query": urlencode({"region": region.pk}),
            "sees_on_behalf": request.user.role != Role.COLLECTOR,
        },
    )


@require_GET
@allow(*READERS)
def missed_xlsx(request: Request, slug: str) -> HttpResponse:
    campaign, region, _form = _asked(request, slug)
    board, boards = boards_of_categories(campaign, region, clock.now(campaign))
    at = board.at
    name = _("Nobody missed %(place)s %(day)s.xlsx")
    return as_workbook(
        exports.board_workbook(board, boards),
        name % {"place": region.name, "day": f"{timezone.localtime(at):%Y-%m-%d}"},
    )


@require_GET
@allow(*READERS)
def people(request: Request, slug: str) -> HttpResponse:
    """The people that a number counts; whatever cannot be read of the address is left out."""
    campaign, region, form = _asked(request, slug)
    now = clock.now(campaign)
    units = units_below(region)
    state, reason = form.asked("state") or "missed", form.asked("reason")
    board = read_board(campaign, region, now, form.asked("category"))
    if form.cleaned_data.get("own"):
        units = units[:1]
    found = people_by_unit(board.rows, state, board.category, reason)
    rows, next_from = _page(board, units, found, form, state, reason)
    seen = form.cleaned_data.get("seen") or 0 if form.behind else 0
    query = {"region": region.pk, "state": state, "category": board.category, "reason": reason}
    if form.cleaned_data.get("own"):
        query["own"] = 1
    return render(
        request,
        "reports/missed_people.html",
        {
            "board": board,
            "region": region,
            "above": _above(request, campaign, region),
            "children": [line.region for line in board.places if line.region != region],
            "state": state,
            "reason": reason,
            "own": bool(form.cleaned_data.get("own")),
            "total": sum(found[unit.pk] for unit in units),
            "reason_name": _reason_name(reason),
            "category_name": "".join(words_of([board.category], campaign)),
            "rows": _with_words(campaign, rows, units, now),
            "query": urlencode(query),
            "next_from": next_from,
            "first": seen + 1,
            "last": seen + len(rows),
            "form": ReasonForm(),
            "says_why": request.user.role in SAY_WHY and state in ("missed", "excused", "open"),
            "confirms": request.user.role in CONFIRM and any(row.waiting for row in rows),
        },
    )


@require_POST
@allow(*SAY_WHY)
def reasons(request: Request, slug: str) -> HttpResponse:
    """A reason for the people ticked, from the list or from the page of one of them."""
    campaign = campaign_of(request, slug)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            changed = services.give_reason(
                campaign=campaign,
                ids=form.cleaned_data["who"],
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
                by=request.user,
                at=clock.now(campaign),
            )
        except Refused as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            words = ngettext("Kept for %(n)s person.", "Kept for %(n)s people.", changed)
            messages.success(request, words % {"n": changed})
    else:
        messages.error(request, _("Tick the people first, then choose the reason."))
    return _back(request, slug, form)


@require_POST
@allow(*CONFIRM)
def confirmations(request: Request, slug: str) -> HttpResponse:
    """What was said of the people ticked is confirmed by somebody else: they leave 应参."""
    campaign = campaign_of(request, slug)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            confirmed = services.confirm_reason(
                campaign=campaign,
                ids=form.cleaned_data["who"],
                by=request.user,
                at=clock.now(campaign),
            )
        except Refused as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            words = ngettext(
                "Confirmed for %(n)s person.", "Confirmed for %(n)s people.", confirmed
            )
            messages.success(request, words % {"n": confirmed})
    else:
        messages.error(request, _("Tick the people first."))
    return _back(request, slug, form)


def _back(request: Request, slug: str, form: ReasonForm) -> HttpResponse:
    """To the person, or to the list, from which the form came."""
    back = request.POST.get("back", "")
    if back == "person" and form.is_valid():
        return redirect("person", slug, form.cleaned_data["who"][0])
    query = MissedForm(dict(parse_qsl(back)))
    query.is_valid()
    kept = {key: value for key, value in query.cleaned_data.items() if value}
    return redirect(f"{reverse('missed-people', args=[slug])}?{urlencode(kept)}")


@never_cache
@require_http_methods(["GET", "POST"])
@allow(*READERS)
def reminders(request: Request, slug: str) -> HttpResponse:
    """Who is to be reminded, village by village; with telephones it is an act that is kept."""
    campaign, region, form = _asked(request, slug)
    now = clock.now(campaign)
    units = units_below(region)
    board = read_board(campaign, region, now, form.asked("category"))
    found = people_by_unit(board.rows, "missed", board.category)
    asked: dict[str, Any] = {"region": region.pk, "category": board.category}
    if form.cleaned_data.get("own"):
        units, asked["own"] = units[:1], 1
    query, ids = urlencode(asked), [unit.pk for unit in units if found[unit.pk]]
    if sum(found[pk] for pk in ids) > MOST_REMINDED and len(ids) > 1:
        return _choose_place(request, campaign, board, query)
    people = listed(campaign, ids, board.at, "missed", category=board.category) if ids else []
    phones: dict[int, str] = {}
    if request.method == "POST":
        if request.user.role not in TAKE_OUT:
            raise Http404
        phones = services.reveal_phones(
            campaign=campaign, region=region, people=people, by=request.user, at=timezone.now()
        )
    sheets = _by_unit(people, units, phones)
    if request.method == "POST" and request.POST.get("as") == "xlsx":
        name = _("Reminders %(place)s %(day)s.xlsx")
        return as_workbook(
            exports.reminders_workbook(campaign, region, board.at, sheets),
            name % {"place": region.name, "day": f"{timezone.localtime(now):%Y-%m-%d}"},
        )
    return render(
        request,
        "reports/missed_reminders.html",
        {
            "region": region,
            "above": _above(request, campaign, region),
            "sheets": sheets,
            "people": len(people),
            "with_phones": request.method == "POST",
            "takes_out": request.user.role in TAKE_OUT,
            "query": query,
            "at": board.at,
        },
    )


def _choose_place(request: Request, campaign: Campaign, board: Board, query: str) -> HttpResponse:
    return render(
        request,
        "reports/missed_reminders_places.html",
        {
            "board": board,
            "region": board.region,
            "above": _above(request, campaign, board.region),
            "most": MOST_REMINDED,
            "query": query,
        },
    )


def _asked(request: Request, slug: str) -> tuple[Campaign, Region, MissedForm]:
    campaign = campaign_of(request, slug)
    form = MissedForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data.get("region")
    if asked:
        return campaign, region_or_404(request.user, campaign, asked), form
    return campaign, top_region(request.user, campaign), form


def _above(request: Request, campaign: Campaign, region: Region) -> list[Region]:
    top = top_region(request.user, campaign)
    ids = [int(part) for part in region.path.strip("/").split("/")][:-1]
    ways = Region.objects.filter(pk__in=ids, path__startswith=top.path)
    return sorted(ways, key=lambda each: len(each.path))


def _page(
    board: Board,
    units: list[Region],
    found: Mapping[int, int],
    form: MissedForm,
    state: str,
    reason: str,
) -> tuple[list[Listed], str]:
    """A page of people, and behind whom the next begins ("" at the end)."""
    ids = [unit.pk for unit in units]
    behind: tuple[str | None, int | None] = (None, None)
    if form.behind and form.behind[0] in ids:
        last = Resident.objects.filter(pk=form.behind[1]).values_list("pinyin", "pk").first()
        if last:
            ids, behind = ids[ids.index(form.behind[0]) :], last
    rows = page_of(
        board.campaign, ids, found, board.at, state,
        category=board.category, reason=reason, behind=behind, limit=PAGE + 1,
    )  # fmt: skip
    if len(rows) <= PAGE:
        return rows, ""
    return rows[:PAGE], f"{rows[PAGE - 1].unit_id}.{rows[PAGE - 1].resident_id}"


def _with_words(
    campaign: Campaign, rows: list[Listed], units: list[Region], now: datetime
) -> list[dict[str, Any]]:
    by_id, today = {unit.pk: unit for unit in units}, timezone.localdate(now)
    return [
        {
            "row": row,
            "unit": by_id[row.unit_id],
            "age": row.age(today),
            "category": Category(row.category).label,
            "marks": "、".join(words_of(row.categories, campaign)),
            "through": "、".join(words_of(row.through_household, campaign)),
            "reason": _reason_name(row.reason),
            "hint": _reason_name(suggestion(row.hint)),
            "hint_key": suggestion(row.hint),
        }
        for row in rows
    ]


def _reason_name(key: str) -> str:
    if key.startswith(f"{HINT}:"):
        kind = str(LIST_NAMES[key.removeprefix(f"{HINT}:")])
        return _("not said, on the list: %(kind)s") % {"kind": kind}
    return str(NotEnrolling.Reason(key).label) if key in NotEnrolling.Reason.values else ""


def _by_unit(
    people: list[Listed], units: list[Region], phones: dict[int, str]
) -> list[exports.Sheet]:
    by_id = {unit.pk: exports.Sheet(unit, []) for unit in units}
    for each in people:
        line = exports.Line(each, phones.get(each.resident_id, ""), _reason_name(each.reason))
        by_id[each.unit_id].lines.append(line)
    return [sheet for sheet in by_id.values() if sheet.lines]
