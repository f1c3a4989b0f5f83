"""What is known of cash: who owes, whose was taken, in which batch it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from config.lib import figures
from enrollment.models import Campaign, Identity, Region, Registration
from payments.collection.amounts import in_words
from payments.collection_models import TakingQuerySet
from payments.models import BatchLine, CollectionBatch, Match, Part, Slip, Taking


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


@dataclass(frozen=True)
class Sums:
    """Of the live lines of a batch: people, fen, how many came back and when."""

    heads: int
    fen: int
    back: int
    back_fen: int
    treasury_from: date | None
    treasury_until: date | None

    @property
    def missing(self) -> int:
        return self.heads - self.back


def line_sums(batch: CollectionBatch) -> Sums:
    came = Q(payment_id__isnull=False)
    found = batch.lines.filter(live=True).aggregate(
        heads=Count("pk"), back=Count("pk", filter=came), whole=Sum("fen", default=0),
        back_fen=Sum("fen", filter=came, default=0), treasury_from=Min("treasury_on"),
        treasury_until=Max("treasury_on"),
    )  # fmt: skip
    return Sums(fen=found.pop("whole"), **found)


def unbatched(campaign: Campaign) -> TakingQuerySet:
    """Live takings of people who stand in no batch."""
    inside = BatchLine.objects.filter(taking=OuterRef("pk"), live=True)
    return Taking.objects.live().filter(~Exists(inside), campaign=campaign)


def fitting(batch: CollectionBatch) -> TakingQuerySet:
    """What could be put into a batch: cash taken there of people of its category."""
    rows = unbatched(batch.campaign).filter(hardship=batch.hardship)
    return rows.filter(place__path__startswith=batch.region.path)


def batches(campaign: Campaign, region: Region) -> QuerySet[CollectionBatch]:
    """Of a region and all below, newest first, with the sums of their live lines."""
    live = Q(lines__live=True)
    return (
        CollectionBatch.objects.filter(campaign=campaign, region__path__startswith=region.path)
        .select_related("region__parent", "made_by", "confirmed_by")
        .annotate(
            line_heads=Count("lines", filter=live),
            line_fen=Sum("lines__fen", filter=live, default=0),
            back=Count("lines", filter=live & Q(lines__payment_id__isnull=False)),
            treasury_until=Max("lines__treasury_on", filter=live),
            paid_on=Subquery(
                Slip.objects.filter(batch=OuterRef("pk"), ended_at=None).values("paid_on")[:1]
            ),
        )
        .order_by("-number")
    )


def attention(batch: CollectionBatch) -> list[str]:
    """What has changed about people since their cash was taken, one sentence each; at most 20."""
    lines = batch.lines.filter(live=True).select_related("resident", "registration")
    found = []
    for line in lines.filter(
        Q(registration__ended_at__isnull=False) | ~Q(registration__own_fen=F("fen"))
    ).order_by("line")[:20]:
        said = {"line": line.line, "name": line.resident.name}
        if line.registration.ended_at:
            found.append(_("Line %(line)s, %(name)s is not registered any more.") % said)
        else:
            said |= {"due": figures.yuan(line.registration.own_fen)}
            found.append(_("Line %(line)s, %(name)s owes %(due)s yuan by now.") % said)
    return found


def villages(top: Region) -> QuerySet[Region]:
    """Where cash is taken: villages, communities and schools, in their order."""
    rows = Region.objects.within(top).filter(level=Region.Level.VILLAGE)
    return rows.select_related("parent").order_by("parent__position", "parent", "position", "pk")


def owing(campaign: Campaign, place: Region, name: str) -> QuerySet[Registration]:
    """Who has something to pay and has not paid, by household; of cash taken too."""
    matched = Match.objects.filter(registration_id=OuterRef("pk"), part=Part.OWN, ended_at=None)
    rows = _of_place(campaign, place).filter(~Exists(matched), own_fen__gt=0)
    if name.strip():
        rows = rows.filter(
            Q(resident__name__contains=name.strip())
            | Q(resident__pinyin__icontains=name.strip().replace(" ", ""))
        )
    return rows.select_related("resident__household").order_by(
        "resident__household__number", "resident__household", "resident__born_on", "pk"
    )


def cash_rows(campaign: Campaign, rows: Iterable[Registration]) -> list[dict[str, Any]]:
    """Rows of the page that ticks: registration, masked number, state, where a household begins."""
    found = list(rows)
    papers = Identity.objects.filter(current=True, resident__in=[r.resident_id for r in found])
    numbers = {paper.resident_id: f"{paper.head4}****{paper.last4}" for paper in papers}
    states = cash_states(campaign, [row.pk for row in found])
    made, before = [], object()
    for row in found:
        home = row.resident.household_id or f"alone-{row.resident_id}"
        made.append(
            {
                "row": row, "number": numbers.get(row.resident_id, ""), "state": states[row.pk],
                "home": home, "first": home != before,
            }
        )  # fmt: skip
        before = home
    return made


@dataclass(frozen=True)
class Counts:
    """Of a village: registered, exempt, whose cash was taken, how much."""

    registered: int
    exempt: int
    taken: int
    taken_fen: int


def cash_counts(campaign: Campaign, place: Region) -> Counts:
    rows = _of_place(campaign, place)
    whole = rows.aggregate(n=Count("pk"), exempt=Count("pk", filter=Q(own_fen=0)))
    taken = Taking.objects.live().filter(campaign=campaign, place=place)
    cash = taken.aggregate(n=Count("pk"), fen=Sum("fen", default=0))
    return Counts(whole["n"], whole["exempt"], cash["n"], cash["fen"])


def receipts(rows: Iterable[Taking]) -> list[dict[str, Any]]:
    """One for each household: its takings, their sum."""
    homes: dict[Any, list[Taking]] = {}
    for row in rows:
        key = row.resident.household_id or f"alone-{row.resident_id}"
        homes.setdefault(key, []).append(row)
    return [
        {"rows": rows, "fen": (fen := sum(r.fen for r in rows)), "words": in_words(fen)}
        for rows in homes.values()
    ]


def _of_place(campaign: Campaign, place: Region) -> QuerySet[Registration]:
    """Who counts there, and who lives there."""
    return Registration.objects.standing().filter(
        Q(unit=place) | Q(village=place), campaign=campaign
    )


def taken_of(campaign_id: int, resident_id: int) -> str:
    """In words, when cash of a person was taken and which batch it is in; else empty."""
    row = (
        Taking.objects.live()
        .filter(campaign=campaign_id, resident=resident_id)
        .annotate(batch=_batch_number())
        .first()
    )
    return taken_words(row.taken_at, row.batch) if row else ""


def takings(campaign_id: int, resident_id: int) -> list[Taking]:
    """Of a person, withdrawn ones too, each with the number of its `batch` or none; one query."""
    rows = Taking.objects.filter(campaign=campaign_id, resident=resident_id)
    rows = rows.annotate(batch=_batch_number()).select_related("taken_by", "withdrawn_by")
    return list(rows.order_by("taken_at"))


def _batch_number() -> Subquery:
    lines = BatchLine.objects.filter(taking=OuterRef("pk"), live=True)
    return Subquery(lines.values("batch__number")[:1])
