"""What people paid who are insured in another place, as somebody read it off a receipt."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy


class ElsewhereProof(models.Model):
    """A receipt of another place: entered by one person, approved or refused by another.

    What it comes to is a Repricing of its own, each time the marks of its person change. One that
    waits or is approved stands; a person has one of a campaign.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("proof", "waits for approval")
        APPROVED = "approved", pgettext_lazy("proof", "approved")
        REFUSED = "refused", pgettext_lazy("proof", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("proof", "withdrawn")

    STANDING = (State.WAITING, State.APPROVED)

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    resident = models.ForeignKey("enrollment.Resident", models.PROTECT, related_name="+")
    paid_on = models.DateField()
    place = models.CharField(max_length=80)
    channel = models.CharField(max_length=40)
    fen = models.IntegerField()
    receipt = models.CharField(max_length=60)
    tier = models.CharField(max_length=40, default="", blank=True)  # where the notice has any
    file = models.ForeignKey("enrollment.SourceFile", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_why = models.CharField(max_length=200, default="", blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_why = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "resident"],
                condition=Q(state__in=("waiting", "approved")),
                name="one_standing_proof_of_a_person",
            ),
            models.CheckConstraint(condition=Q(fen__gt=0), name="a_proof_is_of_a_payment"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("entered_by")),
                name="who_decides_on_a_proof_did_not_enter_it",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None, withdrawn_by=None)
                | Q(state="approved", decided_by__isnull=False, withdrawn_by=None)
                | Q(state="refused", decided_by__isnull=False, withdrawn_by=None)
                & ~Q(decided_why="")
                | Q(state="withdrawn", withdrawn_by__isnull=False) & ~Q(withdrawn_why=""),
                name="a_proof_is_decided_or_withdrawn_by_somebody",
            ),
        ]
