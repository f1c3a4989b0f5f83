"""Subsidies in plain words, and how far the rosters have come."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.lib import figures
from enrollment import loading
from enrollment.facts import ZONE, Condition
from enrollment.loading import MISSING, READY, Readiness
from enrollment.models import Campaign
from enrollment.notice import Policy
from enrollment.policy.paragraphs import Paragraph, Row, day, paragraph, percent, yuan
from enrollment.policy.words import condition_in_words
from enrollment.sections import Share
from enrollment.sections.ages import COVERAGE_FROM, age_on_in_words
from subsidies.models import Entitlement
from subsidies.queries import marked_late
from subsidies.rosters.words import LIST_NAMES
from subsidies.sections import Grant, MarkedBefore, SubsidyRule, SubsidyRules
from subsidies.sections.timing import COLLECTION, NEXT_MONTH, SAME_MONTH
from subsidies.timing import marks_due
from subsidies.wording import BASES, HIGHEST_AND_MORE, HOW, PICK


def subsidies(policy: Policy) -> list[Paragraph]:
    rules: SubsidyRules = policy["subsidies"]
    found = [each for rule in rules.categories for each in _category(policy, rule)]
    for supplement in rules.supplements:
        grant = supplement.grant
        to = "、".join(_called(rules, key) for key in supplement.to) or _("every category")
        found.append(paragraph(grant, supplement.name, (_("Added to"), to), *_grant(policy, grant)))
    return [*found, *_together(rules)]


def _category(policy: Policy, rule: SubsidyRule) -> list[Paragraph]:
    about = [
        (_("Also called"), "、".join(rule.names)),
        (_("Grades"), "、".join(rule.grades)),
        (_("Counts for"), _("the whole household") if rule.entitles == "household" else ""),
        (_("Roster"), _("none needed") if rule.without_roster else ""),
        (_("For whom"), _said(policy, rule.when)),
        (_("In several categories"), _stacked(policy["subsidies"], rule)),
    ]
    if len(rule.grants) == 1:
        (grant,) = rule.grants
        return [paragraph(grant, rule.name, *_grant(policy, grant), *about)]
    return [
        paragraph(rule, rule.name, *about),
        *(
            paragraph(
                grant,
                _("%(category)s: %(whom)s")
                % {
                    "category": rule.name,
                    "whom": _said(policy, grant.when) or _("everybody else"),
                },
                *_grant(policy, grant, when=False),
            )
            for grant in rule.grants
        ),
    ]


def _said(policy: Policy, condition: Condition) -> str:
    return condition_in_words(condition, loading.names(policy))


def _called(rules: SubsidyRules, key: str) -> str:
    rule = rules.of(key)
    return rule.name if rule else key


def _stacked(rules: SubsidyRules, rule: SubsidyRule) -> str:
    if rule.stacks:
        return _("added to any other, up to the fee")
    to = "、".join(_called(rules, key) for key in rule.stacks_with)
    return _("added to %(categories)s, up to the fee") % {"categories": to} if to else ""


def _grant(policy: Policy, grant: Grant, *, when: bool = True) -> list[Row]:
    how = HOW.get(grant.how, "") if grant.grant not in ("none", "unstated") else ""
    before = _("comes back to the person") if grant.paid_already else ""
    return [
        (_("Grant"), _amount(policy["subsidies"], grant)),
        (_("How"), str(how)),
        (_("Funded by"), "、".join(map(_share, grant.shares))),
        (_("Paid before it was recognised"), before),
        (_("For whom"), _said(policy, grant.when) if when else ""),
    ]


def _amount(rules: SubsidyRules, grant: Grant) -> str:
    if grant.grant == "percent":
        said = _("%(percent)s of %(base)s") % {
            "percent": percent(grant.percent_bp),
            "base": str(BASES.get(grant.base) or yuan(dict(rules.bases)[grant.base])),
        }
        return said + _rounded(grant)
    if grant.grant == "as":
        return _("as %(category)s") % {"category": _called(rules, grant.as_key)}
    return {
        "full": _("in full"),
        "amount": yuan(grant.amount_fen),
        "none": _("none: listed only"),
        "unstated": _("the notice gives no amount"),
    }[grant.grant]


def _rounded(grant: Grant) -> str:
    if grant.round_to == 1:
        return ""
    way = {
        "nearest": _("rounded to %(unit)s"),
        "down": _("rounded down to %(unit)s"),
        "up": _("rounded up to %(unit)s"),
    }[grant.round]
    return "，" + way % {"unit": yuan(grant.round_to)}


def _share(share: Share) -> str:
    part = percent(share.share_bp) if share.share_bp != 10_000 else ""
    return f"{share.funder} {part or yuan(share.fen)}".strip()


def _together(rules: SubsidyRules) -> list[Paragraph]:
    found = []
    if rules.recognised_until:
        last = day(rules.recognised_until - timedelta(days=1))
        found.append(
            Paragraph(
                rules.clause,
                _("Recognised too late"),
                rules.recognised_words,
                "",
                ((_("Last day"), last),),
            )
        )
    if len(rules.categories) > 1:
        told = rules.pick_clause or rules.pick_words
        adds = rules.supplements or any(rule.adds for rule in rules.categories)
        outcome = str(HIGHEST_AND_MORE if adds and rules.pick == "highest" else PICK[rules.pick])
        found.append(
            Paragraph(
                rules.pick_clause,
                _("In several categories"),
                rules.pick_words,
                "" if told else _("the notice does not say it; %(outcome)s") % {"outcome": outcome},
                ((_("Outcome"), outcome),),
            )
        )
    if rules.change_clause or rules.change_words:
        rise = _("is paid") if rules.top_up else _("is not paid")
        fall = _("is taken back") if rules.claw_back else _("is not taken back")
        found.append(
            Paragraph(
                rules.change_clause,
                _("The category changes"),
                rules.change_words,
                "",
                ((_("More than before"), rise), (_("Less than before"), fall)),
            )
        )
    if rules.marked:
        found.append(
            paragraph(rules.marked, _("Marking"), (_("Due before"), _marked(rules.marked)))
        )
    for pay_out in rules.pay_outs:
        to = "、".join(_called(rules, key) for key in pay_out.to) or _("every category")
        month = (_("Paid out"), _month(pay_out.month))
        found.append(
            paragraph(pay_out, _("Month of the reimbursement"), month, (_("For whom"), to))
        )
    for rule in rules.held_back:
        of = "、".join(str(LIST_NAMES[key]) for key in rule.lists)
        found.append(paragraph(rule, _("Held back until it is decided"), (_("For whom"), of)))
    if rules.elsewhere:
        outcome = _("is subsidised") if rules.elsewhere == "granted" else _("is not subsidised")
        found.append(
            Paragraph(
                rules.elsewhere_clause,
                _("Enrolled elsewhere"),
                rules.elsewhere_words,
                "",
                ((_("Outcome"), outcome),),
            )
        )
    if rules.age_on != COVERAGE_FROM:
        told_on = rules.age_on
        said = day(told_on) if isinstance(told_on, date) else age_on_in_words(told_on)
        found.append(Paragraph(rules.clause, _("Ages are told on"), said))
    return found


def _marked(marked: MarkedBefore) -> str:
    return _("collection begins") if marked.before == COLLECTION else str(marked.before)


def _month(month: date | str) -> str:
    if isinstance(month, date):
        return f"{month:%Y-%m}"
    return {SAME_MONTH: _("in the month of payment"), NEXT_MONTH: _("in the month after")}[month]


def readiness(campaign: Campaign) -> Iterable[Readiness]:
    """Categories of the notice for which nobody stands marked yet."""
    wanted = [rule for rule in campaign.policy["subsidies"].categories if not rule.without_roster]
    if not wanted:
        return
    marked = dict(
        Entitlement.objects.filter(campaign=campaign, ended_at=None)
        .values_list("category")
        .annotate(n=Count("pk"))
    )
    empty = "、".join(rule.name for rule in wanted if not marked.get(rule.key))
    figure = _("%(n)s people in %(categories)s of %(all)s categories") % {
        "n": figures.thousands(sum(marked.get(rule.key, 0) for rule in wanted)),
        "categories": sum(bool(marked.get(rule.key)) for rule in wanted),
        "all": len(wanted),
    }
    todo = _("Ask the departments for their lists, or take them in: %(names)s.") % {"names": empty}
    yield Readiness(
        key="rosters",
        title=_("Rosters"),
        state=MISSING if empty else READY,
        figure=figure,
        todo=todo if empty else "",
        url=reverse("policy", args=[campaign.slug]) + "#subsidies",
        where=_("Rosters"),
        todo_url=reverse("rosters", args=[campaign.slug]) if empty else "",
        gaps=(_("No roster yet for: %(names)s.") % {"names": empty},) if empty else (),
    )


def marked_in_time(campaign: Campaign) -> Iterable[Readiness]:
    """Whether everybody was marked by when the notice wants it (R-190)."""
    due = marks_due(campaign.policy)
    if due is None:
        return
    late = marked_late(campaign, campaign.region).values("resident").distinct().count()
    said = {"day": day(due.astimezone(ZONE).date()), "n": figures.thousands(late)}
    yield Readiness(
        key="marks",
        title=_("Marked in time"),
        state=MISSING if late else READY,
        figure=_("%(n)s people marked on %(day)s or later") % said,
        todo=_("See who was marked too late, and why.") if late else "",
        url=reverse("people", args=[campaign.slug]) + "?status=late",
        gaps=(_("%(n)s people were not marked before %(day)s.") % said,) if late else (),
    )


def register() -> None:
    loading.describe_section("subsidies", subsidies, gettext_lazy("Subsidies"))
    loading.name_values(
        "hardship", lambda p: {rule.key: rule.name for rule in p["subsidies"].categories}
    )
    loading.readiness_of(readiness)
    loading.readiness_of(marked_in_time)
