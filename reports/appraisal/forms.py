"""Who was in time, and who is disqualified: what people enter; forms only validate."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrollment.models import Institution, Region
from reports.models import InTime

UNSAID, YES, NO = "", "yes", "no"
WORDS = {YES: True, NO: False, UNSAID: None}


class InTimeForm(forms.Form):
    """A choice for each unit, and from where it is known."""

    why = forms.CharField(
        max_length=300,
        strip=True,
        label=_("Known from"),
        help_text=_(
            "the list, its date and office, such as the tax bureau's list of treasury dates"
        ),
    )

    def __init__(
        self,
        units: Sequence[Region],
        known: Mapping[int, InTime],
        *,
        fill: bool = False,
        **more: Any,
    ):
        super().__init__(**more)
        self._units, self._known = units, known
        for unit in units:
            word = known.get(unit.pk)
            first = (YES if word.in_time else NO) if word else (YES if fill else UNSAID)
            self.fields[f"unit-{unit.pk}"] = forms.ChoiceField(
                choices=[(UNSAID, _("not said")), (YES, _("in time")), (NO, _("not in time"))],
                required=False,
                initial=first,
                label=unit.name,
            )

    @property
    def said(self) -> dict[int, bool | None]:
        return {u.pk: WORDS[self.cleaned_data[f"unit-{u.pk}"]] for u in self._units}

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"unit": unit, "field": self[f"unit-{unit.pk}"], "known": self._known.get(unit.pk)}
            for unit in self._units
        ]


class DisqualificationForm(forms.Form):
    """`unit` is region-<id> or institution-<id> of those offered."""

    unit = forms.ChoiceField(label=_("Unit"))
    reason = forms.CharField(
        max_length=300,
        strip=True,
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, places: Sequence[Region], institutions: Sequence[Institution], **more: Any):
        super().__init__(**more)
        of_places = [(f"region-{each.pk}", each.name) for each in places]
        of_institutions = [
            (f"institution-{each.pk}", f"{each.region.name}　{each.name}") for each in institutions
        ]
        groups: list[Any] = [("", "")]
        groups.append((str(_("Places")), of_places))
        if of_institutions:
            groups.append((str(_("Institutions")), of_institutions))
        self.fields["unit"].choices = groups  # type: ignore[attr-defined]

    @property
    def chosen(self) -> tuple[str, int]:
        """Which kind, and the id."""
        kind, _dash, pk = self.cleaned_data["unit"].partition("-")
        return kind, int(pk)


class LiftForm(forms.Form):
    why = forms.CharField(max_length=300, strip=True, label=_("Reason"))
