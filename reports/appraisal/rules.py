"""Appraisal of units at a stage: values in, values out. Money in fen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from reports.appraisal.counts import At, of_place, points_missed
from reports.rankings import rules as rankings
from reports.sections import Appraisal, Consequence, Reward, Stage
from reports.sections.rewards import SHARED


@dataclass(frozen=True)
class DisqualifiedInstitution:
    """One that gets no reward, with the reason."""

    kind: str
    name: str
    reason: str


@dataclass(frozen=True)
class UnitFacts:
    """What a unit brings into its appraisal; persons.

    `hardship_missed`: people with a hardship mark who are not enrolled. `on_time`: batches made
    and money in the treasury in time; None: nobody has said. `institutions`: how many of each
    kind it has, without those disqualified. `disqualified`: the reason, else empty.
    """

    region_id: int
    name: str
    position: int
    target: int
    counted: int
    hardship_missed: int = 0
    on_time: bool | None = None
    institutions: dict[str, int] = field(default_factory=dict)
    disqualified: str = ""
    disqualified_institutions: tuple[DisqualifiedInstitution, ...] = ()


@dataclass(frozen=True)
class Because:
    clause: str
    words: str


@dataclass(frozen=True)
class Part:
    """One reward, or deduction, as it is worked out: `heads` times the rule's fen, or the fen of a
    place."""

    reward: Reward
    heads: int
    fen: int


@dataclass(frozen=True)
class Row:
    """`deductions_fen` is what is taken off, after the floor at zero. `rank` among all units."""

    unit: UnitFacts
    met: bool
    rank: int
    rate_bp: int
    rewards_fen: int
    deductions_fen: int
    parts: tuple[Part, ...]
    consequences: tuple[Consequence, ...]
    because: tuple[Because, ...]


def appraise(rules: Appraisal, stage: Stage, units: Iterable[UnitFacts]) -> list[Row]:
    """One row for each unit, in rank order of the exact rate.

    Consequences are asked of the stage's participants, ranked among themselves.
    Source: docs/RULES.md R-117 to R-122.
    """
    known = {unit.region_id: unit for unit in units}
    entered = [_entered(unit) for unit in known.values()]
    taking_part = rankings.participating(entered, stage.participants, stage.share_bp)
    follows = {
        place.unit.region_id: place.consequences
        for place in rankings.place(taking_part, {}, stage.consequences, stage.share_bp)
    }
    places = rankings.place(entered, {}, ())
    at_rank: dict[int, list[int]] = {}
    for place in places:
        at_rank.setdefault(place.rank, []).append(place.unit.region_id)
    return [
        _row(rules, stage, known[place.unit.region_id], place, follows, at_rank[place.rank])
        for place in places
    ]


def _row(
    rules: Appraisal,
    stage: Stage,
    unit: UnitFacts,
    place: rankings.Placed,
    follows: dict[int, tuple[Consequence, ...]],
    sharing: Sequence[int],
) -> Row:
    """`sharing`: the units at its place, itself among them."""
    met = rankings.is_finished(unit.counted, unit.target, stage.share_bp)
    consequences = follows.get(unit.region_id, ())
    because = [_because_of_stage(stage, unit, met)]
    parts: list[Part] = []
    if unit.disqualified:
        if rules.disqualified.words:
            named = rules.disqualified
            consequences += (Consequence("by_decision", named.words, named.clause),)
        said = _("disqualified: %(reason)s; no reward is paid") % {"reason": unit.disqualified}
        because.append(Because(rules.disqualified.clause, said))
    else:
        at = At(place.rank, len(sharing), sharing.index(unit.region_id))
        parts, said_of_parts = work_out(rules.rewards, stage, unit, met, at)
        because += [*said_of_parts, *_because_of_institutions(rules, parts, unit)]
    earned, cut, said_of_floor = _floor(rules, parts)
    because += said_of_floor
    because += [Because(c.clause, c.words) for c in consequences]
    return Row(
        unit=unit,
        met=met,
        rank=place.rank,
        rate_bp=place.rate_bp,
        rewards_fen=earned,
        deductions_fen=cut,
        parts=tuple(parts),
        consequences=consequences,
        because=tuple(because),
    )


def _because_of_institutions(
    rules: Appraisal, parts: Sequence[Part], unit: UnitFacts
) -> list[Because]:
    kinds = {part.reward.institution for part in parts if part.reward.to == "institution"}
    said = _("%(name)s disqualified: %(reason)s; no reward is paid")
    return [
        Because(rules.disqualified.clause, said % {"name": out.name, "reason": out.reason})
        for out in unit.disqualified_institutions
        if out.kind in kinds
    ]


def work_out(
    rewards: Sequence[Reward], stage: Stage, unit: UnitFacts, met: bool, at: At
) -> tuple[list[Part], list[Because]]:
    """Each reward and deduction of the stage that applies, in the notice's order, and why.

    Heads above the target that are paid by a reward which does not add are not paid per enrolled
    head too. Source: docs/RULES.md R-118 to R-121, R-233, R-234.
    """
    asked = [reward for reward in rewards if reward.stage == stage.key]
    applies = {reward.key: _missing(reward, unit, met) for reward in asked}
    above = max(0, unit.counted - unit.target)
    replaced = any(r.per == "above_target" and not r.adds and not applies[r.key] for r in asked)
    heads = {
        "enrolled": unit.counted - (above if replaced else 0),
        "above_target": above,
        "missed_hardship": unit.hardship_missed,
        "each": 1,
    }
    parts, because = [], []
    for reward in asked:
        if missing := applies[reward.key]:
            said = _("%(title)s: not paid, %(missing)s")
            words = said % {"title": reward.title, "missing": missing}
        elif reward.per == "rank":
            part, words = _of_place(reward, at)
            parts += [part] if part else []
        else:
            of_institution = reward.to == "institution"
            if of_institution:
                many = unit.institutions.get(reward.institution, 0)
            elif reward.per == "missed_point":
                many = points_missed(unit.counted, unit.target, stage.share_bp, reward.point)
            else:
                many = heads[reward.per]
            part = Part(reward, heads=many, fen=reward.fen * many)
            parts.append(part)
            words = _told(part)
        because.append(Because(reward.clause, words))
    return parts, because


def _missing(reward: Reward, unit: UnitFacts, met: bool) -> str:
    """Why the reward's conditions do not hold; empty where they do."""
    if "met" in reward.conditions and not met:
        return _("the stage's share is not reached")
    if "on_time" in reward.conditions and not unit.on_time:
        if unit.on_time is None:
            return _("nobody has said whether batches were made and paid in on time")
        return _("batches were not made and paid in on time")
    return ""


