"""The desk: look someone up, save, take back. Every answer is one page, or its parts for htmx."""

from functools import partial

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enrollment import asked, categories, clock, ports, rules
from enrollment.access import Role, allow
from enrollment.desk import answers, mine, queries
from enrollment.desk.forms import LookUpForm, PersonForm
from enrollment.desk.screen import Line, Screen, prefill
from enrollment.errors import Refused
from enrollment.http import Request, campaign_of
from enrollment.models import Campaign, Identity, Registration, Resident
from enrollment.services import lookups, newborns, registrations
from enrollment.services.lookups import Answer, TooManyLookUps
from enrollment.services.people import Person

TODAY_PAGE = 100
LOOK_AGAIN = (
    registrations.AlreadyRegistered,
    registrations.BelongsElsewhere,
    registrations.AnotherPerson,
)


@require_GET
@allow(Role.CLERK)
def desk(request: Request, slug: str) -> HttpResponse:
    """An empty form."""
    campaign = campaign_of(request, slug)
    return answers.show(request, campaign, Screen())


@require_POST
@allow(Role.CLERK)
def look_up(request: Request, slug: str) -> HttpResponse:
    """Who holds this number, or who is this member of the household on the screen."""
    campaign = campaign_of(request, slug)
    on = timezone.localdate(clock.now(campaign))
    form = LookUpForm(request.POST, today=on)
    if not form.is_valid():
        return answers.not_saved(request, campaign, form.errors)
    return _look_up(request, campaign, form)


@require_POST
@allow(Role.CLERK)
def join(request: Request, slug: str) -> HttpResponse:
    """The number in the form is of a child known without one; then it is looked up."""
    campaign = campaign_of(request, slug)
    now = clock.now(campaign)
    form = LookUpForm(request.POST, today=timezone.localdate(now))
    if not form.is_valid() or form.verdict is None:
        return answers.not_saved(request, campaign, form.errors)
    chosen = request.POST.get("join", "")
    try:
        newborns.join_number(
            campaign=campaign,
            resident_id=int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0,
            verdict=form.verdict,
            by=request.user,
            now=now,
        )
    except Refused as refusal:
        return _look_up(request, campaign, form, refusal)
    return _look_up(request, campaign, form)


@require_POST
@allow(Role.CLERK)
def save(request: Request, slug: str) -> HttpResponse:
    """Register; the answer brings the receipt, an empty form, the last ten and the counts."""
    campaign = campaign_of(request, slug)
    now = clock.now(campaign)
    villages = mine.villages(campaign, request.user)
    form = PersonForm(
        request.POST,
        today=timezone.localdate(now),
        villages=villages,
        schools=mine.schools(campaign, request.user),
        tiers=asked.tiers_of(campaign.policy),
    )
    if not form.is_valid():
        return answers.not_saved(request, campaign, form.errors)
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
        return answers.confirm(request, campaign, doubt, form)
    except Refused as refusal:
        return answers.refused(request, campaign, refusal)
    household = (
        []
        if receipt.new_household
        else queries.household_after(campaign, receipt.resident, request.user, now)
    )
    screen = Screen(receipt=receipt, household=household, next_member=queries.next_of(household))
    return answers.show(request, campaign, screen, villages=villages, all_parts=True)


@require_POST
@allow(Role.CLERK)
def withdrawal(request: Request, slug: str, registration_id: int) -> HttpResponse:
    """Take one's own registration back, with a reason."""
    campaign = campaign_of(request, slug)
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
    return answers.show(request, campaign, screen, all_parts=True, with_entry=False, status=status)


@require_GET
@allow(Role.CLERK)
def today(request: Request, slug: str) -> HttpResponse:
    """All of mine today, newest first."""
    campaign = campaign_of(request, slug)
    now = clock.now(campaign)
    day = mine.my_day(campaign, request.user, now)
    pages = Paginator(range(day.made), TODAY_PAGE)
    page = pages.get_page(request.GET.get("page"))
    offset = page.start_index() - 1 if day.made else 0
    shown = len(page.object_list)
    rows = mine.my_last(campaign, request.user, now, shown, offset)[1] if shown else []
    return render(
        request,
        "enrollment/desk_today.html",
        {"day": day, "rows": rows, "page": page, "printed_at": now},
    )


