"""Dates and instants as people write them. No zone means China's."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
_EXCEL_EPOCH = datetime(1899, 12, 30)  # day 0 of Excel's serial dates
_DATE = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_TIME = re.compile(r"[T ]?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?")


def to_instant(value: object) -> datetime | date | None:
    """An aware datetime where a time of day is given, else a date; None where it is neither.

    Takes 2022-11-01, 2022.7.1, 2022年7月1日, 20220701, 202207 (its first day), each with a time
    behind it, ISO 8601 with a zone, Excel serials and what spreadsheet readers answer.
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            value = value.replace(tzinfo=ZONE)
        return value
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_serial(float(value)) if value < 10_000_000 else to_instant(str(int(value)))
    text = unicodedata.normalize("NFKC", str(value or "")).strip().lstrip("'")
    return _from_text(text)


def to_date(value: object) -> date | None:
    found = to_instant(value)
    return found.astimezone(ZONE).date() if isinstance(found, datetime) else found


def _from_text(text: str) -> datetime | date | None:
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _from_serial(float(text))
    head = _DATE.match(text) or _COMPACT.match(text)
    if head is None:
        return None
    rest = text[head.end() :]
    try:
        day = date(int(head[1]), int(head[2]), int(head[3] or 1))
        if not rest:
            return day
        if clock := _TIME.fullmatch(rest):
            return datetime(
                day.year, day.month, day.day, int(clock[1]), int(clock[2]), int(clock[3] or 0),
                tzinfo=ZONE,
            )
        if re.fullmatch(r"\d{6}", rest):
            return datetime(
                day.year, day.month, day.day, int(rest[:2]), int(rest[2:4]), int(rest[4:]),
                tzinfo=ZONE,
            )
        aware = datetime.fromisoformat(text)
        return aware if aware.tzinfo else aware.replace(tzinfo=ZONE)
    except ValueError:
        return None


def _from_serial(serial: float) -> datetime | date | None:
    """Excel serials of 1954 to 2119; smaller and larger numbers are no dates."""
    if not 20_000 <= serial <= 80_000:
        return None
    moment = _EXCEL_EPOCH + timedelta(seconds=round(serial * 86400))
    return moment.replace(tzinfo=ZONE) if serial % 1 else moment.date()
