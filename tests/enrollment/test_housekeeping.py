"""Once a day, however often beat ticks, copies whose time is over are deleted."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from enrollment import files, housekeeping, jobs
from enrollment.models import Job, SourceFile, User

pytestmark = pytest.mark.django_db(databases=["default", "progress"])


def test_a_copy_goes_after_its_days_and_its_row_stays(campaign: Any, tmp_path: Any) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名\n")
    now = campaign.clock
    row = files.take_in(campaign, SourceFile.Kind.PAYMENTS, path.name, path, User.system(), now)
    campaign.clock = now + timedelta(days=91)
    campaign.save()
    for _tick in range(3):
        housekeeping.ask_once_a_day(timezone.now())
    job = Job.objects.get(kind=housekeeping.KIND)
    jobs.run(job.pk)
    row.refresh_from_db()
    assert (row.stored_as, row.size) == ("", len("姓名\n".encode()))
