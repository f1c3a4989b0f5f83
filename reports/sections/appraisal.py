"""The notice's [appraisal]: its stages, what follows from each, rewards and deductions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from enrollment.notice import Path, Table
from enrollment.sections import Window
from reports.sections.consequences import OF_STAGES, Consequence, read_consequences
from reports.sections.rankings import BASES
from reports.sections.rewards import Reward, read_rewards
from reports.sections.schedule import PARTICIPANTS


@dataclass(frozen=True)
class Stage:
    """A point in time at which units are appraised: the end of `on`, or of the window.

    `share_bp` of the target must be reached by then.
    """

    key: str
    title: str
    on: date | None
    window: str
    share_bp: int
    final: bool
    participants: str
    clause: str
    words: str
    assumed: str
    consequences: tuple[Consequence, ...]

    def until(self, windows: Sequence[Window]) -> date:
        """The day behind the last that counts."""
        if self.on:
            return self.on + timedelta(days=1)
        return next(window.until for window in windows if window.key == self.window)


@dataclass(frozen=True)
class Disqualified:
    """What follows for who has reported falsely."""

    clause: str = ""
    words: str = ""
    assumed: str = ""


@dataclass(frozen=True)
class Appraisal:
    clause: str = ""
    words: str = ""
    assumed: str = ""
    basis: str = "enrolled"
    below_zero: bool = False
    disqualified: Disqualified = Disqualified()
    stages: tuple[Stage, ...] = ()
    rewards: tuple[Reward, ...] = ()

    def stage(self, key: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.key == key), None)


def read_appraisal(section: Table) -> Appraisal:
    table = section.table("appraisal", None)
    if table is None:
        return Appraisal()
    rules = Appraisal(
        clause=table.text("clause", ""),
        words=table.text("words", ""),
        assumed=table.text("assumed", ""),
        basis=table.choice("basis", BASES, "enrolled"),
        below_zero=table.flag("below_zero", False),
        disqualified=_read_disqualified(table),
        stages=_read_stages(table),
        rewards=read_rewards(table),
    )
    table.done()
    return rules


def _read_disqualified(table: Table) -> Disqualified:
    row = table.table("disqualified", None)
    if row is None:
        return Disqualified()
    found = Disqualified(row.text("clause"), row.text("words"), row.text("assumed", ""))
    row.done()
    return found


def _read_stages(table: Table) -> tuple[Stage, ...]:
    stages: list[Stage] = []
    for row in table.keyed_tables("stages"):
        stage = Stage(
            key=row.text("key"),
            title=row.text("title"),
            on=row.on("on", None),
            window=row.text("window", ""),
            share_bp=row.whole("share_bp", 1, 10_000, 10_000),
            final=row.flag("final", False),
            participants=row.choice("participants", PARTICIPANTS, "all"),
            clause=row.text("clause"),
            words=row.text("words"),
            assumed=row.text("assumed", ""),
            consequences=read_consequences(row, OF_STAGES),
        )
        if (stage.on is None) == (not stage.window):
            row.complain(None, _("expected either on or window, one of the two"))
        stages.append(stage)
        row.done()
    return tuple(stages)


def check_appraisal(sections: dict[str, Any], complain: Callable[[Path, str], None]) -> None:
    """Stages name windows, rewards name stages; both must be there."""
    rules = sections["appraisal"]
    windows = [window.key for window in sections["windows"]]
    stages = [stage.key for stage in rules.stages]
    for index, stage in enumerate(rules.stages):
        if stage.window and stage.window not in windows:
            complain(
                ("appraisal", "stages", index, "window"),
                _("“%(key)s” is not the key of a window; there are: %(keys)s")
                % {"key": stage.window, "keys": ", ".join(windows) or "–"},
            )
    for index, reward in enumerate(rules.rewards):
        if reward.stage not in stages:
            complain(
                ("appraisal", "rewards", index, "stage"),
                _("“%(key)s” is not the key of a stage; there are: %(keys)s")
                % {"key": reward.stage, "keys": ", ".join(stages) or "–"},
            )
