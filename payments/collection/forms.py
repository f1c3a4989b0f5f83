"""Forms of collection only validate; services write."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from config.lib import money
from enrollment.forms import PHOTOS, UploadField
from payments.collection.slips import HANDWRITTEN, Written
from payments.models import Slip

MOST_IDS = 2000
KINDS = [*Slip.Kind.choices, (HANDWRITTEN, pgettext_lazy("slip", "written by hand"))]


class PlaceForm(forms.Form):
    """Which village, whose name, which page."""

    place = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    name = forms.CharField(required=False, max_length=60)
    state = forms.CharField(required=False, max_length=10)


def ticked(data: QueryDict, name: str) -> list[int]:
    """Rows that were ticked: those that are numbers at all, each once; at most MOST_IDS."""
    texts = data.getlist(name)[:MOST_IDS]
    return sorted({int(t) for t in texts if t.isascii() and t.isdigit() and len(t) < 19})


class SlipForm(forms.Form):
    """What a slip says, as on the paper."""

    kind = forms.ChoiceField(label=pgettext_lazy("slip", "Kind"), choices=KINDS)
    number = forms.CharField(label=gettext_lazy("Number of the slip"), max_length=40)
    paid_on = forms.DateField(
        label=gettext_lazy("Day on the slip"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    amount = forms.CharField(label=gettext_lazy("Amount (yuan)"), max_length=20)
    heads = forms.IntegerField(label=gettext_lazy("Heads"), min_value=1, max_value=1_000_000)
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=80)
    account = forms.CharField(label=gettext_lazy("Account"), max_length=40)
    insurance = forms.CharField(label=gettext_lazy("Insurance"), max_length=40)
    group = forms.CharField(label=gettext_lazy("Village and group"), max_length=80)
    handler = forms.CharField(label=gettext_lazy("Handler"), max_length=60)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=20)
    file = UploadField(accept=PHOTOS, label=gettext_lazy("Photo or PDF"), required=False)

    def clean_amount(self) -> int:
        fen = money.to_fen(self.cleaned_data["amount"])
        if fen is None or not 0 < fen < 10**13:
            raise forms.ValidationError(_("This is no amount in yuan."))
        return fen

    def written(self) -> Written:
        said = dict(self.cleaned_data)
        said.pop("file", None)
        return Written(fen=said.pop("amount"), **said)
