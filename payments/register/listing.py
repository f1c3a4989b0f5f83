"""Reads for the pages of registers: villages, what went out, what came back, what waits."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from config.lib.figures import yuan
from config.lib.names import mask_number
from enrollment.models import Campaign, Region, Resident
from payments.models import RegisterIssue, RegisterProposal, RegisterReturn
from payments.register.words import CATEGORIES, COLUMNS, reason_word

State = RegisterProposal.State
Kind = RegisterProposal.Kind


@dataclass(frozen=True)
class VillageRow:
    village: Region
    people: int
    last: RegisterIssue | None
    waiting: int


def village_rows(campaign: Campaign, villages: Sequence[Region]) -> list[VillageRow]:
    """Three queries, however many villages."""
    people = dict(
        Resident.objects.filter(village__in=villages)
        .order_by()
        .values_list("village")
        .annotate(Count("pk"))
    )
    last = {
        row.village_id: row
        for row in RegisterIssue.objects.filter(campaign=campaign, village__in=villages)
        .select_related("made_by", "village")
        .order_by("village_id", "-serial")
        .distinct("village_id")
    }
    waiting = dict(
        RegisterProposal.objects.filter(
            campaign=campaign, state=State.PROPOSED, issue__village__in=villages
        )
        .order_by()
        .values_list("issue__village")
        .annotate(Count("pk"))
    )
    return [
        VillageRow(each, people.get(each.pk, 0), last.get(each.pk), waiting.get(each.pk, 0))
        for each in villages
    ]


@dataclass(frozen=True)
class TownshipRow:
    """`issued`: villages to which a register was ever handed out."""

    township: Region
    villages: int
    issued: int
    waiting: int


def township_rows(campaign: Campaign, townships: Sequence[Region]) -> list[TownshipRow]:
    """Three queries, however many townships."""
    below = Region.objects.filter(parent__in=townships).lived_in()
    villages = dict(below.order_by().values_list("parent").annotate(Count("pk")))
    issued = dict(
        RegisterIssue.objects.filter(campaign=campaign, village__parent__in=townships)
        .order_by()
        .values_list("village__parent")
        .annotate(Count("village", distinct=True))
    )
    waiting = dict(
        RegisterProposal.objects.filter(
            campaign=campaign, state=State.PROPOSED, issue__village__parent__in=townships
        )
        .order_by()
        .values_list("issue__village__parent")
        .annotate(Count("pk"))
    )
    return [
        TownshipRow(each, villages.get(each.pk, 0), issued.get(each.pk, 0), waiting.get(each.pk, 0))
        for each in townships
    ]


def returns(campaign: Campaign, region: Region) -> QuerySet[RegisterReturn]:
    """Files brought back for the region or a place in it, newest first."""
    rows = RegisterReturn.objects.filter(campaign=campaign, region__path__startswith=region.path)
    return rows.select_related("file__taken_by", "region").order_by("-pk")


def proposals(campaign: Campaign, region: Region) -> QuerySet[RegisterProposal]:
    rows = RegisterProposal.objects.filter(
        campaign=campaign, issue__village__path__startswith=region.path
    )
    return rows.select_related(
        "issue__village", "resident__household", "returned__file", "by", "decided_by"
    ).order_by("issue__village__position", "returned", "sheet", "line", "pk")


@dataclass(frozen=True)
class Shown:
    """A proposal in words: whose, of what, before and after; numbers masked."""

    row: RegisterProposal
    name: str
    what: str
    before: str
    after: str


def shown(row: RegisterProposal) -> Shown:
    before = row.before.reveal() if row.before else ""
    after = row.after.reveal()
    what = COLUMNS[row.field][0] if row.field in COLUMNS else str(row.get_kind_display())
    name = row.resident.name if row.resident else ""
    if row.kind == Kind.ADDITION:
        said = json.loads(after)
        name, after = said["name"], _person(said)
    elif row.kind == Kind.CASH:
        said = json.loads(after)
        after = _("%(yuan)s yuan in cash on %(day)s") % {
            "yuan": yuan(said["fen"]),
            "day": said["on"],
        }
    elif row.kind == Kind.REASON:
        before, after = _reason(before), _reason(after)
    elif row.field == "household":
        before, after = _home(json.loads(before)), _home(json.loads(after))
    elif row.field == "category":
        before, after = CATEGORIES.get(before, before), CATEGORIES.get(after, after)
    elif row.field == "group":
        what = _("Group of the whole household")
    elif row.field == "head":
        what = _("Head of the whole household")
    return Shown(row, name, what, before or "—", after or "—")


def _person(said: dict[str, Any]) -> str:
    parts = (
        mask_number(said["number"]), CATEGORIES.get(said["category"], ""), said["relation"],
        said["head"] and f"户主 {said['head']}", said["household"], said["phone"],
    )  # fmt: skip
    return "　".join(filter(None, parts))


def _reason(text: str) -> str:
    if not text:
        return ""
    said = json.loads(text)
    return "　".join(filter(None, (reason_word(said["reason"]), said["note"])))


def _home(said: dict[str, str]) -> str:
    return "　".join(filter(None, (said["household"], said["head"])))
