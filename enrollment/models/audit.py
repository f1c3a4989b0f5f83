"""What was done and what was looked at. Rows are never changed or deleted (trigger)."""

import pgtrigger
from django.db import models


class AuditEntry(models.Model):
    at = models.DateTimeField()
    by = models.ForeignKey("User", models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    campaign = models.ForeignKey("Campaign", models.PROTECT, null=True, related_name="+")
    object_kind = models.CharField(max_length=40, default="", blank=True)
    object_id = models.BigIntegerField(null=True)
    why = models.CharField(max_length=300, default="", blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["object_kind", "object_id"], name="audit_of_an_object")]
        triggers = [
            pgtrigger.Protect(
                name="audit_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class LookUp(models.Model):
    """An exact-number look-up: the only way to hear of someone outside one's own region."""

    at = models.DateTimeField()
    by = models.ForeignKey("User", models.PROTECT, related_name="+")
    campaign = models.ForeignKey("Campaign", models.PROTECT, related_name="+")
    resident_id = models.BigIntegerField(null=True)
    outside = models.BooleanField(default=False)  # the answer lay outside the user's region

    class Meta:
        indexes = [models.Index(fields=["by", "at"], name="look_ups_of_a_user")]
        triggers = [
            pgtrigger.Protect(
                name="look_ups_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]
