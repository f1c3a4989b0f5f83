"""A county with everything that an address can name, for the walk over all URLs."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse

from tests.conftest import at
from tests.enrollment.people import number

NOW = at("2022-11-18 16:30")


@dataclass
class County:
    """`ids`: what a parameter of an address is called → the object; regions by name."""

    campaign: Any
    cast: dict[str, Any]
    regions: dict[str, int]
    ids: dict[str, int] = field(default_factory=dict)
    paper: str = ""
    draft: int = 0

    @property
    def stem(self) -> str:
        return self.campaign.slug.removesuffix("-2023")

    def arguments(self, names: set[str], about: str) -> dict[str, Any]:
        """Values for the parameters of an address."""
        values = {**self.ids, "region_id": self.regions.get(about, 0)}
        if about == "draft":
            values["ranking_id"] = self.draft
        values |= {"slug": self.campaign.slug, "set_slug": f"{self.stem}-plan"}
        values |= {"version": 1, "kind": "hardship"}
        unknown = names - set(values)
        assert not unknown, f"teach tests/access_world.py what {unknown} is"
        return {name: values[name] for name in names}

    def query(self, names: set[str], about: str) -> str:
        if about in self.regions and "region_id" not in names:
            return f"?region={self.regions[about]}"
        return ""

    def body(self, url: str) -> dict[str, Any]:
        """What a POST carries, so that it would do something."""
        new = {
            "kind": "resident_id",
            "number": number("19900101", 900 + len(self.campaign.slug) % 9),
            "name": "赵新",
            "village": self.regions["village"],
            "category": "1501",
            "save_key": UUID(int=1),
        }
        return {
            "desk-lookup": {"kind": "resident_id", "number": self.paper},
            "desk-join": {"kind": "resident_id", "number": self.paper, "join": "1"},
            "desk-save": new,
            "registration-withdrawal": {"why": "登记错了"},
            "move-clock": {"to": "2022-11-18T16:40"},
            "people-search": {"q": self.paper},
            "missed-reasons": {"who": [self.ids["resident_id"]], "reason": "abroad"},
            "person-number": {"why": "核对户口本"},
            "set_language": {"language": "en"},
            "rosters": {"note": "the file is missing"},
            "roster-row": {"meaning": "monitored"},
            "elsewhere-entry": {"note": "nothing is filled in"},
            "elsewhere-step": {"step": "refuse", "why": "看不清"},
            "pay-out-account": {"number": "6217000012345678901"},
            "pay-out-decision": {"what": "drop", "why": "无人继承"},
            "pay-out-batches": {"month": "2022-12-01", "funder": ""},
            "pay-out-batch-step": {"step": "check"},
            "pay-out-batch-return": {"transfer": self.ids["transfer_id"], "why": "户名不符"},
            "payment-files": {"note": "the file is missing"},
            "payment-number": {"why": "电话核对"},
            "payment-person": {"q": self.paper},
            "payment-decisions": {
                "act": "propose",
                "choice": "hold",
                "reason": "other",
                "evidence": "等证明",
                "payment": self.ids["payment_id"],
            },
            "refund-request-entry": {"note": "nothing is filled in"},
            "claim-person": {"number": self.paper},
            "claim-entry": {"note": "nothing is filled in"},
            "claim-drop": {"why": "记错了"},
            "claim-take-up": {"why": "又来问了"},
            "refund-request-step": {"step": "refuse", "why": "证明不全"},
            "refund-call-back": {"why": "退错了"},
            "refund-lists": {"why": "退费"},
            "tax-exports": {"why": "每周变更"},
            "tax-export-file": {"why": "送税务"},
            "tax-comparison-workbook": {"why": "核对", "outcome": "only_there"},
            "payment-views": {"name": "老的", "query": "older=10"},
            "collection-batches": {"place": self.regions["village"]},
            "collection-batch-step": {"step": "balance"},
            "collection-withdrawal": {"why": "退还"},
            "bank-line": {"slip": self.ids["slip_id"]},
            "disqualification-entry": {"unit": f"region-{self.regions['south']}", "reason": "虚报"},
            "register-issues": {"village": [self.regions["village"]], "form": "paper"},
            "disqualification-lifting": {"why": "查无实据"},
            "fiscal-receipt-entry": {"note": "nothing is filled in"},
            "fiscal-receipt-countering": {"why": "录错"},
        }.get(url, {})


def address(url: str, county: County, slug_of: County, names: set[str], about: str) -> str:
    """The address of an object of `county` under the campaign of `slug_of`."""
    values = county.arguments(names, about)
    if "slug" in values:
        values["slug"] = slug_of.campaign.slug
    return reverse(url, kwargs=values) + county.query(names, about)
