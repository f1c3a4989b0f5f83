"""Taking a register back: its rows beside what we hold, each difference a proposal.

Nothing of people, reasons or money changes here. Source: docs/RULES.md R-371 to R-373.
"""

from collections import Counter
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.lib.child import Child, ChildFailed
from config.lib.tabular import FileFault
from enrollment import files, jobs
from enrollment.errors import Refused
from enrollment.models import (
    Campaign,
    Identity,
    Region,
    SourceFile,
    SourceProblem,
    User,
)
from payments.models import RegisterIssue, RegisterProposal, RegisterReturn
from payments.register import keys, queries
from payments.register.comparing import Comparison, Found, Told
from payments.register.reading import Read, read_register, rows_in

JOB = "payments.register"
MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 30_000


@transaction.atomic
def take_in_register(
    campaign: Campaign, region: Region, *, name: str, source: BinaryIO, by: User, now: datetime
) -> RegisterReturn:
    """Keep the file sealed and ask a worker to read it. Errors: Refused for none, or too large."""
    if source.seek(0, 2) > MOST_BYTES:
        raise Refused(
            _("The file is larger than %(limit)s MB.") % {"limit": MOST_BYTES // 1024 // 1024}
        )
    source.seek(0)
    file = files.take_in(campaign, SourceFile.Kind.REGISTER, name, source, by, now)
    file.job = jobs.enqueue(JOB, by=by, now=now, campaign=campaign, args={"file": file.pk})
    file.save(update_fields=["job"])
    return RegisterReturn.objects.create(file=file, campaign=campaign, region=region)


@transaction.atomic
def read_back(
    returned: RegisterReturn, *, by: User, now: datetime, progress: jobs.Progress
) -> dict[str, Any]:
    """Read the file and write what it proposes; each row is known, proposes, or is rejected.

    Errors: Refused with file and line; for a file none of whose rows is of a register of ours.
    """
    file, campaign = returned.file, returned.campaign
    progress(gettext_noop("Reading the register"))
    rows, facts = _rows_of(file, now)
    opened = {row.key: keys.opened(row.key) for row in rows if row.key}
    issues = _issues(returned, [key.issue_id for key in opened.values() if key])
    if not issues:
        raise Refused(
            _("None of its rows is of a register made here for this place: the hidden column of "
              "keys must come back as it went out.")
        )  # fmt: skip
    villages = sorted({issue.village for issue in issues.values()}, key=lambda each: each.pk)
    locked = Region.objects.filter(pk__in=[v.pk for v in villages]).order_by("pk")
    list(locked.select_for_update(no_key=True))
    people = queries.people_of(campaign, villages, now, full_numbers=True)
    comparison = Comparison(
        campaign=campaign, issues=issues, opened=opened, today=timezone.localdate(now), now=now,
        people={each.resident_id: each for rows_ in people.values() for each in rows_},
        holders=_holders(rows), before=Found.of(campaign, villages),
    )  # fmt: skip
    progress(gettext_noop("Comparing"), 0, len(rows))
    told = [comparison.of(row) for row in rows]
    _write(returned, told, by=by, now=now)
    counts = Counter(each.outcome for each in told)
    seen = {(k.issue_id, k.resident_id) for k in opened.values() if k and k.resident_id}
    of_issues = Counter(issue_id for issue_id, _resident in seen if issue_id in issues)
    returned.absent = sum(max(0, issues[pk].people - n) for pk, n in of_issues.items())
    returned.save(update_fields=["absent"])
    file.read = len(rows)
    file.new, file.changed = counts["new"], counts["changed"]
    file.known, file.rejected = counts["known"], counts["rejected"]
    file.state, file.posted_at = SourceFile.State.POSTED, now
    file.facts = file.facts | facts | {"registers": [i.label for i in issues.values()]}
    proposals = sum(len(each.proposals) for each in told)
    file.counts = {"proposals": proposals, "absent": returned.absent}
    file.save()
    summary = {"read": file.read, "proposals": proposals, "rejected": file.rejected}
    files.audit(file, "bring_back_register", by=by, now=now, facts=summary)
    return {"file": file.pk, **summary}


def _rows_of(file: SourceFile, now: datetime) -> tuple[list[Read], dict[str, Any]]:
    rows: list[Read] = []
    with files.opened(file) as path:
        child = Child(read_register, path, timezone.localdate(now))
        try:
            for block in child:
                rows += rows_in(block)
                if len(rows) > MOST_ROWS:
                    raise Refused(
                        _("More than %(most)s rows: send the villages one by one.")
                        % {"most": MOST_ROWS}
                    )
        except FileFault as fault:
            raise Refused([f"{file.name}: {each}" for each in fault.faults]) from None
        except ChildFailed as failed:
            raise Refused(
                _("%(file)s could not be read: %(why)s.") % {"file": file.name, "why": failed}
            ) from None
    if not rows:
        raise Refused(_("The file holds no rows."))
    return rows, child.result


def _holders(rows: list[Read]) -> dict[tuple[str, str], int]:
    numbers = [row.number for row in rows if row.number]
    found = Identity.objects.filter(number__in=numbers)
    return {(each.kind, each.number.reveal()): each.resident_id for each in found}


def _issues(returned: RegisterReturn, ids: list[int]) -> dict[int, RegisterIssue]:
    """Registers of this campaign and place that the rows name; others are not looked at."""
    found = RegisterIssue.objects.filter(
        pk__in=set(ids), campaign=returned.campaign,
        village__path__startswith=returned.region.path,
    ).select_related("village")  # fmt: skip
    return {issue.pk: issue for issue in found}


def _write(returned: RegisterReturn, told: list[Told], *, by: User, now: datetime) -> None:
    SourceProblem.objects.bulk_create(
        SourceProblem(
            file=returned.file, line=each.row.line, column=each.column[:60], code=each.code,
            message=_at_sheet(each)[:300],
        )
        for each in told
        if each.outcome == "rejected"
    )  # fmt: skip
    new = [(each.row, proposal) for each in told for proposal in each.proposals]
    old = [proposal.replaces for _row, proposal in new if proposal.replaces]
    RegisterProposal.objects.filter(pk__in=old, state=RegisterProposal.State.PROPOSED).update(
        state=RegisterProposal.State.REPLACED
    )
    RegisterProposal.objects.bulk_create(
        RegisterProposal(
            campaign=returned.campaign, returned=returned, issue_id=proposal.issue_id,
            sheet=row.sheet, line=row.line, resident_id=proposal.resident_id, kind=proposal.kind,
            field=proposal.field, before=proposal.before, after=proposal.after, fen=proposal.fen,
            key=proposal.key, at=now, by=by,
        )
        for row, proposal in new
    )  # fmt: skip


def _at_sheet(each: Told) -> str:
    return f"{each.row.sheet}: {each.message}" if each.row.sheet else each.message
