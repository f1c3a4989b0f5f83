"""Forms only validate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.forms import PHOTOS, UploadField


class StopForm(forms.Form):
    """Why a registration is to end, and what shows it. `reasons`: code → name."""

    reason = forms.ChoiceField(label=_("Reason"))
    benefits_used = forms.NullBooleanField(
        label=_("Benefits used?"),
        required=False,
        widget=forms.Select(
            choices=[("", _("choose …")), ("false", _("no")), ("true", _("yes"))],
            attrs={"class": "form-select"},
        ),
        help_text=_("Look into the settlement system; the notice asks for it with some reasons."),
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        min_length=2,
        max_length=400,
        help_text=_("which certificate, its number and day; who confirmed it and when"),
    )
    file = UploadField(
        label=_("Photo or PDF"),
        required=False,
        accept=PHOTOS,
        help_text=_("of the certificate, at most 5 MB; kept sealed"),
    )

    def __init__(self, reasons: dict[str, str], *args: Any, asks_use: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["reason"].choices = list(reasons.items())
        if not asks_use:
            del fields["benefits_used"]


class QueueForm(forms.Form):
    """Which refunds."""

    state = forms.CharField(required=False, max_length=20)
    page = forms.IntegerField(required=False, min_value=1)
