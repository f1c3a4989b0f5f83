"""The sections of quotas in plain words."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.lib import figures
from enrollment import loading
from enrollment.loading import MISSING, READY, Readiness
from enrollment.models import Campaign
from enrollment.notice import Policy
from enrollment.policy.paragraphs import Paragraph, Row, day, paragraph, percent, persons
from enrollment.wording import INSURANCES
from quotas.doors import gaps
from quotas.sections import Denominator, TargetRules, TargetUnit
from quotas.wording import OF


def _target_set(rules: TargetRules) -> list[Paragraph]:
    if not rules.units:
        return []
    return [
        paragraph(
            rules,
            rules.title,
            (_("Insurance"), str(INSURANCES.get(rules.insurance, rules.insurance))),
            (_("Set by"), _("the superior") if rules.level == "superior" else ""),
            (_("Units"), _("%(n)s units") % {"n": len(rules.units)}),
            (_("Together"), persons(rules.total)),
            (_("Period"), rules.period),
            (_("Compared with"), rules.base_period),
            (_("Counted by"), _("reported figures") if rules.counted == "reported" else ""),
            *map(_unit, rules.units),
        )
    ]


def _unit(unit: TargetUnit) -> Row:
    """A row of the annex: persons, those of the period compared with, the remark."""
    said = persons(unit.persons) or _("Not known yet")
    if unit.base is not None:
        said = _("%(persons)s (before: %(base)s)") % {"persons": said, "base": persons(unit.base)}
    return unit.name, f"{said}（{unit.remark}）" if unit.remark else said


def targets(policy: Policy) -> list[Paragraph]:
    return _target_set(policy["targets"])


def target_sets(policy: Policy) -> list[Paragraph]:
    return [each for rules in policy["target_sets"] for each in _target_set(rules)]


def denominators(policy: Policy) -> list[Paragraph]:
    return [_denominator(each) for each in policy["denominators"]]


def _denominator(rule: Denominator) -> Paragraph:
    return paragraph(
        rule,
        rule.name,
        (_("Of"), str(OF[rule.of])),
        (_("Born from"), day(rule.born_from)),
        (_("At least enrolled"), percent(rule.threshold_bp)),
        (_("Known figure"), persons(rule.persons)),
    )


def checkpoints(policy: Policy) -> list[Paragraph]:
    return [
        paragraph(
            each,
            each.title or _("By %(day)s") % {"day": day(each.on)},
            (_("By the end of"), day(each.on) if each.title else ""),
            (_("Of the target"), percent(each.share_bp)),
        )
        for each in policy["checkpoints"]
    ]


def readiness(campaign: Campaign) -> Iterable[Readiness]:
    rules = campaign.policy["targets"]
    missing = gaps(campaign.policy)
    yield Readiness(
        key="targets",
        title=_("Targets"),
        state=MISSING if missing else READY,
        figure=_("%(units)s units, %(persons)s persons")
        % {"units": len(rules.units), "persons": figures.thousands(rules.total)},
        todo=_("Import the targets once they are known.") if missing else "",
        where=_("Targets") if missing else "",
        todo_url=reverse("targets", args=[campaign.slug]) if missing else "",
        url=reverse("targets", args=[campaign.slug]),
        gaps=tuple(missing),
    )


def register() -> None:
    loading.readiness_of(readiness)
    loading.describe_section("targets", targets, gettext_lazy("Targets"))
    loading.describe_section("target_sets", target_sets, gettext_lazy("More targets"))
    loading.describe_section("denominators", denominators, gettext_lazy("Rates are taken of"))
    loading.describe_section("checkpoints", checkpoints, gettext_lazy("Checkpoints"))
