"""What a clerk writes about one person. Forms only validate; services write."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.lib import idnumber
from config.lib.idnumber import Verdict
from enrollment.desk.words import problem_sentence
from enrollment.facts import RESIDENCES
from enrollment.models import Region
from enrollment.models.resident import Category

_PHONE = re.compile(r"\+?\d[\d-]{6,18}")


class LookUpForm(forms.Form):
    """A number to look up, or a member of a household on the screen."""

    kind = forms.ChoiceField(choices=list(idnumber.KINDS.items()))
    number = forms.CharField(max_length=40, required=False)
    member = forms.IntegerField(required=False)
    next_member = forms.IntegerField(required=False)

    def __init__(self, data: Any, *, today: date):
        super().__init__(data)
        self.today = today
        self.verdict: Verdict | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "*" not in data.get("number", ""):
            data["member"] = None  # a number was typed over the masked one
        data["member"] = data.get("next_member") or data["member"]
        if data["member"] is None:
            kind = data.get("kind") or idnumber.RESIDENT_ID
            self.verdict = idnumber.judge(data.get("number"), self.today, kind)
            if not self.verdict.ok:
                self.add_error("number", problem_sentence(self.verdict))
        return data


class PersonForm(LookUpForm):
    """The whole form. `villages` are those of the clerk's own region; without `schools`, or
    `tiers`, the form shows none."""

    name = forms.CharField(max_length=60, error_messages={"required": _("The name is missing.")})
    phone = forms.CharField(max_length=20, required=False)
    village = forms.IntegerField(error_messages={"required": _("Choose a village.")})
    group_no = forms.CharField(max_length=10, required=False)
    head_name = forms.CharField(max_length=60, required=False)
    relation = forms.CharField(max_length=20, required=False)
    category = forms.ChoiceField(
        choices=Category.choices, error_messages={"required": _("Choose a person category.")}
    )
    school = forms.IntegerField(required=False)
    residence = forms.ChoiceField(choices=[(key, key) for key in ("", *RESIDENCES)], required=False)
    tier = forms.CharField(max_length=40, required=False)
    household = forms.IntegerField(required=False)
    about = forms.IntegerField(required=False)
    save_key = forms.UUIDField()
    confirm = forms.CharField(max_length=300, required=False)

    def __init__(
        self,
        data: Any,
        *,
        today: date,
        villages: list[Region],
        schools: Sequence[Region] = (),
        tiers: Sequence[str] = (),
    ):
        super().__init__(data, today=today)
        self.villages = {village.pk: village for village in villages}
        self.schools = {school.pk: school for school in schools}
        self.tiers = tiers

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_head_name(self) -> str:
        return " ".join(self.cleaned_data["head_name"].split())

    def clean_phone(self) -> str:
        phone = re.sub(r"\s", "", self.cleaned_data["phone"])
        if phone and not _PHONE.fullmatch(phone):
            raise forms.ValidationError(_("A telephone number has 7 to 19 digits."))
        return phone

    def clean_village(self) -> Region:
        village = self.villages.get(self.cleaned_data["village"])
        if village is None:
            raise forms.ValidationError(_("Choose a village of your own region."))
        return village

    def clean_school(self) -> Region | None:
        chosen = self.cleaned_data["school"]
        if chosen is not None and chosen not in self.schools:
            raise forms.ValidationError(_("Choose a school of the list."))
        return self.schools[chosen] if chosen is not None else None

    def clean_tier(self) -> str:
        chosen = self.cleaned_data["tier"] if self.tiers else ""
        if chosen and chosen not in self.tiers:
            raise forms.ValidationError(_("Choose a tier of the list."))
        return chosen

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("relation") not in (None, "", "本人") and not data.get("head_name"):
            self.add_error("head_name", _("The name of the head of the household is missing."))
        return data

    @property
    def confirmed(self) -> frozenset[str]:
        return frozenset(filter(None, self.cleaned_data["confirm"].split("|")))
