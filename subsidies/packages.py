"""What a category comes to for a person, and which categories are granted together.

Values in, values out; money in fen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from enrollment.facts import Mark
from enrollment.ports import Reason
from enrollment.sections.shares import Share
from subsidies.sections import SubsidyRule


@dataclass(frozen=True)
class Award:
    """One grant as it falls to a person. `fen` None: the notice gives no figure.

    `supplement`: its key, if it is one.
    """

    fen: int | None
    how: str
    shares: tuple[Share, ...]
    reasons: tuple[Reason, ...]
    supplement: str = ""


@dataclass(frozen=True)
class Package:
    """What one category comes to, with its supplements, within the fee."""

    rule: SubsidyRule
    awards: tuple[Award, ...]
    total: int
    mark: Mark | None = None

    def open_for(self, fee_fen: int) -> Reason | None:
        """Why what it comes to cannot be told; nothing is open once the fee is settled in full."""
        silent = [award.reasons[-1] for award in self.awards if award.fen is None]
        return silent[0] if silent and self.total < fee_fen else None


def highest(packages: Sequence[Package], fee_fen: int) -> list[Package]:
    """Who is added to any, and of the others those that together come to most within the fee.

    Equal ones: who has more without additions, then the notice's order. What is added stands
    last, so that it is what the fee cuts. Source: docs/RULES.md R-13, R-230, R-231.
    """
    to_any = [package for package in packages if package.rule.stacks]
    others = [package for package in packages if not package.rule.stacks]

    def comes_to(held: Sequence[Package]) -> tuple[int, int]:
        with_any = fen_of(once([*held, *to_any]))
        return min(with_any, fee_fen), min(fen_of(once(held)), fee_fen)

    best = max(_that_go_together(others), key=comes_to)
    return [*sorted(best, key=lambda package: package.rule.adds), *to_any]


def _that_go_together(packages: Sequence[Package]) -> list[list[Package]]:
    """Every choice to which no other of the packages could be added, in the notice's order."""
    found: list[list[Package]] = [[]]
    for package in packages:
        found += [[*held, package] for held in found if _fits(package, held)]
    whole = [held for held in found if not any(p not in held and _fits(p, held) for p in packages)]
    return sorted(whole, key=lambda held: [packages.index(package) for package in held])


def _fits(package: Package, held: Sequence[Package]) -> bool:
    return all(stack(package.rule, other.rule) for other in held)


def stack(one: SubsidyRule, other: SubsidyRule) -> bool:
    """Whether a person may be granted both: either says so of the other."""
    return one.is_added_to(other.key) or other.is_added_to(one.key)


def leading(chosen: Sequence[Package]) -> Package:
    """The one that a person is said to be in: the most, of those that are no addition if any."""
    own = [package for package in chosen if not package.rule.adds]
    return max(own or chosen, key=lambda package: package.total)


def within(awards: Sequence[Award], fee_fen: int) -> Iterator[Award]:
    """Each with what is left of the fee after those before it."""
    left = fee_fen
    for award in awards:
        if award.fen is None:
            yield award
        else:
            yield replace(award, fen=min(award.fen, left))
            left -= min(award.fen, left)


def once(packages: Sequence[Package]) -> list[Award]:
    """Grants, then supplements; a supplement on several categories that add up only once."""
    found: list[Award] = []
    for award in (award for package in packages for award in package.awards):
        if not award.supplement or award.supplement not in [each.supplement for each in found]:
            found.append(award)
    return sorted(found, key=lambda award: bool(award.supplement))


def fen_of(awards: Sequence[Award]) -> int:
    return sum(award.fen or 0 for award in awards)
