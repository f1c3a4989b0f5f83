"""Money that people pay in cash: takings, batches (征缴流水), the slips by which they go to the
bank, and what the bank's statement says. Source: docs/RULES.md R-376 to R-385.

Cash taken is not paid: a person counts as enrolled only by the tax bureau's line.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

# Refused as a constraint is, so that it reaches Python as an IntegrityError.
_FROZEN_TAKING = """
IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL OR
   (OLD.campaign_id, OLD.registration_id, OLD.resident_id, OLD.place_id, OLD.hardship, OLD.fen,
    OLD.taken_at, OLD.taken_by_id) IS DISTINCT FROM
   (NEW.campaign_id, NEW.registration_id, NEW.resident_id, NEW.place_id, NEW.hardship, NEW.fen,
    NEW.taken_at, NEW.taken_by_id) THEN
  RAISE EXCEPTION 'a_taking_stays_as_it_is' USING ERRCODE = 'check_violation';
END IF;
IF NEW.withdrawn_at IS NOT NULL AND EXISTS (
  SELECT 1 FROM payments_batchline WHERE taking_id = NEW.id AND live
) THEN
  RAISE EXCEPTION 'a_taking_in_a_batch_is_not_withdrawn' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
# Only what came back with the tax bureau's file changes in a line, and `live` when its batch ends.
_FROZEN_LINE = """
IF TG_OP = 'UPDATE' AND
   (OLD.batch_id, OLD.taking_id, OLD.registration_id, OLD.resident_id, OLD.line, OLD.fen, OLD.live)
   IS NOT DISTINCT FROM
   (NEW.batch_id, NEW.taking_id, NEW.registration_id, NEW.resident_id, NEW.line, NEW.fen, NEW.live)
   THEN
  RETURN NEW;
END IF;
IF EXISTS (
  SELECT 1 FROM payments_collectionbatch
  WHERE id IN (OLD.batch_id, NEW.batch_id)
    AND state <> 'draft' AND NOT (TG_OP = 'UPDATE' AND state = 'void' AND NOT NEW.live)
) THEN
  RAISE EXCEPTION 'a_balanced_batch_keeps_its_lines' USING ERRCODE = 'check_violation';
END IF;
RETURN COALESCE(NEW, OLD);
"""
_FROZEN_BATCH = """
IF TG_OP = 'DELETE' OR OLD.state = 'void' OR
   (OLD.campaign_id, OLD.region_id, OLD.number, OLD.hardship, OLD.made_by_id) IS DISTINCT FROM
   (NEW.campaign_id, NEW.region_id, NEW.number, NEW.hardship, NEW.made_by_id)
   OR OLD.state <> 'draft' AND NEW.state <> 'draft' AND
   (OLD.heads, OLD.fen) IS DISTINCT FROM (NEW.heads, NEW.fen)
   OR OLD.state IN ('confirmed', 'closed') AND NEW.state IN ('balanced', 'void') THEN
  RAISE EXCEPTION 'a_batch_is_kept' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
_FROZEN_SLIP = """
IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR
   (OLD.batch_id, OLD.bank, OLD.account, OLD.kind, OLD.number, OLD.paid_on, OLD.fen, OLD.heads,
    OLD.file_id) IS DISTINCT FROM
   (NEW.batch_id, NEW.bank, NEW.account, NEW.kind, NEW.number, NEW.paid_on, NEW.fen, NEW.heads,
    NEW.file_id)
   OR NEW.ended_at IS NOT NULL AND EXISTS (
     SELECT 1 FROM payments_collectionbatch
     WHERE id = NEW.batch_id AND state IN ('balanced', 'confirmed', 'closed')
   ) THEN
  RAISE EXCEPTION 'a_slip_stays_as_it_is' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


def _frozen(name: str, func: str, *, inserts: bool = False) -> pgtrigger.Trigger:
    operation = pgtrigger.Update | pgtrigger.Delete
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation | pgtrigger.Insert if inserts else operation,
        func=func,
    )


class TakingQuerySet(models.QuerySet):
    def live(self) -> "TakingQuerySet":
        return self.filter(withdrawn_at=None)

    def visible_to(self, user) -> "TakingQuerySet":
        return self.filter(place__path__startswith=user.region.path) if user.region else self.none()


