"""The invariants, proven: payments' own, the roll-ups against a recount, the sums of money."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from typing import Any

from django.db import connection, connections, transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext_noop

from config.lib import sql
from enrollment import changes, clock
from enrollment.models import Campaign, SourceFile, User
from payments import bulk
from payments.books import Check, checks
from payments.models import CollectionBatch
from reports.finance import rollups as money
from reports.missed.rules import excused
from reports.models import BooksRun, Rollup

ROLLUPS = gettext_noop("8 roll-ups equal a recount")
FINANCE = gettext_noop("10 the sums of money are all payments")


def run_books(campaign: Campaign, *, cause: str, by: User, apart: bool = False) -> BooksRun:
    """Check the books and keep what they said. `apart`: see check_books."""
    started = time.monotonic()
    found = check_books(campaign, apart=apart)
    return BooksRun.objects.create(
        campaign=campaign,
        at=clock.now(campaign),
        known_at=timezone.now(),
        by=by,
        cause=cause,
        ok=all(check.ok for check in found),
        milliseconds=round((time.monotonic() - started) * 1000),
        checks=[asdict(check) for check in found],
    )


def last_run(campaign: Campaign) -> BooksRun | None:
    return BooksRun.objects.filter(campaign=campaign).order_by("-pk").first()


def check_books(campaign: Campaign, *, apart: bool = False) -> list[Check]:
    """Every check of one campaign, in the order of the invariants, with how much it proved.

    What has not been heard yet is late, not wrong: waiting changes are consumed first, and sums
    that something was heard about are counted again; `apart`, on a connection of their own, so
    that a job, which is one transaction, does not keep postings waiting until it is over. A
    posting that commits between two statements of a check would look like a breach; so what is
    found is looked at once more while no posting runs.
    """
    _beside(_hear, campaign.pk) if apart else _hear(campaign.pk)
    found = _checks(campaign)
    if any(not check.ok for check in found):
        with transaction.atomic(), connection.cursor() as cursor:
            bulk.lock(cursor, campaign.pk)
            _hear(campaign.pk)
            found = _checks(campaign)
    return found


def _hear(campaign_id: int) -> None:
    """Changes before sums: every consumer waits for the roll-ups' row first, then for the sums'."""
    changes.consume()
    if campaign := Campaign.objects.filter(pk=campaign_id).first():
        money.settle(campaign)


def _beside(function: Callable[[int], None], campaign_id: int) -> None:
    def work() -> None:
        try:
            function(campaign_id)
        finally:
            connections.close_all()  # of this thread

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(work).result()


def _checks(campaign: Campaign) -> list[Check]:
    found = [*checks(campaign), _rollups(campaign)]
    finance, counted = _finance(campaign)
    sizes = _sizes(campaign, counted)
    found = [replace(check, **sizes.get(_number(check), {})) for check in [*found, finance]]
    return sorted(found, key=_number)


def _number(check: Check) -> int:
    return int(check.name.partition(" ")[0])


def _rollups(campaign: Campaign) -> Check:
    """8: the roll-ups equal a recount, and children sum to their parent."""
    params = {
        "campaign_id": campaign.pk,
        "insurance": campaign.insurance,
        "coverage_from": campaign.coverage_from,
        "household": list(campaign.policy["subsidies"].household_keys),
        "excused": list(excused(campaign.policy)),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        sql.run(cursor, "reports", "check_rollups", params)
        rows = cursor.fetchall()
    return Check(
        name=ROLLUPS,
        ok=not rows,
        expected=0,
        found=len(rows),
        rows=[_say(row) for row in rows[:20]],
    )


def _say(row: Sequence[object]) -> str:
    region_id, what, rolled_up, counted = row
    return f"region {region_id}, {what}: rolled up {rolled_up}, recount {counted}"


def _finance(campaign: Campaign) -> tuple[Check, dict[str, int]]:
    """10: what the finance pages sum up is all payments, matches and registrations. Beside it how
    many there are, which this check has counted anyway."""
    params = {"campaign": campaign.pk, "top": campaign.region_id}
    with transaction.atomic(), connection.cursor() as cursor, bulk.whole_tables(cursor):
        sql.run(cursor, "reports", "check_finance", params)
        rows = cursor.fetchall()
        cursor.execute("select * from finance_counted")
        names = [column.name for column in cursor.description]
        counted = {name: int(n) for name, n in zip(names, cursor.fetchone(), strict=True)}
    found = rows[0][1] if rows else 0
    return Check(FINANCE, not rows, 0, found, [what for what, _n in rows]), counted


def _sizes(campaign: Campaign, counted: dict[str, int]) -> dict[int, dict[str, Any]]:
    """Number of the check → how many rows and fen it proves. Nothing large is read for it."""
    files = list(
        SourceFile.objects.filter(
            campaign=campaign, kind=SourceFile.Kind.PAYMENTS, state=SourceFile.State.POSTED
        ).values_list("read", "new", "known", "conflict", "counts")
    )
    own = [file for file in files if "fen" in file[4]]  # not the same bytes as another
    payments = {"size": counted["payments"], "fen": counted["fen"]}
    lines = sum(new + known + conflict for _read, new, known, conflict, _c in own)
    batches = CollectionBatch.objects.filter(campaign=campaign).exclude(state="void")
    balanced = batches.aggregate(n=Count("id"), sum_fen=Sum("fen", default=0))
    kept = Rollup.objects.filter(campaign_id=campaign.pk, region_id=campaign.region_id)
    return {
        1: {
            "size": sum(read for read, *_rest in files),
            "fen": sum(file[4]["fen"]["read"] for file in own),
        },
        2: {"size": lines},
        3: payments,
        4: {"size": counted["matched"], "fen": counted["matched_fen"]},
        5: {"size": counted["people"], "fen": counted["matched_fen"]},
        6: {"size": counted["people"], "fen": counted["fee_fen"]},
        7: {"size": balanced["n"], "fen": balanced["sum_fen"]},
        8: {"size": kept.aggregate(n=Sum("registered"))["n"] or 0},
        9: payments,
        10: payments,
    }
