"""What went out to the tax bureau, what it was told so far, and its list of people beside ours."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.lib.siv import SealedField


class TaxExport(models.Model):
    """A file that went out by a layout: who, when, how much, which bytes (`file`, sealed).

    `counts`: how many rows of which act; `since` and `until` are the instants of the export before
    and of this one, for people: what goes out is found by comparing with TaxSent, never by time.
    """

    class Kind(models.TextChoices):
        REGISTRATIONS = "registrations", pgettext_lazy("tax export", "registrations and changes")
        REFUNDS = "refunds", pgettext_lazy("tax export", "refunds to carry out")

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    number = models.IntegerField()  # counted in the campaign, for each kind
    layout = models.CharField(max_length=40)  # a file of layouts/
    since = models.DateTimeField(null=True)
    until = models.DateTimeField()
    rows = models.IntegerField()
    fen = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    why = models.CharField(max_length=200)
    file = models.ForeignKey("enrollment.SourceFile", models.PROTECT, related_name="+")
    made_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "number"], name="tax_exports_are_numbered_once"
            )
        ]


class TaxSent(models.Model):
    """What the tax bureau was last told of a registration: a row per registration, a cache of the
    exported files, so that the next export holds what differs from it and nothing twice."""

    registration_id = models.BigIntegerField(primary_key=True)
    campaign_id = models.BigIntegerField()
    export_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    number = SealedField()
    name = models.CharField(max_length=60)
    category = models.CharField(max_length=4)
    hardship = models.CharField(max_length=40, default="", blank=True)
    village_id = models.BigIntegerField()
    own_fen = models.IntegerField()
    on_behalf_fen = models.IntegerField()
    ended = models.BooleanField(default=False)


class TaxRefund(models.Model):
    """A payment's refund on a list to the tax bureau; `live` until it is called back.

    It is carried out when the tax bureau's refund line has come: the payment's standing says so.
    `back_fen`: what had gone back of the payment when it was listed; the rest may follow on a later
    list.
    """

    export = models.ForeignKey(TaxExport, models.PROTECT, related_name="refunds")
    payment_id = models.BigIntegerField()
    row = models.IntegerField()  # its number on the list
    fen = models.IntegerField()
    back_fen = models.IntegerField(default=0)
    stop = models.ForeignKey("payments.Stop", models.PROTECT, null=True, related_name="sent")
    reason = models.CharField(max_length=60)
    live = models.BooleanField(default=True)
    called_back_at = models.DateTimeField(null=True)
    called_back_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    called_back_why = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment_id", "back_fen"],
                condition=Q(live=True),
                name="a_refund_is_sent_to_the_tax_bureau_once",
            ),
            models.CheckConstraint(condition=Q(fen__gt=0), name="a_refund_sent_is_of_money"),
            models.CheckConstraint(
                condition=Q(live=True, called_back_at=None, called_back_by=None, called_back_why="")
                | Q(live=False, called_back_at__isnull=False, called_back_by__isnull=False)
                & ~Q(called_back_why=""),
                name="a_refund_is_called_back_by_somebody_for_a_reason",
            ),
        ]


class TaxComparison(models.Model):
    """The tax system's list of people beside ours, once; it changes nothing.

    `read` rows = those of TaxPerson with a line; `counts`: outcome → people, those only here too.
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    file = models.ForeignKey("enrollment.SourceFile", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    read = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)
    words = models.JSONField(default=dict)  # mark as written → category key, null: unknown


class TaxPerson(models.Model):
    """A row of such a list, or somebody who is on none of its rows (`line` null)."""

    class Outcome(models.TextChoices):
        ONLY_THERE = "only_there", _("only in the tax system")
        ONLY_HERE = "only_here", _("only here")
        OTHER_NAME = "other_name", _("other name")
        OTHER_CATEGORY = "other_category", _("other category")
        SAME = "same", pgettext_lazy("comparison", "the same")
        REJECTED = "rejected", pgettext_lazy("comparison", "rejected")

    comparison_id = models.BigIntegerField()
    line = models.IntegerField(null=True)
    outcome = models.CharField(max_length=14, choices=Outcome.choices)
    number_kind = models.CharField(max_length=20, default="")
    number = SealedField(null=True)  # type: ignore[misc]
    name = models.CharField(max_length=60, default="")
    mark = models.CharField(max_length=40, default="")
    place = models.CharField(max_length=80, default="")
    resident_id = models.BigIntegerField(null=True)
    registration_id = models.BigIntegerField(null=True)
    problem = models.CharField(max_length=30, default="")

    class Meta:
        indexes = [
            models.Index(fields=["comparison_id", "outcome", "line"], name="people_of_a_comparison")
        ]
