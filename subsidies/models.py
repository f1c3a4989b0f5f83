"""Who is entitled to what. Rosters arrive with their own issue; a mark is one standing row."""

from django.db import models
from django.db.models import Q


class Entitlement(models.Model):
    """A person marked with a hardship category of the campaign's notice.

    `category` is the key of a `[[subsidies.categories]]` of the notice; `recognised_on` is when the
    department recognised the person, `known_at` when this system was told.
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    resident = models.ForeignKey("enrollment.Resident", models.PROTECT, related_name="+")
    category = models.CharField(max_length=40)
    grade = models.CharField(max_length=40, default="", blank=True)  # where the category has any
    recognised_on = models.DateField()
    source = models.CharField(max_length=120)  # which list, which row, in words
    known_at = models.DateTimeField()
    marked_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "resident", "category"],
                condition=Q(ended_at=None),
                name="marked_once_with_a_category",
            )
        ]
