"""Taking in an uploaded file and asking a worker to import it: shared by page and API."""

from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from enrollment import files, jobs
from enrollment.models import Campaign, SourceFile, User


@transaction.atomic
def take_in_payments(
    campaign: Campaign,
    *,
    name: str,
    source: BinaryIO,
    by: User,
    now: datetime,
    idempotency_key: str | None = None,
) -> SourceFile:
    """Store the file and queue its import. Errors: Refused for an empty file."""
    row = files.take_in(
        campaign,
        SourceFile.Kind.PAYMENTS,
        name,
        source,
        by,
        now,
        idempotency_key=idempotency_key,
    )
    row.job = jobs.enqueue(
        "payments.import", by=by, now=now, campaign=campaign, args={"file": row.pk}
    )
    row.save(update_fields=["job"])
    return row
