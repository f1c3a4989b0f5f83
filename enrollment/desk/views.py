"""The desk: look someone up, save, take back. Every answer is one page, or its parts for htmx."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enrollment import categories, clock, ports, rules
from enrollment.access import Role, allow, campaign_or_404
from enrollment.desk import queries
from enrollment.desk.forms import (
    PROBLEMS,
    RELATIONS,
    SHORT_CATEGORIES,
    SHORT_KINDS,
    LookUpForm,
    PersonForm,
)
from enrollment.desk.screen import FIELDS, Line, Screen, prefill
from enrollment.errors import Refused
from enrollment.models import Campaign, Identity, Region, Registration, Resident
from enrollment.services import lookups, registrations
from enrollment.services.lookups import Answer, TooManyLookUps
from enrollment.services.people import HouseholdUnclear, Person

TODAY_PAGE = 100
LOOK_AGAIN = (
    registrations.AlreadyRegistered,
    registrations.BelongsElsewhere,
    registrations.AnotherPerson,
)


@require_GET
@allow(Role.CLERK)
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """An empty form."""
    campaign = _campaign(request, slug)
    return _show(request, campaign, Screen())


@require_POST
@allow(Role.CLERK)
def look_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Who holds this number, or who is this member of the household on the screen."""
    campaign = _campaign(request, slug)
    on = timezone.localdate(clock.now(campaign))
    form = LookUpForm(request.POST, today=on)
    if not form.is_valid():
        return _not_saved(request, campaign, form.errors)
    return _look_up(request, campaign, form)


@require_POST
@allow(Role.CLERK)
def save(request: HttpRequest, slug: str) -> HttpResponse:
    """Register; the answer brings the receipt, an empty form, the last ten and the counts."""
    campaign = _campaign(request, slug)
    now = clock.now(campaign)
    villages = queries.villages(campaign, request.user)
    form = PersonForm(request.POST, today=timezone.localdate(now), villages=villages)
    if not form.is_valid():
        return _not_saved(request, campaign, form.errors)
    try:
        receipt = registrations.register_one(
            campaign=campaign,
            person=_person(request, campaign, form),
            by=request.user,
            now=now,
            save_key=form.cleaned_data["save_key"],
            confirmed=form.confirmed,
        )
    except LOOK_AGAIN as refusal:
        return _look_up(request, campaign, form, refusal)
    except registrations.NeedsConfirming as doubt:
        return _confirm(request, campaign, doubt, form)
    except Refused as refusal:
        return _refused(request, campaign, refusal)
    household = (
        []
        if receipt.new_household
        else queries.household_after(campaign, receipt.resident, request.user, now)
    )
    screen = Screen(receipt=receipt, household=household, next_member=queries.next_of(household))
    return _show(request, campaign, screen, villages=villages, all_parts=True)


@require_POST
@allow(Role.CLERK)
def withdrawal(request: HttpRequest, slug: str, registration_id: int) -> HttpResponse:
    """Take one's own registration back, with a reason."""
    campaign = _campaign(request, slug)
    registration = get_object_or_404(
        Registration.objects.visible_to(request.user).select_related("resident"),
        campaign=campaign,
        pk=registration_id,
    )
    try:
        registrations.withdraw(
            registration=registration,
            by=request.user,
            now=clock.now(campaign),
            why=request.POST.get("why", ""),
        )
    except Refused as refusal:
        line, status = Line("error", (_("Not taken back."), *refusal.messages)), 422
    else:
        said = _("%(name)s's registration was taken back; the reason is kept.")
        line, status = Line("ok", (said % {"name": registration.resident.name},)), 200
    screen = Screen(line=line)
    return _show(request, campaign, screen, all_parts=True, with_entry=False, status=status)


@require_GET
@allow(Role.CLERK)
def today(request: HttpRequest, slug: str) -> HttpResponse:
    """All of mine today, newest first."""
    campaign = _campaign(request, slug)
    now = clock.now(campaign)
    day = queries.my_day(campaign, request.user, now)
    pages = Paginator(range(day.made), TODAY_PAGE)
    page = pages.get_page(request.GET.get("page"))
    offset = page.start_index() - 1 if day.made else 0
    shown = len(page.object_list)
    rows = queries.my_last(campaign, request.user, now, shown, offset)[1] if shown else []
    return render(
        request,
        "enrollment/desk_today.html",
        {"day": day, "rows": rows, "page": page, "printed_at": now},
    )


