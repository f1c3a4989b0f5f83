"""Each time the books were checked: when, why, by whom, and what every check said."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class BooksRun(models.Model):
    """One run of all checks over a campaign. Runs are only added; the last one counts.

    `checks`: [{name, ok, expected, found, rows, size, fen}], as check_books answers them.
    """

    class Cause(models.TextChoices):
        COMMAND = "command", _("asked for by command")
        PAGE = "page", _("asked for on the page")
        POSTED = "posted", _("payments were posted")
        NIGHT = "night", _("every night")
        RANKING = "ranking", _("before a ranking")

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    at = models.DateTimeField()  # by the campaign's clock
    known_at = models.DateTimeField()  # real time, when it ended
    by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    ok = models.BooleanField()
    milliseconds = models.IntegerField()
    checks = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["campaign", "-id"], name="last_runs_of_the_books")]
        triggers = [
            pgtrigger.Protect(
                name="runs_of_the_books_stay", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    @property
    def seconds(self) -> float:
        return self.milliseconds / 1000
