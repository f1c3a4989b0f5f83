"""The nine invariants, proven: payments' own eight, and the roll-ups against a recount."""

from collections.abc import Sequence

from django.db import connection, transaction

from config.lib import sql
from enrollment import changes
from enrollment.models import Campaign
from payments.books import Check, checks
from reports.missed.rules import excused


def check_books(campaign: Campaign) -> list[Check]:
    """Every check of one campaign, in the order of the invariants.

    Waiting changes are consumed first: a roll-up that has not heard yet is late, not wrong.
    """
    changes.consume()
    found = [*checks(campaign), _rollups(campaign)]
    return sorted(found, key=lambda check: check.name)


def _rollups(campaign: Campaign) -> Check:
    """8: the roll-ups equal a recount, and children sum to their parent."""
    params = {
        "campaign_id": campaign.pk,
        "insurance": campaign.insurance,
        "coverage_from": campaign.coverage_from,
        "household": list(campaign.policy["subsidies"].household_keys),
        "excused": list(excused(campaign.policy)),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        sql.run(cursor, "reports", "check_rollups", params)
        rows = cursor.fetchall()
    return Check(
        name="8 roll-ups equal a recount",
        ok=not rows,
        expected=0,
        found=len(rows),
        rows=[_say(row) for row in rows[:20]],
    )


def _say(row: Sequence[object]) -> str:
    region_id, what, rolled_up, counted = row
    return f"region {region_id}, {what}: rolled up {rolled_up}, recount {counted}"
