"""[[appraisal.rewards]]: what a unit earns, or loses, at a stage."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from enrollment.notice import Table

OF_REGIONS = ("enrolled", "above_target", "each", "missed_hardship", "missed_point", "rank")
CONDITIONS = ("met", "on_time")
BEGUN, FULL = "begun", "full"
EACH, SHARED = "each", "shared"
MOST_FEN = 100_000_00


@dataclass(frozen=True)
class Reward:
    """Fen for each head, unit, place or institution at a stage; taken off with `deduct`.

    `conditions`: met (the stage's share is reached), on_time (a fact given). `adds` False: heads
    above the target that it pays are not paid per enrolled head too. `ranks`: fen of the first
    place, the second, …; `ties`: units that share a place get its fen EACH, or SHARE what the
    places that they take are worth. `point`: each point missed counts once BEGUN, or in FULL.
    """

    key: str
    title: str
    stage: str
    to: str  # region, institution
    institution: str  # kind of it
    per: str  # one of OF_REGIONS
    fen: int
    deduct: bool
    conditions: tuple[str, ...]
    adds: bool
    clause: str
    words: str
    assumed: str
    ranks: tuple[int, ...] = ()
    ties: str = EACH
    point: str = ""

    @property
    def amounts(self) -> tuple[int, ...]:
        """Fen of each place, or the one figure."""
        return self.ranks or (self.fen,)


def read_rewards(table: Table) -> tuple[Reward, ...]:
    rewards: list[Reward] = []
    for row in table.keyed_tables("rewards", []):
        to = row.choice("for", ("region", "institution"))
        per = row.choice("per", ("each",) if to == "institution" else OF_REGIONS)
        by_rank = per == "rank"
        reward = Reward(
            key=row.text("key"),
            title=row.text("title"),
            stage=row.text("stage"),
            to=to,
            institution=row.text("institution", "health_centre") if to == "institution" else "",
            per=per,
            fen=0 if by_rank else row.fen("fen"),
            deduct=row.flag("deduct", False),
            conditions=row.texts("when", []),
            adds=row.flag("adds") if per == "above_target" else True,
            clause=row.text("clause"),
            words=row.text("words"),
            assumed=row.text("assumed", ""),
            ranks=row.wholes("ranks", 1, MOST_FEN) if by_rank else (),
            ties=row.choice("ties", (EACH, SHARED), EACH) if by_rank else EACH,
            point=row.choice("point", (BEGUN, FULL)) if per == "missed_point" else "",
        )
        _judge(row, reward)
        rewards.append(reward)
        row.done()
    return tuple(rewards)


def _judge(row: Table, reward: Reward) -> None:
    """Keys that do not go together."""
    for word in reward.conditions:
        if word not in CONDITIONS:
            row.complain(
                "when",
                _("expected one of %(words)s, not “%(value)s”")
                % {"words": ", ".join(CONDITIONS), "value": word},
            )
    if reward.per == "missed_hardship" and reward.deduct is False:
        row.complain("deduct", _("missed people are never rewarded; expected true"))
    if reward.per == "missed_point" and reward.deduct is False:
        row.complain("deduct", _("missed points are never rewarded; expected true"))
    if reward.per == "rank" and reward.deduct:
        row.complain("deduct", _("the first places are rewarded, nothing is taken off there"))
    elif reward.deduct and reward.to == "institution":
        row.complain("deduct", _("only a region's rewards can be cut"))
    for key, owner in (
        ("adds", "per = “above_target”"),
        ("institution", "for = “institution”"),
        ("point", "per = “missed_point”"),
        ("ranks", "per = “rank”"),
        ("ties", "per = “rank”"),
    ):
        if row.has(key):
            row.complain(key, _("belongs to %(owner)s") % {"owner": owner})
            row.raw(key)
    if row.has("fen") and reward.per == "rank":
        row.complain("fen", _("ranks say the fen of each place"))
        row.raw("fen")
