"""The exceptions desk in the browser: tabs, causes, the queue, one case; all by plain addresses."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from enrollment import clock
from enrollment.access import allow, top_region
from enrollment.http import Request, campaign_of
from enrollment.models import Campaign, Region
from payments.cases import counts, forms, history, queries, scope, voided, wording
from payments.cases.case import case_of
from payments.cases.forms import Asked, Filters
from payments.cases.queries import APPROVE, CLOSED, OPEN
from payments.cases.said import said
from payments.cases.suggestions import Suggestion, suggestions
from payments.claims import queries as claims
from payments.models import Payment, PaymentQuerySet, SavedView, VoidedLine
from payments.pages.files import READERS as FILE_READERS

BUILT_IN: dict[str, dict[str, Any]] = {"older": {"older": 10}, "suggested": {"has": "1"}}


@never_cache  # by the browser's Back too: somebody else may have decided meanwhile
@require_GET
@allow(*scope.READERS)
def open_payments(request: Request, slug: str) -> HttpResponse:
    """Causes left, the queue of one cause in the middle, one case right."""
    campaign = campaign_of(request, slug)
    if view := request.GET.get("view"):
        return redirect(_of_view(request, campaign, view))
    asked = forms.read(request.GET)
    now = clock.now(campaign)
    desk = Desk(campaign, request, asked, now)
    page = queries.page_of(desk.queue(), asked.after)
    if asked.after and not page.rows:  # the last of them have just been decided
        asked = desk.asked = replace(asked, after="")
        page = queries.page_of(desk.queue())
    suggested = suggestions(campaign, page.rows, desk.region) if asked.tab == OPEN else {}
    selected = _selected(desk, page.rows)
    facts: dict[str, Any] = {
        "campaign": campaign,
        "said": said(request),
        "messages": (),  # they stand in the case's reserved line, so that nothing moves
        **desk.facts(),
        "claims": claims.counts(campaign, request.user, now),
        "page": page,
        "rows": _rows(page.rows, suggested, now),
        "suggested_here": sum(1 for row in page.rows if row.pk in suggested),
        "payment": selected,
        "views": SavedView.objects.filter(user=request.user, campaign=campaign).order_by("name"),
    }
    if selected:
        of_page: Any = suggested.get(selected.pk, []) if selected in page.rows else None
        known = of_page if asked.tab == OPEN else None
        facts |= case_of(campaign, selected, request.user, now, known)
    return render(request, "payments/open.html", facts)


@never_cache
@require_GET
@allow(*scope.READERS)
def payment_case(request: Request, slug: str, payment_id: int) -> HttpResponse:
    """The right side by itself, for the arrows."""
    campaign = campaign_of(request, slug)
    asked = forms.read(request.GET)
    found = payment_or_voided(request, campaign, payment_id)
    if isinstance(found, VoidedLine):
        facts = voided.facts(campaign, request.user, found)
        return render(request, "payments/case_voided.html", facts | {"campaign": campaign})
    facts = case_of(campaign, found, request.user, clock.now(campaign))
    facts |= {
        "campaign": campaign,
        "asked": asked,
        "query": asked.query(),
        "here": asked.query(after=asked.after),
    }
    return render(request, "payments/case.html", facts)


@never_cache
@require_GET
@allow(*scope.READERS)
def payment(request: Request, slug: str, payment_id: int) -> HttpResponse:
    """One payment by itself, whatever its standing, with everything that became of it; also one
    that went with its file."""
    campaign = campaign_of(request, slug)
    found = payment_or_voided(request, campaign, payment_id)
    if isinstance(found, VoidedLine):
        return _show_voided(request, campaign, found)
    return show_payment(request, campaign, found)


def _show_voided(request: Request, campaign: Campaign, line: VoidedLine) -> HttpResponse:
    facts = voided.facts(campaign, request.user, line)
    facts |= {
        "campaign": campaign,
        "sees_file": request.user.role in FILE_READERS,
        "events": history.events(campaign, line),
    }
    return render(request, "payments/voided.html", facts)


def show_payment(
    request: Request,
    campaign: Campaign,
    found: Payment,
    *,
    in_full: bool = False,
    person: int = 0,
    **more: Any,
) -> HttpResponse:
    """`person`: whom the user has looked for; `more`: what else the page says."""
    now = clock.now(campaign)
    facts = case_of(campaign, found, request.user, now, in_full=in_full, found=person)
    facts |= {
        **more,
        "campaign": campaign,
        "alone": True,
        "asked": forms.read({}),
        "events": history.events(campaign, found),
        "clauses": history.clauses(campaign, found),
        "said": said(request),
        "messages": (),  # they stand in the case's reserved line, so that nothing moves
    }
    return render(request, "payments/payment.html", facts)


def payment_or_voided(
    request: Request, campaign: Campaign, payment_id: int
) -> Payment | VoidedLine:
    """The payment; or the line of one that went with its file, to whoever might see it. Or 404."""
    seen = scope.visible_payments(campaign, request.user).filter(pk=payment_id).first()
    return seen or get_object_or_404(voided.visible(campaign, request.user), row_id=payment_id)


def payment_of(request: Request, campaign: Campaign, payment_id: int) -> Payment:
    return get_object_or_404(scope.visible_payments(campaign, request.user), pk=payment_id)


class Desk:
    """One look at the desk: what is asked, of whom, of which payments."""

    def __init__(self, campaign: Campaign, request: Request, asked: Asked, now: datetime) -> None:
        self.campaign, self.user, self.asked, self.now = campaign, request.user, asked, now
        self.region = top_region(self.user, campaign)
        self.whole = self.region == campaign.region
        self.visible = scope.visible_payments(campaign, self.user)
        self._narrowed: PaymentQuerySet | None = None
        self.counted_at: datetime | None = None  # where a count of a minute ago is shown
        self.groups = self._groups()
        keys = [group.key for group in self.groups]
        self.group = asked.group if asked.group in keys else (keys[0] if keys else "")

    @property
    def narrowed(self) -> PaymentQuerySet:
        """Of this tab, as the filters say. What a filter looks up is looked up once."""
        if self._narrowed is None:
            rows = self._of_tab(self.visible)
            self._narrowed = self.asked.filters.apply(self.campaign, self.region, rows, self.now)
        return self._narrowed

    def queue(self) -> PaymentQuerySet:
        """Of the group that is chosen."""
        rows = self.narrowed
        if not self.group:
            return rows
        if self.asked.tab not in (APPROVE, CLOSED):
            return rows.filter(cause=self.group)
        kind, _sep, reason = self.group.partition(":")
        decided = self._decisions().filter(kind=kind, reason=reason)
        return rows.filter(id__in=decided.values("payment_id"))

    def _of_tab(self, rows: PaymentQuerySet) -> PaymentQuerySet:
        if self.asked.tab == OPEN:
            return queries.held(rows) if self.asked.held else queries.undecided(rows)
        return rows.filter(id__in=self._decisions().values("payment_id"))

    def _decisions(self) -> Any:
        return queries.decisions(self.campaign, self.user, self.asked.tab, mine=self.asked.mine)

    def _groups(self) -> list[queries.Group]:
        if self.asked.tab == OPEN and not self.asked.held and (found := self._kept()):
            groups, self.counted_at = found
            return groups
        if self.asked.tab not in (APPROVE, CLOSED):
            groups = queries.causes(self.narrowed, self.now)
            self._count_from_now_on(groups)
            return groups
        some = not self.whole or bool(self.asked.filters)
        of = self.narrowed if some else None
        return queries.kinds(self.campaign, self._decisions(), of, self.now)

    def _kept(self) -> tuple[list[queries.Group], datetime] | None:
        """Of everything, or of a township, by the count that is kept."""
        filters = self.asked.filters
        if filters != forms.Filters(township=filters.township) or filters.township == forms.NOWHERE:
            return None
        region: Region | None = self.region
        if filters.township:
            below = Region.objects.within(self.region)
            region = below.filter(pk=int(filters.township)).first()
        if region is None or region.level == Region.Level.VILLAGE:
            return None
        return counts.kept(self.campaign, region, self.now)

    def _count_from_now_on(self, groups: list[queries.Group]) -> None:
        plain = self.asked.tab == OPEN and not self.asked.filters and not self.asked.held
        if plain and self.whole and queries.together(groups).n >= counts.MANY:
            counts.count(self.campaign)

    def facts(self) -> dict[str, Any]:
        """What stands around the queue and the case."""
        asked = self.asked
        total = queries.together(self.groups)
        tabs = queries.tab_counts(self.campaign, self.user, None if self.whole else self.visible)
        plain = asked.tab == OPEN and not asked.filters and not asked.held
        tabs["open"] = total.n if plain else self._open()
        chosen = next((group for group in self.groups if group.key == self.group), None)
        return {
            "asked": asked,
            "counts": tabs,
            "all_n": self._all_of(chosen.n if chosen else 0),
            "counted_at": self.counted_at,
            "groups": self.groups,
            "group": chosen,
            "total": total,
            "why": wording.WHY.get(self.group, "") if asked.tab != APPROVE else "",
            "townships": self._townships(),
            "whole": self.whole,
            "place": self.region,
            "channels": forms.channel_choices(self.campaign),
            "filter_words": asked.filters.words(self.campaign),
            "only_oldest": self._only_oldest(),
            "query": asked.query(cause=self.group),
            "here": asked.query(cause=self.group, after=asked.after),
            "unfiltered": replace(asked, filters=Filters(asked.filters.township)).query(),
            "no_cause": asked.query(cause=""),
            "approves": self.user.role in scope.APPROVERS,
            "proposes": self.user.role in scope.PROPOSERS,
        }

    def _all_of(self, n: int) -> int:
        """How many the queue holds, where all may be decided at once: counted now. Of a part of a
        large campaign that would take long; a filter narrows it first."""
        if not self.counted_at:
            return n
        return self.queue().count() if self.whole and n <= queries.AT_ONCE else 0

    def _only_oldest(self) -> int:
        """In how many a filter has looked where there are more, so that it may have missed some."""
        filters, most = self.asked.filters, forms.MOST_SEARCHED
        if not filters.reads_numbers:
            return 0
        before = replace(filters, has=False, q="")
        rows = before.apply(self.campaign, self.region, self._of_tab(self.visible), self.now)
        return most if rows.order_by()[most : most + 1].exists() else 0

    def _open(self) -> int:
        """How many wait in all, whatever is narrowed."""
        if found := counts.kept(self.campaign, self.region, self.now):
            return queries.together(found[0]).n
        return queries.undecided(self.visible).count()

    def _townships(self) -> list[Region]:
        if not self.whole and self.region.level in (Region.Level.TOWNSHIP, Region.Level.VILLAGE):
            return []
        below = Region.objects.within(self.region).filter(level=Region.Level.TOWNSHIP)
        return list(below.order_by("position", "id"))


def _selected(desk: Desk, rows: list[Payment]) -> Payment | None:
    """The one that is asked for, also where it stands on another page; else the first."""
    wanted = desk.asked.payment
    if found := next((row for row in rows if row.pk == wanted), None):
        return found
    if wanted and (other := desk.queue().filter(pk=wanted).first()):
        return other
    return rows[0] if rows else None


def _rows(
    rows: list[Payment], suggested: Mapping[int, list[Suggestion]], now: datetime
) -> list[dict[str, Any]]:
    return [
        {
            "payment": row,
            "days": queries.days(row.paid_at, now),
            "last4": row.number.reveal()[-4:],
            "suggested": row.pk in suggested,
        }
        for row in rows
    ]


def _of_view(request: Request, campaign: Campaign, view: str) -> str:
    """The address of a view: a person's own, or one that everybody has."""
    desk = reverse("open-payments", args=[campaign.slug])
    if view in BUILT_IN:
        return f"{desk}?{Asked(OPEN, '', forms.Filters()).query(**BUILT_IN[view])}"
    if not (view.isascii() and view.isdigit() and len(view) < 19):
        raise Http404
    found = get_object_or_404(SavedView, user=request.user, campaign=campaign, pk=int(view))
    return f"{desk}?{found.query}"
