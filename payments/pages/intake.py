"""Taking in an uploaded file and asking a worker to import it: shared by page and API."""

from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from enrollment import files, jobs
from enrollment.models import Campaign, SourceFile, User
from payments import posting


def too_large() -> str:
    """What a person or a system is told of a file above the limit of forms and API."""
    said = _("The file has more than %(n)s MB: send it in parts.")
    return said % {"n": settings.PAYMENTS_MOST_BYTES >> 20}


@transaction.atomic
def take_in_payments(
    campaign: Campaign,
    *,
    name: str,
    source: BinaryIO,
    by: User,
    now: datetime,
    rows: int | None = None,
    fen: int | None = None,
    idempotency_key: str | None = None,
    facts: Mapping[str, str] | None = None,
) -> SourceFile:
    """Store the file and queue its import. Errors: Refused for an empty file.

    rows, fen: as whoever sends it declares them; facts: kept with the file.
    """
    row = files.take_in(
        campaign,
        SourceFile.Kind.PAYMENTS,
        name,
        source,
        by,
        now,
        idempotency_key=idempotency_key,
    )
    row.facts |= facts or {}
    posting.declare(row, rows=rows, fen=fen)
    row.job = jobs.enqueue(
        "payments.import", by=by, now=now, campaign=campaign, args={"file": row.pk}
    )
    row.save(update_fields=["job"])
    return row
