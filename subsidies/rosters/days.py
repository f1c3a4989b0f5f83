"""Days that tell no day by themselves, read in an order that a person named. Values in and out."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

# order → its name, and how 1 July 2022 is written in it
ORDERS: Mapping[str, tuple[object, str]] = {
    "ymd": (_("year, month, day"), "22.7.1"),
    "dmy": (_("day, month, year"), "1/7/2022"),
    "mdy": (_("month, day, year"), "7/1/2022"),
}
EARLIEST_YEAR = 1900
AHEAD = timedelta(days=366)  # a list may tell of what begins next year, of nothing later
_PARTS = re.compile(r"(\d+)(?:[-./年月日, ]+(\d+))?(?:[-./年月日, ]+(\d+))?[年月日号 ]*", re.ASCII)


def day_of(written: str, order: str, today: date) -> date | None:
    """The day that a text means in an order of ORDERS; None for none, or an unlikely one.

    Without a day the first of its month. Years of two digits lie up to next year, else before
    2000. "2022.1" is no day in any order: spreadsheets write 2022.10 so too. Source: RULES R-274.
    """
    text = unicodedata.normalize("NFKC", written).strip()
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    parts = [part for part in found.groups() if part]
    if len(parts) == 1:
        parts = _cut(parts[0], order)
    elif len(parts) == 2:
        parts = _with_first_day(parts, order, text)
    if len(parts) != 3:
        return None
    said = dict(zip(order, parts, strict=True))
    try:
        day = date(_year(said["y"], today), int(said["m"]), int(said["d"]))
    except ValueError:
        return None
    return day if day.year >= EARLIEST_YEAR and day <= today + AHEAD else None


def _with_first_day(parts: list[str], order: str, text: str) -> list[str]:
    """A month and its year, in the order's own order, and a first day."""
    if order == "ymd":
        return [] if parts[1] == "1" and "." in text else [*parts, "1"]
    month, year = parts
    return ["1", month, year] if order == "dmy" else [month, "1", year]


def _cut(digits: str, order: str) -> list[str]:
    """Digits without anything between them: six, with a year of two, or eight."""
    if len(digits) == 6:
        return [digits[:2], digits[2:4], digits[4:]]
    if len(digits) == 8 and order != "ymd":
        return [digits[:2], digits[2:4], digits[4:]]
    return []


def _year(digits: str, today: date) -> int:
    """Errors: ValueError for a year of one or three digits."""
    if len(digits) == 4:
        return int(digits)
    if len(digits) != 2:
        raise ValueError(digits)
    year = 2000 + int(digits)
    return year if year <= today.year + 1 else year - 100
