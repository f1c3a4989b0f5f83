from django.db import models


class Change(models.Model):
    """A write that another app must hear of: one row for each subscriber, deleted when consumed.

    An outbox, not a log read by cursor: ids are given out before commit, so a cursor would pass
    over a row that commits late (docs/adr/0001-outbox-instead-of-a-cursor.md).
    """

    subscriber = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    campaign_id = models.BigIntegerField()
    resident_id = models.BigIntegerField(null=True)
    source_file_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subscriber", "id"], name="changes_to_consume")]
