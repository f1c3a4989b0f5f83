"""The tax system's list of people beside ours; it changes nothing. Source: docs/RULES.md R-388."""

import json
import logging
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.lib import copyin, sql
from config.lib.child import Child, ChildFailed
from config.lib.tabular import FileFault
from enrollment import files, jobs, ports
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, SourceFile, User
from payments import bulk
from payments.models import TaxComparison, TaxPerson
from payments.tax_out import reading

log = logging.getLogger("canbao.payments")
JOB = "payments.tax_comparison"
READING = gettext_noop("Reading the list")
COMPARING = gettext_noop("Comparing with the registrations")
Outcome = TaxPerson.Outcome


@transaction.atomic
def take_in(
    campaign: Campaign, *, name: str, source: BinaryIO, by: User, now: datetime
) -> SourceFile:
    """Store the list and ask a worker to compare it. Errors: Refused for an empty file."""
    file = files.take_in(campaign, SourceFile.Kind.TAX_PEOPLE, name, source, by, now)
    file.job = jobs.enqueue(JOB, by=by, now=now, campaign=campaign, args={"file": file.pk})
    file.save(update_fields=["job"])
    return file


@transaction.atomic
def compare(
    file: SourceFile, path: Path, *, by: User, now: datetime, progress: Any = None
) -> TaxComparison:
    """Every row of the list and every standing registration gets one outcome.

    Errors: Refused, in the file's own words, for what is no such list.
    """
    campaign = Campaign.objects.select_related("region").get(pk=file.campaign_id)
    tell = progress or (lambda *_said: None)
    row = TaxComparison.objects.create(campaign=campaign, file=file, at=now, by=by)
    with connection.cursor() as cursor:
        sql.run(cursor, "payments", "tax_stage")
        tell(READING)
        summary = _read(cursor, file, path, now)
        tell(COMPARING)
        cursor.execute("analyze tax_staged")
        cursor.execute("select distinct mark from tax_staged")
        words = {mark: _category(campaign, mark) for (mark,) in cursor.fetchall()}
        with bulk.whole_tables(cursor):
            sql.run(
                cursor,
                "payments",
                "tax_compare",
                {
                    "campaign_id": campaign.pk,
                    "comparison_id": row.pk,
                    "marks": json.dumps(words),
                },
            )
        cursor.execute(
            "select outcome, count(*) from payments_taxperson where comparison_id = %s"
            " group by outcome",
            [row.pk],
        )
        found = dict(cursor.fetchall())
        cursor.execute("drop table tax_staged, tax_found")
    row.read = summary.read
    row.words = {word: key for word, key in words.items() if word}
    row.counts = {outcome: found.get(outcome, 0) for outcome in Outcome.values}
    row.save(update_fields=["read", "words", "counts"])
    _close(file, summary, row, by=by, now=now)
    return row


def _read(cursor: Any, file: SourceFile, path: Path, now: datetime) -> reading.Summary:
    child = Child(partial(reading.read_people, path, today=timezone.localdate(now)))
    fault: Exception | None = None

    def blocks() -> Any:
        nonlocal fault
        try:
            yield from child
        except (FileFault, ChildFailed) as error:
            fault = error

    copyin.copy_blocks(cursor, "tax_staged", reading.COLUMNS, blocks())
    if isinstance(fault, FileFault):
        raise Refused([f"{file.name}: {each}" for each in fault.faults])
    if fault:
        log.warning("file %s: %s", file.pk, fault)
        raise Refused(
            _("%(name)s: the file cannot be read; it is too large or damaged (%(why)s).")
            % {"name": file.name, "why": fault}
        )
    if not child.result.read:
        raise Refused(_("%(name)s: there are no lines below the header.") % {"name": file.name})
    return child.result


def _category(campaign: Campaign, mark: str) -> str | None:
    """The category that a word means; "" for nobody special, None for a word nobody knows."""
    return ports.hardship_key(campaign.policy, mark) if mark else ""


def _close(
    file: SourceFile, summary: reading.Summary, row: TaxComparison, *, by: User, now: datetime
) -> None:
    rejected = row.counts[Outcome.REJECTED]
    file.read, file.rejected, file.known = summary.read, rejected, summary.read - rejected
    file.facts = {**file.facts, **{k: v for k, v in asdict(summary).items() if k != "read"}}
    file.state, file.posted_at = SourceFile.State.POSTED, now
    file.save(update_fields=["read", "rejected", "known", "facts", "state", "posted_at"])
    AuditEntry.objects.create(
        at=now, by=by, action="compare_with_tax_bureau", campaign_id=row.campaign_id,
        object_kind="tax_comparison", object_id=row.pk, facts=row.counts,
    )  # fmt: skip
