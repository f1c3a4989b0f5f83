"""Where the words over a bar and the lines of the trend stand, in whole pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.safestring import SafeString, mark_safe

from config.lib import bars, figures
from quotas.rules import required_bp
from quotas.sections import Checkpoint
from reports.progress.queries import Day

LABEL = 62  # room of "today 77.6" left of its tick
SHORT = 24  # of a number alone


@dataclass(frozen=True)
class Ticks:
    """The words over a bar; None where a word would stand on another."""

    width: int
    zero: bool
    today: int | None
    today_anchor: str
    checkpoint: int | None


def ticks(
    required: int | None,
    checkpoint: int | None,
    width: int,
    label: int = LABEL,
    at_end: int | None = None,
) -> Ticks:
    """The word of today ends a little right of its tick; near the left edge it begins there.

    The checkpoint's number stands over its tick, or, `at_end` wide, ends with the bar.
    """
    drawn = bars.place(0, required, checkpoint, width, 8)
    if drawn.tick is None:
        return Ticks(width, True, None, "end", drawn.checkpoint)
    starts = drawn.tick < label
    today = drawn.tick if starts else min(width, drawn.tick + 8)
    end = today + label if starts else today
    middle = min(drawn.checkpoint or 0, width - SHORT // 2 + 4)
    begin = middle - SHORT // 2 if at_end is None else width - at_end
    return Ticks(
        width=width,
        zero=(drawn.tick if starts else today - label) > 12,
        today=today,
        today_anchor="start" if starts else "end",
        checkpoint=middle if drawn.checkpoint is not None and begin > end + 4 else None,
    )


@dataclass(frozen=True)
class TrendDay:
    """A day of the trend; a day still to come has a requirement only."""

    on: date
    required_bp: int | None
    rate_bp: int | None
    total: int | None
    added: int | None

    def as_row(self) -> SafeString:
        """A row of the table that js/trend.js draws. Here, and not in a template, because there
        are as many as days: forty rows of five filters each take longer than all else."""
        rate, required = figures.percent(self.rate_bp), figures.percent(self.required_bp)
        data = f'data-day="{self.on}"'
        if self.rate_bp is not None:
            data += f' data-rate="{rate}"'
        if self.required_bp is not None:
            data += f' data-required="{required}"'
        if self.added is not None:
            data += f' data-added="{self.added}"'
        cells = (figures.thousands(self.added), figures.thousands(self.total), rate, required)
        numbers = "".join(f'<td class="num">{cell}</td>' for cell in cells)
        return mark_safe(f"<tr {data}><td>{self.on:%m-%d}</td>{numbers}</tr>")  # figures only


def trend(
    days: Sequence[Day],
    base: int | None,
    checkpoints: Sequence[Checkpoint],
    start: date,
    today: date,
) -> list[TrendDay]:
    """Every day from the first of the campaign to the next checkpoint, or to today."""
    brought = {day.on: day for day in days}
    last = max([today, *[c.on for c in checkpoints if c.on >= today][:1]])
    total = max((day.total_enrolled for day in days if day.on < start), default=0)
    rows = []
    for number in range((last - start).days + 1):
        on = start + timedelta(days=number)
        required = required_bp(checkpoints, start, on)
        if on > today:
            rows.append(TrendDay(on, required, None, None, None))
            continue
        day = brought.get(on)
        total = day.total_enrolled if day else total
        rate = total * 10_000 // base if base else None
        rows.append(TrendDay(on, required, rate, total, day.enrolled if day else 0))
    return rows


@dataclass(frozen=True)
class Drawing:
    """The trend without JavaScript: points of two lines, and a bar for each day."""

    width: int
    height: int
    left: int
    foot: int
    required: str
    rate: str
    bars: str


def draw_trend(rows: Sequence[TrendDay], width: int = 374, height: int = 112) -> Drawing:
    """Lines in the upper part, 0 to 100 %; bars of the days in the lower, up to the largest."""
    left, right, top, foot, floor = 30, 44, 4, 68, height - 4
    step = (width - left - right) / max(1, len(rows) - 1)
    most = max([1, *[row.added or 0 for row in rows]])

    def points(name: str) -> str:
        return " ".join(
            f"{left + round(at * step)},{foot - round(min(bp, 10_000) * (foot - top) / 10_000)}"
            for at, row in enumerate(rows)
            if (bp := getattr(row, name)) is not None
        )

    columns, wide = [], max(2, int(step) - 2)
    for at, row in enumerate(rows):
        tall = round(max(0, row.added or 0) * (floor - foot - 8) / most)
        if tall:
            columns.append(f"M{left + round(at * step) - 2} {floor}v-{tall}h{wide}v{tall}z")
    return Drawing(
        width, height, left, foot, points("required_bp"), points("rate_bp"), "".join(columns)
    )
