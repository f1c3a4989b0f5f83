"""Forms only validate."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PaymentFileForm(forms.Form):
    """A payment detail file as the tax bureau sends it."""

    file = forms.FileField(
        label=_("Payment detail file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls"}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty; nothing was taken in."),
        },
    )
