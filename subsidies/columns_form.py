"""The form by which somebody says which sheets are read, where the header is, what columns mean."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from subsidies.models import Roster
from subsidies.rosters.chosen import key_of
from subsidies.rosters.columns import FIELDS, REQUIRED
from subsidies.wizard_columns import field_name, is_kept, why_unread

LAST_LINE = 200  # in which a header may be said to stand


@dataclass(frozen=True)
class Said:
    """What changes. Sheets by name, headers as their words with field → index."""

    sheets: dict[str, bool] = field(default_factory=dict)
    lines: dict[str, int | None] = field(default_factory=dict)  # null: found by itself again
    columns: list[tuple[list[str], dict[str, int]]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.sheets or self.lines or self.columns)


@dataclass(frozen=True)
class Column:
    letter: str
    header: str
    examples: str
    control: forms.BoundField


@dataclass(frozen=True)
class Sheet:
    """A table of the file as the page shows it; `read` and `line` are null of one below another."""

    seen: Mapping[str, Any]
    why: str
    is_kept: bool
    columns: list[Column]
    read: forms.BoundField | None
    line: forms.BoundField | None


class ColumnsForm(forms.Form):
    """Fields: read-0, line-0, col-0-0, col-0-1 … by the places in Roster.seen."""

    token = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, roster: Roster, *args: Any, **kwargs: Any):
        self._roster: Roster = roster
        self._seen: Sequence[Mapping[str, Any]] = roster.seen
        self.was = key_of([str(seen) for seen in roster.seen])
        kwargs["initial"] = {"token": self.was}
        super().__init__(*args, **kwargs)
        offered = self._offered()
        meanings = [("", _("not used")), *((name, field_name(name)) for name in FIELDS)]
        for i, seen in enumerate(self._seen):
            name = seen["sheet"] or _("the file")
            if not seen["below"]:
                self.fields[f"read-{i}"] = forms.BooleanField(
                    label=_("read “%(sheet)s”") % {"sheet": name},
                    required=False,
                    initial=seen["read"] or i in offered,
                )
                self.fields[f"line-{i}"] = forms.IntegerField(
                    label=_("line of the header in “%(sheet)s”") % {"sheet": name},
                    required=False,
                    min_value=1,
                    max_value=LAST_LINE,
                    initial=seen["header_line"] or None,
                )
            means = {at: name for name, at in seen["columns"].items()}
            for j, header in enumerate(seen["headers"]):
                label = _("column %(letter)s, %(header)s")
                label %= {"letter": get_column_letter(j + 1), "header": header}
                self.fields[f"col-{i}-{j}"] = forms.ChoiceField(
                    label=label,
                    widget=forms.Select(attrs={"aria-label": label, "class": "form-select-sm"}),
                    required=False,
                    choices=meanings,
                    initial=means.get(j, ""),
                )

    def _offered(self) -> list[int]:
        """Where nothing could be read: the sheets that are probably meant."""
        if any(seen["read"] for seen in self._seen):
            return []
        visible = [i for i, seen in enumerate(self._seen) if not seen["hidden"]]
        return [i for i in visible if self._seen[i]["header_line"]] or visible[:1]

    def sheets(self) -> Iterator[Sheet]:
        """What the page shows, in the file's order."""
        for i, seen in enumerate(self._seen):
            yield Sheet(
                seen=seen,
                why="" if seen["read"] else why_unread(self._roster, seen),
                is_kept=is_kept(self._roster, seen),
                columns=[
                    Column(
                        get_column_letter(j + 1),
                        header,
                        "　".join(seen["examples"][j]),
                        self[f"col-{i}-{j}"],
                    )
                    for j, header in enumerate(seen["headers"])
                ],
                read=None if seen["below"] else self[f"read-{i}"],
                line=None if seen["below"] else self[f"line-{i}"],
            )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("token") != self.was:
            raise forms.ValidationError(_("The list was read anew meanwhile; look at it again."))
        self.said = Said()
        parent = moved = False
        for i, seen in enumerate(self._seen):
            if not seen["below"]:
                parent, moved = bool(said.get(f"read-{i}")), self._moved(i, seen)
                if parent != seen["read"]:
                    self.said.sheets[seen["sheet"]] = parent
            if parent and not moved:
                self._match(i, seen)
        if not any(said.get(f"read-{i}") for i in range(len(self._seen))):
            raise forms.ValidationError(_("Choose at least one sheet to be read."))
        return said

    def _moved(self, i: int, seen: Mapping[str, Any]) -> bool:
        """Whether the header stands elsewhere than it was seen: then its columns are not known."""
        key = f"line-{i}"
        line = self.cleaned_data.get(key)
        if key in self.errors or line == (seen["header_line"] or None):
            if self.cleaned_data.get(f"read-{i}") and not line and key not in self.errors:
                self.add_error(key, _("Say in which line the header stands."))
            return key in self.errors
        self.said.lines[seen["sheet"]] = line
        return True

    def _match(self, i: int, seen: Mapping[str, Any]) -> None:
        """Field → column of one header; errors for two columns, or none where one is needed."""
        shown = range(len(seen["headers"]))
        columns = {name: at for name, at in seen["columns"].items() if at not in shown}
        for j in shown:
            name = self.cleaned_data.get(f"col-{i}-{j}")
            if not name:
                continue
            if name in columns:
                first, second = get_column_letter(columns[name] + 1), get_column_letter(j + 1)
                self.add_error(
                    f"col-{i}-{j}",
                    _(
                        "“%(field)s” is chosen for two columns, %(first)s and %(second)s; leave one"
                        " of them."
                    )
                    % {"field": field_name(name), "first": first, "second": second},
                )
            columns.setdefault(name, j)
        missing = [field_name(name) for name in REQUIRED if name not in columns]
        if missing:
            self.add_error(
                None,
                _("%(sheet)s: no column is chosen for %(fields)s; without it no row can be read.")
                % {"sheet": seen["sheet"] or _("the file"), "fields": "、".join(missing)},
            )
        elif columns != seen["columns"]:
            if not seen["words"]:
                self.add_error(
                    None,
                    _("Line %(line)s is no header that could be known again: choose another line.")
                    % {"line": seen["header_line"]},
                )
            self.said.columns.append((list(seen["words"]), columns))
