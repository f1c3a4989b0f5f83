"""The sections of a notice that belong to the ground floor: document, campaign, windows, fee."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from enrollment.facts import ZONE
from enrollment.notice import Table, register_section


@dataclass(frozen=True)
class Document:
    """What the notice is: title, number, date, issuers."""

    title: str
    number: str
    issued_on: date
    issuers: tuple[str, ...]


@dataclass(frozen=True)
class CampaignRules:
    """`coverage_until` is exclusive; `region` is a key of the regions file."""

    title: str
    label: str
    region: str
    insurance: str
    coverage_from: date
    coverage_until: date
    clause: str


@dataclass(frozen=True)
class Window:
    """A span of days in which people register and pay; `until` is exclusive."""

    key: str
    title: str
    start: date
    until: date
    clause: str

    def holds(self, at: datetime) -> bool:
        return self.start <= at.astimezone(ZONE).date() < self.until

    @property
    def last_day(self) -> date:
        return self.until - timedelta(days=1)


@dataclass(frozen=True)
class Fee:
    """Fen per person and coverage period."""

    individual_fen: int
    clause: str
    words: str


@dataclass(frozen=True)
class Fiscal:
    """The fiscal subsidy per person, in fen; not charged to anyone."""

    per_person_fen: int
    clause: str


@dataclass(frozen=True)
class Attribution:
    """Which unit a registration counts to: "village" is the person's own village."""

    unit: str
    clause: str
    words: str


def read_document(section: Table) -> Document | None:
    table = section.table("document")
    if table is None:
        return None
    document = Document(
        title=table.text("title"),
        number=table.text("number"),
        issued_on=table.on("issued_on"),
        issuers=table.texts("issuers"),
    )
    table.done()
    return document


def read_campaign(section: Table) -> CampaignRules | None:
    table = section.table("campaign", None)
    if table is None:
        return None
    start, last = table.on("coverage_from"), table.on("coverage_until")
    if start and last and last < start:
        table.complain("coverage_until", _("lies before coverage_from"))
    rules = CampaignRules(
        title=table.text("title"),
        label=table.text("label"),
        region=table.text("region"),
        insurance=table.choice("insurance", ("390", "310")),
        coverage_from=start,
        coverage_until=last + timedelta(days=1) if last else last,
        clause=table.text("clause", ""),
    )
    table.done()
    return rules


def read_windows(section: Table) -> tuple[Window, ...]:
    windows = []
    for table in section.tables("windows", []):
        start, last = table.on("from"), table.on("until")
        if start and last and last < start:
            table.complain("until", _("lies before from"))
        windows.append(
            Window(
                key=table.text("key"),
                title=table.text("title"),
                start=start,
                until=last + timedelta(days=1) if last else last,
                clause=table.text("clause", ""),
            )
        )
        if windows[-1].key in [window.key for window in windows[:-1]]:
            table.complain("key", _("is used by another window"))
        table.done()
    return tuple(windows)


def read_fee(section: Table) -> Fee | None:
    table = section.table("fee", None)
    if table is None:
        return None
    fee = Fee(
        individual_fen=table.fen("individual_fen"),
        clause=table.text("clause"),
        words=table.text("words"),
    )
    table.done()
    return fee


def read_fiscal(section: Table) -> Fiscal | None:
    table = section.table("fiscal", None)
    if table is None:
        return None
    fiscal = Fiscal(table.fen("per_person_fen"), table.text("clause"))
    table.done()
    return fiscal


def read_attribution(section: Table) -> Attribution | None:
    table = section.table("attribution", None)
    if table is None:
        return None
    attribution = Attribution(
        unit=table.choice("unit", ("village",)),
        clause=table.text("clause", ""),
        words=table.text("words", ""),
    )
    table.done()
    return attribution


def register_sections() -> None:
    register_section("document", read_document, required=True)
    register_section("campaign", read_campaign)
    register_section("windows", read_windows)
    register_section("fee", read_fee)
    register_section("fiscal", read_fiscal)
    register_section("attribution", read_attribution)
