"""Payment registers: what went out to a village, what came back, what it proposes."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from config.lib.siv import SealedField
from enrollment.models import Region


class RegisterIssue(models.Model):
    """A register as it was handed out: of a village, or of one group of it.

    Figures are those printed. Each row of its workbook carries a key that names it
    (register/keys.py); nothing else of the rows is kept.
    """

    class Form(models.TextChoices):
        PAPER = "paper", pgettext_lazy("register", "paper")
        WORKBOOK = "workbook", pgettext_lazy("register", "workbook")

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    village = models.ForeignKey("enrollment.Region", models.PROTECT, related_name="+")
    serial = models.IntegerField()  # of the campaign and village, from 1
    group_no = models.CharField(max_length=10, default="", blank=True)  # empty: all groups
    form = models.CharField(max_length=8, choices=Form.choices)
    people = models.IntegerField()
    due_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField()
    full_numbers = models.BooleanField(default=False)
    why = models.CharField(max_length=200, default="", blank=True)  # of full numbers
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "village", "serial"],
                name="registers_of_a_village_are_numbered_once",
            ),
            models.CheckConstraint(
                condition=Q(full_numbers=False) | ~Q(why=""),
                name="full_numbers_go_out_for_a_reason",
            ),
        ]

    @property
    def label(self) -> str:
        """QC-105206-0007: the end of the village's code, and the register's own number."""
        return label_of(self.village, self.serial)


def label_of(village: Region, serial: int) -> str:
    place = (village.code or "")[6:] or str(village.pk)
    return f"QC-{place}-{serial:04}"


class RegisterReturn(models.Model):
    """A register that came back as a workbook; its counts stand with the file.

    read = new (additions) + changed (rows that propose something) + known + rejected.
    `absent`: people of the registers it names who are not in it; nothing happens to them.
    """

    file = models.OneToOneField("enrollment.SourceFile", models.PROTECT, related_name="+")
    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    region = models.ForeignKey("enrollment.Region", models.PROTECT, related_name="+")
    absent = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["campaign", "-id"], name="registers_that_came_back")]


class RegisterProposal(models.Model):
    """What a returned register says otherwise than we do. Changes nothing before it is accepted,
    by somebody else than who brought it.

    `before` and `after` as texts, sealed: names, telephones, numbers. Of an addition `after` is
    JSON of the person, of cash of the money (register/reading.py).
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", pgettext_lazy("register", "correction")
        ADDITION = "addition", pgettext_lazy("register", "addition")
        CASH = "cash", pgettext_lazy("register", "cash")
        REASON = "reason", pgettext_lazy("register", "reason")

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("register", "proposed")
        ACCEPTED = "accepted", pgettext_lazy("register", "accepted")
        REFUSED = "refused", pgettext_lazy("register", "refused")
        REPLACED = "replaced", pgettext_lazy("register", "replaced by a later file")

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    returned = models.ForeignKey(RegisterReturn, models.PROTECT, related_name="proposals")
    issue = models.ForeignKey(RegisterIssue, models.PROTECT, related_name="proposals")
    sheet = models.CharField(max_length=60, default="", blank=True)
    line = models.IntegerField()
    resident = models.ForeignKey(
        "enrollment.Resident", models.PROTECT, null=True, related_name="+"
    )  # null: an addition
    kind = models.CharField(max_length=10, choices=Kind.choices)
    field = models.CharField(max_length=20, default="", blank=True)  # of a correction
    before = SealedField(null=True)  # type: ignore[misc]
    after = SealedField()
    fen = models.IntegerField(null=True)  # of cash
    key = models.BinaryField(max_length=32)  # what it says, hashed: the same is proposed once
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    at = models.DateTimeField()
    by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    why = models.CharField(max_length=200, default="", blank=True)  # of a refusal

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("by")),
                name="who_brings_a_register_does_not_accept_it",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "replaced"), decided_by=None, decided_at=None)
                | Q(state="accepted", decided_by__isnull=False, decided_at__isnull=False)
                | Q(state="refused", decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(why=""),
                name="a_proposal_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(kind="addition", resident=None)
                | ~Q(kind="addition") & Q(resident__isnull=False),
                name="only_an_addition_is_of_nobody_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="cash", fen__gt=0) | ~Q(kind="cash") & Q(fen=None),
                name="only_cash_has_an_amount",
            ),
            models.UniqueConstraint(
                fields=["campaign", "key"],
                condition=Q(state="proposed") | Q(state="accepted", kind="cash"),
                name="the_same_is_proposed_once",
            ),
            models.UniqueConstraint(
                fields=["campaign", "resident", "kind", "field"],
                condition=Q(state="proposed", resident__isnull=False),
                name="one_open_proposal_for_a_field",
            ),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "issue"],
                condition=Q(state="proposed"),
                name="proposals_that_wait",
            )
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}"  # what it says never gets into a log by accident
