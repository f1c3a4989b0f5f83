"""Lists of what is paid on behalf, as they left for the tax system."""

from django.db import models
from django.db.models import Q


class OnBehalfList(models.Model):
    """A list of one township that left as a file: who, when, how many, how much, which bytes.

    It is withdrawn as a whole; then its people may stand on another.
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    region = models.ForeignKey("enrollment.Region", models.PROTECT, related_name="+")
    number = models.IntegerField()  # counted in the campaign
    layout = models.CharField(max_length=40)  # a file of layouts/
    people = models.IntegerField()
    fen = models.BigIntegerField()
    funders = models.JSONField(default=list)  # [name, fen]; sums to fen
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("enrollment.User", models.PROTECT, null=True, related_name="+")
    ended_why = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"], name="lists_on_behalf_are_numbered_once"
            )
        ]


class OnBehalfEntry(models.Model):
    """One registration's part paid on behalf, on a list; `live` until the list is withdrawn."""

    list = models.ForeignKey(OnBehalfList, models.CASCADE, related_name="entries")
    registration = models.ForeignKey(
        "enrollment.Registration", models.PROTECT, related_name="+", db_index=False
    )
    fen = models.IntegerField()
    hardship = models.CharField(max_length=40)
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(live=True),
                name="nobody_is_on_two_lists_on_behalf",
            )
        ]
