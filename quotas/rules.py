"""What share of a target should be reached on a day: values in, values out."""

from collections.abc import Mapping, Sequence
from datetime import date

from config.lib.shares import apportion
from quotas.sections import Checkpoint


def required_bp(checkpoints: Sequence[Checkpoint], start: date, on: date) -> int | None:
    """Basis points of the target that should be reached by the end of `on`.

    Straight line from 0 on the day before `start` to each checkpoint in turn; after the last one
    its own share. None without checkpoints. Source: docs/RULES.md R-15 (the line is assumed).
    """
    if not checkpoints:
        return None
    days_before, share_before = 0, 0
    day = (on - start).days + 1  # the first day of the window is day 1
    for checkpoint in checkpoints:
        days = (checkpoint.on - start).days + 1
        if day <= days:
            if day <= days_before:
                return share_before
            gained = (checkpoint.share_bp - share_before) * (day - days_before)
            return share_before + gained // (days - days_before)
        days_before, share_before = days, checkpoint.share_bp
    return share_before


def next_checkpoint(checkpoints: Sequence[Checkpoint], on: date) -> Checkpoint | None:
    """The first checkpoint that `on` has not passed."""
    return next((checkpoint for checkpoint in checkpoints if checkpoint.on >= on), None)


def rate_bp(counted: int | None, target: int | None) -> int | None:
    """Basis points, rounded down as everywhere (R-17); None without a target or a count."""
    if counted is None or not target:
        return None
    return counted * 10_000 // target


def break_down(total: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Shares of a target in proportion to the weights, summing to it exactly (R-105).

    Equal remainders go to the earlier place. Errors: ValueError where nothing weighs anything.
    """
    return dict(zip(weights, apportion(total, list(weights.values())), strict=True))
