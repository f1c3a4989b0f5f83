"""What people decide about payments: above what is derived, until somebody takes it back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Reason(models.TextChoices):
    """Why a payment is matched by hand, held or verified; a refund has a reason of the notice."""

    FOR_ANOTHER = "for_another", _("paid for another person")
    SAME_PERSON = "same_person", _("the same person, written differently")
    TOGETHER = "together", _("several payments together settle it")
    WRONG_NUMBER = "wrong_number", _("the number was mistyped")
    CONFIRMED = "confirmed", _("confirmed by the tax bureau")
    OTHER = "other", pgettext_lazy("reason", "something else")


class DecisionQuerySet(models.QuerySet):
    def live(self) -> "DecisionQuerySet":
        """Neither refused nor ended: a payment has one, or refunds that follow one another."""
        return self.filter(refused_at=None, ended_at=None)

    def waiting(self) -> "DecisionQuerySet":
        """Proposed, and not approved yet by a second person."""
        return self.live().filter(kind__in=Decision.TWO_PEOPLE, approved_at=None)

    def standing(self) -> "DecisionQuerySet":
        """Approved and in effect."""
        return self.live().filter(approved_at__isnull=False)


class Decision(models.Model):
    """One payment, decided upon. Live until refused or ended; never edited otherwise.

    A match or a refund is proposed by one person and approved by another. `fen` is what is
    matched, or goes back; the rest of a match is refund due, the rest of a refund stays where it
    is. `due_fen`, the policy version, and `back_fen` (what had gone back before) are frozen when
    it is approved. A hold or a question to the township (verify) changes no standing and needs
    nobody else. A refund of the rest `follows` the one that was carried out, which stands beside
    it. Payments are not referred to by a foreign key (ADR 4): the books check it.
    """

    class Kind(models.TextChoices):
        MATCH = "match", pgettext_lazy("decision", "match by hand")
        REFUND = "refund", pgettext_lazy("decision", "give back")
        VERIFY = "verify", pgettext_lazy("decision", "ask the township")
        HOLD = "hold", pgettext_lazy("decision", "hold back")

    TWO_PEOPLE = (Kind.MATCH, Kind.REFUND)

    campaign = models.ForeignKey(
        "enrollment.Campaign", models.PROTECT, related_name="+", db_index=False
    )
    payment_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    registration = models.ForeignKey(
        "enrollment.Registration", models.PROTECT, null=True, related_name="+"
    )
    resident = models.ForeignKey(
        "enrollment.Resident", models.PROTECT, null=True, related_name="+", db_index=False
    )  # of the registration
    part = models.CharField(max_length=10, default="", blank=True)  # models.Part of a match
    fen = models.IntegerField(default=0)
    due_fen = models.IntegerField(null=True)
    back_fen = models.IntegerField(default=0)
    policy_version = models.ForeignKey(
        "enrollment.PolicyVersion", models.PROTECT, null=True, related_name="+", db_index=False
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="followers", db_index=False
    )
    reason = models.CharField(max_length=40)  # Reason, or a reason of the notice's refunds
    evidence = models.CharField(max_length=300, default="", blank=True)
    evidence_file = models.ForeignKey(
        "enrollment.SourceFile", models.PROTECT, null=True, related_name="+", db_index=False
    )
    bulk = models.UUIDField()  # of one action
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    refused_why = models.CharField(max_length=200, default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_why = models.CharField(max_length=200, default="", blank=True)  # words, or a code of ENDS

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment_id", "follows"],
                condition=Q(refused_at=None, ended_at=None),
                nulls_distinct=False,
                name="one_live_decision_of_a_payment",
            ),
            models.CheckConstraint(
                condition=Q(follows=None) | Q(kind="refund"), name="only_a_refund_follows_another"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")),
                name="who_approves_did_not_propose",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(
                    approved_at__isnull=False,
                    approved_by__isnull=False,
                    refused_at=None,
                    kind__in=("match", "refund"),
                ),
                name="an_approval_has_a_time_and_a_person",
            ),
            models.CheckConstraint(
                condition=Q(refused_at=None, refused_by=None, refused_why="")
                | Q(refused_at__isnull=False, refused_by__isnull=False) & ~Q(refused_why=""),
                name="a_refusal_has_a_time_a_person_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended_why="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why=""),
                name="an_end_of_a_decision_has_a_time_a_person_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="match",
                    registration__isnull=False,
                    resident__isnull=False,
                    part__in=("own", "on_behalf"),
                    fen__gt=0,
                )
                | Q(kind="refund", registration=None, resident=None, part="", fen__gt=0)
                | Q(kind__in=("verify", "hold"), registration=None, resident=None, part="", fen=0),
                name="a_decision_says_what_its_kind_needs",
            ),
            models.CheckConstraint(
                condition=~Q(kind="match")
                | Q(approved_at=None)
                | Q(due_fen__gte=F("fen"), policy_version__isnull=False),
                name="a_match_by_hand_keeps_what_it_met",
            ),
        ]
        indexes = [
            models.Index(fields=["payment_id"], name="decisions_of_a_payment"),
            models.Index(
                fields=["campaign", "kind"],
                condition=Q(refused_at=None, ended_at=None),
                name="live_decisions",
            ),
            models.Index(fields=["bulk"], name="decisions_of_an_action"),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"

    @property
    def state(self) -> str:
        """waiting, standing, told (hold, verify), refused, withdrawn or undone."""
        if self.refused_at:
            return "refused"
        if self.ended_at:
            return "undone" if self.approved_at else "withdrawn"
        if self.approved_at:
            return "standing"
        return "waiting" if self.kind in self.TWO_PEOPLE else "told"

    @property
    def reason_label(self) -> str:
        """In words; a reason of the notice's refunds is left to who knows the policy."""
        return str(dict(Reason.choices).get(self.reason, self.reason))