def _campaign(request: HttpRequest, slug: str) -> Campaign:
    campaign = campaign_or_404(request.user, slug)
    request.campaign = campaign  # the page's shell need not ask again
    return campaign


def _look_up(
    request: HttpRequest,
    campaign: Campaign,
    form: LookUpForm,
    refusal: Refused | None = None,
) -> HttpResponse:
    """The screen for whoever holds the number. `refusal`: a save ended here."""
    data, at = form.cleaned_data, timezone.now()
    try:
        if data.get("member"):
            answer = lookups.look_up_member(
                campaign=campaign, resident_id=data["member"], by=request.user, at=at
            )
        else:
            assert form.verdict
            answer = lookups.look_up(
                campaign=campaign,
                kind=form.verdict.kind,
                number=form.verdict.number,
                by=request.user,
                at=at,
            )
    except Identity.DoesNotExist:
        raise Http404 from None
    except TooManyLookUps as too_many:
        return _refused(request, campaign, too_many)
    screen = _screen_of(request, campaign, form, answer)
    if refusal:
        screen.line = Line("error", (_("Not saved."), *refusal.messages))
    return _show(request, campaign, screen, status=422 if refusal else 200)


def _screen_of(
    request: HttpRequest, campaign: Campaign, form: LookUpForm, answer: Answer
) -> Screen:
    now = clock.now(campaign)
    on = timezone.localdate(now)
    verdict = form.verdict
    number = verdict.number if verdict else ""
    screen = Screen(
        elsewhere=answer.elsewhere,
        standing=answer.standing,
        born_on=verdict.born_on if verdict else None,
        sex=verdict.sex if verdict else "",
        converted=verdict.converted if verdict else False,
    )
    if answer.identity is None:
        screen.side = "elsewhere" if answer.elsewhere else "new"
        screen.values = _typed(request, number, keep=not request.POST.get("prefilled"))
        if screen.side == "new" and not screen.values.get("category"):
            screen.values["category"] = rules.category_by_age(screen.born_on, on) or ""
        if screen.side == "new":
            screen.owed, screen.focus = rules.price(campaign.policy, []).own_fen, "name"
    else:
        resident = answer.identity.resident
        screen.member = resident if verdict is None else None
        screen.sex = resident.sex
        screen.values = prefill(answer.identity, number or answer.identity.masked, on)
        screen.facts = queries.facts_of(campaign, resident, request.user, now)
        screen.next_member = screen.facts.next_member
        screen.prefilled = "last_year" if screen.facts.last_year else "file"
        screen.owed = screen.facts.price.own_fen
        screen.about = resident.pk
        screen.side = "known"
        if answer.elsewhere:
            screen.side = "elsewhere"
        elif answer.standing:
            screen.side = "registered"
            screen.owed = answer.standing.own_fen
            states = ports.paid_states(answer.standing.campaign_id, [answer.standing.pk])
            screen.state = states.get(answer.standing.pk, "unpaid")
        screen.born_on = screen.born_on or resident.born_on
    screen.years = categories.age(screen.born_on, on)
    if screen.side == "elsewhere":
        screen.line = Line("idle", (_("This number leads to another place, see the right."),))
    return screen


def _person(request: HttpRequest, campaign: Campaign, form: PersonForm) -> Person:
    """What the form says, as the service takes it. Errors: Http404 for a foreign member."""
    data = form.cleaned_data
    texts = {name: data[name] for name in ("group_no", "head_name", "relation", "phone")}
    if data.get("member"):
        identity = get_object_or_404(
            Identity.objects.select_related("resident"),
            current=True,
            resident__in=Resident.objects.visible_to(request.user),
            resident_id=data["member"],
        )
        paper = {"kind": identity.kind, "number": identity.number}
    else:
        assert form.verdict
        verdict = form.verdict
        paper = {
            "kind": verdict.kind,
            "number": verdict.number,
            "born_on": verdict.born_on,
            "sex": verdict.sex,
        }
    return Person(
        name=data["name"],
        category=data["category"],
        village=data["village"],
        household_id=data["household"],
        about=data["about"],
        **paper,
        **texts,
    )


def _typed(request: HttpRequest, number: str = "", keep: bool = True) -> dict[str, Any]:
    """What was typed, to stand in the form again."""
    values = {name: request.POST.get(name, "") for name in FIELDS}
    if not keep:
        values = {"kind": values["kind"]}
    if number:
        values["number"] = number
    return values


