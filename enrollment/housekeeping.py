"""What has to be done once a day, asked for by the tick."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from enrollment import files, jobs
from enrollment.models import Job, User

KIND = "enrollment.housekeeping"


def ask_once_a_day(now: datetime) -> None:
    jobs.enqueue(
        KIND, by=User.system(), now=now, once_key=f"{KIND}:{timezone.localdate(now).isoformat()}"
    )


@jobs.job(KIND)
def keep_house(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Delete the sealed copies whose time is over; hashes and counts stay."""
    return {"copies_deleted": files.delete_expired(timezone.now())}
