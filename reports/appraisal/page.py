"""What the page, the print and the Excel of an appraisal show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment.facts import day_start
from enrollment.models import Campaign
from quotas.models import TargetSet
from reports.appraisal import queries, rules
from reports.rankings.rules import rate_bp
from reports.sections import Appraisal, Reward, Stage
from reports.wording import CONDITIONS, PER, POINT, TIES


@dataclass(frozen=True)
class Line:
    """A unit; money in fen. `own_fen` is the unit's rewards, `institutions_fen` its institutions'.

    `net_fen` is all of it less what is taken off.
    """

    row: rules.Row
    own_fen: int
    institutions_fen: int
    net_fen: int
    known_by: str  # who said whether it was in time, and from where


@dataclass(frozen=True)
class Sheet:
    """An appraisal at a stage. `over`: its last day has passed, so it is judged as at its end."""

    stage: Stage
    target_set: TargetSet
    at: datetime
    over: bool
    lines: list[Line]
    rewards: list[Reward]  # of this stage

    @property
    def pays_institutions(self) -> bool:
        return any(reward.to == "institution" for reward in self.rewards)

    @property
    def counts_missed(self) -> bool:
        return any(reward.per == "missed_hardship" for reward in self.rewards)

    @property
    def asks_on_time(self) -> bool:
        return any("on_time" in reward.conditions for reward in self.rewards)

    @property
    def unsaid(self) -> int:
        """Units of which nobody has said whether they were in time, where it matters."""
        if not self.asks_on_time:
            return 0
        return sum(1 for line in self.lines if line.row.unit.on_time is None)

    @property
    def total(self) -> dict[str, int]:
        units = [line.row.unit for line in self.lines]
        target, counted = sum(u.target for u in units), sum(u.counted for u in units)
        return {
            "target": target,
            "counted": counted,
            "rate_bp": rate_bp(counted, target),
            "met": sum(1 for line in self.lines if line.row.met),
            "missed": sum(u.hardship_missed for u in units),
            "own_fen": sum(line.own_fen for line in self.lines),
            "institutions_fen": sum(line.institutions_fen for line in self.lines),
            "deductions_fen": sum(line.row.deductions_fen for line in self.lines),
            "net_fen": sum(line.net_fen for line in self.lines),
        }


def target_sets(campaign: Campaign) -> list[TargetSet]:
    """Sets with a target of a place below the campaign's region, the one shown first first."""
    found = campaign.target_sets.filter(
        targets__region__parent=campaign.region, targets__persons__isnull=False
    )
    return list(found.distinct().order_by("-shown_first", "pk"))


def stage_now(appraisal: Appraisal, campaign: Campaign, now: datetime) -> Stage:
    """The first stage that is not over, else the last."""
    windows, today = campaign.policy["windows"], timezone.localdate(now)
    return next((s for s in appraisal.stages if today < s.until(windows)), appraisal.stages[-1])


def read_sheet(campaign: Campaign, stage: Stage, target_set: TargetSet, now: datetime) -> Sheet:
    """Worked out now, as `manage.py appraise` does it, by the same rules; of a large campaign, as
    long as the stage runs, from the roll-ups (R-302)."""
    appraisal: Appraisal = campaign.policy["appraisal"]
    at = queries.cut_off(campaign, stage, now)
    said = queries.said_in_time(campaign, stage)
    over = now >= day_start(stage.until(campaign.policy["windows"]))
    rewards = [reward for reward in appraisal.rewards if reward.stage == stage.key]
    units = queries.unit_facts(
        campaign,
        target_set,
        at,
        {pk: bool(word.in_time) for pk, word in said.items()},
        rolled=not over,
        asks_missed=any(reward.per == "missed_hardship" for reward in rewards),
    )
    known_by = {pk: f"{word.why} {word.by}" for pk, word in said.items()}
    return Sheet(
        stage=stage,
        target_set=target_set,
        at=at,
        over=over,
        lines=_lines(rules.appraise(appraisal, stage, units), known_by),
        rewards=rewards,
    )


def in_words(reward: Reward) -> dict[str, Any]:
    """`rule`, `per`: for what it is paid, `conditions`: only where; for a person."""
    per = _("each institution") if reward.to == "institution" else str(PER[reward.per])
    if reward.point:
        per = f"{per}（{POINT[reward.point]}）"
    elif reward.ranks:
        per = f"{per}（{TIES[reward.ties]}）"
    words = "，".join(str(CONDITIONS[each]) for each in reward.conditions)
    return {"rule": reward, "per": per, "conditions": words}


def _lines(rows: Sequence[rules.Row], known_by: dict[int, str]) -> list[Line]:
    found = []
    for row in rows:
        of_institutions = sum(p.fen for p in row.parts if p.reward.to == "institution")
        found.append(
            Line(
                row=row,
                own_fen=row.rewards_fen - of_institutions,
                institutions_fen=of_institutions,
                net_fen=row.rewards_fen - row.deductions_fen,
                known_by=known_by.get(row.unit.region_id, ""),
            )
        )
    return found
