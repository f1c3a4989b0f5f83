"""Filters of the exceptions desk that a person keeps under a name."""

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """A query string of the exceptions desk. Belongs to one person, shows nothing by itself:
    what it lists is narrowed to what they may see at the time they look."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    campaign = models.ForeignKey("enrollment.Campaign", models.CASCADE, related_name="+")
    name = models.CharField(max_length=20)
    query = models.CharField(max_length=400)  # as urlencode writes it; no number stands in it
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "campaign", "name"], name="a_person_has_one_view_of_a_name"
            )
        ]
