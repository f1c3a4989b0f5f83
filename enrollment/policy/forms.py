"""The facts of one person, told without a name or a number; and why a campaign is opened."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from enrollment.errors import Refused
from enrollment.facts import Condition, Facts
from enrollment.models.resident import Category
from enrollment.notice import Policy
from enrollment.policy.words import condition_in_words
from enrollment.sections import conditions_of
from enrollment.told import NAMES, WrongFact, facts_told, tiers

ALWAYS = ("category", "born_on", "hardship", "recognised_on", "registered_on", "paid_on")
_ASKED_BY = {"age": "born_on", "days_since_birth": "born_on", "grade": "hardship"}
_NOT_TOLD = ("", pgettext_lazy("a fact", "not told"))


def asked(policy: Policy) -> set[str]:
    """The facts that some rule of the notice asks for; others would change nothing."""
    found = {
        _ASKED_BY.get(name, name)
        for section in policy.sections.values()
        for condition in conditions_of(section)
        for name, _wanted in condition.fields
    }
    if policy["benefit"].waiting:
        found |= {"missed_years", "paid_missed_years"}
    if policy["eligibility"].kinds:
        found.add("kind")
    if policy["subsidies"].elsewhere:
        found.add("enrolled_elsewhere")
    return found | set(ALWAYS)


class TrialForm(forms.Form):
    """Only the facts that this notice asks for. `facts`, once it is valid, is what was told."""

    category = forms.ChoiceField(label=gettext_lazy("Person category"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of person"))
    born_on = forms.CharField(label=gettext_lazy("Born on"))
    hardship = forms.MultipleChoiceField(
        label=gettext_lazy("Hardship category"), widget=forms.CheckboxSelectMultiple
    )
    recognised_on = forms.CharField(label=gettext_lazy("Recognised on"))
    registered_on = forms.CharField(label=gettext_lazy("Day of registration"))
    paid_on = forms.CharField(label=gettext_lazy("Day of payment"))
    tier = forms.ChoiceField(label=gettext_lazy("Tier"))
    residence = forms.ChoiceField(label=gettext_lazy("Residence"))
    disability_grade = forms.ChoiceField(label=gettext_lazy("Disability grade"))
    enrolled_elsewhere = forms.ChoiceField(label=gettext_lazy("Enrolled elsewhere"))
    employee_insured = forms.ChoiceField(label=gettext_lazy("Employee insurance"))
    student = forms.ChoiceField(label=gettext_lazy("Student"))
    parent_enrolled = forms.ChoiceField(label=gettext_lazy("Parent enrolled"))
    missed_years = forms.CharField(label=gettext_lazy("Years missed"))
    paid_missed_years = forms.CharField(label=gettext_lazy("Of these paid up"))

    DATES = ("born_on", "recognised_on", "registered_on", "paid_on")

    fields: dict[str, Any]

    def __init__(self, policy: Policy, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.policy = policy
        self.facts = Facts()
        wanted = asked(policy)
        if not policy["subsidies"].categories:
            wanted -= {"hardship", "recognised_on"}
        for name in [name for name in self.fields if name not in wanted]:
            del self.fields[name]
        for name, field in self.fields.items():
            field.required = False
            if name in _choices(policy):
                field.choices = [_NOT_TOLD, *_choices(policy)[name]]
            if name in self.DATES:
                field.widget.attrs |= {"autocomplete": "off", "maxlength": "16"}
                field.kit_size = "date"
        if "hardship" in self.fields:
            self.fields["hardship"].choices = list(_hardships(policy))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        told = [
            (name, each)
            for name, value in data.items()
            for each in (value if isinstance(value, list) else [value])
            if each
        ]
        try:
            self.facts = facts_told(self.policy, told)
        except WrongFact as wrong:
            self.add_error(wrong.name, str(wrong))
        except Refused as refusal:
            self.add_error(None, refusal.messages)
        return data

    def rows(self) -> Iterator[Any]:
        """Every field but the list of hardship categories, which takes more room."""
        return (field for field in self if field.name != "hardship")


def is_told(data: Any) -> bool:
    """Whether an address carries facts; anything else in it is left alone."""
    return any(name in data for name in NAMES)


def _choices(policy: Policy) -> dict[str, list[tuple[str, Any]]]:
    flag = [("yes", pgettext_lazy("a fact", "yes")), ("no", pgettext_lazy("a fact", "no"))]
    places = {
        word: condition_in_words(Condition((("residence", (word,)),)))
        for word in ("registered", "permit", "none")
    }
    return {
        "category": list(Category.choices),
        "kind": [(kind.key, kind.name) for kind in policy["eligibility"].kinds],
        "tier": [(tier, tier) for tier in tiers(policy)],
        "residence": list(places.items()),
        "disability_grade": [(str(grade), str(grade)) for grade in range(1, 5)],
        **dict.fromkeys(
            ("enrolled_elsewhere", "employee_insured", "student", "parent_enrolled"), flag
        ),
    }


def _hardships(policy: Policy) -> Iterator[tuple[str, str]]:
    """A category with grades once for each of them."""
    for rule in policy["subsidies"].categories:
        if rule.without_roster:
            continue
        if not rule.grades:
            yield rule.key, rule.name
        for grade in rule.grades:
            yield f"{rule.key}:{grade}", f"{rule.name} {grade}"


class OpeningForm(forms.Form):
    """Why a campaign is opened; with gaps it is the reason for the exceptions."""

    why = forms.CharField(label=gettext_lazy("Why"), max_length=200)
