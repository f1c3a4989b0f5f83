"""Forms only validate."""

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.forms import UploadField


class PeopleFileForm(forms.Form):
    """The tax system's list of people."""

    file = UploadField(label=_("The tax system's list of people"))
