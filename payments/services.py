"""Every write of payments: a file is posted, standings are derived again."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from enrollment import changes, files
from enrollment.models import Campaign, SourceFile, User
from payments import acceptance, bulk, posting, queries, rules
from payments.posting import Progress
from payments.voiding import void_file as void_file


def _silent(stage: str, done: int = 0, total: int = 0) -> None:
    pass


@transaction.atomic
def import_payments(
    source_file: SourceFile,
    path: Path,
    *,
    by: User,
    now: datetime,
    accepted_by: User | None = None,
    progress: Progress = _silent,
) -> dict[str, Any]:
    """Take in a payment detail file and classify what it brings or touches, all or nothing.

    In:     the row that files.take_in wrote, and its bytes in the clear at `path`.
    Out:    counts as in queries.file_result; the same bytes again change nothing. Where the notice
            asks for a second person and none has accepted, the counts that would come, and
            `state` "checked": nothing but these is written.
    Errors: Refused with the file's name and line in each sentence.
    """
    file = SourceFile.objects.select_for_update().get(pk=source_file.pk)
    if file.state in (SourceFile.State.POSTED, SourceFile.State.VOIDED):
        return queries.file_result(file)
    campaign = Campaign.objects.select_related("region").get(pk=file.campaign_id)
    if before := _posted_before(file):
        posting.compare_typed(file, before.read, before.rejected, before.counts.get("fen", {}))
        return _nothing_new(file, before, now)
    if accepted_by is not None:
        acceptance.accept(file, by=accepted_by, now=now)
    if acceptance.is_wanted(campaign) and not acceptance.is_given(file):
        return acceptance.check(file, path, campaign, by=by, now=now, progress=progress)
    return posting.post(file, path, campaign, by=by, now=now, progress=progress)


def _posted_before(file: SourceFile) -> SourceFile | None:
    """The posted file with the very same bytes, if it still stands."""
    before = file.facts.get("taken_in_before")
    if not before:
        return None
    rows = SourceFile.objects.select_for_update()  # waits for whoever is voiding it
    return rows.filter(pk=before["file"], state=SourceFile.State.POSTED).first()


def _nothing_new(file: SourceFile, before: SourceFile, now: datetime) -> dict[str, Any]:
    """The same bytes again: every line is known, and nothing but this row is written."""
    file.state, file.posted_at = SourceFile.State.POSTED, now
    file.read = file.known = before.read
    file.counts = {"same_as": before.pk}
    file.save(update_fields=["state", "posted_at", "read", "known", "counts"])
    return queries.file_result(file) | {"note": files.taken_in_before(file)}


@transaction.atomic
def reconcile(campaign: Campaign, *, by: User, now: datetime) -> dict[str, Any]:
    """Derive all standings of the campaign again from the facts; only what differs is written."""
    _classify(campaign, "all", by=by, now=now)
    changes.append(changes.PAYMENTS_DECIDED, campaign_id=campaign.pk, at=now)
    return queries.standings(campaign_id=campaign.pk).result()


@transaction.atomic
def classify_people(
    campaign: Campaign, resident_ids: Iterable[int], *, by: User, now: datetime
) -> None:
    """Look again at the payments of these people: their registrations have changed."""
    _classify(campaign, "by_people", by=by, now=now, resident_ids=sorted(set(resident_ids)))


@transaction.atomic
def classify_open(campaign: Campaign, *, by: User, now: datetime) -> None:
    """Look again at every open payment: many people have been registered."""
    _classify(campaign, "open", by=by, now=now)


@transaction.atomic
def classify_payments(
    campaign: Campaign, payment_ids: Iterable[int], *, by: User, now: datetime
) -> None:
    """Look again at these payments, and at what they may free: somebody has decided of them."""
    _classify(campaign, "by_decisions", by=by, now=now, payment_ids=sorted(set(payment_ids)))


def _classify(campaign: Campaign, touched: str, *, by: User, now: datetime, **people: Any) -> None:
    terms = rules.terms_of(campaign)
    with connection.cursor() as cursor:
        bulk.lock(cursor, campaign.pk)
        bulk.classify_again(cursor, terms, touched, by_id=by.pk, now=now, **people)
