"""From a row that a check names to the page of what it names: payment, person, file, place."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from enrollment.models import Campaign, Registration
from payments.models import Correction, Decision, Match
from reports.books_words import said
from subsidies.models import PayOut

_NAMED = re.compile(
    r"\b(payment|file|registration|match|decision|correction|resident|person|region|place|township|unit|"
    r"pay-out|list|fiscal receipt) (\d+)\b"
)
_REGIONS = ("region", "place", "township", "unit")


@dataclass(frozen=True)
class Row:
    """A breach as it is said to the reader; `url` is empty where nothing has a page."""

    text: str
    url: str


def linked(campaign: Campaign, rows: Iterable[str]) -> list[Row]:
    """A few queries for all rows. A row leads to the first thing that it names and has a page."""
    rows = list(rows)
    named = {row: _NAMED.findall(row) for row in rows}
    ids: dict[str, set[int]] = defaultdict(set)
    for found in named.values():
        for kind, pk in found:
            ids[kind].add(int(pk))
    people = dict(
        Registration.objects.filter(pk__in=ids["registration"]).values_list("pk", "resident_id")
    )
    payments = dict(Match.objects.filter(pk__in=ids["match"]).values_list("pk", "payment_id"))
    decided = dict(Decision.objects.filter(pk__in=ids["decision"]).values_list("pk", "payment_id"))
    tied = {
        pk: (payment_id, file_id)
        for pk, payment_id, file_id in Correction.objects.filter(
            pk__in=ids["correction"]
        ).values_list("pk", "payment_id", "file_id")
    }
    pay_outs = set(PayOut.objects.filter(pk__in=ids["pay-out"]).values_list("pk", flat=True))

    def url(kind: str, pk: int) -> str:
        def to(name: str, of: int) -> str:
            return reverse(name, args=[campaign.slug, of])

        if kind == "payment":
            return to("payment", pk)
        if kind == "file":
            return to("payment-file", pk)
        if kind in _REGIONS:
            return to("progress-region", pk)
        if kind in ("resident", "person"):
            return to("person", pk)
        if kind == "registration" and pk in people:
            return to("person", people[pk])
        if kind == "match" and pk in payments:
            return to("payment", payments[pk])
        if kind == "decision" and pk in decided:
            return to("payment", decided[pk])
        if kind == "correction" and pk in tied:
            payment_id, file_id = tied[pk]
            return to("payment", payment_id) if payment_id else to("payment-file", file_id)
        if kind == "pay-out" and pk in pay_outs:
            return to("pay-out", pk)
        if kind == "fiscal receipt":
            return reverse("fiscal-receipts", args=[campaign.slug])
        return ""

    return [
        Row(said(row), next((to for kind, pk in named[row] if (to := url(kind, int(pk)))), ""))
        for row in rows
    ]
