"""Lists of people, finding one of them, and the page of one person."""

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from config.lib import idnumber
from enrollment import clock
from enrollment.access import (
    READERS,
    Role,
    allow,
    region_or_404,
    sees_all_of,
    top_region,
)
from enrollment.categories import age
from enrollment.errors import Refused
from enrollment.http import Request, campaign_of
from enrollment.models import Campaign, Region, Resident
from enrollment.models.resident import Category
from enrollment.services import lookups
from payments.claims.queries import of_resident as claims_of
from reports.elsewhere.person import enrolled_elsewhere
from reports.missed.person import why_not_enrolled
from reports.people import lists, services
from reports.people.entitled import entitled
from reports.people.forms import ListForm, SearchForm, WhyForm
from reports.people.person import read_person, resident_or_404
from subsidies.queries import marked_late
from subsidies.timing import marks_due

SEES_ROSTERS = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)
STOPS = (Role.CLERK, Role.BUREAU, Role.ADMIN)
SEES_PAYMENTS = (Role.CLERK, Role.BUREAU, Role.ADMIN, Role.AUDITOR)


@require_GET
@allow(*READERS)
def people(request: Request, slug: str) -> HttpResponse:
    """The people that a figure counts; whatever cannot be read of the address is left out."""
    campaign = campaign_of(request, slug)
    form = ListForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data.get("region")
    top = top_region(request.user, campaign)
    region = region_or_404(request.user, campaign, asked) if asked else top
    now, status = clock.now(campaign), form.status_or_default
    on = form.on if status in lists.COUNTED else None
    units = lists.units_below(region)
    page = lists.read_page(campaign, units, status, lists.instant_of(now, on), form.behind)
    seen = form.cleaned_data.get("seen") or 0 if form.behind else 0
    today = timezone.localdate(now)
    day = on if on and on < today else None
    return render(
        request,
        "reports/people.html",
        {
            **_choices(campaign, region, top),
            **_figures(campaign, region, units, status, now, on),
            "status": status,
            "counted": status not in lists.MISSING,
            "marks_due": marks_due(campaign.policy),
            "day": day,
            "day_query": f"&day={day:%Y-%m-%d}" if day else "",
            "rows": _with_words(campaign, page.rows, units, today),
            "next_from": "{}.{}".format(*page.next_from) if page.next_from else "",
            "first": seen + 1,
            "last": seen + len(page.rows),
            "search": SearchForm(),
        },
    )


@require_POST
@allow(*READERS)
def search(request: Request, slug: str) -> HttpResponse:
    """By exact name within one's own region; by exact number through the logged look-up."""
    campaign = campaign_of(request, slug)
    top = top_region(request.user, campaign)
    form = SearchForm(request.POST)
    found: dict[str, Any] = {"people": [], "resident_id": None, "elsewhere": None, "refused": ""}
    if form.is_valid():
        text = form.cleaned_data["q"]
        if any(character.isdigit() for character in text):
            found |= _by_number(request, campaign, text)
        else:
            found["people"] = lists.people_called(campaign, top, text)
    if found["resident_id"]:
        return redirect("person", slug, found["resident_id"])
    return render(
        request,
        "reports/people_found.html",
        {
            "search": form,
            "top": top,
            "people": _found(found["people"][: lists.FOUND_AT_MOST], campaign),
            "by_number": any(c.isdigit() for c in form.cleaned_data.get("q", "")),
            "more": len(found["people"]) > lists.FOUND_AT_MOST,
            "elsewhere": found["elsewhere"],
            "refused": found["refused"],
        },
        status=200 if form.is_valid() else 400,
    )


