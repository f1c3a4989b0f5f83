"""Long work of subsidies, as jobs."""

from typing import Any

from enrollment import clock, files
from enrollment.errors import Refused
from enrollment.jobs import Progress, job
from enrollment.models import Job, SourceFile
from subsidies.models import Roster
from subsidies.rosters import chosen, run


@job("subsidies.roster")
def judge_roster(row: Job, progress: Progress) -> dict[str, Any]:
    """args: roster, accept, confirmed (how many marks may end, or null).

    A file that was not read yet is read; later its kept rows are judged again. A refusal of the
    file itself is written beside the job's transaction, which it undoes, with what the file holds
    as far as it can be told; one of accepting leaves the roster checked.
    """
    roster = Roster.objects.select_related("file__campaign__region", "region").get(
        pk=row.args["roster"]
    )
    file = roster.file
    how = {
        "by": row.created_by,
        "now": clock.now(file.campaign),
        "progress": progress,
        "accepting": row.args["accept"],
        "confirmed": row.args["confirmed"],
    }
    if file.state != SourceFile.State.UPLOADED:
        return run.again(roster, **how)
    try:
        with files.opened(file) as path:
            try:
                return run.take_in(roster, path, **how)
            except Refused:
                found = chosen.look_at(roster, path)
                Roster.objects.using("progress").filter(pk=roster.pk).update(seen=found)
                raise
    except Refused:
        SourceFile.objects.using("progress").filter(pk=file.pk).update(
            state=SourceFile.State.REFUSED
        )
        raise
