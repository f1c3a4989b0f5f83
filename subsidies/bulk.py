"""Work over everyone marked."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from config.lib import sql
from enrollment.facts import Mark
from enrollment.models import Campaign
from subsidies.rules import counted_until


def stage_marks(cursor: Any, campaign_id: int, cuts: Sequence[date] = ()) -> None:
    """Fill temp table `marks` (see sql/stage_marks.sql); it goes with the transaction.

    `cuts`: the days, ascending, on which a rule of the policy begins or ceases to hold for a day
    of recognition. `parse_marks` reads what is staged with the same cuts.
    """
    policy = Campaign.objects.get(pk=campaign_id).policy
    rules = policy["subsidies"]
    cursor.execute("drop table if exists marks")
    sql.run(
        cursor,
        "subsidies",
        "stage_marks",
        {
            "campaign_id": campaign_id,
            "recognised_until": counted_until(policy),
            "household": list(rules.household_keys),
            "cuts": list(cuts),
        },
    )


def stage_listed(cursor: Any, campaign_id: int, kinds: Sequence[str]) -> int:
    """Fill temp table `listed` (see sql/stage_listed.sql); how many people there are."""
    return sql.run(
        cursor, "subsidies", "stage_listed", {"campaign_id": campaign_id, "kinds": list(kinds)}
    )


def parse_marks(text: str, cuts: Sequence[date] = ()) -> tuple[Mark, ...]:
    """The marks of a profile: "category:grade:interval" joined by commas.

    Each is recognised on a day of its interval, which stands for all of them; on none where there
    are no cuts, because then it is of no consequence.
    """
    marks = []
    for part in text.split(",") if text else ():
        category, grade, interval = part.split(":")
        marks.append(Mark(category, grade, _day_within(int(interval), cuts)))
    return tuple(marks)


def _day_within(interval: int, cuts: Sequence[date]) -> date | None:
    if not cuts:
        return None
    return cuts[interval - 1] if interval else cuts[0] - timedelta(days=1)
