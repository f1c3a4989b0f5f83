"""Money as people write it, to fen."""

import re
import unicodedata
from decimal import Decimal

_PLAIN = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")


def to_fen(value: object) -> int | None:
    """Fen of "350", "350.00", "¥1,050.50", "350元", 350; None where it is no amount.

    More than two decimals count only where the rest is zero; never through a float's noise.
    """
    if value is None or isinstance(value, bool):
        return None
    text = repr(value) if isinstance(value, float) else str(value)
    text = unicodedata.normalize("NFKC", text).strip().lstrip("'").replace("−", "-")
    text = text.removesuffix("元").removeprefix("¥").replace("-¥", "-").replace(" ", "")
    if not _PLAIN.fullmatch(text):
        return None
    fen = Decimal(text.replace(",", "")) * 100
    return int(fen) if fen == fen.to_integral_value() else None
