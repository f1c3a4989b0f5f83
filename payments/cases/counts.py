"""Counts of what is open, kept for a minute where there is so much that counting takes long.

A campaign with fewer than MANY open payments is counted each time. With more, who looks first
after a minute counts for all; what is shown then says as of when.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min, Sum
from django.utils import timezone

from config.lib import sql
from enrollment.models import Campaign, Region
from payments.cases.queries import Group, days
from payments.models import Cause, OpenCount

MANY = 10_000
KEPT = timedelta(seconds=60)
LOCK = 390_013  # first half of the advisory lock; the second is the campaign


def kept(campaign: Campaign, region: Region, now: datetime) -> tuple[list[Group], datetime] | None:
    """Causes of the payments of a township or above, and when they were counted; None where the
    campaign has few and is to be counted."""
    rows = OpenCount.objects.filter(campaign=campaign)
    whole = rows.aggregate(n=Sum("n"), at=Min("counted_at"))
    if (whole["n"] or 0) < MANY:
        return None
    if timezone.now() - whole["at"] > KEPT:
        count(campaign)
    here = rows if region == campaign.region else rows.filter(place__path__startswith=region.path)
    found = here.values("cause").annotate(
        all=Sum("n"), sum=Sum("fen"), oldest=Min("oldest_at"), at=Min("counted_at")
    )
    groups = [
        Group(
            row["cause"], str(Cause(row["cause"]).label), row["all"], row["sum"],
            days(row["oldest"], now),
        )
        for row in found.order_by("-all", "cause")
    ]  # fmt: skip
    return groups, min((row["at"] for row in found), default=whole["at"])


@transaction.atomic
def count(campaign: Campaign) -> None:
    """Unless somebody else is counting just now."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s, %s)", [LOCK, campaign.pk])
        if cursor.fetchone()[0]:
            values = {"campaign_id": campaign.pk, "now": timezone.now()}
            sql.run(cursor, "payments", "open_count", values)
