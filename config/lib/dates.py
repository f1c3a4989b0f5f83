"""Dates and instants as people write them. No zone means China's."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
_EXCEL_EPOCH = datetime(1899, 12, 30)  # day 0 of Excel's serial dates
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_DAY = re.compile(
    r"(?P<year>\d{4})(?:"
    r"(?P<sep>[-./年])(?P<month>\d{1,2})(?:[-./月](?P<day>\d{1,2})日?|月)?"
    r"|(?P<month2>\d{2})(?P<day2>\d{2})?)",
    re.ASCII,
)
# As in “22.8.1” and “22年8月”; other orders of two-digit numbers are anybody's guess.
_SHORT_YEAR = re.compile(r"([0-4]\d)(年\d{1,2}月.*|\.\d{1,2}\.\d{1,2})", re.ASCII)
_NUMBER = "([一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_SPELLED = re.compile(f"([〇○零一二三四五六七八九]{{4}})年{_NUMBER}月(?:{_NUMBER}日)?")
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_FROM_THEN_ON = re.compile(r"(?<=[月日])份?(?:起|开始|以来|至今)*$|(?<=\d)(?:起|至今|-至今)$")
_CLOCK = re.compile(
    r"[T ]*(?P<half>上午|下午|中午|晚上|AM|PM)? ?"
    r"(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})"
    r"(?:[:分](?P<second>\d{1,2})?(?:\.\d+)?秒?)?分? ?(?P<half2>AM|PM)?",
    re.ASCII | re.IGNORECASE,
)
_CLOCK_DIGITS = re.compile(r" ?(\d{2})(\d{2})(\d{2})?", re.ASCII)
_FORENOON = ("上午", "AM")
_AFTERNOON = ("下午", "晚上", "PM")


def to_instant(value: object) -> datetime | date | None:
    """An aware datetime where a time of day is given, else a date; None where it is neither.

    Takes 2022-11-01, 2022.7.1, 2022年7月1日, 20220701, 202207 and 2022年7月 (its first day), also
    二〇二二年七月, 22.7.1 and 自2022年7月起, each day with a time behind it, ISO 8601 with a zone,
    Excel serials and what spreadsheet readers answer. "2022.1" is neither: a spreadsheet makes it
    of 2022.10 as well as of 2022.1.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=ZONE)
    if isinstance(value, date):
        return value
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        value = f"{value:.15g}"
    text = str(value)
    if not text.isascii():
        text = _in_digits(unicodedata.normalize("NFKC", text).strip())
    text = text.strip().lstrip("'‘’").replace("\t", " ")
    if text[2:3] in (".", "年") and (short := _SHORT_YEAR.fullmatch(text)):
        text = f"20{short[0]}"
    return _from_text(text)


def to_date(value: object) -> date | None:
    """The day in China, whatever `to_instant` finds."""
    found = to_instant(value)
    return found.astimezone(ZONE).date() if isinstance(found, datetime) else found


def _in_digits(text: str) -> str:
    """Written-out years, months and days as digits, and without words such as 自 … 起."""
    if found := _SPELLED.match(text):
        year, *rest = found.groups()
        month, day = (str(_numeral(part)) if part else "" for part in rest)
        text = f"{year.translate(_NUMERALS)}年{month}月{day and f'{day}日'}{text[found.end() :]}"
    return _FROM_THEN_ON.sub("", text.removeprefix("自"))


def _numeral(text: str) -> int:
    """1 to 39, as 十, 十二, 二十, 三十一 are written."""
    tens, ten, ones = text.rpartition("十")
    value = int(ones.translate(_NUMERALS) or 0)
    return value + 10 * int(tens.translate(_NUMERALS) or 1) if ten else value


def _from_text(text: str) -> datetime | date | None:
    if _SERIAL.fullmatch(text):
        return _from_serial(float(text))
    head = _DAY.match(text)
    if head is None:
        return None
    month, day = head["month"] or head["month2"], head["day"] or head["day2"]
    rest = text[head.end() :]
    if day is None and (rest or (head["sep"] == "." and month == "1")):
        return None
    try:
        found = date(int(head["year"]), int(month), int(day or 1))
        if not rest:
            return found
        if clock := _clock(rest):
            return datetime.combine(found, clock, ZONE)
        aware = datetime.fromisoformat(text)
    except ValueError:
        return None
    return aware if aware.tzinfo else aware.replace(tzinfo=ZONE)


def _clock(text: str) -> time | None:
    """Errors: ValueError for 25:00."""
    if found := _CLOCK_DIGITS.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return time(hours, minutes, seconds)
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, half = int(found["hour"]), (found["half"] or found["half2"] or "").upper()
    if half and hour == 12:
        hour = 0 if half in _FORENOON else 12
    elif half in _AFTERNOON and hour < 12:
        hour += 12
    return time(hour, int(found["minute"]), int(found["second"] or 0))


def _from_serial(serial: float) -> datetime | date | None:
    """Excel serials of 1954 to 2119; smaller and larger numbers are no dates."""
    if not 20_000 <= serial <= 80_000:
        return None
    moment = _EXCEL_EPOCH + timedelta(seconds=round(serial * 86400))
    return moment.replace(tzinfo=ZONE) if serial % 1 else moment.date()
