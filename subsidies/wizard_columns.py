"""What the wizard says of a list's file: its steps, its sheets, what its columns are read as."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.models import SourceFile
from subsidies.models import ColumnChoice, Roster
from subsidies.rosters.chosen import key_of, said
from subsidies.rosters.columns import FIELDS

MOST_GROUPS = 6  # headers shown on a list's page
NAMES: Mapping[str, Any] = {
    "name": gettext_lazy("name"),
    "number": gettext_lazy("number"),
    "kind": gettext_lazy("kind of document"),
    "category": gettext_lazy("category"),
    "grade": gettext_lazy("grade"),
    "recognised_on": gettext_lazy("recognised on"),
    "born_on": gettext_lazy("born on"),
    "state": gettext_lazy("state of the person"),
    "risk_gone": gettext_lazy("whether the risk is gone"),
    "township": gettext_lazy("township"),
    "village": gettext_lazy("village"),
    "household_no": gettext_lazy("household number"),
    "head_name": gettext_lazy("head of household"),
    "relation": gettext_lazy("relation to the head"),
    "account": gettext_lazy("bank account"),
    "phone": gettext_lazy("phone"),
    "school": gettext_lazy("school"),
    "sex": gettext_lazy("sex"),
}
FILE, COLUMNS, CHECK, ACCEPTED = range(4)
_STANDS_AT = {
    SourceFile.State.UPLOADED: COLUMNS,
    SourceFile.State.REFUSED: COLUMNS,
    SourceFile.State.CHECKED: CHECK,
    SourceFile.State.POSTED: ACCEPTED,
    SourceFile.State.VOIDED: ACCEPTED,
}


@dataclass(frozen=True)
class Step:
    """`how`: done, here or ahead. `url`: its page, where it has one by now."""

    label: str
    how: str
    url: str = ""


@dataclass(frozen=True)
class Group:
    """Tables with one header, read in one way."""

    sheets: list[str]
    columns: list[tuple[str, str, str]]  # header, what it is read as or "", examples


@dataclass(frozen=True)
class Kept:
    """A choice of columns by which a list was read, as long as it is not forgotten."""

    choice: int
    said: str
    header: str


def field_name(field: str) -> str:
    """As people call it; of a field without a name, the header that it is mostly found under."""
    return str(NAMES.get(field) or FIELDS[field][0])


def steps(roster: Roster | None, here: int | None = None) -> list[Step]:
    """The way from file to marks, and where one is on it: where the list stands, unless told."""
    labels = [_("File"), _("Sheets and columns"), _("Check"), _("Accepted")]
    if roster is None:
        return [Step(label, "ahead" if at else "here") for at, label in enumerate(labels)]
    stands = CHECK if roster.discarded_at else _STANDS_AT[SourceFile.State(roster.file.state)]
    at = stands if here is None else here
    args = [roster.file.campaign.slug, roster.pk]
    pages = {FILE: "roster-about", COLUMNS: "roster-columns", stands: "roster"}
    if stands > CHECK:
        pages[CHECK] = "roster"
    if stands == COLUMNS:
        pages[COLUMNS] = "roster" if here == COLUMNS else "roster-columns"
    return [
        Step(
            label,
            "here" if number == at else "done" if number < stands else "ahead",
            reverse(pages[number], args=args) if number in pages and number != at else "",
        )
        for number, label in enumerate(labels)
    ]


def sheets(roster: Roster) -> list[dict[str, Any]]:
    """The tables that were read, then the sheets that were not: name, line, rows, and why not."""
    titles = {
        (sheet["sheet"], sheet["header_line"]): sheet["title"]
        for sheet in roster.file.facts.get("sheets", [])
    }
    return [
        {**seen, "title": titles.get((seen["sheet"], seen["header_line"]), ""),
         "why": "" if seen["read"] else why_unread(roster, seen)}
        for seen in roster.seen
    ]  # fmt: skip


def why_unread(roster: Roster, seen: Mapping[str, Any]) -> str:
    if roster.chosen.get("sheets", {}).get(seen["sheet"]) is False:
        return _("left out, as chosen")
    if seen["hidden"] and not roster.chosen.get("sheets", {}).get(seen["sheet"]):
        return _("hidden: not read")
    return _("no header with name and number")


def unread(roster: Roster) -> list[dict[str, Any]]:
    """Sheets with more than a single line that a list was accepted without: people may be there."""
    return [seen for seen in roster.seen if not seen["read"] and seen["height"] > 1]


def groups(roster: Roster) -> list[Group]:
    """What the columns were read as, once for each header."""
    found: dict[str, Group] = {}
    for seen in roster.seen:
        key = str((seen["headers"], sorted(seen["columns"].items())))
        if not seen["read"]:
            continue
        if key in found:
            found[key].sheets.append(seen["sheet"])
            continue
        fields = {at: field_name(field) for field, at in seen["columns"].items()}
        found[key] = Group(
            [seen["sheet"]],
            [
                (header, fields.get(at, ""), "　".join(seen["examples"][at]))
                for at, header in enumerate(seen["headers"])
                if header or seen["examples"][at]
            ],
        )
    return list(found.values())[:MOST_GROUPS]


def kept(roster: Roster) -> list[Kept]:
    used = [by["choice"] for by in roster.chosen.get("by", ())]
    choices = ColumnChoice.objects.filter(pk__in=used).select_related("said_by").order_by("pk")
    return [Kept(choice.pk, said(choice), "、".join(choice.headers)) for choice in choices]


def notes(roster: Roster) -> list[str]:
    """What was noted of the file, without what `kept` says."""
    shown = {choice.said for choice in kept(roster)}
    return [note for note in roster.file.facts.get("notes", []) if note not in shown]


def is_kept(roster: Roster, seen: Mapping[str, Any]) -> bool:
    """Whether a table was read by a choice, not by what its words mean."""
    by = (key_of(by["headers"]) for by in roster.chosen.get("by", ()))
    return key_of(seen["words"]) in by


def uploaded_before(roster: Roster, visible: QuerySet[Roster]) -> str:
    """A sentence on the same bytes in an earlier list that was never accepted; else ""."""
    same = visible.filter(file__sha256=roster.file.sha256, pk__lt=roster.pk)
    states = [SourceFile.State.CHECKED, SourceFile.State.VOIDED]
    found = same.filter(file__state__in=states).order_by("-pk").first()
    if found is None:
        return ""
    at = timezone.localtime(found.file.taken_at).strftime("%Y-%m-%d %H:%M")
    return _("This very file was uploaded on %(date)s: list %(number)s, %(state)s.") % {
        "date": at,
        "number": found.pk,
        "state": state_word(found),
    }


def state_word(roster: Roster) -> str:
    """Of a list that is checked, or that is no more."""
    if roster.file.state == SourceFile.State.CHECKED:
        return _("checked, not accepted yet")
    return _("discarded") if roster.discarded_at else _("undone")
