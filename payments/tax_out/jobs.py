"""Long work for and with the tax bureau, as jobs."""

from typing import Any

from enrollment import clock, files
from enrollment.errors import Refused
from enrollment.jobs import Progress, job
from enrollment.models import Job, SourceFile
from payments.tax_out import comparison, export


@job(export.JOB)
def export_registrations(row: Job, progress: Progress) -> dict[str, Any]:
    """args: why."""
    assert row.campaign is not None  # of the page that asked
    made = export.export_registrations(
        row.campaign,
        why=row.args["why"],
        by=row.created_by,
        now=clock.now(row.campaign),
        progress=progress,
    )
    return {"export": made.pk, **made.counts}


@job(comparison.JOB)
def compare(row: Job, progress: Progress) -> dict[str, Any]:
    """args: file. A refusal is written beside the job's transaction, which it undoes."""
    file = SourceFile.objects.select_related("campaign").get(pk=row.args["file"])
    try:
        with files.opened(file) as path:
            made = comparison.compare(
                file, path, by=row.created_by, now=clock.now(file.campaign), progress=progress
            )
    except Refused:
        SourceFile.objects.using("progress").filter(pk=file.pk).update(
            state=SourceFile.State.REFUSED
        )
        raise
    return {"comparison": made.pk, **made.counts}