class Taking(models.Model):
    """Cash that somebody took for one person's own part. Live until withdrawn; never edited.

    `place` is for whose batch it is taken: the counting unit, or the village where the taker sees
    only that; `hardship` is the category applied then.
    """

    class Source(models.TextChoices):
        DESK = "desk", pgettext_lazy("taking", "desk")
        REGISTER = "register", pgettext_lazy("taking", "payment register")

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    registration = models.ForeignKey(
        "enrollment.Registration", models.PROTECT, related_name="+", db_index=False
    )
    resident = models.ForeignKey("enrollment.Resident", models.PROTECT, related_name="+")
    place = models.ForeignKey("enrollment.Region", models.PROTECT, related_name="+")
    hardship = models.CharField(max_length=40, default="", blank=True)
    fen = models.IntegerField()
    source = models.CharField(max_length=10, choices=Source.choices)
    taken_at = models.DateTimeField()  # business time: when the cash was handed over
    known_at = models.DateTimeField()
    taken_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_why = models.CharField(max_length=200, default="", blank=True)

    objects = TakingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(withdrawn_at=None),
                name="cash_is_taken_once_for_an_own_part",
            ),
            models.CheckConstraint(condition=Q(fen__gt=0), name="a_taking_is_of_money"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_why="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_why=""),
                name="a_withdrawn_taking_says_who_and_why",
            ),
        ]
        triggers = [_frozen("a_taking_stays_as_it_is", _FROZEN_TAKING)]


