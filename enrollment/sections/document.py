"""[document] and [campaign]: what the notice is, and what opens from it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from enrollment.notice import Table

# A year, and half of one more where a place changes from school years to calendar years.
LONGEST_COVERAGE = timedelta(days=550)


@dataclass(frozen=True)
class Contact:
    """Whom to ask: an office, a person, a telephone number, as the notice prints them."""

    office: str
    name: str
    phone: str


@dataclass(frozen=True)
class Document:
    """What the notice is. `forwards`: number of the document that it passes on."""

    title: str
    number: str
    issued_on: date
    issuers: tuple[str, ...]
    addressees: tuple[str, ...] = ()
    copies_to: tuple[str, ...] = ()
    kind: str = ""
    forwards: str = ""
    contacts: tuple[Contact, ...] = ()


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
    assumed: str = ""


def read_document(section: Table) -> Document | None:
    table = section.table("document")
    if table is None:
        return None
    contacts = []
    for row in table.tables("contacts", []):
        contacts.append(
            Contact(office=row.text("office"), name=row.text("name", ""), phone=row.text("phone"))
        )
        row.done()
    document = Document(
        title=table.text("title"),
        number=table.text("number"),
        issued_on=table.on("issued_on"),
        issuers=table.texts("issuers"),
        addressees=table.texts("addressees", []),
        copies_to=table.texts("copies_to", []),
        kind=table.text("kind", ""),
        forwards=table.text("forwards", ""),
        contacts=tuple(contacts),
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
    elif start and last and last > start + LONGEST_COVERAGE:
        said = _("is %(n)s days after coverage_from; expected about a year")
        table.complain("coverage_until", said % {"n": (last - start).days})
    rules = CampaignRules(
        title=table.text("title", longest=120),
        label=table.text("label", longest=60),
        region=table.text("region", longest=60),
        insurance=table.choice("insurance", ("390", "310")),
        coverage_from=start,
        coverage_until=last + timedelta(days=1) if last else last,
        clause=table.text("clause", ""),
        assumed=table.text("assumed", ""),
    )
    table.done()
    return rules
