"""Who is entitled to what, and the rosters that say so; a mark is one standing row."""

from django.db import models
from django.db.models import Q

from subsidies.checked_models import Foreseen as Foreseen
from subsidies.checked_models import RosterKnown as RosterKnown
from subsidies.checked_models import SourcePlace as SourcePlace
from subsidies.column_models import ColumnChoice as ColumnChoice
from subsidies.elsewhere_models import ElsewhereProof as ElsewhereProof
from subsidies.list_models import ListDecision as ListDecision
from subsidies.list_models import ListEffect as ListEffect
from subsidies.on_behalf_models import OnBehalfEntry as OnBehalfEntry
from subsidies.on_behalf_models import OnBehalfList as OnBehalfList
from subsidies.outcomes import Kind, Outcome
from subsidies.payout_models import BankAnswer as BankAnswer
from subsidies.payout_models import BankAnswerLine as BankAnswerLine
from subsidies.payout_models import PayOut as PayOut
from subsidies.payout_models import PayOutBatch as PayOutBatch
from subsidies.payout_models import PayOutDecision as PayOutDecision
from subsidies.payout_models import Transfer as Transfer


class Told(models.Model):
    """What a list, or a person, said of somebody: since when it is known, until when it stood.

    The database checks none of the foreign keys: five checks a row take longer than the row
    itself, and nothing that they name is ever deleted. The books check them.
    """

    campaign = models.ForeignKey(
        "enrollment.Campaign", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    resident = models.ForeignKey(
        "enrollment.Resident", models.PROTECT, related_name="+", db_constraint=False
    )
    source = models.CharField(max_length=240)  # which list, which row, in words
    file = models.ForeignKey(
        "enrollment.SourceFile", models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    known_at = models.DateTimeField()
    marked_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=240, default="", blank=True)
    ended_by_file = models.ForeignKey(
        "enrollment.SourceFile", models.PROTECT, null=True, related_name="+",
        db_constraint=False, db_index=False,
    )  # fmt: skip

    class Meta:
        abstract = True
        indexes = (
            models.Index(
                fields=["ended_by_file"],
                condition=Q(ended_by_file__isnull=False),
                name="%(class)s_ended_by_a_file",
            ),
        )


class Entitlement(Told):
    """A person marked with a hardship category of the campaign's notice.

    `category` is the key of a `[[subsidies.categories]]` of the notice; `recognised_on` is when the
    department recognised the person, `known_at` when this system was told.
    """

    category = models.CharField(max_length=40)
    grade = models.CharField(max_length=40, default="", blank=True)  # where the category has any
    recognised_on = models.DateField()
    account = models.BinaryField(null=True)  # sealed bank account, where the list brings one

    class Meta(Told.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "resident", "category"],
                condition=Q(ended_at=None),
                name="marked_once_with_a_category",
            )
        ]


class Listing(Told):
    """A person on a list that marks nobody for a subsidy: dead, in the army, enrolled elsewhere.

    `kind` is a key of rosters.words.LISTS; `since` is what the list says, or its own date.
    """

    kind = models.CharField(max_length=20)
    since = models.DateField()

    class Meta(Told.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "resident", "kind"],
                condition=Q(ended_at=None),
                name="listed_once_in_a_kind",
            )
        ]


