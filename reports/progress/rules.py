"""How a place stands against its target: values in, values out.

Rates and shares are basis points (7635 = 76.35 %), rounded down; persons are integers. With
`required_persons` rounded up, "rate ≥ requirement" and "gap ≤ 0" always agree.
"""

from dataclasses import dataclass
from datetime import date, timedelta

WEEK = 7
AHEAD_BY_BP = 300  # this far above the requirement is "ahead"
STALLED_BELOW = 4  # a week below a quarter of what is needed is "stalled"
TILES = ((-1500, "stalled"), (-600, "far"), (0, "behind"), (600, "on"))


def required_persons(target: int, required_bp: int) -> int:
    """The fewest people with whom the rate reaches the requirement."""
    return -(-target * required_bp // 10_000)


def needed_per_day(target: int, enrolled: int, checkpoint_bp: int, days_left: int) -> int:
    """New people a day from tomorrow to the checkpoint; on its own day all that is missing."""
    missing = max(0, required_persons(target, checkpoint_bp) - enrolled)
    return -(-missing // max(1, days_left))


def place_state(
    rate_bp: int | None, required_bp: int | None, last_week: int, per_day: int | None
) -> str:
    """ahead, normal, behind, stalled; empty where there is nothing to compare with.

    Source: docs/RULES.md R-16 (assumed: the notice names no such words).
    """
    if rate_bp is None or required_bp is None:
        return ""
    if rate_bp >= required_bp:
        return "ahead" if rate_bp - required_bp >= AHEAD_BY_BP else "normal"
    if per_day is not None and last_week * STALLED_BELOW < per_day * WEEK:
        return "stalled"
    return "behind"


def tile(rate_bp: int | None, required_bp: int | None) -> str:
    """Which of the five shades a place has, by its distance from the requirement."""
    if rate_bp is None or required_bp is None:
        return "far"
    distance = rate_bp - required_bp
    return next((shade for below, shade in TILES if distance < below), "ahead")


@dataclass(frozen=True)
class Forecast:
    """When the checkpoint and the whole target are reached at the last seven days' speed.

    late_days > 0: that many days after the checkpoint; None where nobody came in seven days.
    """

    checkpoint_on: date | None
    late_days: int | None
    finished_on: date | None


def forecast(
    target: int, enrolled: int, last_week: int, checkpoint_bp: int, checkpoint_by: date, today: date
) -> Forecast:
    def reached(bp: int) -> date | None:
        missing = required_persons(target, bp) - enrolled
        if missing <= 0:
            return today
        if last_week <= 0:
            return None
        return today + timedelta(days=-(-missing * WEEK // last_week))

    on = reached(checkpoint_bp)
    return Forecast(on, (on - checkpoint_by).days if on else None, reached(10_000))
