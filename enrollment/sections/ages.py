"""On which day a section tells ages: a word, or a date of the notice."""

from datetime import date

from django.utils.translation import gettext as _

from enrollment.facts import Facts
from enrollment.notice import Table

COVERAGE_FROM, REGISTERED_ON, PAID_ON = "coverage_from", "registered_on", "paid_on"
AGE_ON = (COVERAGE_FROM, REGISTERED_ON, PAID_ON)


def read_age_on(table: Table, key: str = "age_on") -> str | date:
    """One of AGE_ON, or a date; coverage_from where the key is absent."""
    return table.day(key, AGE_ON, COVERAGE_FROM)


def day_for_ages(age_on: str | date, facts: Facts, coverage_from: date | None) -> date | None:
    """The day meant for this person; None where the date that it goes by is not known."""
    if isinstance(age_on, date):
        return age_on
    if age_on == REGISTERED_ON:
        return facts.registered_on
    return facts.paid_on if age_on == PAID_ON else coverage_from


def age_on_in_words(age_on: str | date) -> str:
    if isinstance(age_on, date):
        return str(age_on)
    return {
        COVERAGE_FROM: _("the first covered day"),
        REGISTERED_ON: _("the day of registration"),
        PAID_ON: _("the day of payment"),
    }[age_on]
