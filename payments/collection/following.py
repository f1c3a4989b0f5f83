"""What came back of batches with the tax bureau's file: derived, never typed. Source: R-381."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from config.lib import sql
from enrollment import clock
from enrollment.models import Campaign, Change
from payments import bulk


def look_again(changed: Sequence[Change]) -> None:
    """Lines of batches follow the matches of their people."""
    whole = {change.campaign_id for change in changed if change.resident_id is None}
    people: dict[int, set[int]] = {}
    for change in changed:
        if change.resident_id is not None and change.campaign_id not in whole:
            people.setdefault(change.campaign_id, set()).add(change.resident_id)
    campaigns = Campaign.objects.in_bulk(sorted(whole | set(people)))
    for pk, campaign in sorted(campaigns.items()):
        ids = None if pk in whole else sorted(people[pk])
        follow(campaign, now=clock.now(campaign), resident_ids=ids)


@transaction.atomic
def follow(
    campaign: Campaign,
    *,
    now: datetime,
    resident_ids: Iterable[int] | None = None,
    batch_ids: Iterable[int] | None = None,
) -> None:
    """Give lines of confirmed batches their payment and receipt; close and reopen batches.

    Said twice it changes nothing. Postings wait meanwhile.
    """
    wait_for_postings(campaign.pk)
    values = {
        "campaign_id": campaign.pk,
        "resident_ids": None if resident_ids is None else list(resident_ids),
        "batch_ids": None if batch_ids is None else list(batch_ids),
        "now": now,
    }
    with connection.cursor() as cursor:
        sql.run(cursor, "payments", "collection_follow", values)


def wait_for_postings(campaign_id: int) -> None:
    """Taken before any batch is locked, so that who follows and who confirms never wait for each
    other; held until the transaction ends."""
    with connection.cursor() as cursor:
        bulk.lock(cursor, campaign_id)