def _of_place(reward: Reward, at: At) -> tuple[Part | None, str]:
    told = {"title": reward.title, "rank": at.rank, "n": at.sharing}
    fen = of_place(reward, at)
    if fen is None:
        said = _("%(title)s: place %(rank)s is not among the first %(places)s")
        return None, said % {**told, "places": len(reward.ranks)}
    if at.sharing == 1:
        said = _("%(title)s: place %(rank)s, %(sum)s yuan")
    elif reward.ties == SHARED:
        said = _("%(title)s: place %(rank)s shared by %(n)s, of the places they take %(sum)s yuan")
    else:
        said = _("%(title)s: place %(rank)s shared by %(n)s, each %(sum)s yuan")
    return Part(reward, heads=1, fen=fen), said % {**told, "sum": yuan(fen)}


def _told(part: Part) -> str:
    reward = part.reward
    if reward.to == "institution" and not part.heads:
        return _("%(title)s: no such institution is known here") % {"title": reward.title}
    if reward.per == "missed_point":
        said = _("%(title)s: %(heads)s points missing × %(each)s yuan = %(sum)s yuan taken off")
    elif reward.deduct:
        said = _("%(title)s: %(heads)s × %(each)s yuan = %(sum)s yuan taken off")
    else:
        said = _("%(title)s: %(heads)s × %(each)s yuan = %(sum)s yuan")
    return said % {
        "title": reward.title,
        "heads": f"{part.heads:,}",
        "each": yuan(reward.fen),
        "sum": yuan(part.fen),
    }


def _floor(rules: Appraisal, parts: Sequence[Part]) -> tuple[int, int, list[Because]]:
    """Rewards, and deductions as far as the region's own rewards reach.

    What institutions earn is never cut. Source: docs/RULES.md R-120.
    """
    earned = sum(part.fen for part in parts if not part.reward.deduct)
    own = sum(p.fen for p in parts if not p.reward.deduct and p.reward.to == "region")
    cut = sum(part.fen for part in parts if part.reward.deduct)
    if rules.below_zero or cut <= own:
        return earned, cut, []
    said = _("%(cut)s yuan would be taken off; no more than the reward of %(own)s yuan is")
    words = said % {"cut": yuan(cut), "own": yuan(own)}
    last = next(part.reward for part in reversed(parts) if part.reward.deduct)
    return earned, own, [Because(last.clause, words)]


def _because_of_stage(stage: Stage, unit: UnitFacts, met: bool) -> Because:
    said = (
        _("%(counted)s of %(target)s; %(share)s%% required: reached")
        if met
        else _("%(counted)s of %(target)s; %(share)s%% required: not reached")
    )
    words = said % {
        "counted": f"{unit.counted:,}",
        "target": f"{unit.target:,}",
        "share": f"{stage.share_bp / 100:g}",
    }
    return Because(stage.clause, words)


def _entered(unit: UnitFacts) -> rankings.Unit:
    return rankings.Unit(
        region_id=unit.region_id,
        name=unit.name,
        position=unit.position,
        target=unit.target,
        registered=unit.counted,
        counted=unit.counted,
        disqualified=bool(unit.disqualified),
    )


def yuan(fen: int) -> str:
    """Whole yuan without decimals, thousands apart."""
    return f"{fen // 100:,}" if fen % 100 == 0 else f"{fen / 100:,.2f}"
