"""Rosters in the browser: the list with its upload, one roster from check to acceptance.

A department sees the lists that it sent, and checks and mends them; the bureau and the admin accept
and undo; auditors read. A list covers the whole campaign, so only who sees all of it sees any.
"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment import clock, jobs
from enrollment.access import Role, allow, campaign_or_404, sees_all_of
from enrollment.errors import Refused
from enrollment.files import taken_in_before
from enrollment.http import Request
from enrollment.models import Campaign, SourceFile
from subsidies import (
    wizard,
    wizard_acts,
    wizard_choices,
    wizard_columns,
    wizard_files,
    wizard_fixes,
    wizard_rows,
)
from subsidies.forms import AcceptForm, RosterForm, UndoForm
from subsidies.models import Roster
from subsidies.wizard_words import meaning_of, name_of

READERS = (Role.BUREAU, Role.ADMIN, Role.DEPARTMENT, Role.AUDITOR)
SENDERS = (Role.BUREAU, Role.ADMIN, Role.DEPARTMENT)
ACCEPTERS = (Role.BUREAU, Role.ADMIN)
State = SourceFile.State


def rosters_of(request: Request, slug: str) -> tuple[Campaign, QuerySet[Roster]]:
    """The campaign, and the rosters of it that the user may see. Errors: Http404."""
    campaign = campaign_or_404(request.user, slug)
    if not sees_all_of(request.user, campaign):
        raise Http404
    rows = Roster.objects.filter(file__campaign=campaign)
    if request.user.role == Role.DEPARTMENT:
        rows = rows.filter(file__taken_by=request.user)
    return campaign, rows.select_related("file__taken_by", "file__job", "region")


def roster_or_404(request: Request, slug: str, roster_id: int) -> Roster:
    campaign, rows = rosters_of(request, slug)
    roster = get_object_or_404(rows, pk=roster_id)
    roster.file.campaign = campaign  # read once, with its policy
    return roster


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def rosters(request: Request, slug: str) -> HttpResponse:
    campaign, rows = rosters_of(request, slug)
    may_send = request.user.role in SENDERS
    now = clock.now(campaign)
    today = timezone.localdate(now)
    form = RosterForm(campaign, today, initial={"as_of": today})
    if request.method == "POST":
        if not may_send:
            return HttpResponse(status=403)
        form = RosterForm(campaign, today, request.POST, request.FILES)
        if form.is_valid():
            said = form.cleaned_data
            try:
                roster = wizard_acts.upload(
                    campaign,
                    name=said["file"].name,
                    stream=said["file"].file,
                    source=said["source"],
                    category=said["category"],
                    as_of=said["as_of"],
                    region=said["region"],
                    by=request.user,
                    now=now,
                )
            except Refused as refusal:
                form.add_error("file", refusal.messages)
            else:
                return redirect("roster", slug, roster.pk)
    page = Paginator(rows.order_by("-pk"), 20).get_page(request.GET.get("page"))
    return render(
        request,
        "subsidies/rosters.html",
        {
            "campaign": campaign,
            "form": form,
            "steps": wizard_columns.steps(None),
            "may_send": may_send,
            "page": page,
            "rows": [_listed(campaign, roster) for roster in page],
            "count_names": [wizard_rows.title_of(outcome) for outcome in wizard_rows.OUTCOMES],
            "templates": [(kind, said[0]) for kind, said in wizard_files.TEMPLATES.items()],
        },
        status=422 if form.errors else 200,
    )


def _listed(campaign: Campaign, roster: Roster) -> dict[str, Any]:
    roster.file.campaign = campaign
    return {
        "roster": roster,
        "file": roster.file,
        "source": wizard.source_name(roster),
        "category": wizard.category_name(roster),
        "running": wizard_acts.is_running(roster.file),
        "counts": wizard.equation(roster)[1:],
    }


@require_GET
@allow(*READERS)
def roster(request: Request, slug: str, roster_id: int) -> HttpResponse:
    found = roster_or_404(request, slug, roster_id)
    return render(request, "subsidies/roster.html", _facts(request, found))


@require_GET
@allow(*READERS)
def roster_progress(request: Request, slug: str, roster_id: int) -> HttpResponse:
    """While the worker is at it, how far it is; then a page to be loaded anew."""
    found = roster_or_404(request, slug, roster_id)
    facts = _facts(request, found)
    answer = render(request, "subsidies/roster_body.html", facts)
    if not facts["running"]:
        answer["HX-Refresh"] = "true"
    return answer


def _facts(request: Request, roster: Roster) -> dict[str, Any]:
    file = roster.file
    job = file.job
    progress = jobs.progress_of(job) if job else None
    running = wizard_acts.is_running(file)
    role = request.user.role
    facts: dict[str, Any] = {
        "campaign": file.campaign,
        "roster": roster,
        "file": file,
        "job": job,
        "running": running,
        "progress": progress,
        "stage": _(progress.stage) if progress and progress.stage else "",
        "before": taken_in_before(file),
        "uploaded_before": wizard_columns.uploaded_before(
            roster, rosters_of(request, file.campaign.slug)[1]
        ),
        "source": wizard.source_name(roster),
        "category": wizard.category_name(roster),
        "may_send": role in SENDERS,
        "may_accept": role in ACCEPTERS,
        "may_see_people": role != Role.DEPARTMENT,
        "steps": wizard_columns.steps(roster),
        "may_choose": role in SENDERS and not running and file.state in wizard_choices.OPEN,
    }
    if running or file.state in (State.UPLOADED, State.REFUSED):
        return facts
    groups = wizard.problem_groups(roster, timezone.localdate(clock.now(file.campaign)))
    opened = request.GET.get("open", "")
    return {
        **facts,
        "equation": wizard.equation(roster),
        "groups": groups,
        "opened": opened,
        "opened_query": f"open={opened}&",
        "opened_rows": _opened(roster, groups, opened, request.GET.get("page")),
        "groups_read": wizard_columns.groups(roster),
        "kept_choices": wizard_columns.kept(roster),
        "notes": wizard_columns.notes(roster),
        "sheets": wizard_columns.sheets(roster),
        "sentences": wizard.outcome_sentences(roster, money=role != Role.DEPARTMENT),
        "ending": wizard.ending(roster),
        "confirm": wizard.needs_confirmation(roster),
        "may_be_elsewhere": wizard.may_be_elsewhere(roster),
        "why_not": wizard.why_not(roster),
        "acceptable": file.new + file.changed + file.known,
        "aside": file.waiting + file.rejected,
        "kept": bool(file.stored_as),
        "said": wizard_fixes.said_for(roster),
        "told_rows": sum(
            group.rows for group in groups if group.outcome == "taken" and not group.place
        ),
    }


def _opened(roster: Roster, groups: list[wizard.Problem], key: str, page: str | None) -> Any:
    """The rows behind one reason, paged; None where none is opened."""
    group = next((group for group in groups if group.key == key), None)
    if group is None:
        return None
    file = roster.file
    if group.outcome == "taken" and group.place is None:
        told = Paginator(wizard_rows.warned(file, key), 10).get_page(page)
        return {"page": told, "rows": wizard_rows.from_warnings(file, list(told))}
    if group.place is not None:
        rows = group.place.rows(file)
    else:
        rows = group.waiting.rows(file) if group.waiting else wizard_rows.lines(file, reason=key)
    found = Paginator(rows.order_by("pk"), 10).get_page(page)
    return {"page": found, "rows": wizard_rows.from_lines(file, found)}


@require_GET
@allow(*READERS)
def roster_rows(request: Request, slug: str, roster_id: int) -> HttpResponse:
    """The rows behind a number of the page."""
    found = roster_or_404(request, slug, roster_id)
    outcome = request.GET.get("outcome", "new")
    if outcome not in wizard_rows.OUTCOMES:
        raise Http404
    category = request.GET.get("category", "")
    who = request.GET.get("who", "")
    if who not in ("", *wizard_rows.WHO):
        raise Http404
    sender = request.user if request.user.role == Role.DEPARTMENT else None
    page = wizard_rows.behind(
        found, outcome, category, request.GET.get("page"), who=who, sender=sender
    )
    return render(
        request,
        "subsidies/roster_rows.html",
        {
            "campaign": found.file.campaign,
            "roster": found,
            "file": found.file,
            "outcome": outcome,
            "query": urlencode({"outcome": outcome, "category": category, "who": who}) + "&",
            "category_name": name_of(found.file.campaign, category) if category else "",
            "title": wizard_rows.title_of(outcome),
            "page": page,
            "may_send": request.user.role in SENDERS,
            "may_see_people": request.user.role != Role.DEPARTMENT,
        },
    )


@require_POST
@allow(*SENDERS)
def roster_words(request: Request, slug: str, roster_id: int) -> HttpResponse:
    """Words explained: a field for each, named by its place among those that wait."""
    found = roster_or_404(request, slug, roster_id)
    answers = {}
    today = timezone.localdate(clock.now(found.file.campaign))
    for group in wizard.problem_groups(found, today):
        if group.waiting is None or request.POST.get(f"of-{group.key}") != group.waiting.word:
            continue  # the page is older than the list
        meaning = meaning_of(request.POST.get(group.key, ""), group.choices)
        if meaning is not None:
            answers[group.waiting] = meaning
    if not answers:
        messages.warning(request, _("Choose what the word means first."))
        return redirect("roster", slug, roster_id)
    return carried_out(request, found, lambda **who: wizard_acts.explain(found, answers, **who))


@require_POST
@allow(*SENDERS)
def roster_additions(request: Request, slug: str, roster_id: int) -> HttpResponse:
    found = roster_or_404(request, slug, roster_id)
    return carried_out(request, found, lambda **who: wizard_acts.take_as_additions(found, **who))


@require_POST
@allow(*ACCEPTERS)
def roster_acceptance(request: Request, slug: str, roster_id: int) -> HttpResponse:
    found = roster_or_404(request, slug, roster_id)
    form = AcceptForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, " ".join(str(each) for said in form.errors.values() for each in said)
        )
        return redirect("roster", slug, roster_id)
    confirmed = form.cleaned_data["confirmed"]
    if confirmed is None and found.file.state == State.CHECKED and wizard.may_be_elsewhere(found):
        messages.warning(request, _("Enter the number of those who leave."))
        return redirect("roster", slug, roster_id)
    return carried_out(
        request,
        found,
        lambda **who: wizard_acts.accept(
            found, confirmed=confirmed, seen=form.cleaned_data["seen"], **who
        ),
    )


@require_POST
@allow(*ACCEPTERS)
def roster_undoing(request: Request, slug: str, roster_id: int) -> HttpResponse:
    found = roster_or_404(request, slug, roster_id)
    form = UndoForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["why"])))
        return redirect("roster", slug, roster_id)
    why = form.cleaned_data["why"]
    return carried_out(request, found, lambda **who: wizard_acts.undo(found, why=why, **who))


def carried_out(request: Request, roster: Roster, act: Any) -> HttpResponse:
    """Back to the roster's page; what was refused is said there."""
    try:
        act(by=request.user, now=clock.now(roster.file.campaign))
    except Refused as refusal:
        messages.warning(request, " ".join(refusal.messages))
    return redirect("roster", roster.file.campaign.slug, roster.pk)
