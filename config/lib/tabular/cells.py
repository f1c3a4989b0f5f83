"""A cell of a workbook as text."""

from datetime import datetime
from typing import Any

MOST_EXACT = 1e15  # spreadsheets keep 15 digits; a longer number shows that it was cut


def cell_text(value: Any) -> str:
    """A cell as CSV would have it: 3.0 is "3", an empty cell "", an instant to the second."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < MOST_EXACT:
        return str(int(value))
    if isinstance(value, float) and abs(value) < MOST_EXACT:
        return f"{value:.15g}"  # as it is shown: 245 for what 350 * 0.7 comes to
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return str(value)
