"""One state of the desk: what stands in the form, over it and beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from config.lib.names import mask_name
from enrollment import categories
from enrollment.desk.queries import Facts, Member, TierChoice
from enrollment.models import Identity, Registration, Resident
from enrollment.pricing import Price
from enrollment.services.lookups import Elsewhere
from enrollment.services.registrations import Receipt

FIELDS = (
    "kind",
    "number",
    "name",
    "phone",
    "village",
    "group_no",
    "head_name",
    "relation",
    "category",
    "school",
    "tier",
    "residence",
    "household",
)


@dataclass(frozen=True)
class Line:
    """The line over the form. kind: ok, error, warning, idle."""

    kind: str
    sentences: tuple[str, ...] = ()


@dataclass
class Screen:
    """`side` names what stands at the right: empty, new, known, registered, elsewhere, closed, and
    kept, where an answer leaves it as it was. `prefilled`: last_year, file, or typed by hand."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Any] = field(default_factory=dict)
    prefilled: str = ""
    born_on: date | None = None
    years: int | None = None
    sex: str = ""
    converted: bool = False  # from 15 digits
    member: Resident | None = None  # chosen from a household: the number stays masked
    line: Line | None = None
    side: str = "empty"
    facts: Facts | None = None
    standing: Registration | None = None
    state: str = ""  # of `standing`: paid, unpaid, exempt
    elsewhere: Elsewhere | None = None
    receipt: Receipt | None = None
    newborns: Sequence[Resident] = ()  # known without a number, who may be meant by a new one
    household: list[Member] = field(default_factory=list)
    next_member: Member | None = None
    next_id: int | None = None  # of the next member, also where only the form is known
    looked_up: bool = False
    owed: int | None = None  # fen
    tiers: Sequence[TierChoice] = ()  # to choose from, where the notice has a choice
    price: Price | None = None  # None: not stated, or nobody looked up
    about: int | None = None  # the resident whose data were filled in
    confirm: tuple[str, ...] = ()
    save_key: UUID = field(default_factory=uuid4)
    focus: str = "number"

    @property
    def can_save(self) -> bool:
        return self.side not in ("registered", "elsewhere", "closed")

    @property
    def tier(self) -> str:
        return str(self.values.get("tier") or "")

    @property
    def owed_by_tier(self) -> str:
        """For the form to bring back: fen of each choice, empty where there is none."""
        return ",".join("" if each.owed is None else str(each.owed) for each in self.tiers)

    @property
    def refusal(self) -> str:
        """Why the notice does not admit whoever was looked up, with its clause."""
        if self.price is None or self.price.eligible or self.side not in ("known", "new"):
            return ""
        return self.price.refusal

    @property
    def number_shown(self) -> str:
        """In groups as the paper prints it: 411328 19680412 2511."""
        number = str(self.values.get("number", ""))
        if len(number) != 18 or not number[:17].isdigit():
            return number
        return f"{number[:6]} {number[6:14]} {number[14:]}"

    @property
    def phone_shown(self) -> str:
        """Mobile numbers in the groups people read them out in: 138 0000 6027."""
        phone = str(self.values.get("phone", ""))
        if len(phone) != 11 or not phone.isdigit():
            return phone
        return f"{phone[:3]} {phone[3:7]} {phone[7:]}"

    @property
    def name_agrees(self) -> bool:
        """Whether what was typed looks like the masked name of someone elsewhere."""
        typed = str(self.values.get("name", ""))
        return bool(typed and self.elsewhere and mask_name(typed) == self.elsewhere.masked_name)


def prefill(identity: Identity, number: str, on: date) -> dict[str, Any]:
    """The form's texts for someone of the clerk's own region. `number` as typed, or masked."""
    resident = identity.resident
    home = resident.household
    return {
        "kind": identity.kind,
        "number": number,
        "name": resident.name,
        "phone": resident.phone.reveal() if resident.phone else "",
        "village": resident.village_id,
        "group_no": home.group_no if home else "",
        "head_name": home.head_name if home else "",
        "relation": resident.relation,
        "category": categories.proposed(resident.category, resident.born_on, on),
        "school": resident.school_id or "",
        "residence": resident.residence,
        "household": home.pk if home else "",
    }
