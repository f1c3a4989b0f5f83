"""What is known of payments: states of registrations, the payments of a person, of a receipt."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from enrollment.models import Campaign, Region, Registration, SourceFile, SourceProblem
from enrollment.ports import PaymentFact
from payments.keys import Keys
from payments.models import (
    Cause,
    Correction,
    Match,
    Part,
    Payment,
    PaymentQuerySet,
    RepeatedLine,
    Standing,
)


def paid_states(campaign_id: int, registration_ids: Iterable[int]) -> dict[int, str]:
    """registration id → "paid", "unpaid" or "exempt": of the own part, the one people pay.

    Exempt = the own part is zero; paid = its live matches cover it.
    """
    ids = list(registration_ids)
    due = dict(
        Registration.objects.filter(campaign_id=campaign_id, id__in=ids).values_list(
            "id", "own_fen"
        )
    )
    covered = dict(
        Match.objects.of_registrations(ids)
        .filter(part=Part.OWN, ended_at=None)
        .values_list("registration_id")
        .annotate(Sum("fen"))
    )
    return {
        pk: "exempt" if own == 0 else "paid" if covered.get(pk, 0) >= own else "unpaid"
        for pk, own in due.items()
    }


def payments_of(campaign_id: int, resident_id: int) -> list[PaymentFact]:
    """A person's payments in the campaign, newest first."""
    rows = Payment.objects.of_resident(campaign_id, resident_id)
    return [
        PaymentFact(
            payment_id=row.pk,
            paid_at=row.paid_at,
            fen=row.fen,
            channel=row.channel,
            standing=row.standing,
            cause=row.cause,
            year=row.year,
        )
        for row in rows.order_by("-paid_at", "-id")
    ]


def with_receipt(campaign_id: int, receipt: str) -> PaymentQuerySet:
    """Payments on one receipt, a family's rows together; by the key's index (see keys.py)."""
    prefix = Keys(campaign_id).prefix(receipt)
    first, last = UUID(prefix + "0" * 16), UUID(prefix + "f" * 16)
    return Payment.objects.filter(
        campaign_id=campaign_id, key__range=(first, last), receipt=receipt[:40]
    ).order_by("line")


def townships(campaign: Campaign) -> dict[str, int]:
    """Names and aliases of the campaign's townships → id; a name that two of them bear is out."""
    found: dict[str, set[int]] = defaultdict(set)
    rows = Region.objects.within(campaign.region).filter(level=Region.Level.TOWNSHIP)
    for pk, name, alias in rows.values_list("id", "name", "aliases__name"):
        found[name].add(pk)
        if alias:
            found[alias].add(pk)
    return {name: ids.pop() for name, ids in found.items() if len(ids) == 1}


@dataclass(frozen=True)
class Standings:
    """Payments and fen by standing, of a file or of a campaign; corrections positive."""

    payments: int = 0
    matched: int = 0
    open: dict[str, int] = field(default_factory=dict)  # cause → payments
    open_fen: dict[str, int] = field(default_factory=dict)  # cause → fen
    fen: int = 0  # all payments, before corrections
    matched_fen: int = 0
    kept_fen: int = 0  # neither matched nor open: what a decided refund leaves
    refund_due_fen: int = 0
    reversed_fen: int = 0
    refunded_fen: int = 0
    corrections: int = 0
    corrections_fen: int = 0
    waiting: int = 0  # corrections without a payment
    waiting_fen: int = 0

    def result(self) -> dict[str, Any]:
        """For the JSON of commands and jobs. `fen` is net of reversals and refunds."""
        return {
            "matched": self.matched,
            "open": self.open,
            "fen": self.fen - self.corrections_fen,
            "matched_fen": self.matched_fen,
            "open_fen": self.open_fen,
            "kept_fen": self.kept_fen,
            "refund_due_fen": self.refund_due_fen,
            "reversed_fen": self.reversed_fen,
            "refunded_fen": self.refunded_fen,
            "waiting": {"corrections": self.waiting, "fen": self.waiting_fen},
        }


def standings(**of: int) -> Standings:
    """`file_id=…` or `campaign_id=…`; one pass over the payments."""
    rows = (
        Payment.objects.filter(**of)
        .values("standing", "cause")
        .annotate(
            n=Count("id"),
            all_fen=Sum("fen"),
            matched=Sum("matched_fen"),
            open=Sum("open_fen"),
            refund_due=Sum("refund_due_fen"),
            reversed=Sum("reversed_fen"),
            refunded=Sum("refunded_fen"),
        )
        .order_by()
    )
    found = list(rows)
    by_cause = sorted(
        (row for row in found if row["standing"] == Standing.OPEN),
        key=lambda row: Cause.values.index(row["cause"] or ""),
    )
    back = Correction.objects.filter(**of).aggregate(
        n=Count("id"),
        all_fen=Sum("fen", default=0),
        waiting=Count("id", filter=Q(payment_id=None)),
        waiting_fen=Sum("fen", filter=Q(payment_id=None), default=0),
    )
    return Standings(
        payments=sum(row["n"] for row in found),
        matched=sum(row["n"] for row in found if row["standing"] == Standing.MATCHED),
        open={row["cause"] or "": row["n"] for row in by_cause},
        open_fen={row["cause"] or "": row["open"] for row in by_cause},
        fen=sum(row["all_fen"] for row in found),
        matched_fen=sum(row["matched"] for row in found),
        kept_fen=sum(row["open"] for row in found if row["standing"] != Standing.OPEN),
        refund_due_fen=sum(row["refund_due"] for row in found),
        reversed_fen=sum(row["reversed"] for row in found),
        refunded_fen=sum(row["refunded"] for row in found),
        corrections=back["n"],
        corrections_fen=back["all_fen"],
        waiting=back["waiting"],
        waiting_fen=back["waiting_fen"],
    )


def outcomes(file_id: int, of_file: Standings) -> dict[str, tuple[int, int]]:
    """Outcome → (lines, net fen), counted from what was posted."""
    repeated = {
        outcome: (n, fen)
        for outcome, n, fen in RepeatedLine.objects.filter(file_id=file_id)
        .values_list("outcome")
        .annotate(Count("id"), Sum("fen"))
        .order_by()
    }
    rejected = SourceProblem.objects.filter(file_id=file_id, rejected=True).aggregate(
        n=Count("id"), fen=Sum("fen", default=0)
    )
    return {
        "new": (of_file.payments + of_file.corrections, of_file.fen - of_file.corrections_fen),
        "known": repeated.get("known", (0, 0)),
        "conflict": repeated.get("conflict", (0, 0)),
        "rejected": (rejected["n"], rejected["fen"]),
    }


def file_result(file: SourceFile, of_file: Standings | None = None) -> dict[str, Any]:
    """What `import_payments` answers: the file's counts, and how its payments stand now."""
    counts = {
        "file": file.pk,
        "name": file.name,
        "read": file.read,
        "new": file.new,
        "known": file.known,
        "conflict": file.conflict,
        "rejected": file.rejected,
    }
    return counts | (of_file or standings(file_id=file.pk)).result()
