"""Forms only validate."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.lib.money import to_fen
from enrollment.forms import UploadField
from payments.pages.intake import too_large


class PaymentFileForm(forms.Form):
    """A payment detail file as the tax bureau sends it."""

    file = UploadField(label=_("Payment detail file"))
    rows = forms.IntegerField(
        label=_("Rows, where told"),
        required=False,
        min_value=0,
        max_value=999_999_999,
        error_messages={"invalid": _("Rows: a whole number, or nothing.")},
    )
    yuan = forms.CharField(label=_("Sum in yuan, where told"), required=False, max_length=30)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.PAYMENTS_MOST_BYTES:
            raise forms.ValidationError(too_large())
        return file

    def clean_yuan(self) -> int | None:
        """In fen; None where nothing is told."""
        written = self.cleaned_data["yuan"].strip()
        fen = to_fen(written) if written else None
        if written and fen is None:
            raise forms.ValidationError(_("Sum: an amount such as 350.00, or nothing."))
        return fen
