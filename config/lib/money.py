"""Money as people write it, to fen."""

import re
import unicodedata

_AMOUNT = re.compile(
    r"(?P<minus>-?)\s*(?:人民币|RMB|CNY|¥)?\s*(?P<inner>-?)\s*"
    r"(?P<yuan>\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.(?P<cents>\d+))?\s*(?:[元圆]整?|RMB|CNY)?",
    re.ASCII | re.IGNORECASE,
)
_IGNORED = str.maketrans({"−": "-", "–": "-", "'": None, "’": None, "‘": None, "\ufeff": None})


def to_fen(value: object) -> int | None:
    """Fen of "350", "350.00", "¥1,050.50", "350元", "(350.00)", 350; None where it is no amount.

    Brackets and a minus sign, but not both, make it negative. More than two decimals count only
    where the rest is zero. A spreadsheet's float is read as the 15 digits that it shows.
    """
    if value is None or isinstance(value, bool):
        return None
    text = f"{value:.15g}" if isinstance(value, float) else str(value)
    text = unicodedata.normalize("NFKC", text).translate(_IGNORED).strip()
    bracketed = text[:1] == "(" and text[-1:] == ")"
    found = _AMOUNT.fullmatch(text[1:-1] if bracketed else text)
    if found is None or bracketed + len(found["minus"] + found["inner"]) > 1:
        return None
    cents = (found["cents"] or "").rstrip("0")
    if len(cents) > 2:
        return None
    fen = int(found["yuan"].replace(",", "")) * 100 + int(cents.ljust(2, "0"))
    return -fen if bracketed or found["minus"] or found["inner"] else fen
