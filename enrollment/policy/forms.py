"""The facts of one person, told without a name or a number; and why a campaign is opened."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enrollment import places, rules
from enrollment.errors import Refused
from enrollment.facts import SEXES, Condition, Facts, day_start
from enrollment.models.resident import Category
from enrollment.notice import Policy
from enrollment.policy.words import condition_in_words
from enrollment.sections import conditions_of
from enrollment.sections.windows import PAYMENT
from enrollment.told import NAMES, WrongFact, facts_told, tiers
from enrollment.untold import LABELS

ALWAYS = ("category", "born_on", "hardship", "recognised_on", "registered_on", "paid_on")
_ASKED_BY = {
    "age": "born_on",
    "days_since_birth": "born_on",
    "days_since_event": "event_on",
    "grade": "hardship",
}
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

    category = forms.ChoiceField()
    kind = forms.ChoiceField()
    event_on = forms.CharField()
    born_on = forms.CharField()
    sex = forms.ChoiceField()
    hardship = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    recognised_on = forms.CharField()
    registered_on = forms.CharField()
    paid_on = forms.CharField()
    tier = forms.ChoiceField()
    residence = forms.ChoiceField()
    region = forms.ChoiceField()
    disability_grade = forms.ChoiceField()
    enrolled_elsewhere = forms.ChoiceField()
    employee_insured = forms.ChoiceField()
    student = forms.ChoiceField()
    parent_enrolled = forms.ChoiceField()
    missed_years = forms.CharField()
    paid_missed_years = forms.CharField()

    DATES = ("born_on", "event_on", "recognised_on", "registered_on", "paid_on")

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
        chosen = preselected(policy)
        for name, field in self.fields.items():
            field.required, field.label = False, LABELS[name]
            field.initial = chosen.get(name)
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
            self.facts = places.told(facts_told(self.policy, told))
        except WrongFact as wrong:
            self.add_error(wrong.name, str(wrong))
        except Refused as refusal:
            self.add_error(None, refusal.messages)
        return data

    def rows(self) -> Iterator[Any]:
        """Every field but the list of hardship categories, which takes more room."""
        return (field for field in self if field.name != "hardship")


def preselected(policy: Policy) -> dict[str, str]:
    """What an empty form has chosen already: most people are registered here and take the first
    tier."""
    wanted = {"residence": "registered", "tier": next(iter(tiers(policy)), "")}
    asked_for = asked(policy)
    return {name: value for name, value in wanted.items() if value and name in asked_for}


def usual_cases(policy: Policy) -> list[tuple[str, str]]:
    """Name and query of an adult, and of an adult of each hardship category: what they are told by
    suffices to price them as far as the notice states it."""
    told = {"category": Category.ADULT.value, **preselected(policy)}
    fields = {
        name
        for section in policy.sections.values()
        for condition in conditions_of(section)
        for name, _wanted in condition.fields
    }
    campaign = policy["campaign"]
    if campaign and fields & {"age", "born_on"}:
        told["born_on"] = f"{campaign.coverage_from.year - 40}-01-01"
    if "sex" in fields:
        told["sex"] = SEXES[0]
    if paid_on := _first_pay_day(policy, told):
        told["paid_on"] = paid_on
    adult = urlencode(told)
    return [
        (_("An adult"), adult),
        *(
            (rule.name, f"{adult}&{urlencode({'hardship': rule.key})}")
            for rule in policy["subsidies"].categories
            if not rule.without_roster and not rule.grades
        ),
    ]


def _first_pay_day(policy: Policy, told: dict[str, str]) -> str:
    """The first day on which such a person may pay; empty without such a window."""
    facts = rules.with_what_follows(policy, facts_told(policy, told.items()))
    for window in policy["windows"]:
        days = (window.start + timedelta(days=n) for n in range(31))
        for day in days if window.when.holds(facts) else ():
            if window.accepts(PAYMENT, day_start(day)):
                return str(day)
    return ""


def is_told(data: Any) -> bool:
    """Whether an address carries facts; anything else in it is left alone."""
    return any(name in data for name in NAMES)


def _choices(policy: Policy) -> dict[str, list[tuple[str, Any]]]:
    flag = [("yes", pgettext_lazy("a fact", "yes")), ("no", pgettext_lazy("a fact", "no"))]
    called = {tier.key: tier.name for tier in policy["tiers"]}
    homes = {
        word: condition_in_words(Condition((("residence", (word,)),)))
        for word in ("registered", "permit", "none")
    }
    return {
        "category": list(Category.choices),
        "kind": [(kind.key, kind.name) for kind in policy["eligibility"].kinds],
        "tier": [(tier, called.get(tier, tier)) for tier in tiers(policy)],
        "sex": [(word, condition_in_words(Condition((("sex", (word,)),)))) for word in SEXES],
        "region": [(region.key, region.name) for region in places.named_in(policy)],
        "residence": list(homes.items()),
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
