"""What lists that grant nothing bring about: facts of people, and what somebody decided."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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


class ListDecision(models.Model):
    """What somebody decided of a person who stands on a list and is registered all the same.

    About one entry of a list; stands while `withdrawn_at` is null. `fen`, `clause` and `words`: of
    what was paid, what goes back by the notice as of then.
    """

    class Decision(models.TextChoices):
        STAYS = "stays", _("stays enrolled: the list does not hold")
        TAKEN_BACK = "taken_back", _("registration taken back: nothing was paid")
        REFUND = "refund", _("to be refunded by the tax bureau")
        NO_REFUND = "no_refund", _("stays as paid: nothing is refunded")

    campaign = models.ForeignKey(
        "enrollment.Campaign", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    listing = models.ForeignKey("subsidies.Listing", models.PROTECT, related_name="decisions")
    registration = models.ForeignKey(
        "enrollment.Registration", models.PROTECT, related_name="+", db_constraint=False
    )
    decision = models.CharField(max_length=12, choices=Decision.choices)
    fen = models.IntegerField(default=0)
    clause = models.CharField(max_length=80, default="", blank=True)
    words = models.CharField(max_length=400, default="", blank=True)
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(
        "enrollment.User", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "registration"],
                condition=Q(withdrawn_at=None),
                name="a_case_of_a_list_is_decided_once",
            )
        ]
