"""What one may ask of the lists, and the reason for a full number."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.people.lists import STATUSES


class PageForm(forms.Form):
    """Behind whom a list of people goes on (unit.resident), and how many were seen."""

    after = forms.RegexField(r"^\d{1,18}\.\d{1,18}$", required=False)
    seen = forms.IntegerField(required=False, min_value=0, max_value=100_000_000)

    @property
    def behind(self) -> tuple[int, int] | None:
        text = self.cleaned_data.get("after")
        if not text:
            return None
        unit, resident = text.split(".")
        return int(unit), int(resident)


class ListForm(PageForm):
    """Which list, where, of which day."""

    status = forms.ChoiceField(choices=[(s, s) for s in STATUSES], required=False)
    region = forms.IntegerField(required=False, min_value=1)
    day = forms.DateField(required=False)

    @property
    def status_or_default(self) -> str:
        return self.cleaned_data.get("status") or "registered"

    @property
    def on(self) -> date | None:
        return self.cleaned_data.get("day")


class SearchForm(forms.Form):
    q = forms.CharField(max_length=60, strip=True, label=_("Name or full number"))


class WhyForm(forms.Form):
    why = forms.CharField(max_length=300, strip=True, label=_("Reason"))
