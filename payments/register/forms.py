"""Forms only validate."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.forms import WORKBOOKS, UploadField
from payments.models import RegisterIssue


class IssueForm(forms.Form):
    """Which registers are wanted. `village`: ids, looked up by the view among those one may see."""

    village = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={
            "required": _("Tick at least one village."),
            "invalid_choice": _("Tick at least one village."),
        },
    )
    form = forms.ChoiceField(choices=RegisterIssue.Form.choices)
    group = forms.CharField(max_length=10, required=False)
    full = forms.BooleanField(required=False)
    why = forms.CharField(max_length=200, required=False)

    def __init__(self, data: Any, *, villages: Iterable[int]):
        super().__init__(data)
        choices(self, "village", villages)


class ReturnForm(forms.Form):
    file = UploadField(label=_("Register that came back"), accept=WORKBOOKS)


class DecisionForm(forms.Form):
    """Ticked proposals and what becomes of them."""

    proposal = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={
            "required": _("Tick what is to be decided."),
            "invalid_choice": _("Somebody else has decided on one of these; look again."),
        },
    )
    what = forms.ChoiceField(choices=[("accept", ""), ("refuse", "")])
    why = forms.CharField(max_length=200, required=False)

    def __init__(self, data: Any, *, shown: Iterable[int]):
        super().__init__(data)
        choices(self, "proposal", shown)


def choices(form: forms.Form, name: str, ids: Iterable[int]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.TypedMultipleChoiceField)
    field.choices = [(str(pk), str(pk)) for pk in ids]
