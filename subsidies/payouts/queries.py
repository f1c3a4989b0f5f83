"""What is to be paid out, by month and funder, and how far it has come."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from config.lib.layout import Money
from config.lib.siv import unseal
from enrollment.models import Campaign
from subsidies.models import PayOut, PayOutBatch, Transfer
from subsidies.outcomes import Kind

FIELDS = ("no", "name", "account", "amount", "reason", "month", "funder")
# What a list of pay-outs can be narrowed to → where it stands.
STANDINGS = ("waiting", "no_account", "in_batch", "confirmed", "returned")


@dataclass(frozen=True)
class MonthSum:
    """A month and funder: people and fen, what is confirmed, what nobody can be paid."""

    month: date
    funder: str
    count: int
    fen: int
    waiting: int  # could go into a batch
    waiting_fen: int
    no_account: int
    in_batch: int
    confirmed: int
    confirmed_fen: int
    overdue: bool


def pay_outs(campaign: Campaign) -> QuerySet[PayOut]:
    """Live ones, each with whether it is in a batch, is paid, or came back and waits again."""
    sent = Transfer.objects.filter(pay_out=OuterRef("pk"))
    live = sent.filter(returned_at=None)
    return PayOut.objects.filter(campaign=campaign, ended_at=None).annotate(
        sent=Exists(live),
        paid=Exists(live.filter(batch__state=PayOutBatch.State.CONFIRMED)),
        came_back=Exists(sent.filter(returned_at__isnull=False)),
    )


def standing(rows: QuerySet[PayOut], name: str) -> QuerySet[PayOut]:
    """Narrowed to one of STANDINGS; to all by any other name."""
    found = {
        "waiting": Q(sent=False, account__isnull=False),
        "no_account": Q(sent=False, account=None),
        "in_batch": Q(sent=True, paid=False),
        "confirmed": Q(paid=True),
        "returned": Q(sent=False, came_back=True),
    }.get(name)
    return rows.filter(found) if found is not None else rows


def by_month(campaign: Campaign, now: datetime) -> list[MonthSum]:
    """Every month and funder with something to pay out; one query."""
    waiting, nowhere = Q(sent=False, account__isnull=False), Q(sent=False, account=None)
    rows = (
        pay_outs(campaign)
        .values("due_month", "funder")
        .annotate(
            n=Count("id"),
            all_fen=Sum("fen"),
            waiting=Count("id", filter=waiting),
            waiting_fen=Sum("fen", filter=waiting, default=0),
            no_account=Count("id", filter=nowhere),
            in_batch=Count("id", filter=Q(sent=True, paid=False)),
            confirmed=Count("id", filter=Q(paid=True)),
            confirmed_fen=Sum("fen", filter=Q(paid=True), default=0),
        )
        .order_by("due_month", "funder")
    )
    today = timezone.localdate(now).replace(day=1)
    return [
        MonthSum(
            month=row["due_month"],
            funder=row["funder"],
            count=row["n"],
            fen=row["all_fen"],
            waiting=row["waiting"],
            waiting_fen=row["waiting_fen"],
            no_account=row["no_account"],
            in_batch=row["in_batch"],
            confirmed=row["confirmed"],
            confirmed_fen=row["confirmed_fen"],
            overdue=row["due_month"] < today and row["confirmed"] < row["n"],
        )
        for row in rows
    ]


def bank_rows(batch: PayOutBatch) -> tuple[list[dict[str, Any]], int]:
    """Rows for a layout with columns of FIELDS, and their sum in fen. Accounts in the clear: an
    act, to be logged by whoever calls."""
    rows = batch.transfers.filter(returned_at=None).order_by("pay_out__resident__pinyin", "id")
    found: list[dict[str, Any]] = []
    for no, row in enumerate(rows.select_related("pay_out__resident"), start=1):
        found.append({
            "no": no,
            "name": row.pay_out.resident.name,
            "account": unseal(bytes(row.account)),
            "amount": Money(row.fen),
            "reason": str(Kind(row.pay_out.kind).label),
            "month": batch.month,
            "funder": batch.funder,
        })  # fmt: skip
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


def batch_sums(batch: PayOutBatch) -> dict[str, int]:
    """rows, sum_fen, returned, returned_fen."""
    came_back = Q(returned_at__isnull=False)
    return batch.transfers.aggregate(
        rows=Count("id"),
        sum_fen=Sum("fen", default=0),
        returned=Count("id", filter=came_back),
        returned_fen=Sum("fen", filter=came_back, default=0),
    )
