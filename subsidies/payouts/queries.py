"""What is to be paid out, by month and funder, and where each amount stands."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import override

from config.lib.layout import Money
from config.lib.siv import unseal
from enrollment.models import Campaign
from subsidies.models import PayOut, PayOutBatch, PayOutDecision, Transfer
from subsidies.outcomes import Kind
from subsidies.payouts.held import with_held

FIELDS = ("batch", "no", "name", "account", "amount", "reason", "month", "funder")
# Every live amount stands in exactly one of these places.
PLACES = ("waiting", "held", "no_account", "bad_account", "in_batch", "confirmed", "dropped")
DONE = ("confirmed", "dropped")
_RELEASED = Q(decision=PayOutDecision.What.RELEASED, decided_of=F("held"))
_HELD = Q(held__isnull=False) & ~_RELEASED
RETURNED = "returned"  # no place: of those that wait again
OVERDUE = "overdue"  # no place: of those that should have gone out before


@dataclass(frozen=True)
class Sums:
    """Amounts and fen by place, of a month and funder; month None: of a funder's every month."""

    month: date | None
    funder: str
    overdue: bool = False
    people: Counter[str] = field(default_factory=Counter)
    fens: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.people.total()

    @property
    def fen(self) -> int:
        return self.fens.total()

    @property
    def open(self) -> int:
        """Amounts that have not gone out."""
        return sum(n for place, n in self.people.items() if place not in DONE)

    @property
    def open_fen(self) -> int:
        return sum(n for place, n in self.fens.items() if place not in DONE)


def pay_outs(campaign: Campaign) -> QuerySet[Any]:
    """Live ones, each with its `place`; `held` by which list; `came_back`: whether one transfer of
    it did; `decision` where somebody decided of it, else empty (null would make ~Q unknown)."""
    sent = Transfer.objects.filter(pay_out=OuterRef("pk"))
    live = sent.filter(returned_at=None)
    decided = PayOutDecision.objects.filter(pay_out=OuterRef("pk"), ended_at=None)
    rows = with_held(campaign, PayOut.objects.filter(campaign=campaign, ended_at=None))
    return rows.annotate(
        sent=Exists(live),
        paid=Exists(live.filter(batch__state=PayOutBatch.State.CONFIRMED)),
        came_back=Exists(sent.filter(returned_at__isnull=False)),
        decision=Coalesce(Subquery(decided.values("what")[:1]), Value("")),
        decided_of=Coalesce(Subquery(decided.values("held")[:1]), Value("")),
    ).annotate(
        place=Case(
            When(paid=True, then=Value("confirmed")),
            When(sent=True, then=Value("in_batch")),
            When(decision=PayOutDecision.What.DROPPED, then=Value("dropped")),
            When(_HELD, then=Value("held")),
            When(account=None, then=Value("no_account")),
            When(Q(account_fault__isnull=False) & ~Q(account_fault=""), then=Value("bad_account")),
            default=Value("waiting"),
            output_field=models.CharField(),
        )
    )


def standing(rows: QuerySet[Any], name: str, now: datetime | None = None) -> QuerySet[Any]:
    """Narrowed to one of PLACES, to RETURNED or OVERDUE; to all by any other name."""
    if name == RETURNED:
        return rows.filter(sent=False, came_back=True)
    if name == OVERDUE and now is not None:
        return rows.filter(due_month__lt=this_month(now)).exclude(place__in=DONE)
    return rows.filter(place=name) if name in PLACES else rows


def this_month(now: datetime) -> date:
    return timezone.localdate(now).replace(day=1)


def by_month(campaign: Campaign, now: datetime) -> list[Sums]:
    """Every month and funder with something to pay out; one query."""
    rows = (
        pay_outs(campaign)
        .values("due_month", "funder", "place")
        .annotate(n=Count("id"), sum_fen=Sum("fen"))
        .order_by("due_month", "funder")
    )
    found: dict[tuple[date, str], tuple[Counter[str], Counter[str]]] = {}
    for row in rows:
        people, fens = found.setdefault((row["due_month"], row["funder"]), (Counter(), Counter()))
        people[row["place"]] += row["n"]
        fens[row["place"]] += row["sum_fen"]
    today = this_month(now)
    return [
        Sums(month, funder, month < today and any(people[p] for p in people if p not in DONE),
             people, fens)
        for (month, funder), (people, fens) in found.items()
    ]  # fmt: skip


def by_funder(months: Iterable[Sums]) -> list[Sums]:
    """The same, each funder's months together."""
    found: dict[str, Sums] = {}
    for row in months:
        sums = found.setdefault(row.funder, Sums(None, row.funder))
        sums.people.update(row.people)
        sums.fens.update(row.fens)
    return [found[funder] for funder in sorted(found)]


def together(months: Iterable[Sums]) -> Sums:
    whole = Sums(None, "")
    for row in months:
        whole.people.update(row.people)
        whole.fens.update(row.fens)
    return whole


def bank_rows(batch: PayOutBatch) -> tuple[list[dict[str, Any]], int]:
    """Rows for a layout with columns of FIELDS, and their sum in fen: what left, also what came
    back since. Accounts in the clear: an act, to be logged by whoever calls."""
    rows = batch.transfers.order_by("line").select_related("pay_out")
    with override("zh-hans"):  # whoever takes it, the bytes are the same
        words = {kind.value: str(kind.label) for kind in Kind}
    found: list[dict[str, Any]] = [
        {
            "batch": batch.pk,
            "no": row.line,
            "name": row.name,
            "account": unseal(bytes(row.account)),
            "amount": Money(row.fen),
            "reason": words[row.pay_out.kind],
            "month": batch.month,
            "funder": batch.funder,
        }
        for row in rows
    ]
    return found, sum(row["amount"].fen for row in found)


def batches(campaign: Campaign) -> QuerySet[PayOutBatch]:
    """Newest first, with rows, fen and how many came back."""
    came_back = Q(transfers__returned_at__isnull=False)
    return (
        PayOutBatch.objects.filter(campaign=campaign)
        .select_related("made_by", "checked_by")
        .annotate(
            rows=Count("transfers"),
            fen=Sum("transfers__fen", default=0),
            returned=Count("transfers", filter=came_back),
        )
        .order_by("-made_at", "-pk")
    )


def overdue_batches(campaign: Campaign, now: datetime) -> QuerySet[PayOutBatch]:
    """Of an earlier month, and the bank has not confirmed them."""
    rows = PayOutBatch.objects.filter(campaign=campaign, month__lt=this_month(now))
    return rows.exclude(state=PayOutBatch.State.CONFIRMED)


def held_in(batch: PayOutBatch) -> list[int]:
    """Amounts of a batch that would be held back by now, and nobody released."""
    rows = pay_outs(batch.campaign).filter(_HELD)
    ids = batch.transfers.filter(returned_at=None).values("pay_out")
    return list(rows.filter(pk__in=ids).values_list("pk", flat=True))


def batch_sums(batch: PayOutBatch) -> dict[str, int]:
    """rows, sum_fen, returned, returned_fen."""
    came_back = Q(returned_at__isnull=False)
    return batch.transfers.aggregate(
        rows=Count("id"),
        sum_fen=Sum("fen", default=0),
        returned=Count("id", filter=came_back),
        returned_fen=Sum("fen", filter=came_back, default=0),
    )
