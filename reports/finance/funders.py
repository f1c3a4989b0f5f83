"""Who pays: subsidies by funder, and the fiscal subsidy due and received."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Sum, When
from django.db.models.functions import Coalesce

from enrollment import funding
from enrollment.models import Campaign, Region
from enrollment.policy.funding import named
from reports.finance.queries import enrolled_by_place
from reports.models import FinanceProfile, FiscalReceipt
from reports.on_behalf.queries import funded
from subsidies.models import PayOut, PayOutBatch, PayOutDecision, Transfer

PARTS = ("on_behalf_settled", "on_behalf_due", "deducted", "paid_out", "to_pay_out")


@dataclass
class Subsidised:
    """What one funder pays, in fen; an empty name: the notice names nobody."""

    funder: str
    on_behalf_settled: int = 0
    on_behalf_due: int = 0
    deducted: int = 0
    paid_out: int = 0  # the bank has said so
    to_pay_out: int = 0

    @property
    def given(self) -> int:
        """What has been paid or was never charged."""
        return self.on_behalf_settled + self.deducted + self.paid_out


def subsidised(campaign: Campaign, region: Region) -> list[Subsidised]:
    """By funder, most given first. Parts on behalf and deductions by what the notice says of each
    profile (docs/RULES.md R-84, R-267), pay-outs by the funder they are kept under."""
    found: dict[str, Subsidised] = {}

    def add(funder: str, part: str, fen: int) -> None:
        row = found.setdefault(funder, Subsidised(funder))
        setattr(row, part, getattr(row, part) + fen)

    units = Region.objects.within(region).values("pk")
    profiles = (
        FinanceProfile.objects.filter(campaign_id=campaign.pk, unit_id__in=units)
        .values(
            "hardship", "grade", "fee_fen", "on_behalf_fen", "deducted_fen", "on_behalf_settled"
        )
        .annotate(n=Sum("people"))
        .order_by()
    )
    for row in profiles:
        told = (
            row["hardship"], row["grade"], row["fee_fen"], row["on_behalf_fen"],
            row["deducted_fen"],
        )  # fmt: skip
        settled = row["on_behalf_settled"]
        for funder, part, fen in shares_of(campaign.policy, *told, settled=settled):
            add(funder, part, fen * row["n"])
    for funder, paid, fen in _pay_outs(campaign, region):
        add(funder, "paid_out" if paid else "to_pay_out", fen)
    return sorted(found.values(), key=lambda row: (-row.given, row.funder))


def shares_of(
    policy: Any,
    hardship: str,
    grade: str,
    fee_fen: int,
    on_behalf_fen: int,
    deducted_fen: int,
    *,
    settled: bool,
) -> Iterator[tuple[str, str, int]]:
    """Funder, part and fen of one person's part on behalf and deduction. Source: R-398."""
    behalf = "on_behalf_settled" if settled else "on_behalf_due"
    for part, fen in ((behalf, on_behalf_fen), ("deducted", deducted_fen)):
        if fen:
            for each in funded(policy, hardship, grade, fee_fen, fen):
                yield each.funder, part, each.fen


def _pay_outs(campaign: Campaign, region: Region) -> list[tuple[str, bool, int]]:
    """Funder, whether paid, fen."""
    rows = pay_outs_of(campaign, region).values_list("funder", "paid")
    return list(rows.annotate(sum_fen=Sum("fen")).order_by())


def pay_outs_of(campaign: Campaign, region: Region) -> Any:
    """Each with its `place` and whether it is `paid`; of people who count there, or live there
    without a registration. What somebody decided not to pay is in neither."""
    inside = Region.objects.within(region).values("pk")
    paid = Transfer.objects.filter(returned_at=None, batch__state=PayOutBatch.State.CONFIRMED)
    return (
        PayOut.objects.filter(campaign=campaign, ended_at=None)
        .exclude(pk__in=_dropped(campaign))
        .annotate(place=Coalesce(F("registration__unit_id"), F("resident__village_id")))
        .filter(place__in=inside)
        .annotate(paid=Case(When(pk__in=paid.values("pay_out_id"), then=True), default=False))
    )


