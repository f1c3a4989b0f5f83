"""The ground floor's sections of a notice in plain words."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment import loading, places
from enrollment.benefits import BenefitRule, BenefitRules, IncentiveRules, WaitingRules
from enrollment.facts import Condition
from enrollment.models.resident import Category
from enrollment.notice import Policy
from enrollment.policy.paragraphs import Paragraph, Row, day, paragraph, percent, yuan
from enrollment.policy.words import condition_in_words
from enrollment.sections import Fee, FeeRule, Share, Window
from enrollment.sections.ages import COVERAGE_FROM, age_on_in_words
from enrollment.wording import CHOICES


def who(policy: Policy, condition: Condition | None) -> Row:
    """For whom a rule holds; left out where it holds for everybody."""
    said = condition_in_words(condition, loading.names(policy)) if condition else ""
    return _("For whom"), said


def ages(age_on: str | date) -> Row:
    """Said where it is not the first covered day, as everybody expects."""
    if isinstance(age_on, date):
        return _("Ages are told on"), day(age_on)
    return _("Ages are told on"), "" if age_on == COVERAGE_FROM else age_on_in_words(age_on)


def eligibility(policy: Policy) -> list[Paragraph]:
    rules = policy["eligibility"]
    found = []
    if rules.words or rules.assumed or rules.exclusions or rules.kinds:
        otherwise = _("may enroll") if rules.otherwise == "admit" else _("may not enroll")
        found.append(
            paragraph(
                rules, _("Whoever no rule names"), (_("Outcome"), otherwise), ages(rules.age_on)
            )
        )
    for rule in rules.exclusions:
        found.append(
            paragraph(rule, "", (_("Outcome"), _("may not enroll")), who(policy, rule.when))
        )
    for rule in rules.kinds:
        outcome = _("may enroll") if rule.admit else _("may not enroll")
        evidence = (_("Evidence"), "、".join(rule.evidence))
        whom = who(policy, rule.when)
        if not rule.when.fields:
            whom = (whom[0], _("whoever says so, and shows it where papers are named"))
        found.append(paragraph(rule, "", (_("Outcome"), outcome), whom, evidence))
    return found


_UNITS = {
    "village": gettext_lazy("the person's village"),
    "household": gettext_lazy("the household's village"),
    "school": gettext_lazy("the school; the person's village where the school is not known"),
}


def attribution(policy: Policy) -> list[Paragraph]:
    rules = policy["attribution"]
    if rules is None:
        return []
    own = paragraph(
        rules,
        _("Everybody else") if rules.rules else _("Everybody"),
        (_("Counts to"), str(_UNITS[rules.unit])),
    )
    return [
        *(
            paragraph(
                rule,
                condition_in_words(rule.when, loading.names(policy)),
                (_("Counts to"), str(_UNITS[rule.unit])),
            )
            for rule in rules.rules
        ),
        own,
    ]


def windows(policy: Policy) -> list[Paragraph]:
    return [
        paragraph(
            window,
            window.title,
            (_("Days"), _span(window)),
            (_("Takes"), _takes(window)),
            (_("Payable on"), _pay_days(window)),
            who(policy, window.when),
        )
        for window in policy["windows"]
    ]


def _span(window: Window) -> str:
    said = _("from %(first)s to %(last)s") % {
        "first": day(window.start),
        "last": day(window.last_day),
    }
    return f"{said} {window.closes_at:%H:%M}" if window.closes_at else said


def _takes(window: Window) -> str:
    if window.takes == "both":
        return ""
    only = {"registration": _("registrations only"), "payment": _("payments only")}
    return only[window.takes]


def _pay_days(window: Window) -> str:
    if window.pay_days is None:
        return ""
    first, last = window.pay_days
    return _("day %(first)s to %(last)s of each month") % {"first": first, "last": last}


def fee(policy: Policy) -> list[Paragraph]:
    rules: Fee | None = policy["fee"]
    if rules is None:
        return []
    parts = [(part.name, yuan(part.fen)) for part in rules.components]
    tiers = {tier.key: tier.name for tier in policy["tiers"]}
    by_rules = rules.individual_fen is None  # the section's words are of all the rules then
    own = paragraph(
        rules,
        _("Everybody else") if rules.rules and not by_rules else _("Individual fee"),
        (_("Fee"), yuan(rules.individual_fen)),
        *parts,
        *((share.funder, _carried(share)) for share in rules.shares if not share.words),
        ages(rules.age_on),
    )
    return [
        *([own] * by_rules),
        *(
            paragraph(
                rule,
                rule.name,
                (_("Fee"), yuan(_first(rule.individual_fen, rules.individual_fen))),
                (_("Fiscal part"), _charged(rule)),
                (_("Tier of benefits"), tiers.get(rule.benefit_tier, rule.benefit_tier)),
                who(policy, rule.when),
            )
            for rule in rules.rules
        ),
        *([own] * (not by_rules)),
        *(
            paragraph(share, share.funder, (_("Carries"), _carried(share)))
            for share in rules.shares
            if share.words
        ),
    ]


def _charged(rule: FeeRule) -> str:
    if rule.with_fiscal:
        return _("is charged as well")
    if not rule.fiscal_fen:
        return ""
    return _("%(yuan)s of it are charged") % {"yuan": yuan(rule.fiscal_fen)}


def _first(fen: int | None, otherwise: int | None) -> int | None:
    return otherwise if fen is None else fen


def _carried(share: Share) -> str:
    return percent(share.share_bp) or yuan(share.fen) or _("not stated")


def fiscal(policy: Policy) -> list[Paragraph]:
    rules = policy["fiscal"]
    if rules is None:
        return []
    charged = policy["fee"] and any(map(_charged, policy["fee"].rules))
    to = "" if charged else _("no")
    person = (_("A person"), yuan(rules.per_person_fen))
    title = _("Everybody else") if rules.rules else _("Fiscal subsidy")
    own = paragraph(rules, title, person, (_("Charged to the person"), to))
    return [
        *(
            paragraph(
                rule,
                rule.name,
                (_("A person"), yuan(rule.per_person_fen)),
                who(policy, rule.when),
            )
            for rule in rules.rules
        ),
        own,
        *(
            paragraph(
                share,
                share.group or share.funder,
                (share.funder if share.group else _("Carries"), _carried(share)),
            )
            for share in rules.shares
        ),
    ]


def benefit(policy: Policy) -> list[Paragraph]:
    rules: BenefitRules = policy["benefit"]
    found = [_benefit_rule(policy, rule) for rule in rules.rules]
    if rules.words or rules.clause:
        found.insert(0, paragraph(rules, _("Benefits"), ages(rules.age_on)))
    if rules.waiting:
        found += _waiting(policy, rules.waiting)
    if rules.incentives:
        found.append(_incentives(rules.incentives))
    return found


def _benefit_rule(policy: Policy, rule: BenefitRule) -> Paragraph:
    begins = _edge("begins", rule.begins)
    after = []
    if rule.after_months:
        after.append(_("%(n)s months") % {"n": rule.after_months})
    if rule.after_days:
        after.append(_("%(n)s days") % {"n": rule.after_days})
    if after:
        begins = _("%(length)s after %(day)s") % {"length": "、".join(after), "day": begins}
    delayed = rule.begins != "coverage_from" and rule.not_before_coverage
    return paragraph(
        rule,
        condition_in_words(rule.when, loading.names(policy)) or _("Everybody"),
        (_("Begins"), begins),
        (_("At the earliest"), _("the first covered day") if delayed else ""),
        (_("Ends"), _edge("ends", rule.ends)),
    )


def _edge(key: str, edge: date | str) -> str:
    return day(edge) if isinstance(edge, date) else str(CHOICES[key][edge])


_REPAID = {
    "": "",
    "individual": gettext_lazy("the individual fee of this period"),
    "with_fiscal": gettext_lazy("the individual fee and the fiscal subsidy of this period"),
}


def _waiting(policy: Policy, rules: WaitingRules) -> list[Paragraph]:
    unit = {"months": _("%(n)s months"), "days": _("%(n)s days")}[rules.unit]
    length = {
        key: unit % {"n": getattr(rules, key)} if getattr(rules, key) else ""
        for key in ("fixed", "per_missed_year", "per_repaid_year", "floor")
    }
    first = "" if rules.first_missed_counts else _("does not count")
    own = paragraph(
        rules,
        _("Waiting after late or broken enrollment"),
        (_("Fixed part"), length["fixed"]),
        (_("For each missed year"), length["per_missed_year"]),
        (_("First missed year"), first),
        (_("Taken off for each year paid up"), length["per_repaid_year"]),
        (_("A year paid up costs"), str(_REPAID[rules.repaid_year])),
        (_("At least"), length["floor"]),
        (
            _("At least, from so many missed years"),
            str(rules.floor_from_years) if rules.floor_from_years else "",
        ),
        (
            _("Also for"),
            condition_in_words(rules.late, loading.names(policy)) if rules.late else "",
        ),
    )
    names = loading.names(policy)
    return [
        own,
        *(
            paragraph(
                each, _("Does not wait: %(whom)s") % {"whom": condition_in_words(each.when, names)}
            )
            for each in rules.exempt
        ),
    ]


def _incentives(rules: IncentiveRules) -> Paragraph:
    years = _("%(n)s continuous years") % {"n": rules.from_years}
    return paragraph(
        rules,
        _("Incentive for years without a gap"),
        (_("From"), years),
        (_("Each year adds"), yuan(rules.per_year_fen)),
        (_("Each year without a claim adds"), yuan(rules.unused_year_fen or None)),
        (_("At most"), yuan(rules.limit_fen)),
        (_("Begins anew"), rules.resets),
    )


def _regions(policy: Policy) -> dict[str, str]:
    found = places.named_in(policy)
    return {word: each.name for each in found for word in (each.key, each.code) if word}


def _head(_policy: Policy) -> list[Paragraph]:
    """Stands in the page's left column, not as a panel."""
    return []


def register() -> None:
    loading.describe_section("document", _head, gettext_lazy("Document"))
    loading.describe_section("tiers", _head, gettext_lazy("Tiers"))
    loading.describe_section("campaign", _head, gettext_lazy("Campaign"))
    loading.describe_section("eligibility", eligibility, gettext_lazy("Who may enroll"))
    loading.describe_section("attribution", attribution, gettext_lazy("Where a person counts"))
    loading.describe_section("windows", windows, gettext_lazy("When"))
    loading.describe_section("fee", fee, gettext_lazy("What a person pays"))
    loading.describe_section("fiscal", fiscal, gettext_lazy("Fiscal subsidy"))
    loading.describe_section("benefit", benefit, gettext_lazy("From when to when"))
    loading.name_values(
        "category", lambda _policy: {each.value: str(each.label) for each in Category}
    )
    loading.name_values("tier", lambda p: {each.key: each.name for each in p["tiers"]})
    loading.name_values("region", _regions)
    loading.name_values("window", lambda p: {each.key: each.title for each in p["windows"]})
    loading.name_values("kind", lambda p: {each.key: each.name for each in p["eligibility"].kinds})
