"""Proofs of payment elsewhere: how many wait in which township, one person's, what one comes to."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from enrollment.models import Campaign, Region, Resident
from subsidies.models import ElsewhereProof, PayOut, Repricing

State = ElsewhereProof.State


@dataclass(frozen=True)
class TownshipCount:
    """A township's proofs by state."""

    place: Region
    waiting: int
    approved: int
    refused: int


def proofs(campaign: Campaign, region: Region) -> QuerySet[ElsewhereProof]:
    """Of people who live in the region, the oldest first."""
    rows = ElsewhereProof.objects.filter(
        campaign=campaign, resident__village__path__startswith=region.path
    )
    related = ("resident__village__parent", "entered_by", "decided_by", "withdrawn_by", "file")
    return rows.select_related(*related).order_by("entered_at", "pk")


def by_township(campaign: Campaign, region: Region) -> list[TownshipCount]:
    """The townships of the region that have any, in the order of the tree."""
    counts = (
        proofs(campaign, region)
        .order_by()
        .values_list("resident__village__parent")
        .annotate(
            waiting=Count("pk", filter=Q(state=State.WAITING)),
            approved=Count("pk", filter=Q(state=State.APPROVED)),
            refused=Count("pk", filter=Q(state=State.REFUSED)),
        )
    )
    found = {place_id: numbers for place_id, *numbers in counts}
    places = Region.objects.filter(pk__in=[pk for pk in found if pk]).order_by("position", "id")
    return [TownshipCount(place, *found[place.pk]) for place in places]


def proofs_of(campaign: Campaign, resident: Resident) -> list[ElsewhereProof]:
    """One person's, newest first."""
    rows = ElsewhereProof.objects.filter(campaign=campaign, resident=resident)
    return list(rows.select_related("entered_by", "decided_by").order_by("-pk"))


def same_receipt(proof: ElsewhereProof) -> list[ElsewhereProof]:
    """Other standing proofs with its number: a family's one receipt, or one used twice."""
    rows = ElsewhereProof.objects.filter(campaign=proof.campaign, receipt=proof.receipt)
    rows = rows.filter(state__in=ElsewhereProof.STANDING).exclude(pk=proof.pk)
    return list(rows.select_related("resident").order_by("pk")[:5])


def decisions(proof: ElsewhereProof) -> Sequence[Repricing]:
    """What it came to, newest first."""
    return list(proof.decisions.select_related("file").order_by("-pk"))


def pay_outs(proof: ElsewhereProof) -> Sequence[PayOut]:
    rows = PayOut.objects.filter(cause__proof=proof, ended_at=None)
    return list(rows.prefetch_related("transfers__batch").order_by("pk"))
