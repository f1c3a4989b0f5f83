from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """Long work as a row. Claimed and run in one transaction that holds its row.

    A killed worker's transaction rolls back: the row is queued again and free at once.
    `args` holds ids only, never a person's data.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("failed")

    kind = models.CharField(max_length=40)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    campaign = models.ForeignKey("Campaign", models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey("User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    rung_at = models.DateTimeField(null=True)  # when its doorbell last rang
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    problems = models.JSONField(default=list)  # sentences for a person, when refused or failed
    once_key = models.CharField(max_length=100, null=True, unique=True)  # one job for one cause

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="queued"), name="jobs_waiting")
        ]


class JobProgress(models.Model):
    """Written through a second connection while the job runs, so others see it at once.

    No foreign key: its check would wait for the lock the running job holds on its row.
    """

    job_id = models.BigIntegerField(primary_key=True)
    attempt = models.IntegerField(default=0)
    stage = models.CharField(max_length=60, default="")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    at = models.DateTimeField()
