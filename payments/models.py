"""Payment lines, what stands against them, and matches.

Tables with a row per payment carry no foreign keys: two of them take matching a million rows
from 7 to 17 s, and facts are never deleted; `check_books` proves the references instead.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Standing(models.TextChoices):
    MATCHED = "matched", _("matched")
    OPEN = "open", _("open")
    REFUND_DUE = "refund_due", _("refund due")
    REFUNDED = "refunded", _("refunded")
    REVERSED = "reversed", _("reversed")


class Cause(models.TextChoices):
    """Why a payment is open. The order is the order in which causes are looked for."""

    UNKNOWN_PERSON = "unknown_person", _("unknown person")
    WRONG_YEAR = "wrong_year", _("wrong year")
    WRONG_PLACE = "wrong_place", _("wrong place")
    NOT_REGISTERED = "not_registered", _("not registered")
    NAME_DIFFERS = "name_differs", _("name differs")
    PAID_THOUGH_EXEMPT = "paid_though_exempt", _("paid though exempt")
    PAID_BEFORE_MARKED = "paid_before_marked", _("paid before the category was marked")
    TOO_LITTLE = "too_little", _("too little")
    PAID_TWICE = "paid_twice", _("paid twice")
    LATE = "late", _("late")


class Part(models.TextChoices):
    OWN = "own", _("own part")
    ON_BEHALF = "on_behalf", _("paid on behalf")


class Payment(models.Model):
    """A payment line that was new: the fact, and beside it a cache of its standing.

    `key` is the line's identity (receipt + number + kind, hashed with the campaign); `digest`
    hashes the facts, to tell "known" from "conflict". fen = live match + open + refund due +
    refunded + reversed, held by a constraint for the cached columns and by check_books for the
    matches.
    """

    campaign_id = models.BigIntegerField()
    file_id = models.BigIntegerField()
    line = models.IntegerField()
    key = models.UUIDField(unique=True)
    digest = models.UUIDField()
    number_kind = models.CharField(max_length=20)
    number = models.BinaryField()  # sealed; as written where it is no valid number
    number_masked = models.CharField(max_length=24)
    name = models.CharField(max_length=60)
    name_key = models.CharField(max_length=60)
    fen = models.IntegerField()
    year = models.SmallIntegerField()  # coverage year the line names
    paid_at = models.DateTimeField()
    treasury_on = models.DateField(null=True)
    receipt = models.CharField(max_length=40, default="")
    channel = models.CharField(max_length=40, default="")
    place = models.CharField(max_length=80, default="")  # as written
    township_id = models.BigIntegerField(null=True)  # where the place was recognised
    mark = models.CharField(max_length=40, default="")  # 特殊人群标识, as written
    known_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    resident_id = models.BigIntegerField(null=True)
    standing = models.CharField(max_length=10, choices=Standing.choices)
    cause = models.CharField(max_length=20, choices=Cause.choices, null=True)
    matched_fen = models.IntegerField(default=0)
    open_fen = models.IntegerField(default=0)
    refund_due_fen = models.IntegerField(default=0)
    refunded_fen = models.IntegerField(default=0)
    reversed_fen = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    fen=F("matched_fen")
                    + F("open_fen")
                    + F("refund_due_fen")
                    + F("refunded_fen")
                    + F("reversed_fen")
                )
                & Q(matched_fen__gte=0)
                & Q(open_fen__gte=0)
                & Q(refund_due_fen__gte=0)
                & Q(refunded_fen__gte=0)
                & Q(reversed_fen__gte=0),
                name="every_fen_of_a_payment_stands_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(standing="open", cause__isnull=False)
                | (~Q(standing="open") & Q(cause=None)),
                name="open_payments_have_a_cause",
            ),
        ]
        indexes = [
            models.Index(fields=["resident_id"], name="payments_of_a_resident"),
            models.Index(fields=["file_id", "line"], name="payments_of_a_file"),
            models.Index(
                fields=["campaign_id", "cause"],
                condition=Q(standing="open"),
                name="open_payments_by_cause",
            ),
            # Open payments whose person is unknown are found again by number.
            models.Index(
                fields=["number"], condition=Q(resident_id=None), name="payments_without_a_person"
            ),
            models.Index(fields=["receipt"], name="payments_by_receipt"),
        ]


class Match(models.Model):
    """A payment settles a part of a registration. Live until ended; never edited.

    `at` is business time (the payment's), `due_fen` and the policy version are frozen here.
    """

    campaign_id = models.BigIntegerField()
    payment_id = models.BigIntegerField()
    registration_id = models.BigIntegerField()
    resident_id = models.BigIntegerField()
    part = models.CharField(max_length=10, choices=Part.choices)
    fen = models.IntegerField()
    due_fen = models.IntegerField()
    policy_version_id = models.BigIntegerField()
    rule = models.CharField(max_length=30)  # which rule matched: "number", "by_hand", …
    alone = models.BooleanField(default=True)  # covers the part by itself
    at = models.DateTimeField()
    known_at = models.DateTimeField()
    by_id = models.BigIntegerField()
    why = models.CharField(max_length=200, default="")
    approved_by_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.BigIntegerField(null=True)
    ended_why = models.CharField(max_length=200, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment_id"], condition=Q(ended_at=None), name="one_live_match_of_a_payment"
            ),
            models.UniqueConstraint(
                fields=["registration_id", "part"],
                condition=Q(ended_at=None, alone=True),
                name="one_live_match_alone_covers_a_part",
            ),
        ]


class Correction(models.Model):
    """A reversal or refund line. Tied to its payment once that is known, before or after."""

    class Kind(models.TextChoices):
        REVERSAL = "reversal", _("reversal")
        REFUND = "refund", _("refund")

    campaign_id = models.BigIntegerField()
    file_id = models.BigIntegerField()
    line = models.IntegerField()
    key = models.UUIDField(unique=True)
    digest = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    number_kind = models.CharField(max_length=20)
    number = models.BinaryField()
    number_masked = models.CharField(max_length=24)
    name = models.CharField(max_length=60)
    original_receipt = models.CharField(max_length=40)
    fen = models.IntegerField()  # how much goes back, positive
    year = models.SmallIntegerField()
    paid_at = models.DateTimeField()
    known_at = models.DateTimeField()
    payment_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fen__gte=0), name="corrections_give_back")
        ]
        indexes = [
            models.Index(fields=["original_receipt", "number"], name="corrections_by_original"),
            models.Index(fields=["payment_id"], name="corrections_of_a_payment"),
            models.Index(fields=["file_id"], name="corrections_of_a_file"),
        ]


class RepeatedLine(models.Model):
    """A line whose key was taken in before: known (same facts) or conflict (other facts)."""

    file_id = models.BigIntegerField()
    line = models.IntegerField()
    outcome = models.CharField(max_length=8)  # known, conflict
    key = models.UUIDField()  # of the payment or correction it repeats
    fen = models.IntegerField()  # negative for reversals and refunds

    class Meta:
        indexes = [models.Index(fields=["file_id", "line"], name="repeated_lines_of_a_file")]
