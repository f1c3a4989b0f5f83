"""Who is entitled to what, and the rosters that say so; a mark is one standing row."""

from django.db import models
from django.db.models import Q


class Entitlement(models.Model):
    """A person marked with a hardship category of the campaign's notice.

    `category` is the key of a `[[subsidies.categories]]` of the notice; `recognised_on` is when the
    department recognised the person, `known_at` when this system was told.
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    resident = models.ForeignKey("enrollment.Resident", models.PROTECT, related_name="+")
    category = models.CharField(max_length=40)
    grade = models.CharField(max_length=40, default="", blank=True)  # where the category has any
    recognised_on = models.DateField()
    source = models.CharField(max_length=240)  # which list, which row, in words
    file = models.ForeignKey("enrollment.SourceFile", models.PROTECT, null=True, related_name="+")
    account = models.BinaryField(null=True)  # sealed bank account, where the list brings one
    known_at = models.DateTimeField()
    marked_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=240, default="", blank=True)
    ended_by_file = models.ForeignKey(
        "enrollment.SourceFile", models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "resident", "category"],
                condition=Q(ended_at=None),
                name="marked_once_with_a_category",
            )
        ]


class Listing(models.Model):
    """A person on a list that marks nobody for a subsidy: dead, in the army, enrolled elsewhere.

    `kind` is a key of rosters.words.LISTS; `since` is what the list says, or its own date.
    """

    campaign = models.ForeignKey("enrollment.Campaign", models.PROTECT, related_name="+")
    resident = models.ForeignKey("enrollment.Resident", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    since = models.DateField()
    source = models.CharField(max_length=240)
    file = models.ForeignKey("enrollment.SourceFile", models.PROTECT, null=True, related_name="+")
    known_at = models.DateTimeField()
    marked_by = models.ForeignKey("enrollment.User", models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=240, default="", blank=True)
    ended_by_file = models.ForeignKey(
        "enrollment.SourceFile", models.PROTECT, null=True, related_name="+"
    )

    class Meta:
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
    full = models.BooleanField(default=False)
    region = models.ForeignKey("enrollment.Region", models.PROTECT, null=True, related_name="+")
    ended = models.IntegerField(default=0)
    would_end = models.IntegerField(default=0)  # as last checked
    in_scope = models.IntegerField(default=0)  # standing marks that the list is complete for


class RosterLine(models.Model):
    """A row of a roster that is not accepted yet, or that waits, or was rejected.

    As read (rosters/reading.py); what becomes of it is judged anew each time (sql/roster_judge),
    and kept as last judged for whoever looks at it. Deleted with the copy of its file.
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
