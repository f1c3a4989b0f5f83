"""Groups of people by place: how many are known, and how many of them are enrolled (R-180)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from config.lib import sql
from enrollment.models import Campaign, Region
from enrollment.models.resident import Category
from enrollment.ports import GroupCount

STUDENTS = (Category.PUPIL, Category.STUDENT)


def group_counts(
    campaign: Campaign, regions: Sequence[Region], group: str, born_from: date, now: datetime
) -> dict[int, GroupCount]:
    """The answer to the port, from the facts in one pass over the group.

    Errors: ValueError for a group that is not told apart.
    """
    if group not in ("hardship", "students", "newborns"):
        raise ValueError(f"no group of people is called {group!r}")
    params = {
        "campaign": campaign.pk,
        "top": campaign.region_id,
        "group": group,
        "categories": [str(each) for each in STUDENTS],
        "newborn": str(Category.NEWBORN),
        "born_from": born_from,
        "on": timezone.localdate(now),
        "household": list(campaign.policy["subsidies"].household_keys),
        "at": now,
    }
    with connection.cursor() as cursor:
        sql.run(cursor, "reports", "group_counts", params)
        rows = cursor.fetchall()
    wanted = {region.pk for region in regions}
    sums = {pk: [0, 0] for pk in wanted}
    for path, known, enrolled in rows:
        for above in wanted.intersection(_ids(path)):
            sums[above][0] += known
            sums[above][1] += enrolled
    return {pk: GroupCount(*found) for pk, found in sums.items()}


def _ids(path: str) -> Iterable[int]:
    return map(int, path.strip("/").split("/"))
