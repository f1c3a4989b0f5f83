"""Work over everyone marked."""

from typing import Any

from config.lib import sql
from enrollment.models import Campaign


def stage_marks(cursor: Any, campaign_id: int) -> None:
    """Fill temp table `marks` (see sql/stage_marks.sql); it goes with the transaction."""
    rules = Campaign.objects.get(pk=campaign_id).policy["subsidies"]
    cursor.execute("drop table if exists marks")
    sql.run(
        cursor,
        "subsidies",
        "stage_marks",
        {"campaign_id": campaign_id, "recognised_until": rules.recognised_until},
    )