class CollectionBatch(models.Model):
    """征缴流水: the takings of a village, or of several under `region`, of one hardship category.

    `heads` and `fen` are those of its lines since it was balanced, 0 in a draft.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("collection", "draft")
        BALANCED = "balanced", pgettext_lazy("collection", "balanced")
        CONFIRMED = "confirmed", pgettext_lazy("collection", "confirmed")
        CLOSED = "closed", pgettext_lazy("collection", "closed")
        VOID = "void", pgettext_lazy("collection", "void")

    REMITTED = (State.BALANCED, State.CONFIRMED, State.CLOSED)
    FIXED = (State.CONFIRMED, State.CLOSED)

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    region = models.ForeignKey("enrollment.Region", models.PROTECT, related_name="+")
    number = models.IntegerField()  # counted in the campaign
    hardship = models.CharField(max_length=40, default="", blank=True)  # empty: nobody special
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    heads = models.IntegerField(default=0)
    fen = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    balanced_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    voided_why = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"], name="collection_batches_are_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("made_by")),
                name="who_confirms_a_collection_did_not_make_it",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", balanced_at=None, confirmed_at=None, closed_at=None)
                | Q(state="balanced", balanced_at__isnull=False, confirmed_at=None, closed_at=None)
                | Q(state="confirmed", balanced_at__isnull=False, confirmed_at__isnull=False,
                    closed_at=None)
                | Q(state="closed", balanced_at__isnull=False, confirmed_at__isnull=False,
                    closed_at__isnull=False)
                | Q(state="void", confirmed_at=None, closed_at=None),
                name="a_collection_takes_each_step_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="a_confirmed_collection_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", heads=0, fen=0)
                | Q(state="void")
                | Q(state__in=("balanced", "confirmed", "closed"), heads__gt=0, fen__gt=0),
                name="a_balanced_collection_has_heads_and_money",
            ),
            models.CheckConstraint(
                condition=~Q(state="void") & Q(voided_at=None, voided_by=None, voided_why="")
                | Q(state="void", voided_at__isnull=False, voided_by__isnull=False)
                & ~Q(voided_why=""),
                name="a_void_collection_says_who_and_why",
            ),
        ]  # fmt: skip
        triggers = [_frozen("a_batch_is_kept", _FROZEN_BATCH)]


class BatchLine(models.Model):
    """One person of a batch, and what came back of them with the tax bureau's file.

    `live` until its batch is void. `payment_id`, `receipt`, `treasury_on` are a cache of the live
    match of the own part; null, empty while there is none.
    """

    batch = models.ForeignKey(CollectionBatch, models.PROTECT, related_name="lines")
    taking = models.ForeignKey(Taking, models.PROTECT, related_name="lines")
    registration = models.ForeignKey(
        "enrollment.Registration", models.PROTECT, related_name="+", db_index=False
    )
    resident = models.ForeignKey("enrollment.Resident", models.PROTECT, related_name="+")
    line = models.IntegerField()  # from 1
    fen = models.IntegerField()
    live = models.BooleanField(default=True)
    payment_id = models.BigIntegerField(null=True)
    receipt = models.CharField(max_length=40, default="", blank=True)
    treasury_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(live=True),
                name="nobody_is_in_two_collections",
            ),
            models.UniqueConstraint(
                fields=["taking"], condition=Q(live=True), name="a_taking_is_in_one_collection"
            ),
            models.UniqueConstraint(
                fields=["batch", "line"], name="a_collection_has_each_line_once"
            ),
            models.CheckConstraint(condition=Q(fen__gt=0), name="a_line_of_a_batch_is_of_money"),
        ]
        triggers = [_frozen("a_balanced_batch_keeps_its_lines", _FROZEN_LINE, inserts=True)]


class Slip(models.Model):
    """缴款单: by it the money of one batch went to the bank. Never edited; replaced by another."""

    class Kind(models.TextChoices):
        ELECTRONIC = "electronic", pgettext_lazy("slip", "electronic payment slip")
        TRANSFER = "transfer", pgettext_lazy("slip", "transfer voucher")

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    batch = models.ForeignKey(CollectionBatch, models.PROTECT, related_name="slips")
    bank = models.CharField(max_length=80)
    account = models.CharField(max_length=40)  # the bureau's, printed in the notice: not sealed
    insurance = models.CharField(max_length=40)  # as written on it
    group = models.CharField(max_length=80)  # the village and group it names
    kind = models.CharField(max_length=10, choices=Kind.choices)
    number = models.CharField(max_length=40)
    paid_on = models.DateField()
    fen = models.BigIntegerField()
    heads = models.IntegerField()
    handler = models.CharField(max_length=60)
    phone = models.CharField(max_length=20)
    file = models.ForeignKey("enrollment.SourceFile", models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_why = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch"], condition=Q(ended_at=None), name="a_batch_has_one_slip"
            ),
            models.UniqueConstraint(
                fields=["campaign", "number"],
                condition=Q(ended_at=None),
                name="a_slip_number_is_used_once",
            ),
            models.CheckConstraint(
                condition=Q(fen__gt=0, heads__gt=0) & ~Q(number=""), name="a_slip_is_of_money"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended_why="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why=""),
                name="an_ended_slip_says_who_and_why",
            ),
        ]
        triggers = [_frozen("a_slip_stays_as_it_is", _FROZEN_SLIP)]


class BankStatement(models.Model):
    """A bank's list of what arrived on the account; the same bytes are taken in once."""

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    taken_in_at = models.DateTimeField()
    taken_in_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    read = models.IntegerField()
    fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "sha256"], name="a_statement_is_taken_in_once"
            )
        ]


class BankLine(models.Model):
    """One amount that arrived: for a slip, for none that is known, or told twice."""

    class Outcome(models.TextChoices):
        MATCHED = "matched", pgettext_lazy("bank line", "matched")
        UNKNOWN = "unknown", pgettext_lazy("bank line", "unknown")
        TWICE = "twice", pgettext_lazy("bank line", "twice")

    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="lines")
    line = models.IntegerField()  # of the file
    arrived_on = models.DateField()
    fen = models.BigIntegerField()
    payer = models.CharField(max_length=80, default="", blank=True)
    remark = models.CharField(max_length=200, default="", blank=True)
    serial = models.CharField(max_length=60, default="", blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    slip = models.ForeignKey(Slip, models.PROTECT, null=True, related_name="bank_lines")
    # "number", "amount_and_date", "by_hand"; of an unknown or repeated line why it is that
    rule = models.CharField(max_length=20, default="", blank=True)
    tied_at = models.DateTimeField(null=True)
    tied_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "line"], name="a_statement_has_each_line_once"
            ),
            models.UniqueConstraint(
                fields=["slip"], condition=Q(outcome="matched"), name="a_slip_arrives_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome="matched", slip__isnull=False)
                | Q(outcome="unknown", slip=None)
                | Q(outcome="twice"),
                name="a_matched_bank_line_has_a_slip",
            ),
        ]