def _again(request: HttpRequest, campaign: Campaign, line: Line, **changes: Any) -> HttpResponse:
    """The same form with a line over it; what stands at the right stays."""
    screen = Screen(line=line, side="kept", values=_typed(request), **changes)
    screen.prefilled = request.POST.get("prefilled", "")
    owed, member = request.POST.get("owed", ""), request.POST.get("member", "")
    screen.owed = int(owed) if owed.isdigit() else None
    about = request.POST.get("about", "")
    screen.about = int(about) if about.isdigit() else None
    if member.isdigit() and "*" in screen.values["number"]:
        screen.member = Resident.objects.visible_to(request.user).filter(pk=member).first()
    return _show(request, campaign, screen, status=422)


def _not_saved(request: HttpRequest, campaign: Campaign, errors: Any) -> HttpResponse:
    first = next(iter(errors))
    sentences = [message for messages in errors.values() for message in messages]
    line = Line("error", (_("Not saved."), *dict.fromkeys(sentences)))
    keep = {"save_key": request.POST.get("save_key") or Screen().save_key}
    return _again(request, campaign, line, errors=errors, focus=first, **keep)


def _refused(request: HttpRequest, campaign: Campaign, refusal: Refused) -> HttpResponse:
    focus = "group_no" if isinstance(refusal, HouseholdUnclear) else "number"
    keep = {"save_key": request.POST.get("save_key") or Screen().save_key}
    if isinstance(refusal, registrations.FormUsed):
        keep = {}
    line = Line("error", (_("Not saved."), *refusal.messages))
    return _again(request, campaign, line, focus=focus, **keep)


def _confirm(
    request: HttpRequest,
    campaign: Campaign,
    doubt: registrations.NeedsConfirming,
    form: PersonForm,
) -> HttpResponse:
    line = Line("warning", (_("Not saved yet."), *doubt.messages))
    focus = "name" if any(key.startswith("name") for key in doubt.doubts) else "category"
    return _again(
        request,
        campaign,
        line,
        focus=focus,
        confirm=(*form.confirmed, *doubt.doubts),
        save_key=form.cleaned_data["save_key"],
    )


def _show(
    request: HttpRequest,
    campaign: Campaign,
    screen: Screen,
    *,
    villages: list[Region] | None = None,
    all_parts: bool = False,
    with_entry: bool = True,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or for htmx the form and what else changed.

    all_parts: the last ten and the counts too; with_entry False: the form in work is left alone.
    """
    now = clock.now(campaign)
    policy = campaign.policy
    villages = villages or queries.villages(campaign, request.user)
    not_open = ""
    try:
        registrations.may_register(campaign, now)
    except registrations.NotOpen as refusal:
        not_open = refusal.messages[0]
        screen.side = "closed" if screen.side in ("empty", "new", "known") else screen.side
    chosen = str(screen.values.get("village"))
    context: dict[str, Any] = {
        "screen": screen,
        "values": screen.values,
        "policy": policy,
        "window": rules.open_window(policy, now),
        "fee": rules.price(policy, []) if policy["fee"] else None,
        "not_open": not_open,
        "now": now,
        "kinds": SHORT_KINDS,
        "villages": villages,
        "several_townships": len({village.parent_id for village in villages}) > 1,
        "village": next((v for v in villages if str(v.pk) == chosen), None),
        "relations": RELATIONS,
        "categories": SHORT_CATEGORIES,
        "with_entry": with_entry,
    }
    if all_parts or not request.htmx:
        day, rows = queries.my_last(campaign, request.user, now)
        units = queries.strip(campaign, request.user, now, rows, villages)
        context |= {
            "day": day,
            "rows": rows,
            "units": units,
            "required_bp": next((u.required_bp for u in units if u.required_bp is not None), None),
        }
        if screen.receipt:
            saved = screen.receipt.registration.pk
            numbers = {row.registration.pk: row.number for row in rows}
            context["receipt_number"] = numbers.get(saved)
    if not request.htmx:
        context["words"] = {key: str(text) for key, text in PROBLEMS.items()}
        return render(request, "enrollment/desk.html", context, status=status)
    context["all_parts"] = all_parts
    return render(request, "enrollment/desk_parts.html", context, status=status)
