"""What one may choose on the dashboard."""

from datetime import date

from django import forms


class ChoiceForm(forms.Form):
    """`by`: a denominator's slug. `day`: look at the end of an earlier day.

    `set`: a set of reported figures; any other word: what is counted from registrations.
    """

    by = forms.SlugField(required=False, max_length=40)
    day = forms.DateField(required=False)
    set = forms.SlugField(required=False, max_length=40)

    @property
    def chosen(self) -> tuple[str | None, date | None]:
        """What cannot be read is not chosen: a link gone stale still shows the page."""
        self.is_valid()
        return self.cleaned_data.get("by") or None, self.cleaned_data.get("day")

    @property
    def target_set(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("set") or ""
