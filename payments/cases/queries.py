"""Reads of the exceptions desk: tabs, causes, the beginning of a queue. Open payments by the index
`open_payments_by_cause`, what is decided by the indexes of decisions.

No count here reads a payment that is matched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from enrollment.models import Campaign, User
from payments.cases.wording import kind_label, reason_label
from payments.models import Cause, Decision, Payment, PaymentQuerySet

ON_A_PAGE = 40
AT_ONCE = 5000  # payments in one action
OPEN, APPROVE, VERIFY, CLOSED = "open", "approve", "verify", "closed"
TABS = (OPEN, APPROVE, VERIFY, CLOSED)
LIVE = Q(refused_at=None, ended_at=None)
WAITING = LIVE & Q(kind__in=Decision.TWO_PEOPLE, approved_at=None)
STANDING = LIVE & Q(approved_at__isnull=False)


@dataclass(frozen=True)
class Group:
    """One cause, or one kind of decision: how many, fen, age of the oldest in days."""

    key: str
    label: str
    n: int
    fen: int
    days: int | None = None


def undecided(payments: PaymentQuerySet) -> PaymentQuerySet:
    """Open, and nobody has proposed, asked or held anything that still stands."""
    decided = Decision.objects.filter(LIVE, payment_id=OuterRef("id"))
    return payments.open().filter(~Exists(decided))


def held(payments: PaymentQuerySet) -> PaymentQuerySet:
    """Open, and set aside by somebody."""
    aside = Decision.objects.filter(LIVE, kind=Decision.Kind.HOLD, payment_id=OuterRef("id"))
    return payments.open().filter(Exists(aside))


def decisions(campaign: Campaign, user: User, tab: str, *, mine: bool = False) -> Any:
    """Live decisions of a tab, whosever payments. `mine`: what the user proposed themselves."""
    rows = Decision.objects.filter(campaign=campaign)
    if tab == VERIFY:
        return rows.filter(LIVE, kind=Decision.Kind.VERIFY)
    if tab == CLOSED:
        return rows.filter(STANDING)
    waiting = rows.filter(WAITING)
    return waiting.filter(proposed_by=user) if mine else waiting.exclude(proposed_by=user)


def tab_counts(campaign: Campaign, user: User, visible: PaymentQuerySet | None) -> dict[str, int]:
    """What stands on the tabs but the first, and the latest decision of them. `visible`: None for
    who sees all of the campaign."""
    rows = Decision.objects.filter(LIVE, campaign=campaign)
    if visible is not None:
        rows = rows.filter(payment_id__in=visible.values("id"))
    kind = Decision.Kind
    found: dict[str, int] = rows.aggregate(
        approve=Count("id", filter=WAITING & ~Q(proposed_by=user)),
        mine=Count("id", filter=WAITING & Q(proposed_by=user)),
        verify=Count("id", filter=Q(kind=kind.VERIFY)),
        held=Count("id", filter=Q(kind=kind.HOLD)),
        closed=Count("id", filter=STANDING),
        latest=Coalesce(Max("id"), 0),
    )
    return found


def causes(payments: PaymentQuerySet, now: datetime) -> list[Group]:
    """Payments by cause, most first; sums of what is open."""
    found = (
        payments.values("cause")
        .annotate(n=Count("id"), fen=Sum("open_fen"), oldest=Min("paid_at"))
        .order_by("-n", "cause")
    )
    return [
        Group(
            row["cause"] or "",
            str(Cause(row["cause"]).label) if row["cause"] else "",
            row["n"],
            row["fen"],
            days(row["oldest"], now),
        )
        for row in found
    ]


def kinds(
    campaign: Campaign, rows: QuerySet[Decision], payments: PaymentQuerySet | None, now: datetime
) -> list[Group]:
    """Decisions by kind and reason, key "match:same_person"; the oldest by when it was proposed.

    `payments`: of these only; None for all.
    """
    if payments is not None:
        rows = rows.filter(payment_id__in=payments.values("id"))
    found = (
        rows.values("kind", "reason")
        .annotate(n=Count("id"), sum=Sum("fen"), oldest=Min("proposed_at"))
        .order_by("kind", "-n", "reason")
    )
    return [
        Group(
            f"{row['kind']}:{row['reason']}",
            f"{kind_label(row['kind'])} {reason_label(campaign, row['kind'], row['reason'])}",
            row["n"],
            row["sum"],
            days(row["oldest"], now),
        )
        for row in found
    ]


def days(since: datetime | None, now: datetime) -> int | None:
    """Whole days by the calendar."""
    return (timezone.localdate(now) - timezone.localdate(since)).days if since else None


def together(groups: list[Group]) -> Group:
    oldest = max((group.days for group in groups if group.days is not None), default=None)
    return Group("", "", sum(each.n for each in groups), sum(each.fen for each in groups), oldest)


@dataclass(frozen=True)
class Page:
    """Some rows of a queue in its order, and where the next begin ("": there are no more)."""

    rows: list[Payment]
    after: str = ""


def page_of(queue: PaymentQuerySet, after: str = "", size: int = ON_A_PAGE) -> Page:
    """By key, not by offset: a later page costs what the first does. Oldest first."""
    if start := _key(after):
        paid_at, pk = start
        queue = queue.filter(Q(paid_at__gt=paid_at) | Q(paid_at=paid_at, id__gt=pk))
    rows = list(queue.order_by("paid_at", "id")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, f"{rows[-1].paid_at.timestamp()}_{rows[-1].pk}" if more else "")


def _key(after: str) -> tuple[datetime, int] | None:
    instant, _sep, pk = after.partition("_")
    try:
        return datetime.fromtimestamp(float(instant), timezone.get_current_timezone()), int(pk)
    except (ValueError, OverflowError, OSError):
        return None


def live_decisions(payment_ids: list[int]) -> Mapping[int, Decision]:
    """payment id → its live decision, the last of refunds that follow one another, with the people
    who made it."""
    found = Decision.objects.filter(LIVE, payment_id__in=payment_ids).order_by("id")
    rows = found.select_related("proposed_by", "approved_by", "resident__village__parent")
    return {row.payment_id: row for row in rows}
