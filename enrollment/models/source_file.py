from django.db import models
from django.utils.translation import gettext_lazy as _


class SourceFile(models.Model):
    """A file taken in. Its bytes lie sealed in UPLOAD_DIR until `kept_until`; counts stay.

    read = new + changed + known + rejected + waiting + conflict, by constraint.
    """

    class Kind(models.TextChoices):
        RESIDENTS = "residents", _("residents")
        REGISTRATIONS = "registrations", _("registrations")
        PAYMENTS = "payments", _("payment details")
        ROSTER = "roster", _("roster")
        PROOF = "proof", _("proof of payment elsewhere")
        REGISTER = "register", _("payment register that came back")
        EVIDENCE = "evidence", _("evidence")
        SENT = "sent", _("sent to the tax bureau")
        TAX_PEOPLE = "tax_people", _("the tax system's list of people")

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        CHECKED = "checked", _("checked")
        POSTED = "posted", _("posted")
        REFUSED = "refused", _("refused")
        VOIDED = "voided", _("voided")

    campaign = models.ForeignKey("Campaign", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    stored_as = models.CharField(max_length=80, default="", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey("User", models.PROTECT, related_name="+")
    posted_at = models.DateTimeField(null=True)
    kept_until = models.DateField(null=True)
    idempotency_key = models.CharField(max_length=100, null=True)
    job = models.ForeignKey("Job", models.SET_NULL, null=True, related_name="+")
    facts = models.JSONField(default=dict)  # encoding, sheet, header line, unknown columns, notes
    read = models.IntegerField(default=0)
    new = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    known = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    waiting = models.IntegerField(default=0)
    conflict = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)  # what the kind adds, e.g. fen by outcome

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    read=models.F("new")
                    + models.F("changed")
                    + models.F("known")
                    + models.F("rejected")
                    + models.F("waiting")
                    + models.F("conflict")
                ),
                name="rows_read_are_all_accounted_for",
            ),
            models.UniqueConstraint(
                fields=["taken_by", "idempotency_key"],
                name="an_idempotency_key_is_used_once_by_a_user",
            ),
        ]
        indexes = [models.Index(fields=["campaign", "kind", "sha256"], name="same_bytes_again")]


class SourceProblem(models.Model):
    """One row of a file that was rejected or warned about: where and why, never the number."""

    file = models.ForeignKey(SourceFile, models.CASCADE, related_name="problems")
    line = models.IntegerField()
    column = models.CharField(max_length=60, default="", blank=True)
    code = models.CharField(max_length=40)
    message = models.CharField(max_length=300)
    fen = models.BigIntegerField(null=True)
    rejected = models.BooleanField(default=True)

    class Meta:
        ordering = ["line", "id"]
        indexes = [models.Index(fields=["file", "code"], name="problems_of_a_file")]
