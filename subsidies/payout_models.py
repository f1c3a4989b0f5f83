"""What is paid out to people: amounts, batches, transfers."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from subsidies.outcomes import Kind


class PayOut(models.Model):
    """An amount that falls to a person from one funder. Live until ended; never edited but for
    the account it goes to.

    Derived from registrations whose own part is settled and from what repricings owe (`cause`),
    those of people enrolled elsewhere without a registration;
    whoever is paid already is never derived away.
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    resident = models.ForeignKey("enrollment.Resident", models.PROTECT, related_name="+")
    registration = models.ForeignKey(
        "enrollment.Registration", models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    cause = models.ForeignKey("Repricing", models.PROTECT, null=True, related_name="+")
    funder = models.CharField(max_length=60, default="", blank=True)  # empty: nobody is named
    fen = models.IntegerField()
    clause = models.CharField(max_length=80, default="", blank=True)
    words = models.CharField(max_length=400, default="", blank=True)
    due_month = models.DateField()  # its first day
    account = models.BinaryField(null=True)  # sealed
    known_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, default="", blank=True)  # code

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "kind", "cause", "funder"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="nobody_is_paid_twice_for_one_cause",
            ),
            models.CheckConstraint(condition=Q(fen__gt=0), name="a_pay_out_pays_something"),
            models.CheckConstraint(
                condition=Q(registration__isnull=False) | Q(cause__isnull=False),
                name="a_pay_out_has_a_registration_or_a_cause",
            ),
        ]


class PayOutBatch(models.Model):
    """What one funder transfers in one go for one month; made and checked by two people."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("batch", "draft")
        CHECKED = "checked", pgettext_lazy("batch", "checked")
        EXPORTED = "exported", pgettext_lazy("batch", "exported")
        CONFIRMED = "confirmed", pgettext_lazy("batch", "confirmed")

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    funder = models.CharField(max_length=60, default="", blank=True)
    month = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    exported_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", checked_by=None)
                | ~Q(state="draft") & Q(checked_by__isnull=False) & ~Q(checked_by=F("made_by")),
                name="who_checks_a_batch_did_not_make_it",
            )
        ]


class Transfer(models.Model):
    """One attempt to pay a pay-out out; one that came back (`returned_at`) may be followed by
    another."""

    batch = models.ForeignKey(PayOutBatch, models.CASCADE, related_name="transfers")
    pay_out = models.ForeignKey(PayOut, models.PROTECT, related_name="transfers")
    account = models.BinaryField()  # sealed
    fen = models.IntegerField()
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    returned_why = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pay_out"],
                condition=Q(returned_at=None),
                name="a_pay_out_is_transferred_once",
            )
        ]