class Roster(models.Model):
    """What a file of kind roster is: who sent it, of which day, complete for which region or not.

    `category` is of rows that name none, whatever titles say. A full roster ends who is absent, in
    its region and its categories only.
    """

    file = models.OneToOneField("enrollment.SourceFile", models.CASCADE, related_name="roster")
    source = models.CharField(max_length=40)  # a key of rosters.columns.SOURCES
    category = models.CharField(max_length=40, default="", blank=True)
    as_of = models.DateField()
    day_order = models.CharField(max_length=3, default="", blank=True)  # of rosters.days.ORDERS
    full = models.BooleanField(default=False)
    region = models.ForeignKey("enrollment.Region", models.PROTECT, null=True, related_name="+")
    ended = models.IntegerField(default=0)
    would_end = models.IntegerField(default=0)  # as last checked
    in_scope = models.IntegerField(default=0)  # standing marks that the list is complete for
    # What somebody chose of its sheets, and by whose choices its columns were read: rosters/chosen.
    chosen = models.JSONField(default=dict)
    seen = models.JSONField(default=list)  # sheets, headers and examples, as last read
    discarded_at = models.DateTimeField(null=True)  # before it was accepted
    discarded_by = models.ForeignKey(
        "enrollment.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    discarded_why = models.CharField(max_length=200, default="", blank=True)


class RosterLine(models.Model):
    """A row of a roster that is not accepted yet, or that waits, or was rejected.

    As read (rosters/reading.py); what becomes of it is judged anew each time (sql/roster_judge),
    and kept as last judged for whoever looks at it. Deleted when the list is undone or discarded.
    """

    file = models.ForeignKey("enrollment.SourceFile", models.CASCADE, related_name="+")
    sheet = models.CharField(max_length=60)
    line = models.IntegerField()
    name = models.CharField(max_length=60)
    name_key = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    sex = models.CharField(max_length=1)
    born_on = models.DateField(null=True)
    by_age = models.CharField(max_length=4)  # person category; empty where age does not tell
    township = models.CharField(max_length=60)
    village = models.CharField(max_length=60)
    household_no = models.CharField(max_length=40)
    head_name = models.CharField(max_length=60)
    relation = models.CharField(max_length=20)
    word = models.CharField(max_length=60)
    grade_word = models.CharField(max_length=40)
    default_key = models.CharField(max_length=40)
    recognised_on = models.DateField(null=True)
    warnings = models.CharField(max_length=200)
    problem = models.CharField(max_length=40, null=True)
    detail = models.CharField(max_length=60, null=True)
    number = models.BinaryField(null=True)  # sealed
    head4 = models.CharField(max_length=4)
    last4 = models.CharField(max_length=4)
    head = models.BinaryField(null=True)  # of a damaged number too: only to suggest somebody
    account = models.BinaryField(null=True)  # sealed
    phone = models.BinaryField(null=True)  # sealed
    school = models.CharField(max_length=60, default="", db_default="", blank=True)
    more = models.BinaryField(null=True)  # sealed JSON of a birth's row (rosters/newborn_rows.py)
    day_text = models.CharField(max_length=40, default="")  # a day as written, that tells no day
    left_out = models.BooleanField(default=False)  # a person said that the row does not count
    outcome = models.CharField(max_length=10, null=True)  # from here on: as last judged
    reason = models.CharField(max_length=40, null=True)  # code, of a row that waits or is rejected
    category = models.CharField(max_length=40, null=True)
    grade = models.CharField(max_length=40, null=True)
    resident = models.ForeignKey(
        "enrollment.Resident", models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file", "sheet", "line"], name="a_row_of_a_roster_is_read_once"
            )
        ]


class SourceWord(models.Model):
    """What a department's word means in a campaign, as a person said it.

    `category`: a key of the notice, "list:…", "*" (says nothing: the sheet's own) or "-" (nobody
    whom this campaign marks).
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.CASCADE, related_name="+")
    source = models.CharField(max_length=40)
    word = models.CharField(max_length=60)  # plain: half-width, without blanks, capitals
    category = models.CharField(max_length=40)
    grade = models.CharField(max_length=40, default="", blank=True)
    said_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "source", "word"], name="a_word_of_a_source_means_one_thing"
            )
        ]


class Repricing(models.Model):
    """What changed marks come to for somebody who is registered, as it was decided then; or what
    a payment made elsewhere (`proof`) comes to.

    Nothing paid yet: the registration's parts are UPDATED. Else the registration stays as it is,
    and `fen` says what is OWED to the person beside it (negative: TAKEN_BACK), or why nothing is.
    Stands while `withdrawn_at` is null; the undone roster withdraws its own. Foreign keys as of
    what was told (Told), but the database checks the registration.
    """

    Outcome = Outcome
    Kind = Kind

    campaign = models.ForeignKey(
        "enrollment.Campaign", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    registration = models.ForeignKey(
        "enrollment.Registration", models.PROTECT, null=True, related_name="+"
    )
    proof = models.ForeignKey(ElsewhereProof, models.PROTECT, null=True, related_name="decisions")
    resident = models.ForeignKey(
        "enrollment.Resident", models.PROTECT, related_name="+", db_constraint=False
    )
    file = models.ForeignKey(
        "enrollment.SourceFile", models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    at = models.DateTimeField()
    by = models.ForeignKey(
        "enrollment.User", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    kind = models.CharField(max_length=20, choices=Kind.choices, default="", blank=True)
    hardship = models.CharField(max_length=40, default="", blank=True)  # what applies since then
    was = models.CharField(max_length=40, default="", blank=True)  # what applied before
    was_fen = models.IntegerField()  # granted before, in whatever way
    granted_fen = models.IntegerField()  # granted by what applies since then
    fen = models.IntegerField(default=0)
    funders = models.JSONField(default=list)  # [[name, fen], …], sums to fen where that is positive
    clause = models.CharField(max_length=80, default="", blank=True)
    words = models.CharField(max_length=400, default="", blank=True)  # the notice's
    policy_version = models.ForeignKey(
        "enrollment.PolicyVersion", models.PROTECT, related_name="+",
        db_constraint=False, db_index=False,
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["campaign"],
                condition=Q(withdrawn_at=None) & ~Q(fen=0),
                name="what_repricings_owe",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="owed", fen__gt=0) & ~Q(kind="")
                | Q(outcome="taken_back", fen__lt=0)
                | ~Q(outcome__in=("owed", "taken_back")) & Q(fen=0),
                name="only_what_is_owed_or_taken_back_has_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(registration=None, proof__isnull=False)
                | Q(registration__isnull=False, proof=None),
                name="a_decision_is_of_a_registration_or_of_a_proof",
            ),
        ]
