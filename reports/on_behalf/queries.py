"""Who is paid for, township by township, and the file of a list."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.translation import override

from config.lib import idnumber, siv, sql
from config.lib.layout import Layout, Money, read
from enrollment import ports
from enrollment.facts import Facts, Mark
from enrollment.models import Campaign, Region
from enrollment.ports import NotStated
from payments.models import Match
from subsidies.amounts import merged
from subsidies.models import OnBehalfEntry, OnBehalfList
from subsidies.payouts.held import DEAD, reasons

LAYOUT = "tax-on-behalf"
FIELDS = (
    "no", "name", "kind", "number", "since", "until", "amount", "township", "village", "mark",
    "funder",
)  # fmt: skip
STATES = ("waiting", "listed", "settled", "paid_self", "dead", "barred", "no_number")

APART = ("paid_self", "dead", "barred", "no_number")


@dataclass(frozen=True)
class Part:
    """One registration's part paid on behalf. The number is sealed."""

    registration_id: int
    resident_id: int
    name: str
    kind: str | None
    sealed: Any
    head4: str | None
    last4: str | None
    unit_id: int
    village_id: int
    hardship: str
    grade: str
    fee_fen: int
    fen: int
    settled: bool
    list_id: int | None
    list_number: int | None
    barred_by: str | None  # kind of list
    barred_since: date | None
    barred_source: str | None
    payment_id: int | None
    payment_fen: int | None

    @property
    def masked(self) -> str:
        return f"{self.head4}****{self.last4}" if self.last4 else "—"

    @property
    def state(self) -> str:
        """Source: docs/RULES.md R-265."""
        if self.settled:
            return "settled"
        if self.list_id:
            return "listed"
        if self.barred_by:
            return "dead" if self.barred_by == DEAD else "barred"
        if self.payment_id:
            return "paid_self"
        return "waiting" if self.sealed else "no_number"


@dataclass
class Sums:
    """People and fen by state."""

    people: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    fen: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))

    def add(self, part: Part) -> None:
        self.people[part.state] += 1
        self.fen[part.state] += part.fen

    @property
    def all_people(self) -> int:
        return sum(self.people.values())

    @property
    def all_fen(self) -> int:
        return sum(self.fen.values())

    @property
    def apart(self) -> int:
        return sum(self.people[state] for state in APART)


def parts_of(campaign: Campaign, region: Region, list_id: int | None = None) -> list[Part]:
    """Standing registrations with such a part, in the order of the register."""
    kinds = list(reasons(campaign.policy))
    params = {"campaign": campaign.pk, "path": region.path, "list": list_id, "kinds": kinds}
    with connection.cursor() as cursor:
        sql.run(cursor, "reports", "on_behalf_list", params)
        return [Part(*row) for row in cursor.fetchall()]


def by_township(
    campaign: Campaign, region: Region, parts: Iterable[Part]
) -> list[tuple[Region, Sums]]:
    """The places directly below the campaign's region, as far as the user's region has them."""
    depth = len(campaign.region.path.strip("/").split("/"))
    paths = dict(Region.objects.within(region).values_list("pk", "path"))
    sums: dict[int, Sums] = defaultdict(Sums)
    for part in parts:
        ids = paths[part.unit_id].strip("/").split("/")
        sums[int(ids[min(depth, len(ids) - 1)])].add(part)
    found = Region.objects.filter(pk__in=sums).order_by("position", "id")
    return [(place, sums[place.pk]) for place in found]


def funders(campaign: Campaign, parts: Iterable[Part]) -> list[ports.Funded]:
    """Who pays how much, by what the notice says of each category; "" where it names nobody.

    Sums to the parts' fen. Source: docs/RULES.md R-84, R-267.
    """
    of_profile: dict[tuple[str, str, int, int], list[ports.Funded]] = {}
    found: list[ports.Funded] = []
    for part in parts:
        key = (part.hardship, part.grade, part.fee_fen, part.fen)
        if key not in of_profile:
            of_profile[key] = funded(campaign.policy, *key)
        found += of_profile[key]
    return merged(found)


def funded(policy: Any, hardship: str, grade: str, fee_fen: int, fen: int) -> list[ports.Funded]:
    """Who pays `fen` of what a category grants; sums to it, "" where nobody is named."""
    try:
        subsidy = ports.subsidy(policy, Facts(marks=(Mark(hardship, grade),)), fee_fen)
    except NotStated:
        return [ports.Funded("", fen)]
    if sum(each.fen for each in subsidy.funders) == fen:
        return list(subsidy.funders)
    only = {each.funder for each in subsidy.funders}
    return [ports.Funded(only.pop() if len(only) == 1 else "", fen)]


def layout() -> Layout:
    """Errors: LayoutFault."""
    return read(settings.BASE_DIR / "layouts" / f"{LAYOUT}.toml", FIELDS)


def file_of(campaign: Campaign, township: Region, parts: Sequence[Part]) -> bytes:
    """The file for the tax system, with numbers in clear: an act, to be logged by who calls.

    The same list gives the same bytes. Errors: LayoutFault.
    """
    places = dict(
        Region.objects.filter(pk__in={p.village_id for p in parts}).values_list("pk", "name")
    )
    called = {rule.key: rule.name for rule in campaign.policy["subsidies"].categories}
    with override("zh-hans"):  # whoever looks, the bytes are the same
        kinds = {key: str(name) for key, name in idnumber.KINDS.items()}
    rows = [
        {
            "no": number,
            "name": part.name,
            "kind": kinds[part.kind or idnumber.RESIDENT_ID],
            "number": number_of(part),
            "since": campaign.coverage_from,
            "until": campaign.coverage_until - timedelta(days=1),
            "amount": Money(part.fen),
            "township": township.name,
            "village": places.get(part.village_id, ""),
            "mark": called.get(part.hardship, part.hardship),
            "funder": "、".join(each.funder for each in funders(campaign, [part])),
        }
        for number, part in enumerate(parts, start=1)
    ]
    return layout().write(rows, told={"place": township.name}, sum_fen=sum(p.fen for p in parts))


def number_of(part: Part) -> str:
    return siv.unseal(part.sealed) if part.sealed else ""


def unconfirmed(campaign: Campaign) -> int:
    """People on standing lists whose part no line of a detail file has settled yet; asks for
    payments only where there is a list."""
    if not OnBehalfList.objects.filter(campaign=campaign, ended_at=None).exists():
        return 0
    met = Match.objects.filter(
        registration_id=OuterRef("registration_id"), part="on_behalf", ended_at=None
    )
    rows = OnBehalfEntry.objects.filter(live=True, list__campaign=campaign)
    return rows.exclude(Exists(met)).count()


def lists_of(campaign: Campaign, region: Region) -> list[OnBehalfList]:
    found = OnBehalfList.objects.filter(campaign=campaign, region__path__startswith=region.path)
    return list(found.select_related("region", "made_by", "ended_by").order_by("-number"))
