"""Long work of payments, as jobs."""

from typing import Any

from enrollment import clock, files
from enrollment.errors import Refused
from enrollment.jobs import Progress, job
from enrollment.models import Job, SourceFile
from payments import services
from payments.models import RegisterReturn
from payments.register import returning


@job("payments.import")
def import_file(row: Job, progress: Progress) -> dict[str, Any]:
    """args: file. A refusal is written beside the job's transaction, which it undoes."""
    file = SourceFile.objects.select_related("campaign").get(pk=row.args["file"])
    try:
        with files.opened(file) as path:
            return services.import_payments(
                file, path, by=row.created_by, now=clock.now(file.campaign), progress=progress
            )
    except Refused:
        SourceFile.objects.using("progress").filter(pk=file.pk).update(
            state=SourceFile.State.REFUSED
        )
        raise


@job(returning.JOB)
def read_register(row: Job, progress: Progress) -> dict[str, Any]:
    """args: file. A refusal is written beside the job's transaction, which it undoes."""
    returned = RegisterReturn.objects.select_related("file", "campaign", "region").get(
        file=row.args["file"]
    )
    now = clock.now(returned.campaign)
    try:
        return returning.read_back(returned, by=row.created_by, now=now, progress=progress)
    except Refused:
        SourceFile.objects.using("progress").filter(pk=returned.file_id).update(
            state=SourceFile.State.REFUSED
        )
        raise
