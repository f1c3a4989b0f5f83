"""What can be said of a roster's row: code → column, sentence, and whether the row is rejected."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from config.lib import copyin, idnumber

REJECTED: Mapping[str, tuple[str, Any]] = {
    f"number_{code}": ("number", text) for code, text in idnumber.PROBLEMS.items()
}
WAITING: Mapping[str, tuple[str, Any]] = {
    "word_unknown": (
        "category",
        _("“%(detail)s” is no category known of this source; say what it means."),
    ),
    "word_several": (
        "category",
        _("“%(detail)s” names several categories; say which of them counts."),
    ),
    "word_empty": (
        "category",
        _("No category stands in this row, in the title or the sheet's name; say which it is."),
    ),
    "grade_unknown": ("grade", _("“%(detail)s” is no grade of this category; say which it is.")),
}
WARNINGS: Mapping[str, tuple[str, Any]] = {
    "name_empty": ("name", _("The name is empty.")),
    "name_damaged": ("name", _("The name holds a damaged character.")),
    "number_converted": ("number", _("A number of 15 digits was converted to 18 digits.")),
    "number_doubtful": (
        "number",
        _("The number ends in 000, as one that a spreadsheet has cut."),
    ),
    "account_damaged": (
        "account",
        _("A spreadsheet has cut the account's number; it was left out."),
    ),
    "too_long": ("name", _("A text of this row is too long; its end was cut off.")),
    "stray_cells": ("name", _("The row holds something that stands under no header; look at it.")),
    "state_ended": ("state", _("The row itself says that this has ended; look whether it counts.")),
    "date_unreadable": (
        "recognised_on",
        _("The date cannot be read; the day of the list counts."),
    ),
    "repeated": ("number", _("The same person stands in line %(detail)s already.")),
    "name_differs": ("name", _("This number is held under another name.")),
    "unknown_place": (
        "village",
        _("“%(detail)s” is no place of this campaign, or several are called so."),
    ),
    "lives_elsewhere": ("village", _("This person lives outside this campaign's region.")),
    "listed_dead": ("name", _("This person is listed as dead since %(detail)s.")),
    "left_out": ("state", _("Left out by hand; the row changes nothing.")),
    "not_in_register": ("number", _("Nobody in the register has this number.")),
    "number_joins": (
        "number",
        _("The number joins a child that was known without one."),
    ),
    "parent_unknown": (
        "number",
        _("No parent of this child is in the register; the village of the row counts."),
    ),
    "unknown_school": ("school", _("“%(detail)s” is no school of this campaign.")),
    "not_marked_here": ("category", _("“%(detail)s” is not marked in this campaign.")),
}


def stage_words(cursor: Any, headers: Mapping[str, str]) -> None:
    """Fill temp table roster_words with the sentences of the language in force.

    `headers`: field → what the file itself calls its column.
    """
    rows = [
        (code, headers.get(field, ""), _template(message), code in REJECTED)
        for codes in (REJECTED, WAITING, WARNINGS)
        for code, (field, message) in codes.items()
    ]
    copyin.copy_rows(cursor, "roster_words", ("code", "column_name", "message", "rejected"), rows)


def _template(message: Any) -> str:
    """A sentence for SQL's format(): its detail becomes %s, every other percent sign doubled."""
    return (str(message) % {"detail": "\0"}).replace("%", "%%").replace("\0", "%s")
