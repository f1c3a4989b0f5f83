"""Sharing out a whole number so that the shares sum to it exactly."""

from collections.abc import Sequence


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Largest remainder: shares in proportion to `weights`, summing to `total`.

    Equal remainders go to the earlier. Errors: ValueError for negative or all-zero weights.
    """
    whole = sum(weights)
    if total < 0 or whole <= 0 or min(weights) < 0:
        raise ValueError("nothing to share out by")
    shares = [total * weight // whole for weight in weights]
    remainders = [(-(total * weight % whole), index) for index, weight in enumerate(weights)]
    for _remainder, index in sorted(remainders)[: total - sum(shares)]:
        shares[index] += 1
    return shares
