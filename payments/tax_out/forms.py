"""Forms only validate."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PeopleFileForm(forms.Form):
    """The tax system's list of people."""

    file = forms.FileField(
        label=_("The tax system's list of people"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls"}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty; nothing was taken in."),
        },
    )
