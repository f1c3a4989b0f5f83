"""What accepting a roster comes to in money, before it is accepted and afterwards, in figures.

Both sides have the same columns: Foreseen as last checked, Repricing as it was decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from config.lib import figures
from enrollment.models import Identity, SourceFile
from subsidies.models import Foreseen, PayOutBatch, Repricing, Roster, Transfer
from subsidies.outcomes import Outcome
from subsidies.wizard_words import name_of

PAGE = 25
_WENT_OUT = (PayOutBatch.State.EXPORTED, PayOutBatch.State.CONFIRMED)
# What it comes to → its sentence after the number of people, and its tone. In the order told.
WHAT: Mapping[str, tuple[Any, str]] = {
    "more": (_("are registered and paid: %(yuan)s yuan more is paid out to them"), ""),
    "more_granted": (_("are registered, not yet paid: %(yuan)s yuan more is granted"), ""),
    "less": (_("lose a subsidy not yet paid: %(yuan)s yuan"), "zhe"),
    "less_paid": (_("lose a subsidy already paid: %(yuan)s yuan, to be decided"), "zhu"),
    "fall_kept": (_("keep %(yuan)s yuan that no longer applies: nothing is taken back"), "zhe"),
    "other": (_("are registered: the same sum, by another category or another way"), ""),
    **{
        outcome.value: (outcome.label, "zhe")
        for outcome in (
            Outcome.NOT_BACK,
            Outcome.NO_TOP_UP,
            Outcome.RECOGNISED_LATE,
            Outcome.DEAD,
            Outcome.ELSEWHERE,
            Outcome.UNPRICED,
        )
    },
}


@dataclass(frozen=True)
class Effect:
    """What one registration comes to; `number` is masked, fen as in WHAT's sentence."""

    resident_id: int
    village: str
    name: str
    number: str
    was: str
    now: str
    was_fen: int
    granted_fen: int
    fen: int
    told: str
    clause: str


def effects(roster: Roster) -> QuerySet[Any]:
    """Of each registration that something changes for: `what` (a key of WHAT) and its `amount`."""
    file = roster.file
    rows: QuerySet[Any]
    if file.state == SourceFile.State.POSTED:
        rows = Repricing.objects.filter(file=file, withdrawn_at=None)
    else:
        rows = Foreseen.objects.filter(file=file)
    rises, falls = Q(granted_fen__gt=F("was_fen")), Q(granted_fen__lt=F("was_fen"))
    paid_out = Transfer.objects.filter(
        pay_out__registration=OuterRef("registration"), returned_at=None, batch__state__in=_WENT_OUT
    )
    for_them = Q(registration__on_behalf_fen__gt=0) | Q(registration__deducted_fen__gt=0)
    updated, kept = Q(outcome=Outcome.UPDATED), Q(outcome=Outcome.FALL_KEPT)
    return rows.exclude(outcome=Outcome.SAME).annotate(
        what=Case(
            When(outcome=Outcome.OWED, then=Value("more")),
            When(updated & rises, then=Value("more_granted")),
            When(updated & falls, then=Value("less")),
            When(updated, then=Value("other")),
            When(outcome=Outcome.TAKEN_BACK, then=Value("less")),
            When(kept & (Exists(paid_out) | for_them), then=Value("less_paid")),
            default=F("outcome"),
            output_field=CharField(),
        ),
        amount=Case(
            When(outcome=Outcome.OWED, then=F("fen")),
            When(outcome=Outcome.TAKEN_BACK, then=-F("fen")),
            When(updated & rises, then=F("granted_fen") - F("was_fen")),
            When(falls & (updated | kept), then=F("was_fen") - F("granted_fen")),
            default=Value(0),
            output_field=IntegerField(),
        ),
    )


def summary(roster: Roster) -> list[tuple[str, int, str, str]]:
    """(key of WHAT, registrations, sentence, tone), in the order of WHAT."""
    groups = effects(roster).order_by().values_list("what")
    found = {
        what: (number, fen) for what, number, fen in groups.annotate(Count("pk"), Sum("amount"))
    }
    told = []
    for what, (sentence, tone) in WHAT.items():
        if what in found:
            number, fen = found[what]
            told.append((what, number, str(sentence) % {"yuan": figures.yuan(fen)}, tone))
    return told


def title_of(roster: Roster, what: str) -> str:
    """The sentence as on the roster's page, after the number of people."""
    found = effects(roster).filter(what=what).aggregate(fen=Sum("amount"))
    return str(WHAT[what][0]) % {"yuan": figures.yuan(found["fen"] or 0)}


def behind(roster: Roster, what: str, page: str | None) -> Page:
    rows = effects(roster).filter(what=what).select_related("resident__village")
    found = Paginator(rows.order_by("resident__pinyin", "pk"), PAGE).get_page(page)
    people = [row.resident_id for row in found]
    papers = {
        paper.resident_id: paper.masked
        for paper in Identity.objects.filter(resident_id__in=people, current=True)
    }
    campaign = roster.file.campaign
    found.object_list = [
        Effect(
            resident_id=row.resident_id,
            village=row.resident.village.name,
            name=row.resident.name,
            number=papers.get(row.resident_id, ""),
            was=name_of(campaign, row.was),
            now=name_of(campaign, row.hardship),
            was_fen=row.was_fen,
            granted_fen=row.granted_fen,
            fen=row.amount,
            told=str(Outcome(row.outcome).label),
            clause=row.clause,
        )
        for row in found
    ]
    return found
