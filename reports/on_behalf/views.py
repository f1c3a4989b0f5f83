"""Who waits for a payment on behalf, the list for the tax system, and what came back settled."""

from collections import Counter
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from config.lib.layout import LayoutFault
from enrollment import clock
from enrollment.access import (
    Role,
    allow,
    region_or_404,
    sees_all_of,
    top_region,
)
from enrollment.errors import Refused
from enrollment.http import Request, campaign_of, named
from enrollment.models import Campaign, Region
from reports.on_behalf import queries
from reports.on_behalf.queries import Part, Sums
from subsidies import on_behalf as services
from subsidies.models import OnBehalfList, PayOut
from subsidies.outcomes import Kind
from subsidies.rosters.words import LIST_NAMES

READ = (Role.CLERK, Role.BUREAU, Role.ADMIN, Role.AUDITOR)
WRITE = (Role.BUREAU, Role.ADMIN)
OFFICE = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)
ON_A_PAGE = 100


@require_GET
@allow(*READ)
def on_behalf(request: Request, slug: str) -> HttpResponse:
    """Township by township; of one township the people, and who stands apart and why."""
    campaign = campaign_of(request, slug)
    region = _region(request, campaign, request.GET.get("region", ""))
    parts = queries.parts_of(campaign, region)
    sums = Sums()
    for part in parts:
        sums.add(part)
    whole = region == campaign.region
    state = request.GET.get("state", "")
    state = state if state in queries.STATES else ""
    chosen = [part for part in parts if part.state == state] if state else parts
    page = Paginator(chosen, ON_A_PAGE).get_page(request.GET.get("page"))
    back = PayOut.objects.filter(campaign=campaign, ended_at=None, kind=Kind.PAID_ALREADY)
    return render(
        request,
        "reports/on_behalf.html",
        {
            "region": region,
            "whole": whole,
            "top": top_region(request.user, campaign),
            "sums": sums,
            "state": state,
            "townships": queries.by_township(campaign, region, parts) if whole else [],
            "groups": _groups(campaign, list(page) if state else [] if whole else parts),
            "page": page if state else None,
            "query": f"region={region.pk}&state={state}&",
            "lists": _told(queries.lists_of(campaign, region), parts),
            "reimbursed": back.aggregate(people=Count("id"), fen=Sum("fen", default=0)),
            "sees_pay_outs": request.user.role in OFFICE and sees_all_of(request.user, campaign),
            "writes": request.user.role in WRITE and _is_township(campaign, region),
            "funders": queries.funders(campaign, [p for p in parts if p.state == "waiting"]),
        },
    )


