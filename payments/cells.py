"""One cell of a payment detail file as COPY text: what people and spreadsheets make of a value."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from config.lib import dates
from config.lib.copyin import cell
from config.lib.names import name_key
from payments import layout
from payments.keys import PAYMENT, REFUND, REVERSAL

NULL = "\\N"
_BLANK = re.compile(r"[\s'‘’`\u200b-\u200f\u2060\ufeff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CUT = re.compile(r"\d(\.\d+)?[Ee]\+?\d+|\d{16,}\.0+")
_DAY_OR_PHONE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])[0-3]\d|1[3-9]\d{9}")
_SUM = re.compile(r"^[合总小共累]计|[合总小共累]计[:：]?$")
_LEADING = "'‘’`"  # by which a spreadsheet takes a cell for text
_YEAR = re.compile(r"(20\d\d)(?:\D|\d{2}(?:\d{2})?(?:\D|$)|$)")
_TIME = re.compile(r"[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d")


class Memo(dict):
    """Remembers what `make` made of a text; forgets everything when it grows too large."""

    def __init__(self, make: Callable[[Any], Any], most: int = 50_000):
        super().__init__()
        self._make, self._most = make, most

    def __missing__(self, key: Any) -> Any:
        if len(self) >= self._most:
            self.clear()
        value = self[key] = self._make(key)
        return value


def short(written: str) -> str:
    return cell(_CONTROL.sub("", written).strip()[:40])


def mark(written: str) -> str:
    """A special-group mark; empty for the words that say "nobody special"."""
    found = short(written)
    return "" if found in layout.NO_MARK else found


def name(written: str) -> tuple[str, str]:
    """The name as written, and for comparing."""
    shown = _CONTROL.sub("", written).strip().lstrip(_LEADING)[:60]
    return cell(shown), cell(name_key(shown)[:60])


def place(written: tuple[str, str]) -> tuple[str, str]:
    """The township's name for looking it up, and the place as written."""
    township, village = (_BLANK.sub("", _CONTROL.sub("", text)) for text in written)
    return township, cell(f"{township} {village}".strip()[:80])


def is_sum(row: Sequence[str], name: str, *rest: str) -> bool:
    """Whether a row without a number is one of sums, whichever cell says so: “3, 合计” or
    “东湖村小计”. Such a row has neither a person's name nor what else payments have (`rest`)."""
    if any(text.strip() for text in rest) or not any(_SUM.search(_plain(text)) for text in row):
        return False
    return not name.strip() or bool(_SUM.search(_plain(name)))


def kind(state: str) -> str:
    if any(word in state for word in layout.REVERSAL_WORDS):
        return REVERSAL
    return REFUND if any(word in state for word in layout.REFUND_WORDS) else PAYMENT


def receipt(written: str) -> str | None:
    """Half-width, without blanks; empty where it is none, None where a spreadsheet cut it."""
    found = _plain(written)
    if layout.NO_RECEIPT.fullmatch(found):
        return ""
    return None if _CUT.fullmatch(found) else found


def original(written: str, remark: str, number: str) -> str:
    """The receipt that a correction names: in its own column, else within the remark, where days
    and telephone numbers stand too."""
    given = receipt(written)
    if given:
        return given
    tokens = layout.RECEIPT_IN_WORDS.findall(unicodedata.normalize("NFKC", remark))
    named = [token for token in tokens if token.upper() != number]
    return min(named, key=lambda token: bool(_DAY_OR_PHONE.fullmatch(token)), default="")


def coverage_year(written: tuple[str, str, str]) -> int | None:
    """The year of the period's beginning, else of its end, else the year column's."""
    for text in map(_plain, written):
        if found := _YEAR.match(text):
            return int(found[1])
        if (day := dates.to_date(text)) and _is_usable(day):
            return day.year
    return None


def iso_day(written: str) -> str:
    """2022-11-03 as it stands; empty where the text must go the long way."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return ""
    return written if len(written) == 10 and written[7] == "-" and _is_usable(day) else ""


def iso_clock(written: str) -> str:
    """What follows the day: nothing, or " 10:15:22"; empty where it must go the long way."""
    if not written:
        return " 00:00:00+08"
    return f" {written[1:]}+08" if _TIME.fullmatch(written) else ""


def instant(written: str) -> str:
    """The long way to an instant, in China's time; empty where there is none."""
    found = dates.to_instant(written)
    if found is None or not _is_usable(found):
        return ""
    if isinstance(found, datetime):
        return f"{found.astimezone(dates.ZONE):%Y-%m-%d %H:%M:%S}+08"
    return f"{found:%Y-%m-%d} 00:00:00+08"


def day_or_null(written: str) -> str:
    found = dates.to_date(written)
    return found.isoformat() if found and _is_usable(found) else NULL


def _is_usable(day: date) -> bool:
    """Placeholders such as 1900-01-01 and 9999-12-31 are no dates of payments."""
    return 2000 <= day.year < 2100


def _plain(written: str) -> str:
    return _BLANK.sub("", unicodedata.normalize("NFKC", _CONTROL.sub("", written)))
