"""What lists that grant nothing bring about."""

from django.db import models


class ListEffect(models.Model):
    """A fact of a person that a list changed, so that undoing the list changes it back.

    `fact`: school (ids), number (ids of identities: which was current, which came), name (name,
    key and pinyin, with \\x1f between). Empty: none.
    """

    file = models.ForeignKey("enrollment.SourceFile", models.CASCADE, related_name="+")
    resident = models.ForeignKey(
        "enrollment.Resident", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    fact = models.CharField(max_length=10)
    was = models.CharField(max_length=250)
    made = models.CharField(max_length=250)
