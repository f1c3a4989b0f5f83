"""Person categories and ages: which one to propose, and which one to ask about. Pure."""

from datetime import date

from enrollment.rules import category_by_age

NEWBORN, PRESCHOOL, PUPIL, STUDENT, MINOR = "1401", "1402", "1403", "1404", "1405"
ADULT, ELDERLY = "1501", "1601"
# Completed years between which a category is not worth a question (both inclusive).
USUAL_AGES = {
    NEWBORN: (0, 0),
    PRESCHOOL: (0, 7),
    PUPIL: (5, 21),
    STUDENT: (15, 40),
    MINOR: (0, 18),
    ADULT: (18, 59),
    ELDERLY: (60, 200),
}


def age(born_on: date | None, on: date) -> int | None:
    """Completed years."""
    if born_on is None:
        return None
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def proposed(stored: str, born_on: date | None, on: date) -> str:
    """The category to choose beforehand: certain by age, else the stored one where it still fits.

    Empty where a person must choose: a child of school age who was too young for it last year.
    """
    if stored == STUDENT and not contradicts(stored, born_on, on):
        return stored
    certain = category_by_age(born_on, on)
    if certain:
        return certain
    if stored in (PUPIL, STUDENT, MINOR) or born_on is None:
        return stored
    return ""


def contradicts(category: str, born_on: date | None, on: date) -> bool:
    """Whether the age makes the category unlikely enough to ask."""
    years = age(born_on, on)
    if years is None or category not in USUAL_AGES:
        return False
    low, high = USUAL_AGES[category]
    return not low <= years <= high
