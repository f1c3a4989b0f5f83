"""When people come: an S over the window, earlier or later by unit, in office hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log
from random import Random

DAY = 86_400
OFFICE_OPENS, OFFICE_SHUTS = 8 * 3600 + 1800, 17 * 3600 + 1800
LUNCH = (12 * 3600, 14 * 3600)


@dataclass(frozen=True)
class Pace:
    """A logistic curve over [0, 1) of the window, and how many register in the end."""

    middle: float
    width: float
    reach: float

    @classmethod
    def of_unit(cls, seed: int, key: str, reach: tuple[float, float]) -> "Pace":
        """Fast units are half done after a quarter of the window, slow ones after a half."""
        random = Random(f"{seed}/pace/{key}")
        slowness = random.random()
        low, high = reach
        return cls(
            middle=0.24 + 0.24 * slowness,
            width=0.055 + 0.045 * random.random(),
            reach=high - (high - low) * (0.7 * slowness + 0.3 * random.random()),
        )

    def draw(self, random: Random) -> float:
        """A place in the window, 0 ≤ x < 1, drawn from the curve."""
        low = 1 / (1 + exp(self.middle / self.width))
        high = 1 / (1 + exp((self.middle - 1) / self.width))
        u = low + (high - low) * random.random()
        return min(max(self.middle + self.width * log(u / (1 - u)), 0.0), 0.999_999)


def office_second(random: Random) -> int:
    """A second of the day at which a counter is open."""
    second = OFFICE_OPENS + int(random.random() * (OFFICE_SHUTS - OFFICE_OPENS))
    if LUNCH[0] <= second < LUNCH[1] and random.random() < 0.8:
        second += LUNCH[1] - LUNCH[0] if random.random() < 0.5 else LUNCH[0] - LUNCH[1]
    return second


class Calendar:
    """Seconds since the opening day's midnight as the text a file carries."""

    def __init__(self, midnight: datetime, length: int) -> None:
        days = length // DAY + 40  # treasury dates run past the close
        self._days = [f"{midnight + timedelta(days=n):%Y-%m-%d}" for n in range(days)]
        weekday = midnight.weekday()
        self._sunday = [(weekday + n) % 7 == 6 for n in range(days)]

    def day(self, seconds: int) -> str:
        return self._days[seconds // DAY]

    def instant(self, seconds: int) -> str:
        day, rest = divmod(seconds, DAY)
        return f"{self._days[day]} {rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"

    def is_sunday(self, day: int) -> bool:
        return self._sunday[day]


def visit(random: Random, pace: Pace, calendar: Calendar, first: int, length: int) -> int:
    """Second of a visit to register, within [first, length); few come on a Sunday."""
    day = int(pace.draw(random) * length) // DAY
    if calendar.is_sunday(day) and random.random() < 0.7:
        day += 1 if (day + 1) * DAY < length else -1
    second = day * DAY + office_second(random)
    return min(max(second, first), length - 1)
