"""The places behind a figure of fiscal money: the enrolled of each, and their part of the sum."""

from collections.abc import Mapping
from dataclasses import dataclass

from config.lib.shares import apportion
from enrollment import funding
from enrollment.models import Campaign
from reports.finance.funders import group_of, persons_of
from reports.finance.queries import enrolled_by_place
from reports.models import FiscalReceipt

WHAT = ("total", "due", "not_stated", "unassigned", "missing")


@dataclass(frozen=True)
class Line:
    """A place with its enrolled, or (negative) what came in by a document."""

    unit_id: int | None
    people: int
    fen: int
    document: str = ""


def lines(campaign: Campaign, what: str, funder: str) -> list[Line]:
    """They sum to the figure; a funder's part falls to places by their enrolled, each fen once.

    what: of WHAT; missing: due less what came in, of a funder or ("") of all.
    Source: docs/RULES.md R-66, R-427.
    """
    by_unit = enrolled_by_place(campaign)
    if what == "missing":
        due = lines(campaign, "due" if funder else "total", funder)
        received = FiscalReceipt.objects.filter(campaign=campaign).order_by("received_on", "pk")
        came = received.filter(funder=funder) if funder else received
        return [*due, *(Line(None, 0, -row.fen, row.document) for row in came)]
    groups = group_of(campaign, by_unit)
    stated = campaign.policy["fiscal"]
    split = funding.funding(campaign.policy, persons_of(by_unit, groups)[0])
    if stated is None or split is None:
        return []
    each = stated.per_person_fen
    if what in ("total", "unassigned"):
        wanted = (pk for pk in by_unit if what == "total" or groups[pk] is None)
        return _lines(by_unit, {pk: each * by_unit[pk] for pk in wanted})
    found: dict[int, int] = {}
    for group, persons in persons_of(by_unit, groups)[0].items():
        rows = [row for row in split.rows if row.group == group]
        told = sum(row.fen or 0 for row in rows if what == "not_stated" or row.funder == funder)
        units = [pk for pk in by_unit if groups[pk] == group and by_unit[pk]]
        fen = persons * each - told if what == "not_stated" else told
        if units and fen > 0:
            for pk, share in zip(units, apportion(fen, [by_unit[pk] for pk in units]), strict=True):
                found[pk] = found.get(pk, 0) + share
    return _lines(by_unit, found)


def _lines(by_unit: Mapping[int, int], fen: Mapping[int, int]) -> list[Line]:
    return [Line(pk, by_unit[pk], amount) for pk, amount in sorted(fen.items()) if amount]
