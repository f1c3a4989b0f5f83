"""What can be wrong with a row about a person: code → column, sentence, rejected or not."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from config.lib import copyin, idnumber
from enrollment.sections import Window

REJECTED: Mapping[str, tuple[str, Any]] = {
    "name_empty": ("name", gettext_lazy("The name is empty.")),
    "too_long": ("name", gettext_lazy("The text is longer than %(detail)s characters.")),
    "kind_unknown": ("kind", gettext_lazy("“%(detail)s” is no kind of paper.")),
    "category_unknown": ("category", gettext_lazy("“%(detail)s” is no person category.")),
    "category_unclear": (
        "category",
        gettext_lazy("The category is empty, and the age alone does not tell it."),
    ),
    "last_year_unclear": ("last_year", gettext_lazy("Expected 是 or 否, not “%(detail)s”.")),
    "unknown_township": (
        "township",
        gettext_lazy("There is no township “%(detail)s” in this campaign."),
    ),
    "ambiguous_township": (
        "township",
        gettext_lazy("More than one township is called “%(detail)s”; give its code."),
    ),
    "unknown_village": (
        "village",
        gettext_lazy("There is no village “%(detail)s” in this township."),
    ),
    "ambiguous_village": (
        "village",
        gettext_lazy("More than one village of this township is called “%(detail)s”."),
    ),
    "unknown_school": (
        "school",
        gettext_lazy("There is no school “%(detail)s” in this campaign."),
    ),
    "ambiguous_school": (
        "school",
        gettext_lazy("More than one school is called “%(detail)s”; give its code."),
    ),
    "repeated": (
        "number",
        gettext_lazy("The same person stands in line %(detail)s with other facts."),
    ),
    "registered_at_unreadable": (
        "registered_at",
        gettext_lazy("“%(detail)s” is no date or time."),
    ),
    "outside_window": (
        "registered_at",
        gettext_lazy("%(detail)s lies outside the windows of the notice: %(windows)s."),
    ),
    "not_eligible": ("number", gettext_lazy("Not admitted by the notice: %(detail)s.")),
    "listed_dead": (
        "number",
        gettext_lazy("A list names this person dead. If it is wrong, register them at the desk."),
    ),
    "not_stated": (
        "number",
        gettext_lazy("The notice does not state what is due: %(detail)s."),
    ),
    "tier_unknown": (
        "tier",
        gettext_lazy("“%(detail)s” is no tier of the notice; there are: %(tiers)s."),
    ),
    "tier_missing": ("tier", gettext_lazy("The tier must be told: %(detail)s.")),
    "registered_elsewhere": ("number", gettext_lazy("Registered elsewhere: %(detail)s.")),
    **{f"number_{code}": ("number", text) for code, text in idnumber.PROBLEMS.items()},
}
WARNINGS: Mapping[str, tuple[str, Any]] = {
    "number_converted": (
        "number",
        gettext_lazy("A number of 15 digits was converted to 18 digits."),
    ),
    "name_damaged": ("name", gettext_lazy("The name holds a damaged character.")),
    "name_differs": (
        "name",
        gettext_lazy("This number was held under another name; the former one is kept as a note."),
    ),
    "moved_here": (
        "village",
        gettext_lazy("This person was known in another place and moves here."),
    ),
    "registered_ahead": (
        "registered_at",
        gettext_lazy("The time of registration lies after the present."),
    ),
}


def stage_words(
    cursor: Any,
    headers: Mapping[str, str],
    windows: Sequence[Window] = (),
    tiers: Sequence[str] = (),
) -> None:
    """Fill temp table problem_words with the sentences of the language in force.

    `headers`: field → what the file itself calls its column.
    """
    spans = {"windows": in_words(windows), "tiers": pgettext("list", ", ").join(tiers)}
    rows = [
        (code, headers.get(field, ""), _template(message, spans), code in REJECTED)
        for codes in (REJECTED, WARNINGS)
        for code, (field, message) in codes.items()
    ]
    columns = ("code", "column_name", "message", "rejected")
    copyin.copy_rows(cursor, "problem_words", columns, rows)


def in_words(windows: Sequence[Window]) -> str:
    """“征缴期 2022-10-15 – 2022-12-31 (三)”, for each window."""
    return "; ".join(
        _("%(title)s %(start)s – %(end)s (clause %(clause)s)")
        % {
            "title": window.title,
            "start": window.start,
            "end": window.last_day,
            "clause": window.clause or "–",
        }
        for window in windows
    )


def _template(message: Any, values: Mapping[str, str]) -> str:
    """A sentence for SQL's format(): its detail becomes %s, every other percent sign doubled."""
    filled = str(message) % {"detail": "\0", **values}
    return filled.replace("%", "%%").replace("\0", "%s")
