"""A line of the tax bureau ends a claim by itself, and its loss opens it again. Source: R-401."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from config.lib import sql
from enrollment import clock
from enrollment.models import AuditEntry, Campaign, Change, User
from payments.models import Claim

DAYS = 3  # a bank's day and the day that people remember
GONE = "payment_gone"  # ClaimEnd.undone_why; the pages have the words
CLOSED, REOPENED = "close_payment_claim", "reopen_payment_claim"  # AuditEntry.action


def look_again(changed: Sequence[Change]) -> None:
    """After a posting, a voiding, a decision, and whatever became of the person."""
    whole = {change.campaign_id for change in changed if change.resident_id is None}
    people: dict[int, set[int]] = {}
    for change in changed:
        if change.resident_id is not None and change.campaign_id not in whole:
            people.setdefault(change.campaign_id, set()).add(change.resident_id)
    told = Campaign.objects.filter(pk__in=Claim.objects.values("campaign"))
    for pk, campaign in sorted(told.in_bulk(sorted(whole | set(people))).items()):
        ids = None if pk in whole else sorted(people[pk])
        follow(campaign, now=clock.now(campaign), resident_ids=ids)


@transaction.atomic
def follow(
    campaign: Campaign, *, now: datetime, resident_ids: Iterable[int] | None = None
) -> dict[int, int]:
    """Open what has lost its payment, close what has found one. Said twice it changes nothing.

    Out: claim → payment of those that were closed just now.
    """
    by = User.system()
    values = {
        "campaign_id": campaign.pk,
        "resident_ids": None if resident_ids is None else list(resident_ids),
        "days": DAYS,
        "now": now,
        "by": by.pk,
        "why": GONE,
    }
    closed: dict[int, int] = {}
    with connection.cursor() as cursor:
        sql.run(cursor, "payments", "claims_reopen", values)
        reopened = dict(cursor.fetchall())
        while sql.run(cursor, "payments", "claims_close", values):
            closed |= dict(cursor.fetchall())
    for action, rows in ((REOPENED, reopened), (CLOSED, closed)):
        AuditEntry.objects.bulk_create(
            AuditEntry(
                at=now, by=by, action=action, campaign_id=campaign.pk,
                object_kind="payment_claim", object_id=claim, facts={"payment": payment},
            )
            for claim, payment in rows.items()
        )  # fmt: skip
    return closed
