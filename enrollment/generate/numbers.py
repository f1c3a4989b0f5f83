"""Identity numbers that are valid and given out once.

Made-up numbers are correct in form, so one may by chance be somebody's; nothing else of that
person is known here.
"""

from datetime import date
from random import Random

from config.lib.idnumber import CHECKS, WEIGHTS

# Orders ending in 00 stay free, so that a number damaged to …000 is never anybody's.
ORDERS = {
    "M": tuple(f"{n:03d}" for n in range(1, 1000, 2)),
    "F": tuple(f"{n:03d}" for n in range(2, 1000, 2) if n % 100),
}
OLDEST_DAYS = 105 * 366
MOST_TRIES = 1000
STEP = 211  # prime to both lengths: neighbours in time do not get neighbouring numbers
HOME = 0.9  # share of people first registered in their own county
# First registered far away: codes of divisions in other provinces.
ELSEWHERE = ("110105", "310115", "440306", "330106", "420106", "610113", "650103", "320505")
PERMITS = ("810000", "820000", "830000")
NATIONS = (("840", "USA"), ("704", "VNM"), ("410", "KOR"), ("124", "CAN"), ("586", "PAK"))


def _sum(digits: str, at: int) -> int:
    """What digits from position `at` add to the sum that decides the check digit."""
    return sum(int(d) * w for d, w in zip(digits, WEIGHTS[at:], strict=False))


# Sums of parts, because adding up 17 products for each person takes longer than all the rest.
ORDER_SUMS = {sex: tuple(_sum(order, 14) for order in orders) for sex, orders in ORDERS.items()}


class Numbers:
    """Gives out numbers; holds one counter for each prefix, birth date and sex in use."""

    def __init__(self, prefix: str, today: int) -> None:
        """`today`: ordinal of the youngest birth date."""
        self.prefix = prefix
        self._given: dict[tuple[str, int, str], int] = {}
        self._first = today - OLDEST_DAYS
        self._dates = tuple(
            date.fromordinal(day).isoformat().replace("-", "")
            for day in range(self._first, today + 1)
        )
        self._date_sums = tuple(_sum(day, 6) for day in self._dates)
        self._prefix_sums: dict[str, int] = {}

    def identity(self, random: Random, born: int, sex: str) -> str:
        """An 18-digit identity number; `born` is the birth date's ordinal.

        Errors: ValueError where no prefix has a number left for the birth date.
        """
        prefix = self.prefix if random.random() < HOME else self._foreign_prefix(random)
        for _ in range(MOST_TRIES):
            if number := self._next(prefix, born, sex):
                return number
            prefix = self._foreign_prefix(random)
        raise ValueError("no identity number is left for this birth date")

    def permit(self, random: Random, born: int, sex: str) -> str:
        """A residence permit of Hong Kong, Macao or Taiwan people."""
        number = self._next(random.choice(PERMITS), born, sex)
        if number is None:
            raise ValueError("no permit number is left for this birth date")
        return number

    def permanent_resident(self, random: Random, born: int, sex: str) -> str:
        """A foreigner's permanent residence card of 18 digits."""
        prefix = f"9{self.prefix[:2]}{random.choice(NATIONS)[0]}"
        number = self._next(prefix, born, sex)
        if number is None:
            raise ValueError("no card number is left for this birth date")
        return number

    def permanent_resident_old(self, random: Random, born: int) -> str:
        """The card's number before 2023-12: three letters and twelve digits."""
        day = self._dates[born - self._first][2:]
        prefix = f"{random.choice(NATIONS)[1]}{self.prefix[:4]}{day}"
        key = (prefix, 0, "")
        self._given[key] = serial = self._given.get(key, 0) + 1
        return f"{prefix}{serial:02d}"

    def _foreign_prefix(self, random: Random) -> str:
        if random.random() < 0.7:  # another county of the same city
            return f"{self.prefix[:4]}{21 + int(random.random() * 9)}"
        return ELSEWHERE[int(random.random() * len(ELSEWHERE))]

    def _next(self, prefix: str, born: int, sex: str) -> str | None:
        key = (prefix, born, sex)
        given = self._given.get(key, 0)
        orders = ORDERS[sex]
        if given >= len(orders):
            return None
        self._given[key] = given + 1
        if prefix not in self._prefix_sums:
            self._prefix_sums[prefix] = _sum(prefix, 0)
        day = born - self._first
        at = (born * 97 + given * STEP) % len(orders)
        total = self._prefix_sums[prefix] + self._date_sums[day] + ORDER_SUMS[sex][at]
        return f"{prefix}{self._dates[day]}{orders[at]}{CHECKS[total % 11]}"

    def year(self, born: int) -> int:
        return int(self._dates[born - self._first][:4])
