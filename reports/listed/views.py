"""Who stands on a list of the dead, of employees … and is registered all the same."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from enrollment import clock
from enrollment.access import Role, allow, top_region
from enrollment.errors import Refused
from enrollment.http import Request, campaign_of
from enrollment.models import Campaign
from reports.listed import queries, services
from subsidies.list_decisions import NEGATIVE, OF_PAID, OF_UNPAID, Decision
from subsidies.rosters.words import LIST_NAMES

READ = (Role.CLERK, Role.BUREAU, Role.ADMIN, Role.AUDITOR)
WRITE = (Role.BUREAU, Role.ADMIN)
PAGE = 50
NAMED = 10  # people whom a message names one by one


@require_GET
@allow(*READ)
def on_lists(request: Request, slug: str) -> HttpResponse:
    """What is to be decided, by whether anything is paid; what was."""
    campaign = campaign_of(request, slug)
    state = request.GET.get("state", "")
    state = state if state in queries.STATES else "unpaid"
    kind = request.GET.get("kind", "")
    kind = kind if kind in NEGATIVE else ""
    number = request.GET.get("page", "1")
    at = max(int(number), 1) if number.isdecimal() and len(number) < 6 else 1
    region = top_region(request.user, campaign)
    found, counts = queries.cases(campaign, region, state, kind, limit=PAGE, offset=(at - 1) * PAGE)
    total = sum(n for (of, on), n in counts.items() if of == state and kind in ("", on))
    return render(
        request,
        "reports/on_lists.html",
        {
            "region": region,
            "state": state,
            "kind": kind,
            "tabs": [
                {"key": key, "people": sum(n for (of, _on), n in counts.items() if of == key)}
                for key in queries.STATES
            ],
            "kinds": [
                {"key": key, "name": LIST_NAMES[key], "people": counts[state, key]}
                for key in NEGATIVE
                if (state, key) in counts
            ],
            "rows": _rows(campaign, found),
            "total": total,
            "page": Paginator(range(total), PAGE).get_page(at),
            "query": urlencode({"state": state, "kind": kind}),
            "choices": _choices(state) if request.user.role in WRITE else [],
        },
    )


@require_POST
@allow(*WRITE)
def decisions(request: Request, slug: str) -> HttpResponse:
    """Decide about the people chosen, or about all of a state and kind of list."""
    campaign = campaign_of(request, slug)
    post = request.POST
    state, kind = post.get("state", ""), post.get("kind", "")
    back = f"{reverse('on-lists', args=[slug])}?{urlencode({'state': state, 'kind': kind})}"
    found, _counts = queries.cases(campaign, top_region(request.user, campaign), state, kind)
    if not post.get("all"):
        found = queries.chosen(found, set(post.getlist("case")))
    now = clock.now(campaign)
    try:
        done = services.decide(
            campaign,
            found if state in OPEN else [],
            post.get("decision", ""),
            by=request.user,
            now=now,
            why=post.get("why", ""),
        )
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        said = ngettext("Decided about %(n)s person.", "Decided about %(n)s people.", done.people)
        messages.success(request, said % {"n": done.people})
        if done.asked:
            said = ngettext(
                "%(n)s refund is asked for and waits for another person to approve it.",
                "%(n)s refunds are asked for and wait for another person to approve them.",
                done.asked,
            )
            messages.success(request, said % {"n": done.asked})
        for name, why in done.not_asked[:NAMED]:
            said = _("%(name)s: no refund is asked for yet. %(why)s")
            messages.warning(request, said % {"name": name, "why": why})
        if len(done.not_asked) > NAMED:
            more = len(done.not_asked) - NAMED
            messages.warning(request, _("And %(count)s more.") % {"count": more})
    return redirect(back)


OPEN = ("unpaid", "paid")


def _choices(state: str) -> list[tuple[str, Any]]:
    of = {"unpaid": OF_UNPAID, "paid": OF_PAID}.get(state, ())
    return [(each.value, each.label) for each in of]


def _rows(campaign: Campaign, found: list[queries.Found]) -> list[dict[str, Any]]:
    policy = campaign.policy
    against = queries.against(policy)
    called = {rule.key: rule.name for rule in policy["subsidies"].categories}
    cases = queries.to_decide(campaign, found, clock.now(campaign))
    requests = queries.requests_of([row for row in found if row.decision == Decision.REFUND])
    return [
        {
            "found": each,
            "case": case,
            "list": LIST_NAMES[each.kind],
            "against": against.get(each.kind),
            "hardship": called.get(each.hardship, each.hardship),
            "decision": Decision(each.decision).label if each.decision else "",
            "request": requests.get(each.registration_id),
            "form": _form_of(campaign, each) if each.decision == Decision.REFUND else "",
        }
        for each, case in zip(found, cases, strict=True)
    ]


def _form_of(campaign: Campaign, each: queries.Found) -> str:
    """The form of the refund, filled in with what the list and its decision say."""
    said = {
        "reason": queries.refund_reason(campaign.policy, each.kind) or "",
        "evidence": services.evidence_of(each, each.why or ""),
    }
    url = reverse("refund-request-entry", args=[campaign.slug, each.resident_id])
    return f"{url}?{urlencode(said)}"
