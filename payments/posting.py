"""One payment detail file, from its bytes to posted payments. Transactions are the caller's."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from config.lib.child import ChildFailed
from config.lib.tabular import FileFault
from enrollment import changes, files
from enrollment.errors import Refused
from enrollment.models import Campaign, SourceFile, User
from payments import bulk, layout, parse, queries, rules
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


def post(
    file: SourceFile,
    path: Path,
    campaign: Campaign,
    *,
    by: User,
    now: datetime,
    progress: Progress,
) -> dict[str, Any]:
    """Read, classify, post and prove. Errors: Refused, BooksDisagree."""
    terms = rules.terms_of(campaign)

    def tell(stage: str, share: float = 0) -> None:
        text, begins = STAGES[stage]
        following = min((start for _t, start in STAGES.values() if start > begins), default=1000)
        progress(text, int(begins + (following - begins) * min(share, 1)), 1000)

    file.problems.filter(rejected=True).delete()  # of when it was checked
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
            json_lines="json_lines" in file.facts,
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
    fen = {"read": summary.fen, "as_written": summary.fen_as_written}
    compare_typed(file, summary.read, summary.rejected, fen)
    return summary


def declare(file: SourceFile, *, rows: int | None, fen: int | None) -> None:
    """Keep what was declared beside the file; it is compared with what is read (R-359)."""
    if rows is not None or fen is not None:
        file.facts["declared"] = {"rows": rows, "fen": fen}
    file.save(update_fields=["facts"])


def compare_typed(file: SourceFile, rows: int, rejected: int, fen: dict[str, int]) -> None:
    """Refused where rows or sum that a person told beside the file are not those of the file."""
    told = file.facts.get("declared", {})
    sums = (fen.get("read", 0), fen.get("as_written", 0))
    if faults := parse.disagreements(
        told.get("rows"), told.get("fen"), rows, sums, rejected, beside=True
    ):
        raise Refused([f"{file.name}: {each}" for each in faults])


def _lines_expected(path: Path) -> int:
    """About how many lines a text file has, from its beginning; 0 where that says nothing."""
    with path.open("rb") as file:
        sample = file.read(1 << 16)
        size = file.seek(0, 2)
    lines = sample.count(b"\n")
    return 0 if sample[:2] in (b"PK", b"\xd0\xcf") else size * lines // len(sample)


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
        "declared": _declared(file, summary),
    }
    file.save()
    files.audit(file, "import_payments", by=by, now=now, facts={"read": summary.read, **rows})
    changes.append(
        changes.PAYMENTS_POSTED, campaign_id=file.campaign_id, at=now, source_file_id=file.pk
    )
    return queries.file_result(file, standings)


def _declared(file: SourceFile, summary: Summary) -> dict[str, int | None]:
    """By the file itself, else by who sent it. Both were found to agree with what was read."""
    told = file.facts.get("declared", {})
    rows, fen = summary.declared_rows, summary.declared_fen
    return {
        "rows": told.get("rows") if rows is None else rows,
        "fen": told.get("fen") if fen is None else fen,
    }


def _notes(summary: Summary) -> list[str]:
    if not summary.cut_receipts:
        return []
    text = _("%(n)s receipt numbers were cut off by a spreadsheet and count as missing.")
    return [text % {"n": summary.cut_receipts}]
