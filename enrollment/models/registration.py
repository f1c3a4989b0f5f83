"""One person in one campaign."""

from django.db import models
from django.db.models import F, Q


class RegistrationQuerySet(models.QuerySet):
    def standing(self) -> "RegistrationQuerySet":
        return self.filter(ended_at=None)

    def visible_to(self, user) -> "RegistrationQuerySet":
        """Registrations that count to a unit, or live in a village, of the user's subtree."""
        if not user.region_id:
            return self.none()
        path = user.region.path
        return self.filter(Q(unit__path__startswith=path) | Q(village__path__startswith=path))


class Registration(models.Model):
    """Registered = standing (`ended_at` null). Expected parts are its own columns:

    fee_fen = own_fen + on_behalf_fen + deducted_fen. The part with 0 fen is not expected;
    exempt = own_fen is 0. `reimbursed_fen` comes back after payment and is no part.
    Foreign keys to small tables are not checked by the database (five of them would double the
    time to register a million people), nor indexed where a composite below answers; the books
    check them.
    `insurance` and `coverage_from` repeat the campaign's, so that "one live registration per
    person, insurance and period" is a constraint.
    """

    class Source(models.TextChoices):
        DESK = "desk"
        FILE = "file"
        RENEWAL = "renewal"

    campaign = models.ForeignKey(
        "Campaign", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    resident = models.ForeignKey("Resident", models.PROTECT, related_name="registrations")
    insurance = models.CharField(max_length=3)
    coverage_from = models.DateField()
    village = models.ForeignKey("Region", models.PROTECT, related_name="+", db_constraint=False)
    unit = models.ForeignKey(
        "Region", models.PROTECT, related_name="+", db_constraint=False
    )  # counting unit, as the notice decided then; it stays when the person's facts change
    category = models.CharField(max_length=4)
    registered_at = models.DateTimeField()  # business time
    known_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        "User", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    source = models.CharField(max_length=8, choices=Source.choices)
    source_file_id = models.BigIntegerField(null=True)
    save_key = models.UUIDField(null=True, unique=True)  # made when the form was rendered
    fee_fen = models.IntegerField()
    own_fen = models.IntegerField()
    on_behalf_fen = models.IntegerField(default=0)
    deducted_fen = models.IntegerField(default=0)
    reimbursed_fen = models.IntegerField(default=0)
    hardship = models.CharField(max_length=40, default="", blank=True)  # category applied
    tier = models.CharField(  # chosen, where there is a choice
        max_length=40, default="", db_default="", blank=True
    )
    policy_version = models.ForeignKey(
        "PolicyVersion", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        "User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_why = models.CharField(max_length=200, null=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "insurance", "coverage_from"],
                condition=Q(ended_at=None),
                name="one_live_registration_per_person_and_period",
            ),
            models.CheckConstraint(
                condition=Q(fee_fen=F("own_fen") + F("on_behalf_fen") + F("deducted_fen")),
                name="the_parts_add_up_to_the_fee",
            ),
            models.CheckConstraint(
                condition=Q(own_fen__gte=0)
                & Q(on_behalf_fen__gte=0)
                & Q(deducted_fen__gte=0)
                & Q(reimbursed_fen__gte=0)
                & Q(reimbursed_fen__lte=F("own_fen")),
                name="no_part_is_negative",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended_why=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False, ended_why__isnull=False),
                name="an_end_has_a_time_a_person_and_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "unit"], name="registrations_of_a_unit"),
            models.Index(fields=["registered_by", "-known_at"], name="my_last_registrations"),
        ]
