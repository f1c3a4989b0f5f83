"""Payment lines by the million: the order in which sql/*.sql run. Transactions are the caller's.

Two ways lead into one classification (sql/classify.sql): lines of a file are classified in staging
and inserted once in their final state; payments taken in earlier are classified again and only
those that differ are updated. Temp tables hand over between the statements:

    staged, set_apart → original → touched → decided → candidate, people → judged → verdict → named

Who is registered for what a payment names is found by rules in order, each a file of sql/rules
that names the matches it explains (R-354).
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

from django.conf import settings

from config.lib import copyin, priority, sql, tabular
from config.lib.child import CPU_SECONDS, WALL_SECONDS, Child
from payments import parse
from payments.ahead import Ahead
from payments.parse import Summary
from payments.rules import Terms

POSTING_LOCK = 390_001  # first half of the advisory lock; the second is the campaign
MEMORY = "160MB"  # for each sort; hashes may take twice as much
LARGE = 4_000_000  # bytes of a file, some 20,000 lines
FEW = 200_000  # payments to look at again that are reached by indexes, however many there are
TEMP = (
    "staged", "set_apart", "original", "touched", "taken_back", "people_kept", "judged", "rival",
    "gone", "heir", "decided", "by_hand", "named",
)  # fmt: skip
RULES = tuple(
    f"rules/{file.name.removesuffix('.sql')}"
    for file in sorted((resources.files("payments") / "sql" / "rules").iterdir(), key=str)
)
MATCH = ("named", *RULES, "match")
Tell = Callable[[int], None]  # lines read so far


def stage(cursor: Any, path: Path, terms: Terms, tell: Tell, **arguments: Any) -> Summary:
    """Parse the file in child processes into temp tables staged and set_apart.

    While the children read, this process joins the people; their blocks wait in memory.
    Errors: FileFault, ChildFailed.
    """
    if is_large(path):
        priority.give_way(cursor, own_server=settings.EMBEDDED)
    cursor.execute(f"set local work_mem = '{MEMORY}'")
    _run(cursor, "stage")
    _run(cursor, "people", _values(terms))
    children = _readers(path, campaign_id=terms.campaign_id, **arguments)
    with Ahead(children) as feed:
        if is_large(path):
            _run(cursor, "people_kept")
        copyin.copy_blocks(cursor, "staged", parse.COLUMNS, feed.first(tell))
        copyin.copy_blocks(cursor, "set_apart", parse.APART, feed.second())
        if fault := feed.fault():
            raise fault
    return parse.merge([child.result for child in children])


def _readers(path: Path, **arguments: Any) -> list[Child]:
    """One child for a small file; for a large text up to 3, and one processor left to people.

    A city's file has 1.3 GB: it is read at 15 MB a second, on a busy machine at one.
    """
    if not is_large(path):
        return [Child(partial(parse.read_payments, path, **arguments))]
    cuts = tabular.stretches(path, max(1, min(3, len(os.sched_getaffinity(0)) - 1)))
    seen = parse.Seen(len(cuts))
    read = partial(parse.read_payments, path, seen=seen, **arguments)
    megabytes = path.stat().st_size >> 20
    return [
        Child(
            partial(read, stretch=cut, reader=number),
            cpu_seconds=CPU_SECONDS + megabytes,
            wall_seconds=WALL_SECONDS + 10 * megabytes,
        )
        for number, cut in enumerate(cuts)
    ]


def is_large(path: Path) -> bool:
    """Whether joining all people beforehand, and statistics afterwards, are worth their time."""
    return path.stat().st_size >= LARGE


def lock(cursor: Any, campaign_id: int) -> None:
    """One posting at a time for a campaign; held until the transaction ends.

    Everything that classifies takes it first, so that each sees what the one before wrote.
    """
    cursor.execute("select pg_advisory_xact_lock(%s, %s)", [POSTING_LOCK, campaign_id])


def post(
    cursor: Any,
    terms: Terms,
    *,
    file_id: int,
    by_id: int,
    now: datetime,
    problems: Mapping[str, tuple[str, object]],
    tell: Callable[[str], None],
    large: bool,
) -> None:
    """Everything from staged lines to live matches. `problems`: code → (column, message)."""
    values = _values(terms, file_id=file_id, by_id=by_id, now=now)
    values["columns"] = json.dumps({code: column for code, (column, _) in problems.items()})
    values["messages"] = json.dumps({code: str(text) for code, (_, text) in problems.items()})
    for stage, names in (
        ("comparing", ("reject", "nameless", "repeated", "correct", "tie", "touched_by_file")),
        ("classifying", ("taken_back", "decided", "candidate", "classify")),
        ("posting", ("apply", "post_new")),
        ("matching", (*MATCH, *(("renew_statistics",) if large else ()))),
    ):
        tell(stage)
        for name in names:
            _run(cursor, name, values)
    clear(cursor)


def classify_again(
    cursor: Any,
    terms: Terms,
    touched: str,
    *,
    by_id: int,
    now: datetime,
    resident_ids: Sequence[int] = (),
    payment_ids: Sequence[int] = (),
) -> None:
    """Classify payments taken in earlier. `touched`: all, open, by_people (of these residents),
    by_decisions (of these payments)."""
    values = _values(terms, by_id=by_id, now=now)
    values |= {"resident_ids": list(resident_ids), "payment_ids": list(payment_ids)}
    everything = touched == "all"
    with whole_tables(cursor) if everything else nullcontext():
        _derive(
            cursor,
            touched,
            values,
            original=("original_all", "tie", "doubtful") if everything else ("original_none",),
        )
        for name in ("apply", *MATCH):
            _run(cursor, name, values)
        clear(cursor)


def void(
    cursor: Any, terms: Terms, *, file_id: int, by_id: int, now: datetime, why: str, large: bool
) -> None:
    """From a posted file to payments as if it had never come. `why` ends the matches (R-357)."""
    values = _values(terms, file_id=file_id, by_id=by_id, now=now) | {"why": why}
    with whole_tables(cursor) if large else nullcontext():
        for name in ("void_hand_over", "void_remove"):
            _run(cursor, name, values)
        _derive(cursor, "by_void", values | {"file_id": None}, original=("tie",))
        for name in ("apply", *MATCH):
            _run(cursor, name, values)
        clear(cursor)


def look_for_doubtful(cursor: Any, terms: Terms) -> None:
    """For the books: temp table doubtful, the payments that are not plainly in order. It stays
    until the transaction ends."""
    _run(cursor, "doubtful", _values(terms))


def derive(cursor: Any, terms: Terms) -> None:
    """For the books: temp table touched and temp view verdict of all that is doubtful."""
    _derive(cursor, "all", _values(terms), original=("original_none",))


def _derive(cursor: Any, touched: str, values: dict[str, Any], *, original: Sequence[str]) -> None:
    """`original`: the statements that say which corrections are tied anew, and what is doubtful."""
    cursor.execute(f"set local work_mem = '{MEMORY}'")
    for name in ("stage", "people", *original, f"touched_{touched}"):
        _run(cursor, name, values)
    cursor.execute("select count(*) <= %s from touched", [FEW])
    if cursor.fetchone()[0]:
        # Each by its indexes, which planned for slow discs would seem dearer than whole tables.
        cursor.execute("set local enable_nestloop to default; set local random_page_cost = 1.1")
    for name in ("taken_back", "decided", "candidate", "classify"):
        _run(cursor, name, values)


def stage_settled(cursor: Any, campaign_id: int, registration_ids: list[int] | None = None) -> None:
    """Temp table `settled`, as ports.stage_settled says; postings wait until this one is over."""
    lock(cursor, campaign_id)
    values = {"campaign_id": campaign_id, "registration_ids": registration_ids}
    _run(cursor, "settled", values)


@contextmanager
def whole_tables(cursor: Any) -> Iterator[None]:
    """For statements that read whole tables: memory, and no nested loops, which planned on
    statistics of before a large import would not end."""
    cursor.execute(f"set local work_mem = '{MEMORY}'")
    cursor.execute("set local enable_nestloop = off")
    yield
    cursor.execute("set local enable_nestloop to default; set local random_page_cost to default")


def clear(cursor: Any) -> None:
    """Temp tables go with the transaction; several postings may share one."""
    cursor.execute(f"drop table if exists {', '.join(TEMP)} cascade")
    cursor.execute("drop view if exists people")


def _values(
    terms: Terms,
    *,
    file_id: int | None = None,
    by_id: int | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    return {
        "campaign_id": terms.campaign_id,
        "insurance": terms.insurance,
        "coverage_from": terms.coverage_from,
        "year": terms.year,
        "late_from": terms.late_from,
        "holds_late": terms.holds_late,
        "file_id": file_id,
        "by": by_id,
        "known_at": now,
    }


def _run(cursor: Any, name: str, values: dict[str, Any] | None = None) -> int:
    return sql.run(cursor, "payments", name, values)
