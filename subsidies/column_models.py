"""What somebody said of a sender's columns."""

from django.db import models


class ColumnChoice(models.Model):
    """What the columns under a header mean, as somebody said for one source of a campaign.

    It holds for every later list of that source with that very header, until it is forgotten.
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.CASCADE, related_name="+")
    source = models.CharField(max_length=40)  # a key of rosters.columns.SOURCES
    key = models.CharField(max_length=64)  # hash of `headers`
    headers = models.JSONField()  # as config.lib.tabular.header spells them, in order
    columns = models.JSONField()  # field → index; a column that no field names is not read
    said_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "source", "key"], name="a_header_of_a_source_is_read_one_way"
            )
        ]
