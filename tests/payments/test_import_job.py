"""An uploaded payment file, posted by a worker: how far it is, why not, and only once."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import at
from tests.payments.test_import import FAULTS, GOOD

BOTH = pytest.mark.django_db(transaction=True, databases=["default", "progress"])


@pytest.fixture
def upload(campaign: Any) -> Any:
    """upload(bytes) → (file, job that has run)."""
    import io

    from enrollment import jobs
    from enrollment.models import User
    from payments.pages.intake import take_in_payments

    def uploaded(content: bytes) -> Any:
        row = take_in_payments(
            campaign, name="week.csv", source=io.BytesIO(content), by=User.system(),
            now=at("2022-11-18 16:30"),
        )  # fmt: skip
        job = jobs.run(row.job_id)
        row.refresh_from_db()
        return row, job

    return uploaded


@BOTH
def test_the_job_imports_and_tells_how_far_it_is(upload, wang, register):
    from enrollment.models import JobProgress

    register(wang)
    file, job = upload(GOOD.encode("gb18030"))
    assert (file.state, job.state, job.result["matched"]) == ("posted", "done", 1)
    progress = JobProgress.objects.get(job_id=job.pk)
    assert (progress.done, progress.total) == (970, 1000)


@BOTH
def test_a_refused_job_leaves_the_file_refused_and_says_why(upload):
    file, job = upload(FAULTS["text in an amount"][0])
    assert (file.state, job.state) == ("refused", "refused")
    assert "week.csv" in job.problems[0]


@BOTH
def test_a_job_that_runs_again_after_it_was_done_changes_nothing(upload, wang, register):
    from enrollment import jobs
    from payments.models import Payment

    register(wang)
    file, job = upload(GOOD.encode("gb18030"))
    assert jobs.run(job.pk) is None
    from enrollment.models import User
    from payments.services import import_payments

    again = import_payments(file, Path("gone"), by=User.system(), now=at("2022-11-18 17:00"))
    assert (again["new"], Payment.objects.count()) == (2, 2)
