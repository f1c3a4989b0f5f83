"""A campaign and the versions of its policy."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from enrollment.notice import Policy


class CampaignQuerySet(models.QuerySet):
    def visible_to(self, user) -> "CampaignQuerySet":
        """Campaigns of the user's own region, of one above it, or of one below it."""
        if not user.region_id:
            return self.none()
        above = [int(part) for part in user.region.path.strip("/").split("/")]
        return self.filter(Q(region_id__in=above) | Q(region__path__startswith=user.region.path))

    def working(self) -> "CampaignQuerySet":
        return self.filter(state__in=[Campaign.State.OPEN, Campaign.State.CLOSING])


class Campaign(models.Model):
    """One authority, one insurance, one coverage period. Its rules are its latest PolicyVersion.

    draft → open → closing → closed → archived, moved only by a person's act.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open")
        CLOSING = "closing", _("closing")
        CLOSED = "closed", _("closed")
        ARCHIVED = "archived", _("archived")

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    label = models.CharField(max_length=60)  # what people call its year; free text
    region = models.ForeignKey("Region", models.PROTECT)
    insurance = models.CharField(max_length=3)  # 390 residents, 310 employees
    coverage_from = models.DateField()
    coverage_until = models.DateField()  # exclusive
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    practice = models.BooleanField(default=False)
    clock = models.DateTimeField(null=True, blank=True)  # practice campaigns only
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_with = models.JSONField(default=list)  # gaps of readiness recorded at opening

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-coverage_from", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(coverage_from__lt=F("coverage_until")),
                name="coverage_begins_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(clock__isnull=True) | Q(practice=True),
                name="only_practice_campaigns_have_a_clock",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> date:
        """The last covered day, as people say it."""
        return self.coverage_until - timedelta(days=1)

    @property
    def policy(self) -> "Policy":
        """The rules in force, read once per instance."""
        if not hasattr(self, "_policy"):
            self._policy = self.policy_version.read()
        return self._policy

    @property
    def policy_version(self) -> "PolicyVersion":
        if not hasattr(self, "_policy_version"):
            self._policy_version = self.policy_versions.latest("number")
        return self._policy_version


class PolicyVersion(models.Model):
    """A notice file as it was loaded. What was decided under it stays explained by it."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="policy_versions")
    number = models.IntegerField()
    source = models.TextField()  # the TOML text
    parents = models.JSONField(default=list)  # [name, text] of each file it extends, nearest first
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey("User", models.PROTECT, related_name="+")
    why = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["campaign", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"], name="policy_versions_are_numbered_once"
            )
        ]

    def read(self) -> "Policy":
        from enrollment.notice import read_policy

        return read_policy(self.source, tuple((name, text) for name, text in self.parents))
