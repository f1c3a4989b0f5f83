"""Money rolled up for the finance pages, and fiscal money received.

Recounted whole from the facts (finance/rollups.py); the books prove that they add up to all
payments and registrations (sql/check_finance.sql).
"""

import pgtrigger
from django.db import models
from django.db.models import Q


class Money(models.Model):
    """Payments summed: fen = matched + open + refund due + refunded + reversed."""

    campaign_id = models.BigIntegerField()
    payments = models.IntegerField()
    fen = models.BigIntegerField()
    matched_fen = models.BigIntegerField()
    open_fen = models.BigIntegerField()
    refund_due_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField()
    reversed_fen = models.BigIntegerField()

    class Meta:
        abstract = True


class FinanceDay(Money):
    """By the day of payment, channel and township; without one, the campaign's own region."""

    township_id = models.BigIntegerField()
    day = models.DateField()  # in China
    channel = models.CharField(max_length=40)  # as the file calls it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign_id", "township_id", "day", "channel"],
                name="one_sum_of_a_township_day_and_channel",
            )
        ]


class FinancePlace(Money):
    """By place: the home of the person, else the township as recognised, else the campaign's own
    region."""

    place_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign_id", "place_id"], name="one_sum_of_payments_of_a_place"
            )
        ]


class FinanceProfile(models.Model):
    """Standing registrations of a counting unit that owe and are granted the same.

    `*_matched_fen`: live matches of these people's parts, all together.
    """

    campaign_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    hardship = models.CharField(max_length=40)
    grade = models.CharField(max_length=40)
    fee_fen = models.IntegerField()
    own_fen = models.IntegerField()
    on_behalf_fen = models.IntegerField()
    deducted_fen = models.IntegerField()
    reimbursed_fen = models.IntegerField()
    own_settled = models.BooleanField()
    on_behalf_settled = models.BooleanField()
    people = models.IntegerField()
    own_matched_fen = models.BigIntegerField()
    on_behalf_matched_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "campaign_id", "unit_id", "hardship", "grade", "fee_fen", "own_fen",
                    "on_behalf_fen", "deducted_fen", "reimbursed_fen", "own_settled",
                    "on_behalf_settled",
                ],
                name="one_sum_of_registrations_of_a_profile",
            )
        ]  # fmt: skip


class FinanceState(models.Model):
    """When the sums were last counted (real time), and whether something was heard since."""

    campaign = models.OneToOneField("enrollment.Campaign", models.CASCADE, primary_key=True)
    refreshed_at = models.DateTimeField(null=True)
    stale = models.BooleanField(default=True)


class FiscalReceipt(models.Model):
    """Fiscal money that came in from a funder. Never edited: one that was wrong is taken back by a
    counter-entry of the same amount."""

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    funder = models.CharField(max_length=60)  # as the notice names it
    fen = models.BigIntegerField()
    received_on = models.DateField()
    document = models.CharField(max_length=120)  # number of the document or voucher
    note = models.CharField(max_length=200, default="", blank=True)
    cancels = models.OneToOneField("self", models.PROTECT, null=True, related_name="cancelled_by")
    at = models.DateTimeField()  # by the campaign's clock
    known_at = models.DateTimeField()
    by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cancels=None, fen__gt=0)
                | Q(cancels__isnull=False, fen__lt=0) & ~Q(note=""),
                name="fiscal_money_comes_in_or_is_countered_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(document="") & ~Q(funder=""),
                name="fiscal_money_has_a_funder_and_a_document",
            ),
        ]
        indexes = [models.Index(fields=["campaign", "received_on"], name="fiscal_money_by_day")]
        triggers = [
            pgtrigger.Protect(
                name="fiscal_receipts_stay", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]
