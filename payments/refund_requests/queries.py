"""Refunds by where they stand: to approve, to send, sent, closed; and one request whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.timezone import localdate

from enrollment.access import top_region
from enrollment.models import Campaign, Identity, Region, Registration, Resident, User
from payments.decision_fit import carried_out
from payments.models import Decision, Payment, Stop, TaxRefund
from payments.refund_requests import lists
from payments.stop_models import StopQuerySet
from payments.tax_out.listed import open_refunds

STATES = ("to_approve", "to_send", "sent", "closed", "stopped", "taken_back")


@dataclass(frozen=True)
class Figure:
    """A state of the queue: how many, how much."""

    state: str
    n: int
    fen: int


def visible_stops(campaign: Campaign, user: User) -> StopQuerySet:
    """All to who sees the whole campaign, else those whose registration counts or lives in the
    user's region."""
    rows = Stop.objects.filter(campaign=campaign)
    region = top_region(user, campaign)
    if region == campaign.region:
        return rows
    return rows.filter(
        Q(registration__unit__path__startswith=region.path)
        | Q(registration__village__path__startswith=region.path)
    )


def registration_of(campaign: Campaign, user: User, resident_id: int) -> Registration | None:
    """The standing registration of somebody in the user's region, else the last that ended."""
    rows = Registration.objects.visible_to(user).filter(campaign=campaign, resident_id=resident_id)
    return (
        rows.select_related("resident", "village__parent", "campaign")
        .order_by(F("ended_at").desc(nulls_first=True), "-pk")
        .first()
    )


def figures(campaign: Campaign, stops: StopQuerySet, *, whole: bool) -> list[Figure]:
    """Each state with its sum. What is to send, sent and closed are payments, those of the desk's
    decisions and of overpayments too: only who sees the whole campaign is told of them."""
    sums = {"n": Count("id"), "own": Sum("own_fen", default=0), "aid": Sum("aid_fen", default=0)}
    waiting = stops.to_approve().aggregate(**sums)
    found = [Figure("to_approve", waiting["n"], waiting["own"] + waiting["aid"])]
    if whole:
        to_send = (
            lists.to_send(campaign)
            .order_by()
            .aggregate(n=Count("id"), fen=Sum("refund_due_fen", default=0))
        )
        found.append(Figure("to_send", to_send["n"], to_send["fen"]))
        for state in ("sent", "closed"):
            rows = list(_sent(campaign, state).values_list("fen", flat=True))
            found.append(Figure(state, len(rows), sum(rows)))
    found += [
        Figure("stopped", of_state(stops, "stopped").count(), 0),
        Figure("taken_back", of_state(stops, "taken_back").count(), 0),
    ]
    return found


def of_state(stops: StopQuerySet, state: str) -> StopQuerySet:
    if state == "to_approve":
        return stops.to_approve().order_by("proposed_at", "id")
    if state == "stopped":
        standing = stops.standing()
        return standing.filter(stopped_at__isnull=False).order_by("-stopped_at", "-id")
    gone = Q(refused_at__isnull=False) | Q(withdrawn_at__isnull=False) | Q(undone_at__isnull=False)
    return stops.filter(gone).order_by("-proposed_at", "-id")


def _sent(campaign: Campaign, state: str) -> QuerySet[TaxRefund]:
    """On a list; closed: as much has gone back of the payment, for its line has come."""
    waiting = open_refunds().filter(export__campaign=campaign)
    if state == "sent":
        return waiting
    rows = TaxRefund.objects.filter(export__campaign=campaign, live=True)
    return rows.exclude(pk__in=waiting.values("pk"))


@dataclass
class Line:
    """A payment that goes back, on a list or waiting for one."""

    payment: Payment
    fen: int
    reason: str
    sent: TaxRefund | None = None
    days: int = 0
    stop_id: int | None = None


def lines_to_send(campaign: Campaign, payments: Sequence[Payment]) -> list[Line]:
    reasons = lists.reasons_of(campaign, [row.pk for row in payments])
    return [
        Line(row, row.refund_due_fen, reasons[row.pk][0], stop_id=reasons[row.pk][1])
        for row in payments
    ]


def sent(campaign: Campaign, state: str) -> QuerySet[TaxRefund]:
    return _sent(campaign, state).select_related("export").order_by("export__number", "row")


def lines_sent(rows: Sequence[TaxRefund], now: datetime) -> list[Line]:
    paid = Payment.objects.in_bulk([row.payment_id for row in rows])
    return [
        Line(
            paid[row.payment_id], row.fen, row.reason, sent=row, days=_days(row.export.until, now),
            stop_id=row.stop_id,
        )
        for row in rows
        if row.payment_id in paid
    ]  # fmt: skip


def _days(since: datetime, now: datetime) -> int:
    return (localdate(now) - localdate(since)).days


@dataclass(frozen=True)
class Whole:
    """One request: its payments, where it stands, and since how many days the tax bureau has it."""

    stop: Stop
    state: str
    payments: list[Payment]
    sent: list[TaxRefund] = field(default_factory=list)
    days: int = 0


def whole(stop: Stop, now: datetime) -> Whole:
    """State: waiting, refused, withdrawn, undone, stopped (no money), to_send, sent or closed."""
    if stop.undone_at or stop.withdrawn_at or stop.refused_at:
        state = "undone" if stop.undone_at else "refused" if stop.refused_at else "withdrawn"
        return Whole(stop, state, [])
    if not stop.stopped_at:
        return Whole(stop, "waiting", [])
    if not stop.bulk:
        return Whole(stop, "stopped", [])
    decided = _decided(stop)
    payments = [payment for payment, _decision in decided]
    listed = list(stop.sent.filter(live=True).select_related("export"))
    due = {payment.pk for payment, decision in decided if not carried_out(decision, payment)}
    if not due:
        return Whole(stop, "closed", payments, listed)
    waiting = list(open_refunds().filter(payment_id__in=due).select_related("export"))
    if due - {row.payment_id for row in waiting}:
        return Whole(stop, "to_send", payments, listed)
    days = max((_days(row.export.until, now) for row in waiting), default=0)
    return Whole(stop, "sent", payments, listed, days)


def is_closed(stop: Stop) -> bool:
    """Its money has gone back."""
    return bool(stop.bulk) and all(carried_out(said, paid) for paid, said in _decided(stop))


def _decided(stop: Stop) -> list[tuple[Payment, Decision]]:
    assert stop.bulk is not None  # of an approved one
    rows = Decision.objects.filter(campaign=stop.campaign_id, bulk=stop.bulk)
    found = {row.payment_id: row for row in rows}
    payments = Payment.objects.filter(pk__in=found).order_by("paid_at", "id")
    return [(payment, found[payment.pk]) for payment in payments]


def masked(resident_ids: Sequence[int]) -> dict[int, str]:
    rows = Identity.objects.filter(resident_id__in=resident_ids, current=True)
    return {row.resident_id: row.masked for row in rows}


def facts_of(stops: Sequence[Stop]) -> list[dict[str, Any]]:
    """Rows of the queue: person, village, masked number."""
    people = Resident.objects.in_bulk([row.resident_id for row in stops])
    numbers = masked(list(people))
    places = Region.objects.select_related("parent").in_bulk(
        [row.registration.village_id for row in stops]
    )
    return [
        {
            "stop": row,
            "resident": people[row.resident_id],
            "number": numbers.get(row.resident_id, "—"),
            "place": places.get(row.registration.village_id),
        }
        for row in stops
    ]