def _by_number(request: Request, campaign: Campaign, text: str) -> dict[str, Any]:
    """One look-up, counted and logged; a number that cannot be right is not looked up."""
    verdict = idnumber.judge(text, timezone.localdate(clock.now(campaign)))
    if not verdict.ok:
        return {"refused": str(idnumber.PROBLEMS[verdict.problem])}
    try:
        answer = lookups.look_up(
            campaign=campaign,
            kind=verdict.kind,
            number=verdict.number,
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return {"refused": " ".join(refusal.messages)}
    if answer.identity is not None:
        return {"resident_id": answer.identity.resident_id}
    return {"elsewhere": answer.elsewhere}


@never_cache
@require_GET
@allow(*READERS)
def person(request: Request, slug: str, resident_id: int) -> HttpResponse:
    return _show(request, campaign_of(request, slug), resident_id)


@never_cache
@require_POST
@allow(*READERS)
def number(request: Request, slug: str, resident_id: int) -> HttpResponse:
    """The person's page with the full number, once, for a reason that is kept."""
    campaign = campaign_of(request, slug)
    resident = resident_or_404(request.user, campaign, resident_id)
    form = WhyForm(request.POST)
    try:
        shown = services.show_number(
            campaign=campaign,
            resident=resident,
            by=request.user,
            why=form.cleaned_data["why"] if form.is_valid() else "",
            at=timezone.now(),
        )
    except Refused as refusal:
        return _show(request, campaign, resident_id, problem=" ".join(refusal.messages), status=400)
    return _show(request, campaign, resident_id, number=shown)


def _show(
    request: Request,
    campaign: Campaign,
    resident_id: int,
    *,
    number: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    resident = resident_or_404(request.user, campaign, resident_id)
    found = read_person(
        campaign, resident, request.user, now=clock.now(campaign), real_now=timezone.now()
    )
    top = top_region(request.user, campaign)
    sees = request.user.role in SEES_PAYMENTS
    return render(
        request,
        "reports/person.html",
        {
            "person": found,
            "resident": resident,
            "number": number,
            "problem": problem,
            "places": [
                each
                for each in (resident.village.parent, resident.village)
                if each and top.contains(each)
            ],
            "papers": [
                {"kind": idnumber.KINDS[each.kind], "masked": each.masked, "current": each.current}
                for each in found.identities
            ],
            "sees_payments": sees,
            "stops": found.registration is not None and request.user.role in STOPS,
            "document": campaign.policy["document"],
            "why": why_not_enrolled(campaign, resident, found.state, request.user),
            "entitled": entitled(campaign, resident, found.standing, clock.now(campaign)),
            "sees_rosters": request.user.role in SEES_ROSTERS
            and sees_all_of(request.user, campaign),
            "claims": claims_of(campaign, resident_id) if sees else [],
            "claims_enters": request.user.role in STOPS and top.contains(resident.village),
            "elsewhere": enrolled_elsewhere(campaign, resident, found.state, request.user),
        },
        status=status,
    )


def _choices(campaign: Campaign, region: Region, top: Region) -> dict[str, Any]:
    """Where one is, and where one may go from here: the way up, and the parts."""
    above = [int(part) for part in region.path.strip("/").split("/")][:-1]
    ways = Region.objects.filter(pk__in=above, path__startswith=top.path).order_by("path")
    return {
        "region": region,
        "above": sorted(ways, key=lambda each: len(each.path)),
        "children": list(Region.objects.filter(parent=region).order_by("position", "id")),
    }


def _figures(
    campaign: Campaign,
    region: Region,
    units: list[Region],
    status: str,
    now: datetime,
    on: date | None,
) -> dict[str, Any]:
    """The counts of the lists, and of the one shown; null where counting would be dear.

    People who are missing are in no roll-up: counted for a township or less, when asked for.
    """
    standing = lists.totals(campaign, region, now, on)
    counts: dict[str, int] = {
        "registered": standing.registered,
        "enrolled": standing.enrolled,
        "unpaid": standing.registered - standing.enrolled,
        lists.MARKED: standing.marked - standing.marked_enrolled,
    }
    if marks_due(campaign.policy):
        late = marked_late(campaign, region).values("resident").distinct()
        counts[lists.LATE] = late.count()
    near = region.level in (Region.Level.TOWNSHIP, Region.Level.VILLAGE)
    if near and status in lists.MISSING:
        counts |= lists.missing_totals(campaign, units)
    return {"counts": counts, "total": counts.get(status)}


def _with_words(
    campaign: Campaign, rows: list[lists.Row], units: list[Region], today: date
) -> list[dict[str, Any]]:
    by_id = {unit.pk: unit for unit in units}
    names = {rule.key: rule.name for rule in campaign.policy["subsidies"].categories}
    return [
        {
            "row": row,
            "unit": by_id[row.unit_id],
            "age": row.age(today),
            "category": Category(row.category).label,
            "hardship": names.get(row.hardship, row.hardship),
        }
        for row in rows
    ]


def _found(people: list[Resident], campaign: Campaign) -> list[dict[str, Any]]:
    today = timezone.localdate(clock.now(campaign))
    return [
        {
            "resident": person,
            "age": age(person.born_on, today),
            "masked": next((i.masked for i in person.identities.all() if i.current), "—"),
        }
        for person in people
    ]
