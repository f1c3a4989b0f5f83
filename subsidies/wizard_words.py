"""Words of a roster that nobody has explained, and the meanings one can choose for them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from enrollment.models import Campaign, SourceFile
from subsidies.models import RosterLine
from subsidies.rosters.words import LIST, LIST_NAMES, NONE, OWN, Meaning

Choice = tuple[str, str]
Grouped = list[tuple[str, list[Choice]]]


@dataclass(frozen=True)
class Waiting:
    """A word for which rows wait: of a category, or (`category` given) of one of its grades.

    `word` is empty for rows that name no category at all.
    """

    reason: str  # a code of problems.WAITING
    word: str
    category: str = ""

    @property
    def is_grade(self) -> bool:
        return self.reason == "grade_unknown"

    @property
    def field(self) -> str:
        return "grade_word" if self.is_grade else "word"

    def rows(self, file: SourceFile) -> QuerySet[RosterLine]:
        facts = {"file": file, "outcome": "waiting", "reason": self.reason, self.field: self.word}
        if self.is_grade:
            facts["category"] = self.category
        return RosterLine.objects.filter(**facts)


def waiting(file: SourceFile) -> dict[Waiting, int]:
    """What waits → rows, most rows first."""
    rows = RosterLine.objects.filter(file=file, outcome="waiting")
    found: dict[Waiting, int] = {}
    groups = rows.values_list("reason", "word", "grade_word", "category").annotate(n=Count("id"))
    for reason, word, grade_word, category, number in groups:
        is_grade = reason == "grade_unknown"
        key = Waiting(reason, grade_word, category) if is_grade else Waiting(reason, word)
        found[key] = found.get(key, 0) + number
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0].word)))


def name_of(campaign: Campaign, category: str) -> str:
    """A category of the notice, or a list, as people call it."""
    if category.startswith(LIST):
        return str(LIST_NAMES[category.removeprefix(LIST)])
    names = {rule.key: rule.name for rule in campaign.policy["subsidies"].categories}
    return names.get(category, category)


def choices(campaign: Campaign, *, own: bool = False) -> Grouped:
    """What a word can mean, grouped: value (as `meaning_of` reads it) and name."""
    categories = list(_categories(campaign))
    lists = [(LIST + key, str(name)) for key, name in LIST_NAMES.items()]
    others = [(NONE, _("not marked in this campaign"))]
    if own:
        others.insert(0, (OWN, _("says nothing: the list's own category")))
    return [
        (_("Categories of the notice"), categories),
        (_("Lists that grant nothing"), lists),
        (_("Neither"), others),
    ]


def grade_choices(campaign: Campaign, category: str) -> Grouped:
    rule = campaign.policy["subsidies"].of(category)
    grades = [(f"{category} {grade}", grade) for grade in rule.grades]
    return [(rule.name, grades), (_("Neither"), [(category, _("says nothing of the grade"))])]


def choices_for(file: SourceFile, asked: Waiting) -> Grouped:
    if asked.is_grade:
        return grade_choices(file.campaign, asked.category)
    has_own = bool(asked.word) and asked.rows(file).exclude(default_key="").exists()
    return choices(file.campaign, own=has_own)


def meaning_of(value: str, offered: Grouped) -> Meaning | None:
    """None for what was not offered."""
    if value not in {key for _group, options in offered for key, _name in options}:
        return None
    category, _blank, grade = value.partition(" ")
    return Meaning(category, grade)


def _categories(campaign: Campaign) -> Iterator[Choice]:
    for rule in campaign.policy["subsidies"].categories:
        if rule.without_roster:
            continue
        yield rule.key, rule.name
        for grade in rule.grades:
            yield f"{rule.key} {grade}", f"{rule.name}　{grade}"
