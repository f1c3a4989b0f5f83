"""The database session of bulk work: memory, order among bulk writers, who did it."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from psycopg2.errors import UniqueViolation

from config.lib import copyin
from config.lib.child import Child, ChildFailed
from config.lib.tabular import FileFault
from enrollment import files
from enrollment.errors import Refused
from enrollment.files import taken_in_before
from enrollment.models import SourceFile, User

Progress = Callable[[str, int, int], object]  # stage (an English msgid), done, total
Result = TypeVar("Result")
ATTEMPTS = 3


def spoken(say: Callable[[str], object]) -> Progress:
    """A Progress for a command: a line for each stage, and one for each 100,000 rows."""
    told = ("", 0)

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal told
        if (stage, done // 100_000) != told:
            told = (stage, done // 100_000)
            say(f"{stage} …" + (f" {done}" if done else ""))

    return progress


def prepare(cursor: Any, file: SourceFile, by: User) -> None:
    """For this transaction: memory for sorts and hashes, and the history's context."""
    cursor.execute("set local work_mem = '256MB'")
    cursor.execute("set local maintenance_work_mem = '256MB'")
    # pghistory's own context would rewrite every statement, COPY among them (STACK).
    context = json.dumps({"source_file": file.pk, "user": by.pk})
    cursor.execute(
        "select set_config('pghistory.context_id', gen_random_uuid()::text, true),"
        " set_config('pghistory.context_metadata', %s, true)",
        [context],
    )


def wait_for_other_bulk_writers(cursor: Any) -> None:
    """Bulk writers of people go one after the other: two in different orders would deadlock."""
    cursor.execute("select pg_advisory_xact_lock(hashtext('canbao bulk writers of people'))")


def copy_from_child(
    cursor: Any,
    file: SourceFile,
    table: str,
    columns: Iterable[str],
    child: Child,
    report: Callable[[int], object],
) -> None:
    """COPY what a child process makes of a file; `report` hears the rows so far.

    Errors: Refused with the file's name, line and column, or with what became of the child.
    """
    faults: list[Exception] = []
    try:
        copyin.copy_blocks(cursor, table, list(columns), _watched(child, faults, report))
    except Exception:
        if not faults:
            raise
    if not faults:
        return
    if isinstance(faults[0], FileFault):
        raise Refused(f"{file.name}, {fault}" for fault in faults[0].faults) from None
    if isinstance(faults[0], ChildFailed):
        raise Refused(
            _("%(name)s cannot be read: %(why)s") % {"name": file.name, "why": faults[0]}
        ) from None
    raise faults[0]


def _watched(
    child: Child, faults: list[Exception], report: Callable[[int], object]
) -> Iterator[bytes]:
    """psycopg2 tells of a fault inside COPY as its own error: keep the real one."""
    rows = 0
    try:
        for block in child:
            rows += block.count(b"\n")
            report(rows)
            yield block
    except Exception as fault:
        faults.append(fault)
        raise


def again_where_a_desk_was_quicker(work: Callable[[], Result]) -> Result:
    """Run `work` in a savepoint; where someone else has just added the same person, once more."""
    for _attempt in range(ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return work()
        except IntegrityError as error:
            if not isinstance(error.__cause__, UniqueViolation):
                raise
    with transaction.atomic():
        return work()


def a_year_before(day: date) -> date:
    """The same day a year earlier; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def analyze(cursor: Any, *tables: str) -> None:
    """Renew the planner's statistics: what follows in this transaction meets full tables.

    A table may name its columns, `table (a, b)`: fewer are sampled in less time.
    """
    for table in tables:
        cursor.execute(f"analyze {table}")


def post(file: SourceFile, action: str, *, by: User, now: datetime, why: str) -> None:
    """The file is posted with its counts, and the act stands in the audit."""
    file.state, file.posted_at = SourceFile.State.POSTED, now
    file.save()
    names = ("sha256", "read", "new", "changed", "known", "rejected")
    facts = {name: getattr(file, name) for name in names}
    files.audit(file, action, by=by, now=now, why=why, facts=facts)


def told(file: SourceFile) -> dict[str, Any]:
    """What a command tells of a file besides its counts; problems and warnings: code → rows."""
    by_code: dict[bool, dict[str, int]] = {True: {}, False: {}}
    rows = file.problems.order_by("code").values_list("rejected", "code")  # type: ignore[attr-defined]
    for rejected, code, number in rows.annotate(Count("id")):
        by_code[rejected][code] = number
    return {
        "file": file.pk,
        "name": file.name,
        "problems": by_code[True],
        "warnings": by_code[False],
        "notes": [note for note in (taken_in_before(file), *file.facts.get("notes", ())) if note],
        "unknown_columns": file.facts.get("unknown_columns", []),
    }
