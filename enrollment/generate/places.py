"""Where made-up people live: units with a target, and the villages of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from config.lib.shares import apportion


@dataclass(frozen=True)
class Village:
    """`township` is its parent's name as an office writes it; aliases are other ways to write.

    A unit without villages is its own: the name empty, the township the unit.
    """

    key: str
    name: str
    township: str
    code: str = ""
    aliases: tuple[str, ...] = ()
    township_aliases: tuple[str, ...] = ()
    township_code: str = ""


@dataclass(frozen=True)
class Unit:
    """A region that has a target (persons), with the villages that count to it, at least one.

    `prefix`: the division code most of its people's numbers begin with, where it has its own.
    """

    key: str
    name: str
    target: int
    villages: tuple[Village, ...]
    prefix: str = ""


def people_by_village(
    units: Sequence[Unit], people: int, seed: int
) -> list[tuple[Unit, Village, int]]:
    """`people` over the units by target, and over each unit's villages by made-up weights."""
    shares = apportion(people, [unit.target for unit in units])
    placed = []
    for unit, share in zip(units, shares, strict=True):
        random = Random(f"{seed}/size/{unit.key}")
        weights = [60 + int(random.random() ** 2 * 140) for _ in unit.villages]
        counts = apportion(share, weights)
        placed += [(unit, village, n) for village, n in zip(unit.villages, counts, strict=True)]
    return placed
