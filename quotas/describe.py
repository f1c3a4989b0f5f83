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
from enrollment.policy.paragraphs import Paragraph, paragraph, percent, persons
from quotas.doors import gaps
from quotas.sections import Denominator, TargetRules


def _target_set(rules: TargetRules) -> list[Paragraph]:
    if not rules.units:
        return []
    insurance = {"310": _("employee insurance"), "390": _("resident insurance")}
    remarks = [(unit.name, unit.remark) for unit in rules.units if unit.remark]
    unknown = [unit.name for unit in rules.units if unit.persons is None]
    return [
        paragraph(
            rules,
            rules.title,
            (_("Insurance"), insurance.get(rules.insurance, rules.insurance)),
            (_("Set by"), _("the superior") if rules.level == "superior" else ""),
            (_("Units"), _("%(n)s units") % {"n": len(rules.units)}),
            (_("Together"), persons(rules.total)),
            (_("Not known yet"), "、".join(unknown)),
            (_("Period"), rules.period),
            (_("Compared with"), rules.base_period),
            (_("Counted by"), _("reported figures") if rules.counted == "reported" else ""),
            *remarks,
        )
    ]


def targets(policy: Policy) -> list[Paragraph]:
    return _target_set(policy["targets"])


def target_sets(policy: Policy) -> list[Paragraph]:
    return [each for rules in policy["target_sets"] for each in _target_set(rules)]


def denominators(policy: Policy) -> list[Paragraph]:
    return [_denominator(each) for each in policy["denominators"]]


def _denominator(rule: Denominator) -> Paragraph:
    of = {
        "household_registered": _("household-registered people"),
        "residents": _("permanent residents"),
        "hardship": _("people in hardship categories"),
        "census": _("people counted by the census"),
        "target": _("the target"),
    }
    return paragraph(
        rule,
        rule.name,
        (_("Of"), of[rule.of]),
        (_("At least enrolled"), percent(rule.threshold_bp)),
        (_("Known figure"), persons(rule.persons)),
    )


def checkpoints(policy: Policy) -> list[Paragraph]:
    return [
        paragraph(
            each,
            each.title or _("By %(day)s") % {"day": each.on},
            (_("By the end of"), str(each.on) if each.title else ""),
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
        url=reverse("targets", args=[campaign.slug]),
        gaps=tuple(missing),
    )


def register() -> None:
    loading.readiness_of(readiness)
    loading.describe_section("targets", targets, gettext_lazy("Targets"))
    loading.describe_section("target_sets", target_sets, gettext_lazy("More targets"))
    loading.describe_section("denominators", denominators, gettext_lazy("Rates are taken of"))
    loading.describe_section("checkpoints", checkpoints, gettext_lazy("Checkpoints"))
