"""What is asked of the generator: plain values, no campaign row, no place of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType

from .pace import DAY
from .places import Unit

# Shares of people who bear something rare; each occurs at least once.
ODDITIES = MappingProxyType(
    {
        "rare_character": 0.003,
        "beyond_bmp": 0.0005,
        "dotted_name": 0.0008,
        "residence_permit": 0.0002,
        "permanent_resident": 0.00003,
        "permanent_resident_old": 0.00002,
    }
)


@dataclass(frozen=True)
class Plan:
    """`people` live in the units before the campaign; newcomers come on top of them.

    Instants are aware and share one zone; `closes_at` is exclusive. Everything that happens at or
    after `until` is left out. `prefix` is the 6-digit division code most numbers begin with.
    `taking`: spans, in order and apart, in which people may register; none: all the time.
    Shares: `last_year` were enrolled last year; `registering` (slowest, fastest unit) register
    this year; `newcomers` register without having been in the register.
    """

    units: tuple[Unit, ...]
    people: int
    seed: int
    opens_at: datetime
    closes_at: datetime
    prefix: str
    until: datetime | None = None
    taking: tuple[tuple[datetime, datetime], ...] = ()
    last_year: float = 0.94
    registering: tuple[float, float] = (0.95, 1.0)
    newcomers: float = 0.025
    oddities: Mapping[str, float] = field(default_factory=lambda: ODDITIES)

    def __post_init__(self) -> None:
        if self.people < 1:
            raise ValueError("people must be at least 1")
        if self.opens_at >= self.closes_at:
            raise ValueError("opens_at must lie before closes_at")
        if len(self.prefix) != 6 or not self.prefix.isdigit():
            raise ValueError("prefix must have 6 digits")

    @cached_property
    def midnight(self) -> datetime:
        """Start of the opening day; the generator counts seconds from here."""
        return self.opens_at.replace(hour=0, minute=0, second=0, microsecond=0)

    @cached_property
    def first(self) -> int:
        return self._second(self.opens_at)

    @cached_property
    def length(self) -> int:
        """Seconds from midnight of the opening day to the close."""
        return self._second(self.closes_at)

    @cached_property
    def end(self) -> int:
        """Seconds from midnight after which nothing is written: `until` or the close."""
        stop = self.closes_at if self.until is None else min(self.until, self.closes_at)
        return self._second(stop)

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """First second and end of each span in which people may register."""
        taking = self.taking or ((self.opens_at, self.closes_at),)
        return tuple((self._second(start), self._second(end)) for start, end in taking)

    def taken_at(self, second: int) -> int | None:
        """When somebody who comes then is registered: at once, or at that hour of the day on which
        registrations are taken again; None where they are taken no more."""
        for start, end in self.spans:
            if second < end:
                return second if second >= start else min(start + second % DAY, end - 1)
        return None

    def _second(self, at: datetime) -> int:
        return int((at - self.midnight).total_seconds())
