"""[[windows]]: when people register and pay."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from enrollment.facts import EVERYBODY, ZONE, Condition, day_start, read_condition
from enrollment.notice import Table

REGISTRATION, PAYMENT = "registration", "payment"


@dataclass(frozen=True)
class Window:
    """A span of days in which people register and pay; `until` is exclusive.

    On its last day it ends at `closes_at` (exclusive), where the notice names an hour before 24:00.
    `pay_days`:
    first and last day of each month on which payments are taken. `takes`: both, or one of the two.
    """

    key: str
    title: str
    start: date
    until: date
    clause: str
    takes: str = "both"
    closes_at: time | None = None
    pay_days: tuple[int, int] | None = None
    when: Condition = EVERYBODY
    words: str = ""
    assumed: str = ""

    @property
    def starts(self) -> datetime:
        return day_start(self.start)

    @property
    def ends(self) -> datetime:
        """The first instant at which it is over."""
        if self.closes_at is None:
            return day_start(self.until)
        return datetime.combine(self.last_day, self.closes_at, ZONE)

    @property
    def last_day(self) -> date:
        return self.until - timedelta(days=1)

    def holds(self, at: datetime) -> bool:
        return self.starts <= at < self.ends

    def accepts(self, what: str, at: datetime) -> bool:
        """Whether it takes registrations, or payments, at that instant, of whomever."""
        if self.takes not in ("both", what) or not self.holds(at):
            return False
        if what == REGISTRATION or self.pay_days is None:
            return True
        first, last = self.pay_days
        return first <= at.astimezone(ZONE).day <= last


def read_windows(section: Table) -> tuple[Window, ...]:
    windows: list[Window] = []
    for table in section.keyed_tables("windows", []):
        start, last = table.on("from"), table.on("until")
        if start and last and last < start:
            table.complain("until", _("lies before from"))
        window = Window(
            key=table.text("key"),
            title=table.text("title"),
            start=start,
            until=last + timedelta(days=1) if last else last,
            clause=table.text("clause", ""),
            takes=table.choice("takes", ("both", REGISTRATION, PAYMENT), "both"),
            closes_at=table.hour("closes_at", None, ends_day=True),
            pay_days=_pay_days(table),
            when=read_condition(table),
            words=table.text("words", ""),
            assumed=table.text("assumed", ""),
        )
        if window.pay_days and window.takes == REGISTRATION:
            table.complain("pay_days", _("has no meaning where a window takes no payments"))
        windows.append(window)
        table.done()
    return tuple(windows)


def _pay_days(table: Table) -> tuple[int, int] | None:
    days = table.wholes("pay_days", 1, 31, None)
    if not days:
        return None
    if len(days) != 2 or not 1 <= days[0] <= days[1] <= 31:
        table.complain("pay_days", _("expected the first and the last day of a month: [1, 25]"))
        return None
    return days[0], days[1]
