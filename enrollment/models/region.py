"""The tree of places: divisions, functional zones, populations, schools."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegionQuerySet(models.QuerySet):
    def within(self, region: "Region") -> "RegionQuerySet":
        """The region itself and everything below it, as the tree stands now."""
        return self.filter(path__startswith=region.path)

    def visible_to(self, user) -> "RegionQuerySet":
        return self.within(user.region) if user.region_id else self.none()

    def lived_in(self) -> "RegionQuerySet":
        """Villages and communities; a school of that level is none."""
        return self.filter(level=Region.Level.VILLAGE).exclude(kind=Region.Kind.SCHOOL)

    def schools(self) -> "RegionQuerySet":
        return self.filter(kind=Region.Kind.SCHOOL)


class Region(models.Model):
    """A node of the tree. `name` and `parent` are today's; earlier ones stand in RegionVersion.

    `key` is the stable name a regions file uses (the 12-digit code where there is one).
    `path` is "/1/7/42/": the ids from the root to this node, so a subtree is a prefix.
    """

    class Level(models.TextChoices):
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        COUNTY = "county", _("county")
        TOWNSHIP = "township", _("township")
        VILLAGE = "village", _("village")

    class Kind(models.TextChoices):
        DIVISION = "division", _("division")
        ZONE = "zone", _("functional zone")
        POPULATION = "population", _("population")
        SCHOOL = "school", _("school")

    key = models.CharField(max_length=60, unique=True)
    code = models.CharField(max_length=12, null=True, blank=True, unique=True)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=Level.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DIVISION)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=200, unique=True)
    position = models.IntegerField(default=0)
    initials = models.CharField(max_length=30, default="")  # pinyin initials, for typing
    made_up = models.BooleanField(default=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["parent", "position"], name="region_children_in_order")]

    def __str__(self) -> str:
        return self.name

    def contains(self, other: "Region") -> bool:
        return other.path.startswith(self.path)


class RegionAlias(models.Model):
    """Another name people write. Looked up only among the children of one parent."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "name"], name="alias_once_for_a_region")
        ]


class RegionVersion(models.Model):
    """What a region was called, and what it belonged to, from a date on."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="versions")
    valid_from = models.DateField()
    name = models.CharField(max_length=60)
    parent = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "valid_from"], name="one_version_of_a_region_from_a_date"
            )
        ]


class Institution(models.Model):
    """A health centre, a school office: works for the region it belongs to."""

    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    region = models.ForeignKey(Region, models.PROTECT)

    def __str__(self) -> str:
        return self.name
