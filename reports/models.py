"""Roll-ups that dashboards read, and rankings frozen for good."""

from datetime import datetime

import pgtrigger
from django.db import models


class Rollup(models.Model):
    """What a day brought to a region and everything below it; sums over days are totals.

    registered and enrolled are net: a withdrawal or an ended match takes away on its own day.
    paid_fen is money matched.
    """

    campaign_id = models.BigIntegerField()
    region_id = models.BigIntegerField()
    day = models.DateField()
    registered = models.IntegerField()
    enrolled = models.IntegerField()
    paid_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign_id", "region_id", "day"], name="one_rollup_of_a_region_and_day"
            )
        ]


class RollupState(models.Model):
    """Up to when a campaign's roll-ups are true."""

    campaign = models.OneToOneField("enrollment.Campaign", models.CASCADE, primary_key=True)
    as_of = models.DateTimeField()
    refreshed_at = models.DateTimeField()


class RollupNow(models.Model):
    """What stands in a region and everything below it at the roll-ups' instant, whatever the day.

    prior: people enrolled in the period before, by the village they were enrolled in.
    open_payments, open_fen: payments that wait for a person's decision, by the home of their
    person, else by their place as recognised; the campaign's region has all of them.
    marked: people with a standing hardship mark who should be enrolled (应参), and how many of them
    are; marked_excused: those who should not, with the reason said and confirmed.
    """

    campaign_id = models.BigIntegerField()
    region_id = models.BigIntegerField()
    prior = models.IntegerField()
    open_payments = models.IntegerField()
    open_fen = models.BigIntegerField()
    marked = models.IntegerField(default=0)
    marked_enrolled = models.IntegerField(default=0)
    marked_excused = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign_id", "region_id"], name="one_rollup_of_what_stands_in_a_region"
            )
        ]


class RollupMarked(models.Model):
    """People with a hardship mark in a counting unit, by category and state, at the roll-ups'
    instant: what sql/marked_counts counts. Category "": each person once.
    """

    campaign_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    category = models.CharField(max_length=40)
    enrolled = models.BooleanField()
    excused = models.BooleanField()
    waiting = models.BooleanField()
    reason = models.CharField(max_length=12)
    hint = models.CharField(max_length=20)
    people = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "campaign_id", "unit_id", "category", "enrolled", "excused", "waiting",
                    "reason", "hint",
                ],
                name="one_rollup_of_marked_people_in_a_state",
            )
        ]  # fmt: skip


class Ranking(models.Model):
    """A ranking frozen at its cut-off: inputs and figures stay, published or not."""

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="rankings")
    kind = models.CharField(max_length=20)  # key of a [[reports.ranking]] of the notice
    region = models.ForeignKey("enrollment.Region", models.PROTECT, related_name="+")
    target_set = models.ForeignKey("quotas.TargetSet", models.PROTECT, related_name="+")
    policy_version = models.ForeignKey("enrollment.PolicyVersion", models.PROTECT, related_name="+")
    number = models.IntegerField()  # 第 n 期
    as_of = models.DateTimeField()  # the cut-off, business time
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey("enrollment.User", models.PROTECT, null=True, related_name="+")
    books_ok = models.BooleanField()
    books = models.JSONField()  # what check_books said at the freeze
    required_bp = models.IntegerField(null=True)
    checksum = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "region", "target_set", "as_of"],
                name="one_ranking_of_a_kind_at_a_cut_off",
            ),
            models.UniqueConstraint(
                fields=["campaign", "kind", "region", "target_set", "number"],
                name="rankings_of_a_kind_are_numbered_once",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at=None, published_by=None)
                | models.Q(published_at__isnull=False, published_by__isnull=False),
                name="published_at_and_by_are_set_together",
            ),
        ]
        triggers = [pgtrigger.Protect(name="rankings_stay", operation=pgtrigger.Delete)]


class RankingRow(models.Model):
    ranking = models.ForeignKey(Ranking, models.PROTECT, related_name="rows")
    region = models.ForeignKey("enrollment.Region", models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)  # as it was called then
    position = models.IntegerField()
    target = models.IntegerField()
    registered = models.IntegerField()
    counted = models.IntegerField()  # by the policy's basis
    added = models.IntegerField()  # since the ranking before
    rate_bp = models.IntegerField()
    rank = models.IntegerField()
    tied = models.BooleanField(default=False)
    previous_rank = models.IntegerField(null=True)
    consequences = models.JSONField(default=list)  # [{clause, words}]

    class Meta:
        ordering = ["rank", "position"]
        constraints = [models.UniqueConstraint(fields=["ranking", "region"], name="ranked_once")]
        triggers = [
            pgtrigger.Protect(
                name="ranking_rows_stay", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]


class DisqualificationQuerySet(models.QuerySet):
    def live(self) -> "DisqualificationQuerySet":
        return self.filter(ended_at=None)

    def standing_at(self, instant: datetime) -> "DisqualificationQuerySet":
        not_yet = models.Q(ended_at=None) | models.Q(ended_at__gt=instant)
        return self.filter(not_yet, at__lte=instant)


class Disqualification(models.Model):
    """A unit that has lost its claim to rewards and commendation, with the reason.

    With `institution` only that one of the region's has; else the region itself.
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    region = models.ForeignKey("enrollment.Region", models.PROTECT, related_name="+")
    institution = models.ForeignKey(
        "enrollment.Institution", models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("enrollment.User", models.PROTECT, null=True, related_name="+")
    ended_why = models.CharField(max_length=300, default="")

    objects = DisqualificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "region"],
                condition=models.Q(ended_at=None, institution=None),
                name="a_unit_is_disqualified_once",
            ),
            models.UniqueConstraint(
                fields=["campaign", "institution"],
                condition=models.Q(ended_at=None),
                name="an_institution_is_disqualified_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="a_disqualification_has_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None, ended_why="")
                | models.Q(ended_at__isnull=False, ended_by__isnull=False)
                & ~models.Q(ended_why=""),
                name="a_lifted_disqualification_says_who_and_why",
            ),
        ]
        triggers = [pgtrigger.Protect(name="disqualifications_stay", operation=pgtrigger.Delete)]

    @property
    def unit_name(self) -> str:
        """Who it is; an institution with its region."""
        return f"{self.region} {self.institution}" if self.institution else str(self.region)


class InTime(models.Model):
    """What somebody said of a unit at a stage: batches made and paid in in time, or not.

    `in_time` null takes back what was said. Of a unit and stage the last word counts.
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    stage = models.TextField()  # key of a stage of the notice's [appraisal]
    region = models.ForeignKey("enrollment.Region", models.PROTECT, related_name="+")
    in_time = models.BooleanField(null=True)
    why = models.CharField(max_length=300)  # from where it is known
    at = models.DateTimeField()
    by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(why=""), name="who_was_in_time_is_known_from_somewhere"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="words_on_who_was_in_time_stay",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]


from reports.books_models import BooksRun as BooksRun  # noqa: E402
from reports.finance_models import FinanceDay as FinanceDay  # noqa: E402
from reports.finance_models import FinancePlace as FinancePlace  # noqa: E402
from reports.finance_models import FinanceProfile as FinanceProfile  # noqa: E402
from reports.finance_models import FinanceState as FinanceState  # noqa: E402
from reports.finance_models import FiscalReceipt as FiscalReceipt  # noqa: E402
