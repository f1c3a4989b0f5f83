"""What is known of cash: who owes, whose was taken, in which batch it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment.models import Campaign, Registration
from payments.models import BatchLine, Match, Part, Taking


@dataclass(frozen=True)
class CashState:
    """`due_fen` of the own part. `obstacle`: why no cash is taken, in words; empty: it may be."""

    due_fen: int
    obstacle: str
    paid: bool = False
    taking_id: int | None = None
    taken_at: datetime | None = None
    batch: int | None = None  # its number


def cash_states(campaign: Campaign, registration_ids: Iterable[int]) -> dict[int, CashState]:
    """Of each registration of the campaign; four queries."""
    ids = list(registration_ids)
    rows = Registration.objects.filter(campaign=campaign, pk__in=ids)
    covered = dict(
        Match.objects.of_registrations(ids)
        .filter(part=Part.OWN, ended_at=None)
        .values_list("registration_id")
        .annotate(Sum("fen"))
    )
    taken = takings_of(ids)
    return {
        pk: _state(own, covered.get(pk, 0), taken.get(pk))
        for pk, own in rows.values_list("pk", "own_fen")
    }


def takings_of(registration_ids: Iterable[int]) -> dict[int, tuple[Taking, int | None]]:
    """registration id → its live taking and the number of its batch; others are absent."""
    rows = list(Taking.objects.live().filter(registration__in=list(registration_ids)))
    batches = dict(
        BatchLine.objects.filter(live=True, taking__in=[row.pk for row in rows]).values_list(
            "taking_id", "batch__number"
        )
    )
    return {row.registration_id: (row, batches.get(row.pk)) for row in rows}


def taken_words(taken_at: datetime, batch: int | None) -> str:
    """cash taken on 2022-11-18, batch 3"""
    said = {"day": f"{timezone.localtime(taken_at):%Y-%m-%d}", "n": batch}
    if batch is None:
        return _("cash taken on %(day)s, in no batch yet") % said
    return _("cash taken on %(day)s, batch %(n)s") % said


def _state(own: int, covered: int, taken: tuple[Taking, int | None] | None) -> CashState:
    if own == 0:
        return CashState(0, _("nothing is to be paid"))
    if covered >= own:
        return CashState(0, _("has paid already"), paid=True)
    if taken is None:
        return CashState(own - covered, "")
    taking, batch = taken
    words = taken_words(taking.taken_at, batch)
    return CashState(own - covered, words, False, taking.pk, taking.taken_at, batch)
