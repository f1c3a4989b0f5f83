"""Forms only validate."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.lib.money import to_fen
from enrollment.forms import PHOTOS, UploadField
from payments.claims.services import Told

MOST_FEN = 10_000_00  # nobody's fee of a year is more; catches a missing point


class ClaimForm(forms.Form):
    """What a person tells of a payment."""

    paid_on = forms.DateField(
        label=gettext_lazy("Paid on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    channel = forms.CharField(
        label=gettext_lazy("Paid through"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("such as WeChat, Alipay, a bank, a service desk")}
        ),
    )
    yuan = forms.CharField(label=gettext_lazy("Paid (yuan)"), max_length=20)
    receipt = forms.CharField(label=gettext_lazy("Receipt number"), max_length=60, required=False)
    told = forms.CharField(
        label=gettext_lazy("In the person's words"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    phone = forms.CharField(label=gettext_lazy("Phone to call back"), max_length=20, required=False)
    file = UploadField(label=gettext_lazy("Screenshot"), required=False, accept=PHOTOS)

    def clean_yuan(self) -> int:
        fen = to_fen(self.cleaned_data["yuan"])
        if fen is None or not 0 < fen <= MOST_FEN:
            raise forms.ValidationError(_("Write the amount in yuan, such as 380 or 380.00."))
        return fen

    def told_facts(self) -> Told:
        said = self.cleaned_data
        return Told(
            on=said["paid_on"],
            channel=said["channel"],
            fen=said["yuan"],
            receipt=said["receipt"],
            words=said["told"],
            phone=said["phone"],
        )


class ListForm(forms.Form):
    """Which claims, where."""

    state = forms.CharField(required=False, max_length=10)
    region = forms.IntegerField(required=False, min_value=1)
    older = forms.IntegerField(required=False, min_value=0, max_value=1000)
    name = forms.CharField(required=False, max_length=60)
    page = forms.IntegerField(required=False, min_value=1)
