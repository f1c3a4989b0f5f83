"""Payment lines, what stands against them, and matches.

Tables with a row per payment carry no foreign keys: two of them take matching a million rows
from 7 to 17 s, and facts are never deleted; `check_books` proves the references instead.
"""

from collections.abc import Iterable

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.lib.names import mask_number
from config.lib.siv import SealedField
from enrollment.models import Registration


class Standing(models.TextChoices):
    MATCHED = "matched", _("matched")
    OPEN = "open", pgettext_lazy("payment", "open")
    REFUND_DUE = "refund_due", _("refund due")
    REFUNDED = "refunded", _("refunded")
    REVERSED = "reversed", _("reversed")


class Cause(models.TextChoices):
    """Why a payment is open. The order is the order in which causes are looked for."""

    UNKNOWN_PERSON = "unknown_person", _("unknown person")
    WRONG_YEAR = "wrong_year", _("wrong year")
    WRONG_PLACE = "wrong_place", _("wrong place")
    NOT_REGISTERED = "not_registered", pgettext_lazy("cause", "not registered")
    NAME_DIFFERS = "name_differs", _("name differs")
    PAID_THOUGH_EXEMPT = "paid_though_exempt", _("paid though exempt")
    PAID_BEFORE_MARKED = "paid_before_marked", _("paid before the category was marked")
    TOO_LITTLE = "too_little", _("too little")
    PAID_TWICE = "paid_twice", _("paid twice")
    LATE = "late", _("late")


class Part(models.TextChoices):
    OWN = "own", _("own part")
    ON_BEHALF = "on_behalf", _("paid on behalf")


class PaymentQuerySet(models.QuerySet):
    def open(self) -> "PaymentQuerySet":
        return self.filter(standing=Standing.OPEN)

    def of_file(self, file_id: int) -> "PaymentQuerySet":
        return self.filter(file_id=file_id).order_by("line")

    def of_resident(self, campaign_id: int, resident_id: int) -> "PaymentQuerySet":
        """By two indexes: a matched payment is found by its match, every other by its person."""
        matches = Match.objects.of_resident(campaign_id, resident_id).filter(ended_at=None)
        matched = list(matches.values_list("payment_id", flat=True))
        return self.filter(
            Q(~Q(standing=Standing.MATCHED), resident_id=resident_id) | Q(id__in=matched),
            campaign_id=campaign_id,
        )


class Payment(models.Model):
    """A payment line that was new: the fact, and beside it a cache of its standing.

    `key` is the line's identity (bulk.py says how it is made); the same key with other facts
    (name, fen, year, instant) is a conflict. fen = live match + open + refund due + refunded +
    reversed, held by a constraint for the cached columns and by check_books for the matches.
    """

    campaign_id = models.BigIntegerField()
    file_id = models.BigIntegerField()
    paid_at = models.DateTimeField()
    known_at = models.DateTimeField()
    township_id = models.BigIntegerField(null=True)  # where the place was recognised
    resident_id = models.BigIntegerField(null=True)  # whose number it is
    line = models.IntegerField()
    fen = models.IntegerField()
    matched_fen = models.IntegerField(default=0)
    open_fen = models.IntegerField(default=0)
    refund_due_fen = models.IntegerField(default=0)
    refunded_fen = models.IntegerField(default=0)
    reversed_fen = models.IntegerField(default=0)
    treasury_on = models.DateField(null=True)
    year = models.SmallIntegerField()  # coverage year the line names
    late = models.BooleanField(default=False)
    key = models.UUIDField(unique=True)
    number_kind = models.CharField(max_length=20)  # empty where the number is not readable
    number = SealedField()  # as written where it is not readable
    name = models.CharField(max_length=60)
    name_key = models.CharField(max_length=60)
    receipt = models.CharField(max_length=40, default="")
    channel = models.CharField(max_length=40, default="")
    place = models.CharField(max_length=80, default="")  # as written
    mark = models.CharField(max_length=40, default="")  # 特殊人群标识, as written
    standing = models.CharField(max_length=10, choices=Standing.choices)
    cause = models.CharField(max_length=20, choices=Cause.choices, null=True)

    objects = PaymentQuerySet.as_manager()

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
            # Few indexes, because each costs a tenth of posting a payment. A file's rows lie
            # together, so the summary of blocks finds them; a matched payment is found by its
            # match (PaymentQuerySet.of_resident).
            BrinIndex(fields=["file_id"], name="payments_of_a_file", autosummarize=True),
            models.Index(
                fields=["resident_id"],
                condition=~Q(standing="matched"),
                name="loose_payments_of_a_resident",
            ),
            # The exceptions desk reads causes and the beginning of a queue from this alone.
            models.Index(
                fields=["campaign_id", "cause", "paid_at", "id"],
                include=["open_fen"],
                condition=Q(standing="open"),
                name="open_payments_by_cause",
            ),
            # What goes back is rare; without it every list to the tax bureau would read all.
            models.Index(
                fields=["campaign_id"],
                condition=Q(refund_due_fen__gt=0),
                name="payments_to_give_back",
            ),
            # Open payments whose person is unknown are found again by number.
            models.Index(
                fields=["number"], condition=Q(resident_id=None), name="payments_without_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"payment {self.pk}"  # neither name nor number gets into a log by accident

    @property
    def masked(self) -> str:
        """4113****2511"""
        return mask_number(self.number.reveal())


class MatchQuerySet(models.QuerySet):
    def of_payment(self, payment_id: int) -> "MatchQuerySet":
        """Live and ended; both arms are spelled out because each has its own partial index."""
        return self.filter(
            Q(payment_id=payment_id, ended_at=None)
            | Q(payment_id=payment_id, ended_at__isnull=False)
        )

    def of_registrations(self, registration_ids: Iterable[int]) -> "MatchQuerySet":
        """Live and ended. Both arms are spelled out because each has its own partial index."""
        ids = list(registration_ids)
        return self.filter(
            Q(registration_id__in=ids, alone=True, ended_at=None)
            | Q(Q(ended_at__isnull=False) | Q(alone=False), registration_id__in=ids)
        )

    def of_resident(self, campaign_id: int, resident_id: int) -> "MatchQuerySet":
        registrations = Registration.objects.filter(
            campaign_id=campaign_id, resident_id=resident_id
        )
        return self.of_registrations(registrations.values_list("id", flat=True))


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

    objects = MatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment_id"],
                condition=Q(ended_at=None),
                name="one_live_match_of_a_payment",
            ),
            models.UniqueConstraint(
                fields=["registration_id", "part"],
                condition=Q(ended_at=None, alone=True),
                name="one_live_match_alone_covers_a_part",
            ),
        ]
        indexes = [
            models.Index(
                fields=["payment_id"],
                condition=Q(ended_at__isnull=False),
                name="ended_matches_of_a_payment",
            ),
            # Few; without it every live count of a village would read all matches for them.
            models.Index(
                fields=["registration_id"],
                condition=Q(ended_at__isnull=False) | Q(alone=False) | Q(part="on_behalf"),
                name="matches_to_be_followed",
            ),
        ]


