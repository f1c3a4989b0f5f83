"""Forms only validate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enrollment.forms import UploadField
from enrollment.models import Campaign
from quotas.models import Exclusion, TargetSet, insurance_lazy
from quotas.sections import NOTICE
from quotas.services import SetKind

NEW = "+"  # choice of a set that is not there yet


class ImportForm(forms.Form):
    """A table of targets, and the set it goes to: one that is there, or a new one."""

    file = UploadField(label=_("Table of targets"))
    into = forms.ChoiceField(label=_("Target set"))
    slug = forms.SlugField(
        label=_("Name in commands"),
        max_length=40,
        required=False,
        help_text=_("Of a new set: small letters, digits, hyphens"),
    )
    title = forms.CharField(label=pgettext_lazy("targets", "Title"), max_length=120, required=False)
    unit = forms.ChoiceField(
        label=pgettext_lazy("targets", "Unit"),
        required=False,
        choices=[
            ("", _("as the file says")),
            ("persons", _("persons")),
            ("ten_thousands", _("ten thousands of persons")),
        ],
    )

    level = forms.ChoiceField(
        label=_("Whose"), required=False, choices=TargetSet.Level.choices,
        help_text=_("Of a new set"),
    )  # fmt: skip
    insurance = forms.ChoiceField(
        label=_("Insurance"),
        required=False,
        choices=[("", _("the campaign's")), *insurance_lazy.items()],
        help_text=_("Of a new set"),
    )
    counted = forms.ChoiceField(
        label=pgettext_lazy("targets", "Counted"),
        required=False,
        choices=[("", _("as usual for the insurance")), *TargetSet.Counted.choices],
        help_text=_("Of a new set; another insurance is always reported"),
    )

    def __init__(self, campaign: Campaign, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        sets = [(each.slug, each.title) for each in campaign.target_sets.order_by("pk")]
        self.fields["into"].choices = [(NEW, _("a new set")), *sets]  # type: ignore[attr-defined]
        self._slugs = [slug for slug, _title in sets]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("into") == NEW:
            slug = found.get("slug", "").lower()
            if not slug:
                self.add_error("slug", _("A new set needs a name."))
            elif slug in (NOTICE, *self._slugs):
                self.add_error("slug", _("There is a set of this name already."))
            found["set"] = slug
            found["kind"] = SetKind(*(found.get(n, "") for n in ("level", "counted", "insurance")))
        else:
            found["set"] = found.get("into")
            found["kind"] = SetKind()
        return found


class WhyForm(forms.Form):
    """What changes a target says why."""

    why = forms.CharField(
        label=_("Reason"),
        max_length=300,
        error_messages={"required": _("Say why; it stands in the record.")},
    )


class ReportedForm(WhyForm):
    as_of = forms.DateField(
        label=_("As of the day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ReportsForm(forms.Form):
    """Whose reports, and as of which day; what cannot be read is not asked for."""

    region = forms.IntegerField(required=False, min_value=1)
    day = forms.DateField(required=False)


class ExclusionForm(WhyForm):
    """A place's figure, or people taken out of it."""

    key = forms.CharField(max_length=40)
    region = forms.IntegerField()
    kind = forms.ChoiceField(
        label=_("Entry"),
        choices=[("figure", _("figure of the place")), *Exclusion.Reason.choices],
    )
    persons = forms.IntegerField(label=pgettext_lazy("targets", "Persons"))


def figures(data: Any, prefix: str = "place-") -> tuple[dict[int, int | None], list[str]]:
    """Fields place-<id> as persons, empty ones None; and what in them is no figure."""
    found: dict[int, int | None] = {}
    wrong = []
    for name, text in data.items():
        pk = name.removeprefix(prefix)
        if not name.startswith(prefix) or not pk.isdigit():
            continue
        plain = text.strip().replace(",", "").replace("，", "")
        if plain and not (plain.isascii() and plain.isdigit() and len(plain) < 10):
            wrong.append(text.strip()[:20])
        else:
            found[int(pk)] = int(plain) if plain else None
    return found, wrong
