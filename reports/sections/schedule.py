"""When something falls due again and again: the period, its day and hour, and the span of days."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.translation import gettext as _

from enrollment.notice import Path, Table
from enrollment.sections import Window
from quotas.sections import Checkpoint

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PERIODS = ("week", "half_month", "month", "quarter", "once")
IRREGULAR = "irregular"  # no day of its own: a person decides
PARTICIPANTS = ("all", "unfinished")
AS_OF = ("day_before", "week_end", "month_end")
LONGEST_LAG = timedelta(days=92)  # between the last day that counts and the day it falls due


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """`days` are days of the month; `until` is exclusive; without `hour` a day is due at its end.

    The span is that of the window, narrowed by `start`, `until` and `after`; see span_of. `as_of`:
    one of AS_OF, or a day of the month, before the day on which it falls due: the last day whose
    figures count; it lies in the span then. Empty: figures of the instant itself.
    """

    every: str
    weekday: str = ""
    days: tuple[int, ...] = ()
    on: date | None = None
    hour: time | None = None
    window: str = ""
    start: date | None = None
    until: date | None = None
    after: str = ""
    as_of: str | int = ""

    def counts_until(self, due: date) -> date:
        """The last day whose figures count in what falls due on a day. Source: R-235."""
        if not self.as_of:
            return due
        if self.as_of == "day_before":
            return due - timedelta(days=1)
        if self.as_of == "week_end":
            return due - timedelta(days=due.weekday() + 1)
        month_before = due.replace(day=1) - timedelta(days=1)
        if self.as_of == "month_end":
            return month_before
        this_month = _day_of(due, int(self.as_of))
        return this_month if this_month < due else _day_of(month_before, int(self.as_of))

    @property
    def as_of_words(self) -> str:
        """Until when figures count, for a person; empty where it is the instant itself."""
        if isinstance(self.as_of, int):
            return _("the last %(day)s before it") % {"day": _day_words(self.as_of)}
        return {
            "": "",
            "day_before": _("the end of the day before"),
            "week_end": _("the end of the week before"),
            "month_end": _("the end of the month before"),
        }[self.as_of]

    @property
    def weekday_number(self) -> int:
        return WEEKDAYS.index(self.weekday)

    @property
    def weekday_name(self) -> str:
        return str(WEEKDAY_NAMES[self.weekday_number]) if self.weekday else ""

    @property
    def period_words(self) -> str:
        """The period with its day and hour, for a person."""
        days = "、".join(map(_day_words, self.days))
        said = {
            "week": _("every week, %(day)s") % {"day": self.weekday_name},
            "half_month": _("every half month, %(days)s") % {"days": days},
            "month": _("every month, %(days)s") % {"days": days},
            "quarter": _("every quarter, %(days)s of its last month") % {"days": days},
            "once": _("once, %(day)s") % {"day": self.on or _("at the end")},
            IRREGULAR: _("on no fixed day, by decision"),
        }[self.every]
        return f"{said} {self.hour:%H:%M}" if self.hour else said


def _day_words(day: int) -> str:
    return _("the last day") if day == 31 else _("day %(n)s") % {"n": day}


def _day_of(month: date, day: int) -> date:
    """The day of that month, or its last where it has none such."""
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))


def read_schedule(
    table: Table, *, irregular: bool = False, hour_required: bool = True
) -> dict[str, Any]:
    """The keys of a Schedule, taken out of `table`. A key of another period is refused."""
    every = table.choice("every", (*PERIODS, IRREGULAR) if irregular else PERIODS)
    weekday = table.choice("weekday", WEEKDAYS) if every == "week" else ""
    days = _read_days(table, every)
    on = table.on("on", None) if every == "once" else None
    known = every in (*PERIODS, IRREGULAR)
    for key, period in (("weekday", "week"), ("day", "half_month, month, quarter"), ("on", "once")):
        if table.has(key):
            if known:
                table.complain(key, _("belongs to every = %(period)s") % {"period": period})
            table.raw(key)
    start, last = table.on("from", None), table.on("until", None)
    if start and last and last < start:
        table.complain("until", _("lies before from"))
    required = hour_required and every != IRREGULAR
    return {
        "every": every,
        "weekday": weekday,
        "days": days,
        "on": on,
        "hour": table.hour("hour") if required else table.hour("hour", None),
        "window": table.text("window", ""),
        "start": start,
        "until": last + timedelta(days=1) if last else None,
        "after": table.text("after", ""),
        "as_of": _read_as_of(table, every),
    }


def _read_days(table: Table, every: str) -> tuple[int, ...]:
    if every == "half_month":
        days = table.wholes("day", 1, 31)
        if days and (len(days) != 2 or days[0] >= days[1]):
            table.complain("day", _("expected two days in order, such as [1, 16]"))
    elif every in ("month", "quarter"):
        days = table.wholes("day", 1, 31, *([(31,)] if every == "quarter" else []))
        if len(days) > 1:
            table.complain("day", _("expected one day, such as 1"))
    else:
        days = ()
    return days


def _read_as_of(table: Table, every: str) -> str | int:
    given = [key for key in ("as_of", "as_of_day") if table.has(key)]
    word = table.choice("as_of", AS_OF, "")
    day = table.whole("as_of_day", 1, 31, 0)
    if len(given) > 1:
        table.complain("as_of_day", _("as_of says it already: one of the two"))
    elif given and every == IRREGULAR:
        table.complain(given[0], _("has no meaning where every is “irregular”"))
    return word or day or ""


def span_of(
    schedule: Schedule, windows: Sequence[Window], checkpoints: Sequence[Checkpoint]
) -> tuple[date, date] | None:
    """First day and the day behind the last on which something may fall due.

    The window, else from the first window to the last; `start` and `until` narrow it, or stand
    alone; `after` begins on the day behind that window, or behind the checkpoints of that stage.
    None where the notice states no end. Source: docs/RULES.md R-111, R-235.
    """
    named = {window.key: window for window in windows}
    within = [named[schedule.window]] if schedule.window in named else list(windows)
    if schedule.window and schedule.window not in named:
        return None
    starts = [day for day in (schedule.start,) if day]
    untils = [day for day in (schedule.until,) if day]
    if within and (schedule.window or not starts):
        starts.append(min(window.start for window in within))
    if within and (schedule.window or not untils):
        untils.append(max(window.until for window in within))
    if schedule.after:
        behind = _behind(schedule.after, named, checkpoints)
        if behind is None:
            return None
        starts.append(behind)
    return (max(starts), min(untils)) if starts and untils else None


def _behind(key: str, windows: dict[str, Window], checkpoints: Sequence[Checkpoint]) -> date | None:
    if key in windows:
        return windows[key].until
    days = [each.on for each in checkpoints if each.stage == key]
    return max(days) + timedelta(days=1) if days else None


def check_schedules(sections: dict[str, Any], complain: Callable[[Path, str], None]) -> None:
    """What names a window or a stage that is not there, or lies outside its span, is never due."""
    windows, checkpoints = sections["windows"], sections["checkpoints"]
    keys = [window.key for window in windows]
    stages = [stage for stage in dict.fromkeys(each.stage for each in checkpoints) if stage]
    for section in ("rankings", "follow_up"):
        for index, rule in enumerate(sections[section]):
            path = (section, index)
            if rule.window and rule.window not in keys:
                complain(
                    (*path, "window"),
                    _("“%(key)s” is not the key of a window; there are: %(keys)s")
                    % {"key": rule.window, "keys": ", ".join(keys) or "–"},
                )
            elif rule.after and rule.after not in (*keys, *stages):
                complain(
                    (*path, "after"),
                    _("“%(key)s” is no window and no stage of a checkpoint; there are: %(keys)s")
                    % {"key": rule.after, "keys": ", ".join((*keys, *stages)) or "–"},
                )
            elif rule.start and rule.until and rule.until <= rule.start:
                continue  # told where it stands
            elif span := span_of(rule, windows, checkpoints):
                if span[0] >= span[1]:
                    complain(path, _("no day is left in which it could fall due"))
                elif rule.on and not span[0] <= rule.counts_until(rule.on) < span[1]:
                    complain((*path, "on"), _("lies outside the days in which it may fall due"))
