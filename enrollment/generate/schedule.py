"""When something rare happens: evenly spread, at least once each, the same for a seed."""

from collections.abc import Mapping
from math import inf
from random import Random


class Schedule:
    """Hands out each name max(1, round(rate * total)) times over indexes 0 … total-1.

    `waiting` counts the names whose index has come and that nobody took yet, longest first: a
    fault that does not fit this person waits for the next.
    """

    def __init__(self, rates: Mapping[str, float], total: int, random: Random) -> None:
        slots = []
        for name, rate in rates.items():
            if rate <= 0:
                continue
            count = max(1, round(rate * total))
            shift = random.random()
            slots += [((at + shift) / count * total, name) for at in range(count)]
        slots.sort(reverse=True)
        self._slots = slots
        self._next = slots[-1][0] if slots else inf
        self._index = 0
        self.waiting: dict[str, int] = {}

    def step(self) -> None:
        """Move on by one person."""
        self._index += 1
        while self._index > self._next:
            name = self._slots.pop()[1]
            self.waiting[name] = self.waiting.get(name, 0) + 1
            self._next = self._slots[-1][0] if self._slots else inf

    def take(self, name: str) -> bool:
        """Take one waiting `name`; False where none waits."""
        count = self.waiting.pop(name, 0)
        if count > 1:
            self.waiting[name] = count - 1
        return count > 0
