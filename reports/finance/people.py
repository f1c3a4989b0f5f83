"""The list of people behind a figure of what is owed and granted: the same rule, the same sum."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Sum
from django.utils.translation import pgettext_lazy

from config.lib import sql
from enrollment.models import Campaign, Identity, Region
from reports.finance.funders import pay_outs_of, shares_of
from reports.finance.queries import Owed
from reports.models import FinanceProfile

PAGE = 100
UNITS_AT_ONCE = 10

# Of a place, and of one funder: what the list is of, as the figures are called.
OWED = {
    "people": pgettext_lazy("finance", "Registered"),
    "due_fen": pgettext_lazy("finance", "Due"),
    "due_on_behalf_fen": pgettext_lazy("finance", "Due on behalf"),
    "on_behalf_fen": pgettext_lazy("finance", "Paid on behalf"),
}
BY_FUNDER = {
    "on_behalf_settled": pgettext_lazy("finance", "Paid on behalf"),
    "on_behalf_due": pgettext_lazy("finance", "Due on behalf"),
    "deducted": pgettext_lazy("finance", "Deducted"),
    "paid_out": pgettext_lazy("finance", "Paid out"),
    "to_pay_out": pgettext_lazy("finance", "To be paid out"),
    "given": pgettext_lazy("finance", "Given in all"),
}
PAID = {"paid_out": (True,), "to_pay_out": (False,), "given": (True,)}


@dataclass(frozen=True)
class Asked:
    """`apart`: only what counts to the region itself. `funder` goes with BY_FUNDER; "": nobody is
    named."""

    region: Region
    of: str
    apart: bool = False
    funder: str = ""

    @property
    def label(self) -> Any:
        return BY_FUNDER[self.of] if self.of in BY_FUNDER else OWED[self.of]

    def query(self, **other: Any) -> str:
        """For a link to this list."""
        said: dict[str, Any] = {"region": self.region.pk, "of": self.of}
        if self.apart:
            said["apart"] = "1"
        if self.of in BY_FUNDER:
            said["funder"] = self.funder
        return urlencode(said | other)


@dataclass(frozen=True)
class Line:
    """A registration, or a pay-out (`pay_out_id`), with its part of the figure."""

    key: str  # behind which the next page begins
    resident_id: int
    name: str
    masked: str
    unit_id: int
    hardship: str
    fen: int
    pay_out_id: int | None = None


@dataclass(frozen=True)
class Page:
    rows: list[Line] = field(default_factory=list)
    next_after: str = ""


def sum_of(campaign: Campaign, asked: Asked) -> int:
    """What the figure says: fen, or people."""
    part = _part(campaign, asked)
    fen = sum(part(each) for each in _profiles(campaign, asked))
    paid = _pay_outs(campaign, asked).aggregate(fen=Sum("fen", default=0)) if _pays(asked) else {}
    return int(fen + paid.get("fen", 0))


def read_page(campaign: Campaign, asked: Asked, after: str) -> Page:
    """Registrations by the place that they count to, then pay-outs; from behind `after`."""
    rows: list[Line] = []
    for row in _lines(campaign, asked, after):
        rows.append(row)
        if len(rows) > PAGE:
            return Page(rows[:PAGE], rows[PAGE - 1].key)
    return Page(rows)


def _lines(campaign: Campaign, asked: Asked, after: str) -> Iterator[Line]:
    kind, unit, last = _read(after)
    if kind != "p" and asked.of not in ("paid_out", "to_pay_out"):
        yield from _registrations(campaign, asked, unit, last)
    if _pays(asked):
        yield from _paid(campaign, asked, last if kind == "p" else 0)


def _registrations(campaign: Campaign, asked: Asked, unit: int, last: int) -> Iterator[Line]:
    part = _part(campaign, asked)
    units = sorted({each.unit_id for each in _profiles(campaign, asked) if part(each)})
    units = [pk for pk in units if pk >= unit]
    for at in range(0, len(units), UNITS_AT_ONCE):
        some = units[at : at + UNITS_AT_ONCE]
        told = {"campaign": campaign.pk, "units": some, "after_unit": unit, "after_id": last}
        with connection.cursor() as cursor:
            sql.run(cursor, "reports", "finance_people", told)
            found = cursor.fetchall()
        for pk, unit_id, resident_id, name, head4, last4, hardship, grade, *fen in found:
            fee, own, behalf, deducted, own_settled, settled, own_met, behalf_met = fen
            one = FinanceProfile(
                people=1, hardship=hardship, grade=grade, fee_fen=fee, own_fen=own,
                on_behalf_fen=behalf, deducted_fen=deducted, own_settled=own_settled,
                on_behalf_settled=settled, own_matched_fen=own_met,
                on_behalf_matched_fen=behalf_met, reimbursed_fen=0,
            )  # fmt: skip
            if amount := part(one):
                masked = f"{head4}****{last4}" if last4 else "—"
                key = f"r.{unit_id}.{pk}"
                yield Line(key, resident_id, name, masked, unit_id, hardship, amount)


def _paid(campaign: Campaign, asked: Asked, last: int) -> Iterator[Line]:
    rows = _pay_outs(campaign, asked).filter(pk__gt=last).select_related("resident", "registration")
    found = list(rows.order_by("pk")[: PAGE + 1])
    papers = Identity.objects.filter(resident__in=[row.resident_id for row in found], current=True)
    masked = {paper.resident_id: paper.masked for paper in papers}
    for row in found:
        yield Line(
            f"p.0.{row.pk}", row.resident_id, row.resident.name,
            masked.get(row.resident_id, "—"), row.place,
            row.registration.hardship if row.registration else "", row.fen, row.pk,
        )  # fmt: skip


def _pays(asked: Asked) -> bool:
    return asked.of in PAID


def _pay_outs(campaign: Campaign, asked: Asked) -> Any:
    rows = pay_outs_of(campaign, asked.region)
    return rows.filter(funder=asked.funder, paid__in=PAID[asked.of])


def _profiles(campaign: Campaign, asked: Asked) -> Any:
    places = Region.objects.filter(pk=asked.region.pk)
    inside: Any = (places if asked.apart else Region.objects.within(asked.region)).values("pk")
    return FinanceProfile.objects.filter(campaign_id=campaign.pk, unit_id__in=inside)


def _part(campaign: Campaign, asked: Asked) -> Callable[[FinanceProfile], int]:
    """What of a profile, or of one registration, the figure counts."""
    if asked.of in BY_FUNDER:
        return lambda row: _of_funder(campaign, asked, row)

    def owed(row: FinanceProfile) -> int:
        found = Owed()
        found.add(row)
        return int(getattr(found, asked.of))

    return owed


def _read(after: str) -> tuple[str, int, int]:
    kind, unit, last = [*after.split("."), "", ""][:3]
    number = [int(each) if each.isascii() and each.isdigit() and len(each) < 19 else 0
              for each in (unit, last)]  # fmt: skip
    return kind, number[0], number[1]


def _of_funder(campaign: Campaign, asked: Asked, row: FinanceProfile) -> int:
    parts = ("on_behalf_settled", "deducted") if asked.of == "given" else (asked.of,)
    told = (row.hardship, row.grade, row.fee_fen, row.on_behalf_fen, row.deducted_fen)
    found = shares_of(campaign.policy, *told, settled=row.on_behalf_settled)
    return row.people * sum(fen for of, part, fen in found if of == asked.funder and part in parts)
