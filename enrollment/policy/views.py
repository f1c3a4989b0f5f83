"""Pages of a policy. Each fetches the campaign through its user and makes one call inward."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment import clock, loading, pricing
from enrollment.access import READERS, Role, allow, campaign_or_404
from enrollment.errors import Refused
from enrollment.http import Request
from enrollment.models import AuditEntry, Campaign, PolicyVersion
from enrollment.policy import compare, description
from enrollment.policy import funding as funded
from enrollment.policy import readiness as ready
from enrollment.policy.forms import OpeningForm, TrialForm, is_told, usual_cases
from enrollment.policy.trial import trial as tried
from enrollment.policy.values import Vocabulary
from enrollment.ports import NotStated
from enrollment.services import campaigns
from enrollment.told import NAMES
from enrollment.untold import NotTold

EVERYONE = (*READERS, Role.DEPARTMENT, Role.TAX)
OFFICE = (Role.BUREAU, Role.ADMIN, Role.AUDITOR)


def _page(request: Request, campaign: Campaign, tab: str) -> dict[str, Any]:
    """What every page of a policy shows: the version in force and the tabs of one's role."""
    return {
        "version": campaign.policy_version,
        "document": campaign.policy["document"],
        "tab": tab,
        "office": request.user.role in OFFICE,
    }


@require_GET
@allow(*EVERYONE)
def policy(request: Request, slug: str) -> HttpResponse:
    """The rules in plain words, section by section; `?version=` an earlier one."""
    campaign = campaign_or_404(request.user, slug)
    version = _version(campaign, request.GET.get("version"))
    texts = tuple((name, text) for name, text in version.parents)
    rules = version.read()
    panels = description.panels(rules, description.order(version.source, texts))
    return render(
        request,
        "enrollment/policy/rules.html",
        {
            **_page(request, campaign, "rules"),
            "shown": version,
            "document": rules["document"],
            "policy": rules,
            "panels": panels,
            "silent": ready.silent(rules),
            "assumptions": description.assumptions(panels, rules["campaign"]),
            "parents": description.parents(texts),
        },
    )


def _version(campaign: Campaign, number: str | None) -> PolicyVersion:
    if not number:
        return campaign.policy_version
    found = campaign.policy_versions.filter(number=number).first() if number.isdigit() else None
    if found is None:
        raise Http404
    return found


@require_GET
@allow(*EVERYONE)
def versions(request: Request, slug: str) -> HttpResponse:
    """Who changed the policy when and why; two versions beside each other."""
    campaign = campaign_or_404(request.user, slug)
    listed = list(campaign.policy_versions.select_related("loaded_by").order_by("-number"))
    found = {str(each.number): each for each in listed}
    before, after = request.GET.get("before"), request.GET.get("after")
    if (before or after) and not {before, after} <= found.keys():
        raise Http404
    if not before and len(listed) > 1:
        before, after = str(listed[1].number), str(listed[0].number)
    context: dict[str, Any] = {"versions": listed, **_page(request, campaign, "versions")}
    if before and after:
        context |= _compared(found[before], found[after])
    return render(request, "enrollment/policy/versions.html", context)


def _compared(before: PolicyVersion, after: PolicyVersion) -> dict[str, Any]:
    """Changes and lines of the notice itself and of every file that it extends."""
    said = {version: loading.vocabulary(version.read()) for version in (before, after)}
    texts = [("", before.source, after.source)]
    earlier, later = dict(before.parents), dict(after.parents)
    texts += [(name, earlier.get(name, ""), later.get(name, "")) for name in earlier | later]
    files = []
    for name, old, new in texts:
        if old == new:
            continue
        rows = [_told(change, said[before], said[after]) for change in compare.changes(old, new)]
        files.append({"name": name, "rows": rows, "parts": compare.side_by_side(old, new)})
    return {"before": before, "after": after, "files": files}


