"""What is paid out to people: amounts, batches, transfers, what is held, what the bank answered."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from subsidies.outcomes import Kind

# Refused as a constraint is, so that it reaches Python as an IntegrityError.
_FROZEN_TRANSFER = """
IF TG_OP = 'UPDATE' AND
   (OLD.batch_id, OLD.pay_out_id, OLD.line, OLD.name, OLD.account, OLD.fen) IS NOT DISTINCT FROM
   (NEW.batch_id, NEW.pay_out_id, NEW.line, NEW.name, NEW.account, NEW.fen) THEN
  RETURN NEW;
END IF;
IF EXISTS (
  SELECT 1 FROM subsidies_payoutbatch WHERE id IN (OLD.batch_id, NEW.batch_id) AND state <> 'draft'
) THEN
  RAISE EXCEPTION 'a_checked_batch_stays_as_it_is' USING ERRCODE = 'check_violation';
END IF;
RETURN COALESCE(NEW, OLD);
"""
_FROZEN_BATCH = """
IF TG_OP = 'DELETE' THEN
  IF OLD.exported_at IS NOT NULL THEN
    RAISE EXCEPTION 'an_exported_batch_is_kept' USING ERRCODE = 'check_violation';
  END IF;
  RETURN OLD;
END IF;
IF (OLD.campaign_id, OLD.funder, OLD.month, OLD.made_by_id) IS DISTINCT FROM
   (NEW.campaign_id, NEW.funder, NEW.month, NEW.made_by_id)
   OR OLD.exported_at IS NOT NULL AND
      (OLD.exported_at, OLD.checked_by_id) IS DISTINCT FROM (NEW.exported_at, NEW.checked_by_id)
   OR OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at THEN
  RAISE EXCEPTION 'an_exported_batch_is_kept' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


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
    # Why nothing can go to the account: a key of payouts.accounts.FAULTS; null: not judged yet.
    account_fault = models.CharField(max_length=10, null=True)
    # Whose account; empty: their own.
    payee = models.CharField(max_length=60, default="", db_default="", blank=True)
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
            ),
            models.CheckConstraint(
                condition=Q(state="draft", checked_at=None, exported_at=None, confirmed_at=None)
                | Q(state="checked", checked_at__isnull=False, exported_at=None, confirmed_at=None)
                | Q(state="exported", checked_at__isnull=False, exported_at__isnull=False,
                    confirmed_at=None)
                | Q(state="confirmed", checked_at__isnull=False, exported_at__isnull=False,
                    confirmed_at__isnull=False),
                name="without_a_time_no_step_is_taken",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="an_exported_batch_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_FROZEN_BATCH,
            )
        ]


class Transfer(models.Model):
    """One attempt to pay a pay-out out; one that came back (`returned_at`) may be followed by
    another. `line` and `name` are those of the bank's file: what left is never numbered anew."""

    batch = models.ForeignKey(PayOutBatch, models.CASCADE, related_name="transfers")
    pay_out = models.ForeignKey(PayOut, models.PROTECT, related_name="transfers")
    line = models.IntegerField()  # from 1
    name = models.CharField(max_length=60)  # who holds the account
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
            ),
            models.UniqueConstraint(fields=["batch", "line"], name="a_batch_has_each_line_once"),
            models.CheckConstraint(
                condition=Q(returned_at=None, returned_by=None, returned_why="")
                | Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(returned_why=""),
                name="what_came_back_says_who_and_why",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="a_checked_batch_stays_as_it_is",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_FROZEN_TRANSFER,
            )
        ]


class PayOutDecision(models.Model):
    """What a person decided of an amount that is held back: paid all the same, or to nobody.

    `held` is the list that held it (payouts.held); stands until taken back (`ended_at`).
    """

    class What(models.TextChoices):
        RELEASED = "released", pgettext_lazy("pay-out", "released")
        DROPPED = "dropped", pgettext_lazy("pay-out", "dropped")

    pay_out = models.ForeignKey(PayOut, models.CASCADE, related_name="decisions")
    what = models.CharField(max_length=10, choices=What.choices)
    held = models.CharField(max_length=20)
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pay_out"], condition=Q(ended_at=None), name="one_decision_stands"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="a_decision_says_why"),
        ]


class BankAnswer(models.Model):
    """A file in which the bank says what became of a batch; the same bytes are taken in once."""

    batch = models.ForeignKey(PayOutBatch, models.PROTECT, related_name="answers")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    taken_in_at = models.DateTimeField()
    taken_in_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    read = models.IntegerField()  # = paid + returned + known
    paid = models.IntegerField()
    returned = models.IntegerField()
    known = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "sha256"], name="an_answer_is_taken_in_once"),
            models.CheckConstraint(
                condition=Q(read=F("paid") + F("returned") + F("known"), read__gt=0),
                name="every_line_of_an_answer_has_an_outcome",
            ),
        ]


class BankAnswerLine(models.Model):
    """What the bank says of one transfer, and what became of the line."""

    class Outcome(models.TextChoices):
        PAID = "paid", pgettext_lazy("bank", "paid")
        RETURNED = "returned", pgettext_lazy("bank", "came back")
        KNOWN = "known", pgettext_lazy("bank", "known before")

    answer = models.ForeignKey(BankAnswer, models.CASCADE, related_name="lines")
    line = models.IntegerField()  # of the file
    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="answers")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    why = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "transfer"], name="an_answer_names_a_transfer_once"
            )
        ]
