"""How many payments wait for somebody, counted now and then where counting each time takes long."""

from django.db import models


class OpenCount(models.Model):
    """Payments of a campaign that are open and undecided, by place and cause, as of `counted_at`.

    A cache: cases/counts.py writes all rows of a campaign anew, and only of one with many.
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.CASCADE, related_name="+")
    place = models.ForeignKey(
        "enrollment.Region", models.CASCADE, null=True, related_name="+", db_index=False
    )  # township of the person's home, else of the place that was recognised
    cause = models.CharField(max_length=20)
    n = models.IntegerField()
    fen = models.BigIntegerField()
    oldest_at = models.DateTimeField()
    counted_at = models.DateTimeField()  # real time