def _told(change: compare.Change, before: Vocabulary, after: Vocabulary) -> dict[str, Any]:
    """A change in the words of the version that it stands in."""
    said = before if change.kind == "gone" else after
    section = loading.describer(change.section)[0] if change.table else _("The file")
    return {
        "change": change,
        "rule": " › ".join([section, *said.place(change.place)]),
        "key": said.key(change.table, change.key),
        "before": before.value(change.table, change.key, change.before),
        "after": after.value(change.table, change.key, change.after),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@allow(*EVERYONE)
def trial(request: Request, slug: str) -> HttpResponse:
    """One person's facts, never a name or a number, and what follows from them."""
    campaign = campaign_or_404(request.user, slug)
    rules = campaign.policy
    if set(request.GET) - set(NAMES):  # a name or a number has no business in an address
        return redirect(f"{request.path}?{_only_facts(request.GET)}")
    data = request.POST if request.method == "POST" else request.GET
    told = request.method == "POST" or is_told(request.GET)
    form = TrialForm(rules, data) if told else TrialForm(rules)
    context = {"form": form, "usual": usual_cases(rules), **_page(request, campaign, "trial")}
    if told and form.is_valid():
        try:
            context["trial"] = tried(rules, pricing.price(rules, form.facts), form.facts)
        except NotTold as gap:
            context["not_told"] = gap.reason
        except NotStated as gap:
            context["not_stated"] = gap.reason
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        context["link"] = _link(form)
    status = 422 if told and form.errors else 200
    name = "trial_result" if request.htmx else "trial"
    return render(request, f"enrollment/policy/{name}.html", context, status=status)


def _only_facts(query: QueryDict) -> str:
    return urlencode({name: query.getlist(name) for name in query if name in NAMES}, doseq=True)


def _link(form: TrialForm) -> str:
    """The facts as a query: what may be kept as a bookmark."""
    told = {name: value for name, value in form.cleaned_data.items() if value}
    return urlencode(told, doseq=True)


@require_GET
@allow(*OFFICE)
def readiness(request: Request, slug: str) -> HttpResponse:
    """What the campaign still needs; an administrator opens a draft here."""
    return _readiness(request, campaign_or_404(request.user, slug), OpeningForm())


def _readiness(
    request: Request, campaign: Campaign, form: OpeningForm, refused: Sequence[str] = ()
) -> HttpResponse:
    """`refused`: why the campaign was not opened; what was entered stays in `form`."""
    opened = AuditEntry.objects.filter(campaign=campaign, action="open_campaign").last()
    return render(
        request,
        "enrollment/policy/readiness.html",
        {
            **_page(request, campaign, "readiness"),
            "items": ready.readiness(campaign),
            "gaps": ready.gaps(campaign),
            "obstacles": ready.obstacles(campaign),
            "opened": opened,
            "form": form,
            "refused": refused,
            "may_open": request.user.role == Role.ADMIN and campaign.state == Campaign.State.DRAFT,
        },
        status=422 if refused else 200,
    )


@require_POST
@allow(Role.ADMIN)
def opening(request: Request, slug: str) -> HttpResponse:
    """Open a draft campaign; what is missing is recorded as exceptions with the reason. Pressed
    again it changes nothing."""
    campaign = campaign_or_404(request.user, slug)
    form = OpeningForm(request.POST)
    if not form.is_valid():
        return _readiness(request, campaign, form, [_("Say why.")])
    try:
        campaigns.open_campaign(
            campaign, by=request.user, now=clock.now(campaign), why=form.cleaned_data["why"]
        )
    except Refused as refusal:
        if campaign.state == Campaign.State.DRAFT:
            return _readiness(request, campaign, form, refusal.messages)
        messages.error(request, _("It was open already; nothing has changed."))
    else:
        messages.success(request, _("The campaign is open."))
    return redirect("policy-readiness", campaign.slug)


@require_GET
@allow(*OFFICE)
def funding(request: Request, slug: str) -> HttpResponse:
    """Who funds how much of the fiscal subsidy for the enrolled; prints on A4."""
    campaign = campaign_or_404(request.user, slug)
    now = clock.now(campaign)
    return render(
        request,
        "enrollment/policy/funding.html",
        {
            **_page(request, campaign, "funding"),
            "policy": campaign.policy,
            "report": funded.report(campaign, now, request.GET),
            "chosen_all": request.GET.get("all", ""),
            "now": now,
        },
    )