def _dropped(campaign: Campaign) -> list[int]:
    said = PayOutDecision.objects.filter(
        pay_out__campaign=campaign, ended_at=None, what=PayOutDecision.What.DROPPED
    )
    return list(said.values_list("pay_out_id", flat=True))


@dataclass
class FiscalRow:
    """What one funder owes of the fiscal subsidy (None: the notice does not state it) and what has
    come in from it, in fen."""

    funder: str
    due_fen: int | None
    received_fen: int
    words: str = ""
    clause: str = ""

    @property
    def missing_fen(self) -> int | None:
        return None if self.due_fen is None else self.due_fen - self.received_fen


@dataclass
class Fiscal:
    """`not_stated_fen`: of the total, what no figure of the notice names a funder for;
    `unassigned_fen`: of people in places that are in no group of the notice."""

    rows: list[FiscalRow]
    enrolled: int
    per_person_fen: int | None
    total_fen: int | None
    not_stated_fen: int
    unassigned_fen: int
    received_fen: int
    funders: tuple[str, ...]  # whom the notice names, or from whom something came

    @property
    def missing_fen(self) -> int | None:
        return None if self.total_fen is None else self.total_fen - self.received_fen


def fiscal(campaign: Campaign) -> Fiscal:
    """Fiscal subsidy per person times the enrolled, by funder, beside what came in.

    Source: docs/RULES.md R-66, R-397.
    """
    received: Mapping[str, int] = dict(
        FiscalReceipt.objects.filter(campaign=campaign)
        .values_list("funder")
        .annotate(Sum("fen"))
        .order_by()
    )
    by_unit = enrolled_by_place(campaign)
    enrolled = sum(by_unit.values())
    policy = campaign.policy
    stated = policy["fiscal"]
    persons, unassigned = persons_of(by_unit, group_of(campaign, by_unit))
    split = funding.funding(policy, persons)
    due: dict[str, FiscalRow] = {}
    for row in split.rows if split else ():
        each = due.setdefault(
            row.funder, FiscalRow(row.funder, None, 0, row.reason.words, row.reason.clause)
        )
        if row.fen is not None:
            each.due_fen = (each.due_fen or 0) + row.fen
    for funder, fen in received.items():
        due.setdefault(funder, FiscalRow(funder, None, 0)).received_fen = fen
    per_person = stated.per_person_fen if stated and split else None
    return Fiscal(
        rows=list(due.values()),
        enrolled=enrolled,
        per_person_fen=per_person,
        total_fen=None if per_person is None else per_person * enrolled,
        not_stated_fen=split.not_stated_fen if split else 0,
        unassigned_fen=unassigned * (per_person or 0),
        received_fen=sum(received.values()),
        funders=tuple(dict.fromkeys([*(s.funder for s in stated.shares), *due]))
        if stated
        else tuple(due),
    )


def group_of(campaign: Campaign, by_unit: Mapping[int, int]) -> dict[int, str | None]:
    """Unit → its group of places; "" where the notice has none, None where it names it in none."""
    groups = tuple(group for group in funding.groups(campaign.policy) if group)
    if not groups:
        return dict.fromkeys(by_unit, "")
    depth = len(campaign.region.path.strip("/").split("/"))
    parts = {
        child.pk: named(child, groups)
        for child in campaign.region.children.prefetch_related("aliases")
    }
    found: dict[int, str | None] = dict.fromkeys(by_unit)
    for pk, path in Region.objects.filter(pk__in=by_unit).values_list("pk", "path"):
        ids = [int(each) for each in path.strip("/").split("/")]
        found[pk] = parts.get(ids[depth]) if len(ids) > depth else None
    return found


def persons_of(
    by_unit: Mapping[int, int], groups: Mapping[int, str | None]
) -> tuple[dict[str, int], int]:
    """Enrolled people by group of places, and those whose place the notice names in none."""
    persons: dict[str, int] = defaultdict(int)
    unassigned = 0
    for pk, people in by_unit.items():
        group = groups[pk]
        if group is None:
            unassigned += people
        else:
            persons[group] += people
    return dict(persons) or ({} if unassigned else {"": 0}), unassigned