def _look_up(
    request: Request,
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
        return answers.refused(request, campaign, too_many)
    screen = _screen_of(request, campaign, form, answer)
    if refusal:
        screen.line = Line("error", (_("Not saved."), *refusal.messages))
    return answers.show(request, campaign, screen, status=422 if refusal else 200)


def _screen_of(request: Request, campaign: Campaign, form: LookUpForm, answer: Answer) -> Screen:
    on = timezone.localdate(clock.now(campaign))
    screen = Screen(looked_up=True, elsewhere=answer.elsewhere, standing=answer.standing)
    if form.verdict:
        screen.born_on, screen.sex = form.verdict.born_on, form.verdict.sex
        screen.converted = form.verdict.converted
    if answer.identity:
        _fill_in(screen, request, campaign, form, answer.identity)
    else:
        assert form.verdict
        keep = not request.POST.get("prefilled")
        screen.values = answers.typed(request, form.verdict.number, keep=keep)
        screen.side = "new"
        screen.newborns = newborns.who_may_be_meant(campaign, form.verdict, request.user)
    screen.years = categories.age(screen.born_on, on)
    if answer.elsewhere:
        screen.side = "elsewhere"
        screen.line = Line("idle", (_("This number leads to another place, see the right."),))
    elif screen.side == "new":
        screen.focus = "name"
        if not screen.values.get("category"):
            screen.values["category"] = rules.category_by_age(screen.born_on, on) or ""
        told = {
            "born_on": screen.born_on,
            "category": screen.values["category"] or None,
            "registered_at": clock.now(campaign),
            "residence": str(screen.values.get("residence") or "") or None,
            **asked.facts_of(campaign),
        }
        screen.price = queries.price_of(campaign, **told, tier=screen.tier or None)
        screen.tiers = queries.tiers_of(campaign, **told)
        screen.owed = _owed(screen)
    return screen


def _fill_in(
    screen: Screen,
    request: Request,
    campaign: Campaign,
    form: LookUpForm,
    identity: Identity,
) -> None:
    """Someone of the clerk's own region: fill the form, gather the facts."""
    now = clock.now(campaign)
    resident = identity.resident
    facts = queries.facts_of(campaign, resident, request.user, now)
    number = form.verdict.number if form.verdict else identity.masked
    screen.member = None if form.verdict else resident
    screen.about = resident.pk
    screen.sex = screen.sex or resident.sex
    screen.born_on = screen.born_on or resident.born_on
    screen.values = prefill(identity, number, timezone.localdate(now))
    screen.values["tier"] = facts.tier
    screen.facts, screen.next_member = facts, facts.next_member
    screen.tiers = facts.tiers
    screen.prefilled = "last_year" if facts.last_year else "file"
    screen.price = facts.price
    screen.owed = _owed(screen)
    screen.side = "known"
    if screen.standing:
        screen.side = "registered"
        screen.owed = screen.standing.own_fen
        states = ports.paid_states(screen.standing.campaign_id, [screen.standing.pk])
        screen.state = states.get(screen.standing.pk, "unpaid")


def _owed(screen: Screen) -> int | None:
    return screen.price.own_fen if screen.price and screen.price.eligible else None


def _person(request: Request, campaign: Campaign, form: PersonForm) -> Person:
    """What the form says, as the service takes it. Errors: Http404 for a foreign member."""
    data = form.cleaned_data
    if data.get("member"):
        identity = get_object_or_404(
            Identity,
            current=True,
            resident__in=Resident.objects.visible_to(request.user),
            resident_id=data["member"],
        )
        person = partial(Person, identity.kind, identity.number)
    else:
        assert form.verdict
        verdict = form.verdict
        person = partial(
            Person, verdict.kind, verdict.number, born_on=verdict.born_on, sex=verdict.sex
        )
    return person(
        name=data["name"],
        category=data["category"],
        village=data["village"],
        group_no=data["group_no"],
        head_name=data["head_name"],
        relation=data["relation"],
        phone=data["phone"],
        tier=data["tier"],
        residence=data["residence"] if asked.asked_by(campaign.policy).residence else None,
        school=data["school"],
        school_asked=bool(form.schools),
        household_id=data["household"],
        about=data["about"],
    )
