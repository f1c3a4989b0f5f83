"""Someone of a list of people, as the lists of reports read them."""

from dataclasses import dataclass
from datetime import date, datetime

from config.lib import names
from enrollment import categories


@dataclass(frozen=True)
class Row:
    """The first columns of every list. Numbers are masked; of nobody registered the last are null.

    `settled`: enrolled; of someone not registered: enrolled the period before.
    """

    resident_id: int
    unit_id: int
    name: str
    born_on: date | None
    category: str
    head4: str | None
    last4: str | None
    group_no: str | None
    household: str | None
    relation: str
    registered_at: datetime | None
    own_fen: int | None
    on_behalf_fen: int | None
    hardship: str
    settled: bool

    @property
    def masked(self) -> str:
        return names.mask_number(f"{self.head4}{'*' * 10}{self.last4}") if self.last4 else "—"

    @property
    def state(self) -> str:
        if self.registered_at is None:
            return "missed" if self.settled else "unregistered"
        if not self.settled:
            return "unpaid"
        return "paid" if self.own_fen else "exempt"

    @property
    def waits_on_behalf(self) -> bool:
        """Nothing of their own is due, and the part paid on behalf has not come."""
        return not self.settled and self.own_fen == 0

    def age(self, on: date) -> int | None:
        return categories.age(self.born_on, on)
