"""Answers of the desk: one page, or for htmx the parts of it that changed."""

from functools import partial
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib import idnumber
from enrollment import asked, categories, clock, ports, rules
from enrollment.access import top_region
from enrollment.desk import mine, queries
from enrollment.desk.forms import PersonForm
from enrollment.desk.queries import TierChoice
from enrollment.desk.screen import FIELDS, Line, Screen
from enrollment.desk.words import PROBLEMS, RELATIONS, RESIDENCES, SHORT_CATEGORIES, SHORT_KINDS
from enrollment.errors import Refused
from enrollment.http import Request
from enrollment.models import Campaign, Region, Resident
from enrollment.services import registrations
from enrollment.services.lookups import TooManyLookUps
from enrollment.services.people import HouseholdUnclear


def show(
    request: Request,
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
    villages = villages or mine.villages(campaign, request.user)
    not_open = ""
    try:
        registrations.may_register(campaign, now)
    except registrations.NotOpen as refusal:
        not_open = refusal.messages[0]
        screen.side = "closed" if screen.side in ("empty", "new", "known") else screen.side
    if screen.next_member:
        screen.next_id = screen.next_member.resident_id
    by_tier = queries.tiers_of(campaign)
    screen.tiers = screen.tiers or [TierChoice(each.tier) for each in by_tier]
    schools = mine.schools(campaign, request.user)
    own_school = mine.only(schools, top_region(request.user, campaign))
    context: dict[str, Any] = {
        "screen": screen,
        "values": screen.values,
        "policy": policy,
        "window": rules.open_window(policy, now),
        "fee": screen.price or queries.price_of(campaign),
        "by_tier": by_tier,
        "cash_alarm": partial(ports.cash_alarm, campaign, request.user, now),  # asked where shown
        "not_open": not_open,
        "now": now,
        "kinds": SHORT_KINDS,
        "villages": villages,
        "several_townships": len({village.parent_id for village in villages}) > 1,
        "village": mine.chosen(villages, screen.values.get("village")),
        "schools": schools,
        "school": mine.chosen(schools, screen.values.get("school")) or own_school,
        "own_school": own_school,
        "relations": RELATIONS,
        "residences": RESIDENCES if asked.asked_by(policy).residence else None,
        "categories": SHORT_CATEGORIES,
        "with_entry": with_entry,
    }
    if all_parts or not request.htmx:
        day, rows = mine.my_last(campaign, request.user, now)
        units = mine.strip(campaign, request.user, now, rows, villages)
        context |= {
            "day": day,
            "rows": rows,
            "units": units,
            "required_bp": next((u.required_bp for u in units if u.required_bp is not None), None),
        }
        if screen.receipt:
            numbers = {row.id: row.number for row in rows}
            context["receipt_number"] = numbers.get(screen.receipt.registration.pk)
    if not request.htmx:
        context["words"] = {key: str(text) for key, text in PROBLEMS.items()}
        return render(request, "enrollment/desk.html", context, status=status)
    context["all_parts"] = all_parts
    return render(request, "enrollment/desk_parts.html", context, status=status)


def again(request: Request, campaign: Campaign, line: Line, **changes: Any) -> HttpResponse:
    """The same form with a line over it; what stands at the right stays."""
    post = request.POST
    screen = Screen(
        line=line,
        values=typed(request),
        prefilled=post.get("prefilled", ""),
        looked_up=post.get("looked_up") == "1",
        owed=_whole(post.get("owed")),
        about=_whole(post.get("about")),
        next_id=_whole(post.get("next_known")),
    )
    screen.side = "kept"
    _owed_again(screen, campaign, post.get("owed_by_tier", ""))
    for name, value in changes.items():
        setattr(screen, name, value)
    member = _whole(post.get("member"))
    if member and "*" in screen.values["number"]:
        screen.member = Resident.objects.visible_to(request.user).filter(pk=member).first()
    on = timezone.localdate(clock.now(campaign))
    verdict = idnumber.judge(screen.values["number"], on, screen.values["kind"])
    if screen.member:
        screen.sex, screen.born_on = screen.member.sex, screen.member.born_on
    elif verdict.ok:
        screen.sex, screen.born_on = verdict.sex, verdict.born_on
    screen.years = categories.age(screen.born_on, on)
    return show(request, campaign, screen, status=422)


def _owed_again(screen: Screen, campaign: Campaign, owed: str) -> None:
    """What was owed by each tier, as the form told it; of these the one that is chosen now."""
    choices = asked.choices_of(campaign.policy)
    if not choices:
        return
    fens = [_whole(each) for each in owed.split(",")]
    fens += [None] * (len(choices) - len(fens))
    screen.tiers = [TierChoice(tier, fen) for tier, fen in zip(choices, fens, strict=False)]
    screen.owed = next((each.owed for each in screen.tiers if each.tier == screen.tier), None)


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and len(text) < 19 else None


def _save_key(request: Request) -> Any:
    """The form's own, so that a retry stays a retry."""
    return request.POST.get("save_key") or uuid4()


def not_saved(request: Request, campaign: Campaign, errors: Any) -> HttpResponse:
    """One sentence in the line; the other fields are outlined and counted."""
    first, messages = next(iter(errors.items()))
    sentences = [_("Not saved."), messages[0]]
    if len(errors) > 1:
        sentences.append(_("%(count)s more are marked red.") % {"count": len(errors) - 1})
    line = Line("error", tuple(sentences))
    key = _save_key(request)
    return again(request, campaign, line, errors=errors, focus=first, save_key=key)


def refused(request: Request, campaign: Campaign, refusal: Refused) -> HttpResponse:
    said = _("Not looked up.") if isinstance(refusal, TooManyLookUps) else _("Not saved.")
    line = Line("error", (said, *refusal.messages))
    changes: dict[str, Any] = {"save_key": _save_key(request)}
    if isinstance(refusal, registrations.FormUsed):
        changes = {}
    elif isinstance(refusal, HouseholdUnclear):
        changes["focus"] = "group_no"
    elif isinstance(refusal, registrations.TierMissing):
        changes |= {"focus": "tier", "errors": {"tier": refusal.messages}}
    elif isinstance(refusal, registrations.NotOpen):
        changes["side"] = "closed"
        line = Line("error", (said, _("Nobody can be registered now, see the right.")))
    return again(request, campaign, line, **changes)


def confirm(
    request: Request,
    campaign: Campaign,
    doubt: registrations.NeedsConfirming,
    form: PersonForm,
) -> HttpResponse:
    line = Line("warning", (_("Not saved yet."), *doubt.messages))
    focus = "category" if all(key.startswith("category") for key in doubt.doubts) else "name"
    return again(
        request,
        campaign,
        line,
        focus=focus,
        confirm=(*form.confirmed, *doubt.doubts),
        save_key=form.cleaned_data["save_key"],
    )


def typed(request: Request, number: str = "", keep: bool = True) -> dict[str, Any]:
    """What was typed, to stand in the form again."""
    values = {name: request.POST.get(name, "") for name in FIELDS}
    if not keep:
        values = {"kind": values["kind"]}
    if number:
        values["number"] = number
    return values