class Correction(models.Model):
    """A reversal or refund line. Tied to its payment once that is known, before or after.

    `original_key` is the key that the payment it names has or will have; null where the line
    names none. Corrections that together exceed their payment wait untied (sql/tie.sql).
    """

    class Kind(models.TextChoices):
        REVERSAL = "reversal", _("reversal")
        REFUND = "refund", _("refund")

    campaign_id = models.BigIntegerField()
    file_id = models.BigIntegerField()
    payment_id = models.BigIntegerField(null=True)
    paid_at = models.DateTimeField()
    known_at = models.DateTimeField()
    line = models.IntegerField()
    fen = models.IntegerField()  # how much goes back, positive
    year = models.SmallIntegerField()
    key = models.UUIDField(unique=True)
    original_key = models.UUIDField(null=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    number_kind = models.CharField(max_length=20)
    number = SealedField()
    name = models.CharField(max_length=60)
    name_key = models.CharField(max_length=60)
    receipt = models.CharField(max_length=40, default="")
    original_receipt = models.CharField(max_length=40, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fen__gte=0), name="corrections_give_back")
        ]
        indexes = [
            models.Index(fields=["original_key"], name="corrections_by_original"),
            models.Index(fields=["payment_id"], name="corrections_of_a_payment"),
            models.Index(fields=["file_id", "line"], name="corrections_of_a_file"),
        ]

    def __str__(self) -> str:
        return f"correction {self.pk}"

    @property
    def masked(self) -> str:
        return mask_number(self.number.reveal())


class RepeatedLine(models.Model):
    """A line whose key was taken in before: known (same facts) or conflict (other facts)."""

    file_id = models.BigIntegerField()
    line = models.IntegerField()
    outcome = models.CharField(max_length=8)  # known, conflict
    key = models.UUIDField()  # of the payment or correction it repeats
    fen = models.IntegerField()  # negative for reversals and refunds
    # What the line of a conflict says; a known one says what its first line said.
    name_key = models.CharField(max_length=60, null=True)
    year = models.SmallIntegerField(null=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["file_id", "line"], name="repeated_lines_of_a_file")]


from payments.claim_models import Claim as Claim  # noqa: E402
from payments.claim_models import ClaimEnd as ClaimEnd  # noqa: E402
from payments.collection_models import BankLine as BankLine  # noqa: E402
from payments.collection_models import BankStatement as BankStatement  # noqa: E402
from payments.collection_models import BatchLine as BatchLine  # noqa: E402
from payments.collection_models import CollectionBatch as CollectionBatch  # noqa: E402
from payments.collection_models import Slip as Slip  # noqa: E402
from payments.collection_models import Taking as Taking  # noqa: E402
from payments.decision_models import Decision as Decision  # noqa: E402
from payments.file_models import Acceptance as Acceptance  # noqa: E402
from payments.file_models import VoidedLine as VoidedLine  # noqa: E402
from payments.file_models import Voiding as Voiding  # noqa: E402
from payments.open_count_models import OpenCount as OpenCount  # noqa: E402
from payments.register_models import RegisterIssue as RegisterIssue  # noqa: E402
from payments.register_models import RegisterProposal as RegisterProposal  # noqa: E402
from payments.register_models import RegisterReturn as RegisterReturn  # noqa: E402
from payments.saved_view_models import SavedView as SavedView  # noqa: E402
from payments.stop_models import Stop as Stop  # noqa: E402
from payments.tax_models import TaxComparison as TaxComparison  # noqa: E402
from payments.tax_models import TaxExport as TaxExport  # noqa: E402
from payments.tax_models import TaxPerson as TaxPerson  # noqa: E402
from payments.tax_models import TaxRefund as TaxRefund  # noqa: E402
from payments.tax_models import TaxSent as TaxSent  # noqa: E402
