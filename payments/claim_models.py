"""What people say they paid and nobody has seen arrive: told by them, ended by a line or by us."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import pgettext_lazy


class ClaimQuerySet(models.QuerySet):
    def open(self) -> "ClaimQuerySet":
        return self.filter(~Exists(ClaimEnd.objects.live().filter(claim=OuterRef("pk"))))

    def ended(self, kind: str) -> "ClaimQuerySet":
        """`kind`: a ClaimEnd.Kind that holds now."""
        return self.filter(Exists(ClaimEnd.objects.live().filter(claim=OuterRef("pk"), kind=kind)))


class Claim(models.Model):
    """ "I paid, nothing arrived", as a person told it. Never edited; its ends stand beside it.

    `fen` and `paid_on` are what the person says; `screenshot` is a photo or PDF, sealed.
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    resident = models.ForeignKey("enrollment.Resident", models.PROTECT, related_name="+")
    paid_on = models.DateField()
    channel = models.CharField(max_length=40)
    fen = models.IntegerField()
    receipt = models.CharField(max_length=60, default="", blank=True)
    told = models.CharField(max_length=300, default="", blank=True)  # in the person's words
    phone = models.CharField(max_length=20, default="", blank=True)
    screenshot = models.ForeignKey(
        "enrollment.SourceFile", models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, related_name="+", db_index=False
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fen__gt=0), name="a_claim_is_of_money"),
            models.UniqueConstraint(
                fields=["campaign", "resident", "paid_on", "fen"],
                name="one_claim_of_a_payment_told",
            ),
        ]


class ClaimEndQuerySet(models.QuerySet):
    def live(self) -> "ClaimEndQuerySet":
        return self.filter(undone_at=None)


class ClaimEnd(models.Model):
    """Why a claim needs nobody any more: its payment arrived, or somebody dropped it.

    Live until undone; a claim has one that is live, and a payment answers one claim.
    """

    class Kind(models.TextChoices):
        PAYMENT = "payment", pgettext_lazy("claim", "closed: the payment arrived")
        DROPPED = "dropped", pgettext_lazy("claim", "dropped")

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="ends")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    payment_id = models.BigIntegerField(null=True)  # ADR 4: the books check it
    at = models.DateTimeField()
    by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+", db_index=False)
    why = models.CharField(max_length=200, default="", blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    undone_why = models.CharField(max_length=200, default="", blank=True)

    objects = ClaimEndQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(undone_at=None), name="one_live_end_of_a_claim"
            ),
            models.UniqueConstraint(
                fields=["payment_id"],
                condition=Q(undone_at=None, payment_id__isnull=False),
                name="a_payment_answers_one_claim",
            ),
            models.CheckConstraint(
                condition=Q(kind="payment", payment_id__isnull=False)
                | Q(kind="dropped", payment_id=None) & ~Q(why=""),
                name="an_end_of_a_claim_names_a_payment_or_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None, undone_why="")
                | Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_why=""),
                name="an_end_of_a_claim_is_undone_by_somebody",
            ),
        ]
