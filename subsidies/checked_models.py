"""What checking a roster leaves behind, and what somebody said of a sender's places."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from subsidies.outcomes import Kind, Outcome


class SourcePlace(models.Model):
    """Which place a department means by a township and a village, as a person said it.

    Both as bulk.reading.plain writes them. Without a village: the township itself, `region` is one.
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.CASCADE, related_name="+")
    source = models.CharField(max_length=40)
    township = models.CharField(max_length=60, blank=True)
    village = models.CharField(max_length=60, blank=True)
    region = models.ForeignKey("enrollment.Region", models.CASCADE, related_name="+")
    said_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "source", "township", "village"],
                name="a_place_of_a_source_is_one_place",
            )
        ]


class RosterKnown(models.Model):
    """Rows of an accepted roster that changed nothing: one array for each acceptance, in the
    file's order. They are only looked at, and a row of its own for each would cost as much as the
    marks.
    """

    file = models.ForeignKey("enrollment.SourceFile", models.CASCADE, related_name="+")
    sheets = ArrayField(models.TextField())
    lines = ArrayField(models.IntegerField())
    residents = ArrayField(models.BigIntegerField(null=True))
    categories = ArrayField(models.TextField())


class Foreseen(models.Model):
    """What accepting a checked roster would come to for somebody who is registered.

    A Repricing that was made and rolled back; gone once the roster is accepted or checked again.
    """

    file = models.ForeignKey("enrollment.SourceFile", models.CASCADE, related_name="+")
    registration = models.ForeignKey(
        "enrollment.Registration", models.CASCADE, related_name="+", db_index=False
    )
    resident = models.ForeignKey(
        "enrollment.Resident", models.CASCADE, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    kind = models.CharField(max_length=20, choices=Kind.choices, default="", blank=True)
    hardship = models.CharField(max_length=40, default="", blank=True)
    was = models.CharField(max_length=40, default="", blank=True)
    was_fen = models.IntegerField()
    granted_fen = models.IntegerField()
    fen = models.IntegerField()
    clause = models.CharField(max_length=80, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file", "registration"], name="foreseen_once_for_a_registration"
            )
        ]
