"""What falls due when, before and after an instant: values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment.facts import day_start
from enrollment.notice import Policy
from enrollment.policy.paragraphs import percent
from reports.rankings.rules import due_instants
from reports.sections import FollowUp, RankingRule, Schedule, span_of
from reports.sections.schedule import LONGEST_LAG


@dataclass(frozen=True)
class Due:
    """An instant at which something falls due; `whole_day`: it is due when that day is over."""

    at: datetime
    whole_day: bool

    @property
    def shown(self) -> datetime:
        """Inside the day that people call it by."""
        return self.at - timedelta(microseconds=1) if self.whole_day else self.at

    def days_from(self, now: datetime) -> int:
        return (timezone.localdate(self.shown) - timezone.localdate(now)).days


@dataclass(frozen=True)
class Entry:
    """One thing of the notice with every instant of it; `section` is where the notice says it."""

    section: str
    key: str
    title: str
    kind: str
    period: str
    dues: tuple[Due, ...]
    clause: str
    words: str
    assumed: str
    to: str = ""
    contact: str = ""
    unfinished_only: bool = False

    def last(self, now: datetime) -> Due | None:
        return next((due for due in reversed(self.dues) if due.at <= now), None)

    def next(self, now: datetime) -> Due | None:
        return next((due for due in self.dues if due.at > now), None)


def kind_word(kind: str) -> str:
    return {
        "report": _("report upwards"),
        "bulletin": _("bulletin"),
        "review": _("review"),
        "inspection": _("inspection"),
        "clean_up": _("clean-up"),
        "summary": _("summary"),
        "appraisal": _("appraisal"),
        "posting": _("posting"),
        "ranking": _("ranking"),
        "checkpoint": _("checkpoint"),
    }[kind]


def entries(policy: Policy) -> list[Entry]:
    """Follow-up, rankings, checkpoints and stages of the appraisal, in the notice's order.

    Source: docs/RULES.md R-110, R-111, R-116, R-202.
    """
    return [
        *(_follow_up(policy, rule) for rule in policy["follow_up"]),
        *(_ranking(policy, rule) for rule in policy["rankings"]),
        *_checkpoints(policy),
        *_stages(policy),
    ]


def in_order(found: Sequence[Entry]) -> list[tuple[Due, Entry]]:
    """Every instant of every entry, oldest first."""
    pairs = [(due, entry) for entry in found for due in entry.dues]
    return sorted(pairs, key=lambda pair: pair[0].at)


def _instants(policy: Policy, rule: Schedule) -> tuple[Due, ...]:
    """All of its span, past and to come."""
    span = span_of(rule, policy["windows"], policy["checkpoints"])
    if span is None:
        return ()
    lag = LONGEST_LAG if rule.as_of else timedelta(days=1)
    before, end = day_start(span[0]) - timedelta(days=1), day_start(span[1] + lag)
    whole = rule.hour is None
    return tuple(Due(instant, whole) for instant in due_instants(rule, span, before, end))


def _period(rule: Schedule) -> str:
    words, until = rule.period_words, rule.as_of_words
    if not until:
        return words
    said = _("figures up to %(day)s") % {"day": until}
    return f"{words}（{said}）"


def _follow_up(policy: Policy, rule: FollowUp) -> Entry:
    return Entry(
        section="follow_up",
        key=rule.key,
        title=rule.title,
        kind=rule.kind,
        period=_period(rule),
        dues=_instants(policy, rule),
        clause=rule.clause,
        words=rule.words,
        assumed=rule.assumed,
        to=rule.to,
        contact=rule.contact,
        unfinished_only=rule.participants == "unfinished",
    )


def _ranking(policy: Policy, rule: RankingRule) -> Entry:
    return Entry(
        section="rankings",
        key=rule.key,
        title=rule.title,
        kind="ranking",
        period=_period(rule),
        dues=_instants(policy, rule),
        clause=rule.clause,
        words=rule.words,
        assumed=rule.assumed,
        unfinished_only=rule.participants == "unfinished",
    )


def _checkpoints(policy: Policy) -> list[Entry]:
    return [
        Entry(
            section="checkpoints",
            key=str(rule.on),
            title=_("%(share)s of the target") % {"share": percent(rule.share_bp)},
            kind="checkpoint",
            period=_("once, %(day)s") % {"day": rule.on},
            dues=(Due(day_start(rule.on + timedelta(days=1)), whole_day=True),),
            clause=rule.clause,
            words=rule.words,
            assumed=rule.assumed,
        )
        for rule in policy["checkpoints"]
    ]


def _stages(policy: Policy) -> list[Entry]:
    found = []
    for stage in policy["appraisal"].stages:
        until = stage.until(policy["windows"])
        found.append(
            Entry(
                section="appraisal",
                key=stage.key,
                title=stage.title,
                kind="appraisal",
                period=_("once, %(day)s") % {"day": until - timedelta(days=1)},
                dues=(Due(day_start(until), whole_day=True),),
                clause=stage.clause,
                words=stage.words,
                assumed=stage.assumed,
                unfinished_only=stage.participants == "unfinished",
            )
        )
    return found
