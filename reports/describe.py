"""The sections of reports in plain words."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment import loading
from enrollment.notice import Policy
from enrollment.policy.paragraphs import Paragraph, Row, day, paragraph, percent, yuan
from reports.sections import Consequence, Reward, Schedule, Stage
from reports.wording import CONDITIONS, PER, POINT, TIES, spans


def _follows(consequences: Sequence[Consequence]) -> list[Row]:
    return [
        (each.condition, f"{each.words}（{each.clause}）" if each.clause else each.words)
        for each in consequences
    ]


def _schedule(policy: Policy, rule: Schedule) -> list[Row]:
    titles = spans(policy)
    after = titles.get(rule.after, rule.after)
    return [
        (_("When"), _period(rule)),
        (_("Figures up to"), rule.as_of_words),
        (_("Within"), titles.get(rule.window, rule.window)),
        (_("From"), day(rule.start) if rule.every != "once" else ""),
        (_("Begins"), _("after %(span)s") % {"span": after} if after else ""),
    ]


def _title_of(policy: Policy, key: str) -> str:
    """Of the ranking with this key; empty without one."""
    return next((rule.title for rule in policy["rankings"] if rule.key == key), "")


def _period(rule: Schedule) -> str:
    """As the schedule says it; a single day as notices write days."""
    if rule.every != "once" or not rule.on:
        return rule.period_words
    return f"{day(rule.on)} {rule.hour:%H:%M}" if rule.hour else day(rule.on)


def _who(participants: str) -> Row:
    return _("Who takes part"), _("who has not finished") if participants == "unfinished" else ""


def rankings(policy: Policy) -> list[Paragraph]:
    return [
        paragraph(
            rule,
            rule.title,
            *_schedule(policy, rule),
            _who(rule.participants),
            (_("Continues"), _title_of(policy, rule.continues)),
            (_("Ranked by"), _("registered people") if rule.basis == "registered" else ""),
            (
                _("Published"),
                _("by itself once the books hold")
                if rule.publish == "when_books_hold"
                else _("by a person"),
            ),
            *_follows(rule.consequences),
        )
        for rule in policy["rankings"]
    ]


def follow_up(policy: Policy) -> list[Paragraph]:
    return [
        paragraph(
            rule,
            rule.title,
            *_schedule(policy, rule),
            _who(rule.participants),
            (_("To"), rule.to),
            (_("Contact"), rule.contact),
        )
        for rule in policy["follow_up"]
    ]


def appraisal(policy: Policy) -> list[Paragraph]:
    rules = policy["appraisal"]
    found = [paragraph(rules, _("Appraisal"))] if rules.words else []
    found += [_stage(policy, stage) for stage in rules.stages]
    found += [_reward(policy, reward) for reward in rules.rewards]
    if rules.disqualified.words:
        found.append(paragraph(rules.disqualified, _("False reports")))
    return found


def _stage(policy: Policy, stage: Stage) -> Paragraph:
    ends = day(stage.on) if stage.on else spans(policy).get(stage.window, stage.window)
    return paragraph(
        stage,
        stage.title,
        (_("At the end of"), ends),
        (_("Of the target"), percent(stage.share_bp)),
        (_("Final"), _("yes") if stage.final else ""),
        _who(stage.participants),
        *_follows(stage.consequences),
    )


def _reward(policy: Policy, reward: Reward) -> Paragraph:
    per = _("each institution") if reward.to == "institution" else str(PER[reward.per])
    stage = policy["appraisal"].stage(reward.stage)
    return paragraph(
        reward,
        reward.title,
        (_("Stage"), stage.title if stage else reward.stage),
        (_("Taken off") if reward.deduct else _("Paid"), "、".join(map(yuan, reward.amounts))),
        (_("For"), per),
        (_("How points are counted"), str(POINT[reward.point]) if reward.point else ""),
        (_("Units at the same place"), str(TIES[reward.ties]) if reward.ranks else ""),
        (_("Holds where"), "，".join(str(CONDITIONS[each]) for each in reward.conditions)),
    )


def register() -> None:
    loading.describe_section("rankings", rankings, gettext_lazy("Rankings"))
    loading.describe_section("follow_up", follow_up, gettext_lazy("Follow-up"))
    loading.describe_section("appraisal", appraisal, gettext_lazy("Appraisal"))
