"""What one may ask of the lists of marked people, and a reason for some of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.models import NotEnrolling
from reports.missed.queries import HINT, NONE, SAID, STATES, WAITING
from reports.people.forms import PageForm
from subsidies.rosters.words import LIST_NAMES

MOST_AT_ONCE = 200
REASONS = (
    *NotEnrolling.Reason.values,
    *(NONE, HINT, SAID, WAITING),
    *(f"{HINT}:{kind}" for kind in LIST_NAMES),
)


class MissedForm(PageForm):
    """Where, which category, which of them.

    `own`: only who counts to the place itself, to no place below it.
    """

    region = forms.IntegerField(required=False, min_value=1)
    category = forms.CharField(required=False, max_length=40)
    state = forms.ChoiceField(choices=[(s, s) for s in STATES], required=False)
    reason = forms.ChoiceField(choices=[(r, r) for r in REASONS], required=False)
    own = forms.BooleanField(required=False)

    def asked(self, name: str) -> str:
        """What was asked and can be read, else nothing."""
        return self.cleaned_data.get(name) or ""


class Ids(forms.Field):
    """Ids of people that were ticked, MOST_AT_ONCE at most."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        ids = [int(each) for each in value or [] if str(each).isdecimal() and len(each) < 19]
        if len(ids) != len(value or []) or len(ids) > MOST_AT_ONCE:
            raise forms.ValidationError("", code="invalid")
        return ids


class ReasonForm(forms.Form):
    """A reason for people ticked; empty takes back what was said."""

    who = Ids()
    reason = forms.ChoiceField(
        choices=[("", _("Choose")), *NotEnrolling.Reason.choices],
        required=False,
        label=_("Why not enrolled"),
    )
    note = forms.CharField(max_length=200, required=False, strip=True, label=_("Note"))
