"""A file about people becomes residents, identities, households and prior enrollments."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.lib import copyin, sql
from config.lib.child import Child
from enrollment import changes
from enrollment.asked import asked_by
from enrollment.bulk import columns, problems, reading, session
from enrollment.bulk.places import registered_in
from enrollment.bulk.session import Progress
from enrollment.errors import Refused
from enrollment.models import Campaign, SourceFile, User
from enrollment.rules import registering_windows

APP = "enrollment"
ENOUGH_TO_ANALYZE = 5_000  # rows that make the planner's statistics worth renewing
TABLES = ("household", "resident", "identity", "priorenrollment")


@dataclass(frozen=True)
class PeopleCounts:
    """Rows of the file; read = new + changed + known + rejected."""

    read: int
    new: int
    changed: int
    known: int
    rejected: int


class RowsRefused(Exception):
    """People of these rows may not be registered: (line, code of the problem, detail)."""

    def __init__(self, rows: Sequence[tuple[int, str, str]]):
        super().__init__(len(rows))
        self.rows = rows


@transaction.atomic
def import_residents(
    file: SourceFile, path: Path, *, by: User, now: datetime, progress: Progress, why: str = ""
) -> dict[str, Any]:
    """Take in the household register and who was enrolled last year, all of the file or nothing.

    In:     `path` holds the bytes of `file`; columns as CONTRACT's Residents.
    Out:    what the command prints: file, counts, problems and warnings (code → rows).
    Errors: Refused with file and line for a fault of the file, or for an archived campaign.
    Cost:   set-based; 1,000,000 rows in docs/PERFORMANCE.md.
    """
    if file.campaign.state == Campaign.State.ARCHIVED:
        raise Refused(_("This campaign is archived; nothing is taken in any more."))
    with connection.cursor() as cursor:
        session.prepare(cursor, file, by)
        stage_people(cursor, file, path, columns.PEOPLE, now=now, progress=progress)
        counts = write_people(cursor, file, now=now, progress=progress)
    file.new, file.changed = counts.new, counts.changed
    file.known, file.rejected = counts.known, counts.rejected
    session.post(file, "import_residents", by=by, now=now, why=why)
    if counts.new or counts.changed:
        changes.append(
            changes.PEOPLE_KNOWN, campaign_id=file.campaign_id, at=now, source_file_id=file.pk
        )
    return {
        **session.told(file),
        "read": counts.read,
        "new": counts.new,
        "changed": counts.changed,
        "known": counts.known,
        "rejected": counts.rejected,
    }


def stage_people(
    cursor: Any,
    file: SourceFile,
    path: Path,
    synonyms: Mapping[str, tuple[str, ...]],
    *,
    now: datetime,
    progress: Progress,
    in_window: Callable[[date], bool] | None = None,
    tiers: Sequence[str] = (),
) -> None:
    """Read the file in a child process into temp table people_staged, and find its places."""
    sql.run(cursor, APP, "people_stage")
    campaign = file.campaign
    child = Child(
        partial(
            reading.read_people,
            path,
            synonyms,
            now=now,
            in_window=in_window,
            tiers=tiers,
            registered_here=registered_in(campaign.region)
            if asked_by(campaign.policy).residence
            else None,
        )
    )
    session.copy_from_child(
        cursor,
        file,
        "people_staged",
        reading.STAGED,
        child,
        lambda rows: progress(gettext_noop("Reading the file"), rows, 0),
    )
    found: reading.Reading = child.result
    file.read = found.read
    file.facts = {**file.facts, **found.facts}
    windows = registering_windows(file.campaign.policy)
    problems.stage_words(cursor, found.headers, windows, tiers)
    progress(gettext_noop("Finding places"), found.read, found.read)
    sql.run(cursor, APP, "people_places", {"path": file.campaign.region.path})


def write_people(
    cursor: Any,
    file: SourceFile,
    *,
    now: datetime,
    progress: Progress,
    admit: Callable[[], None] | None = None,
) -> PeopleCounts:
    """Judge what is staged, write it, list its problems. Leaves temp table people_judged.

    `admit` is given where the file registers people. Who is registered elsewhere is rejected,
    unchanged; and once all are written, `admit` raises RowsRefused for who may not be registered:
    only then all that tells is known, the marks of a household joined among it. Everything written
    is undone, and done again without these rows, until `admit` accepts it.

    Errors: RuntimeError where the outcomes do not add up to the rows read: nothing stays.
    Cost:   a file with refused rows is written twice; one without, once.
    Source: docs/RULES.md R-171.
    """
    session.wait_for_other_bulk_writers(cursor)
    params = {
        "file_id": file.pk,
        "path": file.campaign.region.path,
        "campaign_id": file.campaign.pk,
        "registering": admit is not None,
        "insurance": file.campaign.insurance,
        "coverage_from": file.campaign.coverage_from,
        "last_year": session.a_year_before(file.campaign.coverage_from),
        "now": now,
        "formerly": _("formerly written %(name)s") % {"name": "%s"},
    }

    def judge_and_write() -> None:
        progress(gettext_noop("Checking"), file.read, file.read)
        sql.run(cursor, APP, "people_check", params)
        progress(gettext_noop("Writing people"), file.read, file.read)
        sql.run(cursor, APP, "people_write", params)
        if admit:
            admit()

    refused = True
    while refused:
        try:
            session.again_where_a_desk_was_quicker(judge_and_write)
        except RowsRefused as these:
            copyin.copy_rows(cursor, "people_refused", ("line", "problem", "detail"), these.rows)
            cursor.execute("analyze people_refused")
        else:
            refused = False
    sql.run(cursor, APP, "people_problems", params)
    cursor.execute("select outcome, count(*) from people_judged group by outcome")
    outcomes = dict(cursor.fetchall())
    counts = PeopleCounts(
        read=file.read,
        **{name: outcomes.get(name, 0) for name in ("new", "changed", "known", "rejected")},
    )
    if counts.new + counts.changed + counts.known + counts.rejected != counts.read:
        raise RuntimeError(f"rows do not add up: {counts}")
    if counts.new >= ENOUGH_TO_ANALYZE:
        session.analyze(cursor, *(f"{APP}_{table}" for table in TABLES))
    return counts
