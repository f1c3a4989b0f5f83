"""Quota targets: how many people a place should enroll."""

from django.db import models


class TargetSet(models.Model):
    """One table of targets: the notice's own, a superior's, a practice set.

    `shown_first` is what dashboards take unless another set is asked for; the notice's set is
    always there under the slug "notice".
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="target_sets")
    slug = models.SlugField(max_length=40)
    title = models.CharField(max_length=120)
    insurance = models.CharField(max_length=3)
    clause = models.CharField(max_length=60, default="", blank=True)
    shown_first = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "slug"], name="one_target_set_of_a_name"),
            models.UniqueConstraint(
                fields=["campaign"],
                condition=models.Q(shown_first=True),
                name="one_target_set_is_shown_first",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Target(models.Model):
    """A region's target in persons; `remark` as the notice prints it."""

    target_set = models.ForeignKey(TargetSet, models.CASCADE, related_name="targets")
    region = models.ForeignKey("enrollment.Region", models.PROTECT, related_name="+")
    persons = models.IntegerField()
    remark = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target_set", "region"], name="one_target_of_a_region"),
            models.CheckConstraint(
                condition=models.Q(persons__gte=0), name="targets_are_not_negative"
            ),
        ]
