"""What a receipt of another place says; forms only validate."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.lib.money import to_fen
from enrollment.forms import PHOTOS, UploadField
from subsidies.elsewhere.services import Paid
from subsidies.models import ElsewhereProof

MOST_FEN = 10_000_00  # nobody's fee of a year is more; catches a missing point


class ProofForm(forms.Form):
    """`tiers`: key → name, where the fee at home goes by one."""

    paid_on = forms.DateField(
        label=gettext_lazy("Paid on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    place = forms.CharField(
        label=gettext_lazy("Enrolled at"),
        max_length=80,
        help_text=gettext_lazy("province, city, county, as the receipt has it"),
    )
    channel = forms.CharField(
        label=gettext_lazy("Paid through"),
        max_length=40,
        help_text=gettext_lazy("such as WeChat, Alipay, a bank, a service desk"),
    )
    yuan = forms.CharField(label=gettext_lazy("Paid (yuan)"), max_length=20)
    receipt = forms.CharField(label=gettext_lazy("Receipt number"), max_length=60)
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), required=False)
    file = UploadField(
        label=gettext_lazy("Photo or PDF"),
        required=False,
        accept=PHOTOS,
        help_text=gettext_lazy("of the receipt, at most 5 MB; kept sealed"),
    )

    def __init__(self, tiers: dict[str, str], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if tiers:
            fields["tier"].choices = [("", _("choose …")), *tiers.items()]
        else:
            del fields["tier"]

    def clean_yuan(self) -> int:
        fen = to_fen(self.cleaned_data["yuan"])
        if fen is None or not 0 < fen <= MOST_FEN:
            raise forms.ValidationError(_("Write the amount in yuan, such as 380 or 380.00."))
        return fen

    def paid(self) -> Paid:
        said = self.cleaned_data
        return Paid(
            on=said["paid_on"],
            place=said["place"],
            channel=said["channel"],
            fen=said["yuan"],
            receipt=said["receipt"],
            tier=said.get("tier", ""),
        )


class ChoiceForm(forms.Form):
    """Which proofs, where."""

    state = forms.ChoiceField(required=False, choices=ElsewhereProof.State.choices)
    region = forms.IntegerField(required=False, min_value=1)
    page = forms.IntegerField(required=False, min_value=1)
