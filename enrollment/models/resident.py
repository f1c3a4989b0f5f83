"""People, the papers they hold, and where they were enrolled before."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.lib.siv import SealedField
from enrollment.models.region import Region


class ResidentQuerySet(models.QuerySet):
    def belonging_to(self, region: "Region") -> "ResidentQuerySet":
        """People of its villages and of its schools (see `Resident.belongs_to`)."""
        path = region.path
        return self.filter(Q(village__path__startswith=path) | Q(school__path__startswith=path))

    def visible_to(self, user) -> "ResidentQuerySet":
        """People of the villages and schools of the user's subtree."""
        return self.belonging_to(user.region) if user.region_id else self.none()


class Category(models.TextChoices):
    """Person categories with the national codes (DOMAIN.md)."""

    NEWBORN = "1401", _("newborn")
    PRESCHOOL = "1402", _("pre-school child")
    PUPIL = "1403", _("school pupil")
    STUDENT = "1404", _("university student")
    MINOR = "1405", _("minor not in school")
    ADULT = "1501", _("adult resident")
    ELDERLY = "1601", _("elderly resident")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Resident(models.Model):
    """One person, whatever papers they hold.

    `name_key` is config.lib.names.name_key(name), for comparing; `pinyin` orders lists.
    """

    name = models.CharField(max_length=60)
    name_key = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=120, default="")
    sex = models.CharField(max_length=1, default="", blank=True)  # M, F, or unknown
    born_on = models.DateField(null=True)
    category = models.CharField(max_length=4, choices=Category.choices)
    village = models.ForeignKey(
        "Region", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    school = models.ForeignKey(
        "Region", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )  # of kind school; null: none is known
    household = models.ForeignKey("Household", models.PROTECT, null=True, related_name="members")
    relation = models.CharField(max_length=20, default="", blank=True)  # to the head, as written
    # registered, permit, or unknown: facts.RESIDENCES, as papers or files told
    residence = models.CharField(max_length=10, default="", db_default="", blank=True)
    phone = SealedField(null=True, blank=True)
    note = models.CharField(max_length=200, default="", blank=True)
    known_at = models.DateTimeField()

    objects = ResidentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["village", "pinyin"], name="residents_of_a_village")]

    def __str__(self) -> str:
        return f"resident {self.pk}"  # a name never gets into a log by accident

    def belongs_to(self, region: Region) -> bool:
        """Whether the person lives there, or is a student of a school there. Source: R-170."""
        return region.contains(self.village) or (
            self.school is not None and region.contains(self.school)
        )


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Identity(models.Model):
    """A paper and its number, sealed. A payment under an old number is still its holder's.

    `last4` is for lists, `head` (keyed hash of the first 15 characters) only for suggestions.
    """

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=20)  # config.lib.idnumber.KINDS
    number = SealedField()
    head4 = models.CharField(max_length=4, default="")
    last4 = models.CharField(max_length=4)
    head = models.BinaryField(max_length=16)
    current = models.BooleanField(default=True)
    known_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="a_number_has_one_holder"),
            models.UniqueConstraint(
                fields=["resident"], condition=Q(current=True), name="one_current_identity"
            ),
        ]
        indexes = [models.Index(fields=["head"], name="identities_by_first_15")]

    @property
    def masked(self) -> str:
        return f"{self.head4}****{self.last4}"


class PriorEnrollment(models.Model):
    """Who was enrolled in an earlier coverage period, as the register told."""

    resident_id = models.BigIntegerField()
    insurance = models.CharField(max_length=3)
    coverage_from = models.DateField()
    village = models.ForeignKey(
        "Region", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    source_file_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident_id", "insurance", "coverage_from"],
                name="enrolled_once_in_a_period",
            )
        ]
