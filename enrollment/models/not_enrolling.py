"""Why somebody is not enrolled, as a person said it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class NotEnrolling(models.Model):
    """A reason that stands until another is given or it is taken back; it never enrolls anybody.

    What lists suggest (dead, in the army, …) is no row here before a person has confirmed it.
    `approved_at`: when somebody else confirmed what takes a person out of 应参 without a list.
    """

    class Reason(models.TextChoices):
        DEAD = "dead", _("dead")
        EMPLOYEE = "employee", _("in employee insurance")
        ELSEWHERE = "elsewhere", _("enrolled elsewhere")
        ARMY = "army", _("in the army")
        PRISON = "prison", _("in prison")
        ABROAD = "abroad", _("abroad")
        NO_CONTACT = "no_contact", _("out of contact")
        CANNOT_PAY = "cannot_pay", _("cannot pay")
        REFUSES = "refuses", _("refuses")
        MOVED = "moved", _("moved out")
        DUPLICATE = "duplicate", _("duplicate record")
        STUDENT = "student", _("student elsewhere")

    campaign = models.ForeignKey("Campaign", models.PROTECT, related_name="+")
    resident = models.ForeignKey("Resident", models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    note = models.CharField(max_length=200, default="", blank=True)
    by = models.ForeignKey("User", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    approved_by = models.ForeignKey(
        "User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        "User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "resident"],
                condition=Q(ended_at=None),
                name="one_standing_reason_for_not_enrolling",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="a_reason_is_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(approved_by=F("by")),
                name="a_reason_is_approved_by_somebody_else",
            ),
        ]
