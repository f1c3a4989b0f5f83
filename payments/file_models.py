"""What people did with a payment file as a whole: accepted it, voided it. Small tables, and the
lines that a voided file brought: they prove its sums after its payments are gone."""

from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enrollment.models import SourceFile, User


class Acceptance(models.Model):
    """A second person let a checked file be posted, where the notice asks for one (R-358)."""

    file = models.OneToOneField(SourceFile, models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    accepted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(sent_by=F("accepted_by")), name="who_sends_a_file_does_not_accept_it"
            )
        ]


class Voiding(models.Model):
    """A posted file was undone: who, when, why, and how much went (R-357)."""

    file = models.OneToOneField(SourceFile, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=200, validators=[MinLengthValidator(1)])
    lines = models.IntegerField()  # that went
    fen = models.BigIntegerField()  # net of the lines that went
    matches = models.IntegerField()  # that ended
    handed_over = models.IntegerField()  # lines that another file reports too

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(why=""), name="a_voiding_has_a_reason")]


class VoidedLine(models.Model):
    """A line that was new when its file was posted, and went or moved when it was voided.

    `row_id` is the id that the payment or correction had; with `handed_to` it stands there still,
    as a line of that file. `resident_id` and `township_id` are those that a payment had: whoever
    saw it sees that it went.
    """

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("payment")
        REVERSAL = "reversal", _("reversal")
        REFUND = "refund", _("refund")

    campaign_id = models.BigIntegerField()
    file_id = models.BigIntegerField()
    row_id = models.BigIntegerField()
    handed_to = models.BigIntegerField(null=True)
    resident_id = models.BigIntegerField(null=True)
    township_id = models.BigIntegerField(null=True)
    line = models.IntegerField()
    fen = models.IntegerField()  # negative for reversals and refunds
    key = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind.choices)

    class Meta:
        indexes = [
            models.Index(fields=["file_id", "line"], name="voided_lines_of_a_file"),
            models.Index(fields=["row_id"], name="voided_lines_by_payment"),
        ]
