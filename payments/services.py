"""Every write of payments: a file is posted, standings are derived again."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from config.lib.child import ChildFailed
from config.lib.tabular import FileFault
from enrollment import changes, files
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, SourceFile, User
from payments import bulk, layout, queries, rules
from payments.parse import Summary

log = logging.getLogger("canbao.payments")
Progress = Callable[..., None]

# Stages as a person reads them, and how far the work is when each begins (of 1000).
STAGES = {
    "reading": (gettext_noop("Reading the lines"), 0),
    "comparing": (gettext_noop("Comparing with earlier lines"), 450),
    "classifying": (gettext_noop("Finding whom each payment is for"), 500),
    "posting": (gettext_noop("Posting the payments"), 620),
    "matching": (gettext_noop("Writing the matches"), 800),
    "checking": (gettext_noop("Checking that no fen is missing"), 970),
}
PROBLEMS = {
    "no_date": (layout.FIELDS["paid"][0], _("There is no usable date of payment.")),
    "no_year": (layout.FIELDS["since"][0], _("There is no usable coverage year.")),
}


class BooksDisagree(Exception):
    """What was posted is not what was read: a fault of ours; everything is rolled back."""


def _silent(stage: str, done: int = 0, total: int = 0) -> None:
    pass


@transaction.atomic
def import_payments(
    source_file: SourceFile,
    path: Path,
    *,
    by: User,
    now: datetime,
    progress: Progress = _silent,
) -> dict[str, Any]:
    """Take in a payment detail file and classify what it brings or touches, all or nothing.

    In:     the row that files.take_in wrote, and its bytes in the clear at `path`.
    Out:    counts as in queries.file_result; the same bytes again change nothing.
    Errors: Refused with the file's name and line in each sentence.
    """
    file = SourceFile.objects.select_for_update().get(pk=source_file.pk)
    if file.state == SourceFile.State.POSTED:
        return queries.file_result(file)
    if before := _posted_before(file):
        return _nothing_new(file, before, now)
    campaign = Campaign.objects.select_related("region").get(pk=file.campaign_id)
    terms = rules.terms_of(campaign)

    def tell(stage: str, share: float = 0) -> None:
        text, begins = STAGES[stage]
        following = min((start for _t, start in STAGES.values() if start > begins), default=1000)
        progress(text, int(begins + (following - begins) * min(share, 1)), 1000)

    with connection.cursor() as cursor:
        summary = _read(cursor, file, path, campaign, terms, now, tell)
        bulk.lock(cursor, campaign.pk)
        bulk.post(
            cursor,
            terms,
            file_id=file.pk,
            by_id=by.pk,
            now=now,
            problems=PROBLEMS,
            tell=tell,
            large=bulk.is_large(path),
        )
    tell("checking")
    return _close(file, summary, by=by, now=now)


def _read(
    cursor: Any,
    file: SourceFile,
    path: Path,
    campaign: Campaign,
    terms: rules.Terms,
    now: datetime,
    tell: Callable[..., None],
) -> Summary:
    lines = _lines_expected(path)
    tell("reading")
    try:
        summary = bulk.stage(
            cursor,
            path,
            terms,
            lambda done: tell("reading", done / lines if lines else 0),
            townships=queries.townships(campaign),
            today=timezone.localdate(now),
        )
    except FileFault as fault:
        raise Refused([f"{file.name}: {each}" for each in fault.faults]) from None
    except ChildFailed as failure:
        log.warning("file %s: %s", file.pk, failure)
        raise Refused(
            _("%(name)s: the file cannot be read; it is too large or damaged (%(why)s).")
            % {"name": file.name, "why": failure}
        ) from None
    if not summary.read:
        raise Refused(_("%(name)s: there are no lines below the header.") % {"name": file.name})
    return summary


def _lines_expected(path: Path) -> int:
    """About how many lines a text file has, from its beginning; 0 where that says nothing."""
    with path.open("rb") as file:
        sample = file.read(1 << 16)
        size = file.seek(0, 2)
    lines = sample.count(b"\n")
    return 0 if sample[:2] in (b"PK", b"\xd0\xcf") else size * lines // len(sample)


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


def _close(file: SourceFile, summary: Summary, *, by: User, now: datetime) -> dict[str, Any]:
    """Prove that what was posted is what was read, write the file's counts, tell the others."""
    standings = queries.standings(file_id=file.pk)
    posted = queries.outcomes(file.pk, standings)
    rows = {outcome: count for outcome, (count, _fen) in posted.items()}
    fen = {outcome: amount for outcome, (_count, amount) in posted.items()}
    if sum(rows.values()) != summary.read or sum(fen.values()) != summary.fen:
        raise BooksDisagree(f"file {file.pk}: {summary.read} rows, {summary.fen} fen; {posted}")
    file.state, file.posted_at = SourceFile.State.POSTED, now
    file.read, file.new, file.known = summary.read, rows["new"], rows["known"]
    file.conflict, file.rejected = rows["conflict"], rows["rejected"]
    file.facts |= {
        "encoding": summary.encoding,
        "sheet": summary.sheet,
        "header_line": summary.header_line,
        "headers": summary.headers,
        "unknown_columns": summary.unknown,
        "notes": [*summary.notes, *_notes(summary)],
    }
    file.counts = {
        "fen": {"read": summary.fen, "as_written": summary.fen_as_written, **fen},
        "declared": {"rows": summary.declared_rows, "fen": summary.declared_fen},
    }
    file.save()
    AuditEntry.objects.create(
        at=now,
        by=by,
        action="import_payments",
        campaign_id=file.campaign_id,
        object_kind="source_file",
        object_id=file.pk,
        facts={"read": summary.read, **rows},
    )
    changes.append(
        changes.PAYMENTS_POSTED, campaign_id=file.campaign_id, at=now, source_file_id=file.pk
    )
    return queries.file_result(file, standings)


def _notes(summary: Summary) -> list[str]:
    if not summary.cut_receipts:
        return []
    text = _("%(n)s receipt numbers were cut off by a spreadsheet and count as missing.")
    return [text % {"n": summary.cut_receipts}]


@transaction.atomic
def reconcile(campaign: Campaign, *, by: User, now: datetime) -> dict[str, Any]:
    """Derive all standings of the campaign again from the facts; only what differs is written."""
    _classify(campaign, "all", by=by, now=now)
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
