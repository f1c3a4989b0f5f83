"""Forms only validate; services write."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.models import Region

TABLES, WORKBOOKS = ".csv,.txt,.xlsx,.xls", ".xlsx,.xls"
PHOTOS = ".jpg,.jpeg,.png,.pdf"  # attachments.py


class UploadField(forms.FileField):
    """A file that is sent; what may be chosen is said by endings, and judged by its content."""

    def __init__(self, *, accept: str = TABLES, **said: Any) -> None:
        super().__init__(
            widget=forms.ClearableFileInput(attrs={"accept": accept}),
            error_messages={
                "required": _("Choose a file first."),
                "empty": _("The file is empty; nothing was taken in."),
            },
            **said,
        )


class FirstAdministratorForm(forms.Form):
    """The code lies in the data folder, so only who runs the server can take this step."""

    code = forms.CharField(label=_("Set-up code"))
    username = forms.CharField(label=_("User name"), max_length=150)
    full_name = forms.CharField(label=_("Name"), max_length=60)
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput)
    region = forms.ModelChoiceField(
        Region.objects.exclude(level=Region.Level.VILLAGE).order_by("path"), label=_("Region")
    )


class ClockForm(forms.Form):
    """Where to move a practice campaign's clock."""

    to = forms.DateTimeField(
        label=_("Practice time"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
    )
