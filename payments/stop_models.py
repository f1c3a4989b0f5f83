"""Registrations that end for a reason, and what of the money goes back by the notice."""

from django.db import models
from django.db.models import F, Q


class StopQuerySet(models.QuerySet):
    def standing(self) -> "StopQuerySet":
        return self.filter(refused_at=None, withdrawn_at=None, undone_at=None)

    def to_approve(self) -> "StopQuerySet":
        return self.standing().filter(approved_at=None, stopped_at=None)


class Stop(models.Model):
    """Somebody's registration ends for a reason. Where money goes back it is a refund request:
    proposed by one person, approved by another, and only then does the registration end.

    `own_fen` and `aid_fen` go back by the notice as of `asked_on`, `clause` and `words` say why.
    `stopped_at`: when the registration ended; `restored_id`: the one that stands in its place after
    this was undone. `bulk` is that of the payments' decisions. Each act is set once. A request for
    the rest `follows` the one that ended the registration and was carried out.
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    resident = models.ForeignKey("enrollment.Resident", models.PROTECT, related_name="+")
    registration = models.ForeignKey("enrollment.Registration", models.PROTECT, related_name="+")
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="followers", db_index=False
    )
    reason = models.CharField(max_length=40)
    reason_name = models.CharField(max_length=60)
    asked_on = models.DateField()
    benefits_used = models.BooleanField(null=True)  # null: not asked
    own_fen = models.IntegerField(default=0)
    aid_fen = models.IntegerField(default=0)
    clause = models.CharField(max_length=80, default="", blank=True)
    words = models.CharField(max_length=400, default="", blank=True)
    evidence = models.CharField(max_length=400)
    file = models.ForeignKey("enrollment.SourceFile", models.PROTECT, null=True, related_name="+")
    bulk = models.UUIDField(null=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    stopped_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    refused_why = models.CharField(max_length=200, default="", blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_why = models.CharField(max_length=200, default="", blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    undone_why = models.CharField(max_length=200, default="", blank=True)
    restored_id = models.BigIntegerField(null=True)

    objects = StopQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "follows"],
                condition=Q(refused_at=None, withdrawn_at=None, undone_at=None),
                nulls_distinct=False,
                name="a_registration_is_stopped_once",
            ),
            models.CheckConstraint(
                condition=Q(own_fen__gte=0, aid_fen__gte=0), name="a_stop_gives_back_or_nothing"
            ),
            models.CheckConstraint(
                condition=(Q(approved_by=None) | ~Q(approved_by=F("proposed_by")))
                & (Q(refused_by=None) | ~Q(refused_by=F("proposed_by"))),
                name="who_decides_on_a_refund_did_not_propose_it",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None)
                | Q(approved_at__isnull=False)
                | Q(own_fen=0, aid_fen=0),
                name="no_money_goes_back_without_approval",
            ),
            models.CheckConstraint(
                condition=(
                    Q(approved_at=None, approved_by=None)
                    | Q(approved_at__isnull=False, approved_by__isnull=False)
                )
                & (
                    Q(refused_at=None, refused_by=None, refused_why="")
                    | Q(refused_at__isnull=False, refused_by__isnull=False, stopped_at=None)
                    & ~Q(refused_why="")
                )
                & (
                    Q(withdrawn_at=None, withdrawn_by=None, withdrawn_why="")
                    | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, stopped_at=None)
                    & ~Q(withdrawn_why="")
                )
                & (
                    Q(undone_at=None, undone_by=None, undone_why="")
                    | Q(undone_at__isnull=False, undone_by__isnull=False, stopped_at__isnull=False)
                    & ~Q(undone_why="")
                ),
                name="each_act_on_a_stop_has_a_time_a_person_and_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "proposed_at"], name="stops_of_a_campaign"),
        ]