@require_POST
@allow(*WRITE)
def make(request: Request, slug: str) -> HttpResponse:
    """A list of everybody who waits in a township."""
    campaign = campaign_of(request, slug)
    region = _region(request, campaign, request.POST.get("region", ""))
    back = f"{reverse('on-behalf', args=[slug])}?region={region.pk}"
    if not _is_township(campaign, region):
        messages.error(request, _("A list is made for one township."))
        return redirect(back)
    parts = [p for p in queries.parts_of(campaign, region) if p.state == "waiting"]
    try:
        row = services.make_list(
            campaign=campaign,
            region=region,
            lines=[services.Line(p.registration_id, p.fen, p.hardship) for p in parts],
            funders=queries.funders(campaign, parts),
            layout=queries.LAYOUT,
            content=queries.file_of(campaign, region, parts),
            by=request.user,
            now=clock.now(campaign),
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(back)
    except LayoutFault as fault:
        messages.error(request, _("The layout cannot be followed: %(why)s") % {"why": fault})
        return redirect(back)
    return redirect("on-behalf-list", slug, row.pk)


@never_cache
@require_GET
@allow(*READ)
def one(request: Request, slug: str, list_id: int) -> HttpResponse:
    campaign, row = _list(request, slug, list_id)
    return _show(request, campaign, row, numbers=False)


@never_cache
@require_POST
@allow(*WRITE)
def paper(request: Request, slug: str, list_id: int) -> HttpResponse:
    """The same with numbers in full, to be printed and stamped: an act that is kept."""
    campaign, row = _list(request, slug, list_id)
    services.log(row, services.TAKEN_OUT, by=request.user, at=timezone.now(), why=_("to print"))
    return _show(request, campaign, row, numbers=True)


@never_cache
@require_POST
@allow(*WRITE)
def file(request: Request, slug: str, list_id: int) -> HttpResponse:
    """The file, byte for byte as it was made, or none where something on it has changed since."""
    campaign, row = _list(request, slug, list_id)
    parts = queries.parts_of(campaign, campaign.region, row.pk)
    content = queries.file_of(campaign, row.region, parts)
    if sha256(content).hexdigest() != row.sha256:
        said = _("Something on this list has changed since; withdraw it and make it again.")
        messages.error(request, said)
        return redirect("on-behalf-list", slug, row.pk)
    services.log(row, services.TAKEN_OUT, by=request.user, at=timezone.now())
    name = queries.layout().file.format(place=row.region.name, number=row.number)
    return named(HttpResponse(content, content_type="text/csv"), name)


@require_POST
@allow(*WRITE)
def withdraw(request: Request, slug: str, list_id: int) -> HttpResponse:
    campaign, row = _list(request, slug, list_id)
    try:
        services.withdraw_list(
            row,
            why=request.POST.get("why", ""),
            by=request.user,
            now=clock.now(campaign),
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("on-behalf-list", slug, row.pk)


def _show(
    request: Request, campaign: Campaign, row: OnBehalfList, *, numbers: bool
) -> HttpResponse:
    parts = queries.parts_of(campaign, campaign.region, row.pk)
    settled = [part for part in parts if part.settled]
    only_open = "open" in request.GET
    shown = [part for part in parts if not part.settled] if only_open else parts
    return render(
        request,
        "reports/on_behalf_list.html",
        {
            "list": row,
            "rows": _with_words(campaign, shown, numbers=numbers),
            "only_open": only_open,
            "open": len(parts) - len(settled),
            "open_fen": sum(part.fen for part in parts if not part.settled),
            "numbers": numbers,
            "settled": len(settled),
            "settled_fen": sum(part.fen for part in settled),
            "barred": [
                row
                for row in _with_words(campaign, parts, numbers=False)
                if row["part"].barred_by and not row["part"].settled
            ],
            "writes": request.user.role in WRITE,
        },
    )


def _region(request: Request, campaign: Campaign, asked: str) -> Region:
    if asked.isdecimal() and len(asked) < 19:
        return region_or_404(request.user, campaign, int(asked))
    return top_region(request.user, campaign)


def _list(request: Request, slug: str, list_id: int) -> tuple[Campaign, OnBehalfList]:
    campaign = campaign_of(request, slug)
    lists = OnBehalfList.objects.filter(
        campaign=campaign, region__path__startswith=top_region(request.user, campaign).path
    ).select_related("region", "made_by", "ended_by")
    return campaign, get_object_or_404(lists, pk=list_id)


def _is_township(campaign: Campaign, region: Region) -> bool:
    return region.parent_id == campaign.region_id


def _told(lists: list[OnBehalfList], parts: list[Part]) -> list[dict[str, Any]]:
    """Each list; of a standing one how many payments have settled since, and how many on it are
    registered no more."""
    settled = Counter(part.list_id for part in parts if part.settled)
    standing = Counter(part.list_id for part in parts)
    return [
        {
            "list": row,
            "settled": settled[row.pk],
            "gone": row.people - standing[row.pk],
            "open": standing[row.pk] - settled[row.pk],
        }
        for row in lists
    ]


def _groups(campaign: Campaign, parts: list[Part]) -> list[dict[str, Any]]:
    """People by state, those who need somebody first."""
    order = ("waiting", *queries.APART, "listed", "settled")
    rows = _with_words(campaign, parts, numbers=False)
    found = [
        {"state": state, "rows": [row for row in rows if row["part"].state == state]}
        for state in order
    ]
    return [group for group in found if group["rows"]]


def _with_words(campaign: Campaign, parts: list[Part], *, numbers: bool) -> list[dict[str, Any]]:
    called = {rule.key: rule.name for rule in campaign.policy["subsidies"].categories}
    places = Region.objects.in_bulk({part.village_id for part in parts})
    return [
        {
            "part": part,
            "village": places[part.village_id],
            "number": queries.number_of(part) if numbers else part.masked,
            "hardship": called.get(part.hardship, part.hardship),
            "barred": LIST_NAMES.get(part.barred_by or "", part.barred_by),
        }
        for part in parts
    ]
