"""Quota targets: how many people a place should enroll, in which version, and what is reported."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

insurance_lazy = {"390": _("resident insurance"), "310": _("employee insurance")}


def insurance_word(code: str) -> str:
    return str(insurance_lazy.get(code, code))


class TargetSet(models.Model):
    """One table of targets: the notice's own, a superior's, a practice set.

    `shown_first` is what dashboards take unless another set is asked for; a notice that states
    targets has them under the slug "notice". A locked set takes no other figures.
    """

    class Level(models.TextChoices):
        OWN = "own", pgettext_lazy("targets", "own")
        SUPERIOR = "superior", pgettext_lazy("targets", "superior's")

    class Counted(models.TextChoices):
        REGISTRATIONS = "registrations", _("counted from registrations")
        REPORTED = "reported", _("reported figures")

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="target_sets")
    slug = models.SlugField(max_length=40)
    title = models.CharField(max_length=120)
    insurance = models.CharField(max_length=3)
    clause = models.CharField(max_length=60, default="", blank=True)
    shown_first = models.BooleanField(default=False)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.OWN)
    counted = models.CharField(
        max_length=13, choices=Counted.choices, default=Counted.REGISTRATIONS
    )
    period = models.CharField(max_length=40, default="", blank=True)  # as the notice calls it
    base_period = models.CharField(max_length=40, default="", blank=True)
    unit_words = models.CharField(max_length=40, default="", blank=True)  # 万人, as printed
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.ForeignKey("enrollment.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "slug"], name="one_target_set_of_a_name"),
            models.UniqueConstraint(
                fields=["campaign"],
                condition=models.Q(shown_first=True),
                name="one_target_set_is_shown_first",
            ),
            models.CheckConstraint(
                condition=models.Q(locked_at=None, locked_by=None)
                | models.Q(locked_at__isnull=False, locked_by__isnull=False),
                name="locked_at_and_by_are_set_together",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_reported(self) -> bool:
        return self.counted == self.Counted.REPORTED

    @property
    def insurance_word(self) -> str:
        return insurance_word(self.insurance)


class Target(models.Model):
    """A region's target in persons, None while it is not known; `remark` as the notice prints it.

    base: the figure of the period before, as the table of targets gives it.
    """

    target_set = models.ForeignKey(TargetSet, models.CASCADE, related_name="targets")
    region = models.ForeignKey("enrollment.Region", models.PROTECT, related_name="+")
    persons = models.IntegerField(null=True)
    base = models.IntegerField(null=True)
    remark = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target_set", "region"], name="one_target_of_a_region"),
            models.CheckConstraint(
                condition=models.Q(persons__gte=0), name="targets_are_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(base__gte=0), name="bases_of_targets_are_not_negative"
            ),
        ]


class TargetSetVersion(models.Model):
    """The figures of a set as they stood after a change: who, when, why. Never changed.

    targets: [region id, name, persons or null, base or null, remark], in the tree's order.
    """

    class Action(models.TextChoices):
        NOTICE = "notice", _("loaded with the notice")
        IMPORTED = "imported", _("imported from a file")
        BROKEN_DOWN = "broken_down", _("broken down")
        LOCKED = "locked", _("locked")
        UNLOCKED = "unlocked", _("unlocked")

    target_set = models.ForeignKey(TargetSet, models.PROTECT, related_name="versions")
    number = models.IntegerField()
    action = models.CharField(max_length=12, choices=Action.choices)
    at = models.DateTimeField()
    by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, default="", blank=True)
    facts = models.JSONField(default=dict)  # the file's name, the region broken down, by what
    targets = models.JSONField(default=list)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["target_set", "number"], name="versions_of_a_target_set_are_numbered_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="versions_of_target_sets_stay", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class ReportedCount(models.Model):
    """Enrolled persons of a place as it reported them, as of a day.

    Of several for one place and day the one entered last counts; nothing is overwritten.
    """

    target_set = models.ForeignKey(TargetSet, models.PROTECT, related_name="reported")
    region = models.ForeignKey("enrollment.Region", models.PROTECT, related_name="+")
    as_of = models.DateField()
    persons = models.IntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["target_set", "region", "-as_of"], name="newest_reported_count")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(persons__gte=0), name="reported_counts_are_not_negative"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="reported_counts_stay", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class DenominatorFigure(models.Model):
    """How many people a place has by a denominator of the notice; the newest row counts."""

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)  # of a [[denominators]] of the notice
    region = models.ForeignKey("enrollment.Region", models.PROTECT, related_name="+")
    persons = models.IntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["campaign", "key", "region"], name="figures_of_a_place")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(persons__gte=0), name="denominators_are_not_negative"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="denominator_figures_stay", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class Exclusion(models.Model):
    """People taken out of a place's denominator, with the reason; below zero: put back."""

    class Reason(models.TextChoices):
        DEAD = "dead", pgettext_lazy("exclusion", "dead")
        MOVED = "moved", pgettext_lazy("exclusion", "moved out")
        ARMY = "army", pgettext_lazy("exclusion", "in the army")
        PRISON = "prison", pgettext_lazy("exclusion", "in prison")
        EMPLOYEE = "employee", pgettext_lazy("exclusion", "in employee insurance")
        ELSEWHERE = "elsewhere", pgettext_lazy("exclusion", "enrolled elsewhere")
        ABROAD = "abroad", pgettext_lazy("exclusion", "abroad")
        DUPLICATE = "duplicate", pgettext_lazy("exclusion", "duplicate record")
        CORRECTION = "correction", _("correction of an earlier entry")

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    region = models.ForeignKey("enrollment.Region", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    persons = models.IntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        triggers = [
            pgtrigger.Protect(name="exclusions_stay", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
