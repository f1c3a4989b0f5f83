"""Marks and registrations that were written at the same moment and did not see each other.

Whoever registers takes no lock, and a roster takes minutes: each looks at what is committed then.
So once both are, those who may have missed the other are priced again; only changes are kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from config.lib import sql
from enrollment import clock
from enrollment.changes import MARKS_CHANGED, REGISTERED
from enrollment.models import Campaign, Change, User
from subsidies import repricing


def look_again(changed: Sequence[Change]) -> None:
    """Registered one by one, marked one by one or by a roster: in the transaction of the hearing.

    People registered by a file wait for rosters, and rosters for them; they see each other.
    Source: docs/RULES.md R-285.
    """
    registered: dict[int, set[int]] = defaultdict(set)
    marked: dict[int, set[int]] = defaultdict(set)
    rosters: dict[int, set[int | None]] = defaultdict(set)
    for row in changed:
        if row.kind == REGISTERED and row.resident_id:
            registered[row.campaign_id].add(row.resident_id)
        elif row.kind == MARKS_CHANGED and row.resident_id:
            marked[row.campaign_id].add(row.resident_id)
        elif row.kind == MARKS_CHANGED:
            rosters[row.campaign_id].add(row.source_file_id)
    for campaign_id in sorted({*registered, *marked, *rosters}):
        campaign = Campaign.objects.get(pk=campaign_id)
        now = clock.now(campaign)
        for file_id in sorted(filter(None, rosters[campaign_id])):
            _price(campaign, file_id, (), (), now)
        if registered[campaign_id] or marked[campaign_id]:
            _price(campaign, None, marked[campaign_id], registered[campaign_id], now)


def _price(
    campaign: Campaign,
    file_id: int | None,
    marked: Iterable[int],
    registered: Iterable[int],
    now: datetime,
) -> None:
    values = {
        "campaign_id": campaign.pk,
        "file_id": file_id,
        "marked_ids": sorted(marked),
        "registered_ids": sorted(registered),
        "household": list(campaign.policy["subsidies"].household_keys),
    }
    with connection.cursor() as cursor:
        sql.run(cursor, repricing.APP, "reprice_unseen", values)
        repricing.reprice(
            cursor, campaign, by=User.system(), now=now, file_id=file_id, only_changes=True,
            why=_("marked and registered at the same moment"),
        )  # fmt: skip
