"""Working days in China, as far as they are known. Source: docs/RULES.md R-383."""

from datetime import date

import chinese_calendar
from chinese_calendar import constants

_KNOWN = range(min(constants.holidays).year, max(constants.holidays).year + 1)


def is_working_day(day: date) -> bool:
    """By the State Council's calendar; of a year that it does not know yet, Monday to Friday."""
    if day.year not in _KNOWN:
        return day.weekday() < 5
    return bool(chinese_calendar.is_workday(day))


def is_known(day: date) -> bool:
    """Whether the calendar knows that year's holidays and working weekends."""
    return day.year in _KNOWN


def between(first: date, last: date) -> int:
    """Working days from `first` to `last`, both counted."""
    days = range(first.toordinal(), last.toordinal() + 1)
    return sum(is_working_day(date.fromordinal(day)) for day in days)
