"""Which payments are asked for; fiscal money as it is entered. Forms only validate."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from config.lib.money import to_fen
from reports.finance.payments import STANDINGS, THERE
from reports.finance.people import BY_FUNDER, OWED


class FilterForm(forms.Form):
    """Whatever cannot be read of the address is left out."""

    apart = forms.BooleanField(required=False)
    day = forms.DateField(required=False)
    channel = forms.CharField(required=False, max_length=40, strip=False, empty_value=None)
    standing = forms.ChoiceField(
        choices=[(each, each) for each in (*STANDINGS, THERE)], required=False
    )
    after = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    seen = forms.IntegerField(required=False, min_value=0, max_value=100_000_000)


class ReceiptForm(forms.Form):
    funder = forms.CharField(
        label=pgettext_lazy("finance", "Funder"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "funders", "autocomplete": "off"}),
    )
    yuan = forms.CharField(label=gettext_lazy("Received (yuan)"), max_length=20)
    received_on = forms.DateField(
        label=gettext_lazy("Received on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    document = forms.CharField(
        label=pgettext_lazy("fiscal", "Document"),
        max_length=120,
        help_text=gettext_lazy("number of the allocation document or of the bank's voucher"),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def clean_yuan(self) -> int:
        fen: Any = to_fen(self.cleaned_data["yuan"])
        if fen is None or fen <= 0:
            raise forms.ValidationError(_("Write the amount in yuan, such as 380 or 380.00."))
        return int(fen)


class PeopleForm(forms.Form):
    """Which figure the list is behind."""

    of = forms.ChoiceField(choices=[(each, each) for each in (*OWED, *BY_FUNDER)])
    apart = forms.BooleanField(required=False)
    funder = forms.CharField(required=False, max_length=60, strip=False)
    after = forms.CharField(required=False, max_length=60)
    seen = forms.IntegerField(required=False, min_value=0, max_value=100_000_000)
