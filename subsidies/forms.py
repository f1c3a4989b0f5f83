"""Forms only validate."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.forms import UploadField
from enrollment.models import Campaign, Region
from subsidies.rosters.columns import SOURCES
from subsidies.rosters.words import Meaning
from subsidies.wizard_words import Grouped, choices, meaning_of

MOST_BYTES = 300 << 20  # a list of a million people, as CSV


class AboutForm(forms.Form):
    """Who sent a list, of which day it is, of what, and what it is complete for."""

    source = forms.ChoiceField(
        label=gettext_lazy("Sent by"),
        error_messages={"required": gettext_lazy("Say who sent the list.")},
    )
    as_of = forms.DateField(
        label=gettext_lazy("Day of the list"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": gettext_lazy("Say of which day the list is.")},
    )
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    region = forms.ChoiceField(label=gettext_lazy("Extent"), required=False)

    def __init__(self, campaign: Campaign, today: date, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._today = today
        top = campaign.region
        regions = Region.objects.within(top).filter(kind=Region.Kind.DIVISION)
        places = [top, *regions.filter(level=Region.Level.TOWNSHIP)]
        self._regions = {str(region.pk): region for region in places}
        fields: dict[str, Any] = self.fields
        fields["source"].choices = [("", _("choose …")), *SOURCES.items()]
        fields["category"].choices = [
            ("", _("as the rows, the title or the sheet say")),
            *choices(campaign)[:2],
        ]
        full = [
            (key, _("complete for %(region)s") % {"region": region.name})
            for key, region in self._regions.items()
        ]
        fields["region"].choices = [
            ("", _("additions only: nobody leaves")),
            (_("Full list: whoever is missing on it leaves"), full),
        ]

    def clean_file(self) -> Any:
        """The size of a list that a form takes; a command takes any."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The file has more than %(n)s MB: send it in parts.") % {"n": MOST_BYTES >> 20}
            )
        return file

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        if day > self._today:
            raise forms.ValidationError(_("This day lies in the future."))
        return day

    def clean_category(self) -> str:
        """The key alone: a list is of a category, its rows say the grade."""
        return str(self.cleaned_data["category"]).partition(" ")[0]

    def clean_region(self) -> Region | None:
        return self._regions.get(self.cleaned_data["region"])


class RosterForm(AboutForm):
    """The same with the list itself."""

    field_order = ("file",)
    file = UploadField(label=gettext_lazy("File"))


class DiscardForm(forms.Form):
    why = forms.CharField(
        max_length=200, error_messages={"required": gettext_lazy("Say why the list is discarded.")}
    )


class RowForm(forms.Form):
    """What is put right in one row."""

    number = forms.CharField(
        label=gettext_lazy("Number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    meaning = forms.ChoiceField(label=gettext_lazy("Category"), required=False)

    def __init__(self, offered: Grouped, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._offered = offered
        fields: dict[str, Any] = self.fields
        fields["meaning"].choices = [("", _("as it is")), *offered]

    def clean_meaning(self) -> Meaning | None:
        return meaning_of(self.cleaned_data["meaning"], self._offered)


class AcceptForm(forms.Form):
    """`seen`: the job whose outcome the page showed."""

    confirmed = forms.CharField(required=False, max_length=12)
    seen = forms.IntegerField(required=False)

    def clean_confirmed(self) -> int | None:
        digits = "".join(self.cleaned_data["confirmed"].replace(",", "").split())
        if digits and not digits.isdecimal():
            raise forms.ValidationError(_("Enter the number of those who leave."))
        return int(digits) if digits else None


class UndoForm(forms.Form):
    why = forms.CharField(
        max_length=200, error_messages={"required": gettext_lazy("Say why the roster is undone.")}
    )
