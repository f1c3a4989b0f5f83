"""What hardship categories change in a fee: values in, values out.

Every category of the notice that a person has, or that holds without a roster, becomes a package:
its grant and the supplements on it. Of the packages the highest counts, and what is added to it, or
all up to the fee.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from config.lib.figures import yuan
from enrollment.facts import Facts, Mark
from enrollment.ports import Funded, NotStated, Reason, Subsidy
from enrollment.sections import conditions_of
from enrollment.sections.ages import day_for_ages
from subsidies.amounts import funded, grant_fen, merged
from subsidies.packages import Award, Package, fen_of, highest, leading, once, within
from subsidies.sections import Grant, SubsidyRule, SubsidyRules
from subsidies.timing import pay_out_of, reimbursed_in


def subsidy_for(policy: Any, facts: Facts, fee_fen: int, fiscal_fen: int = 0) -> Subsidy:
    """What a person's marks, and categories without a roster, change in a fee.

    In:     `fee_fen` what the person is charged, `fiscal_fen` how much of it is the fiscal part.
    Out:    on behalf + deducted + reimbursed ≤ fee; `funders` sums to it where any is named;
            `not_applied` says of each other category why not. Unknown categories grant nothing.
    Errors: NotStated where the notice names a grant without a figure, unless the fee is settled
            in full without it.
    Source: docs/RULES.md R-10 to R-13, R-80 to R-89, R-230 to R-232.
    """
    rules: SubsidyRules = policy["subsidies"]
    campaign = policy["campaign"]
    coverage_from = campaign.coverage_from if campaign else None
    facts = facts.asked(age_on=day_for_ages(rules.age_on, facts, coverage_from))
    facts, left_out = _in_time(rules, facts)
    packages = []
    for rule in rules.categories:
        found = [
            _package(rules, rule, facts.asked(mark=mark), fee_fen, fiscal_fen)
            for mark in _marks(rule, facts)
        ]
        held = [package for package in found if package]
        if held:
            packages.append(max(held, key=lambda package: _rank(package, fee_fen)))
        elif found and not rule.without_roster:
            left_out.append(_not_held(rules, rule, facts))
    if not packages:
        return Subsidy(not_applied=tuple(left_out))
    if facts.enrolled_elsewhere and rules.elsewhere == "none":
        refused = Reason(rules.elsewhere_clause, rules.elsewhere_words)
        return Subsidy(not_applied=(refused, *left_out))
    return _picked(rules, facts, packages, left_out, fee_fen)


def change(policy: Any, before: Subsidy, after: Subsidy) -> int:
    """Fen to pay in addition when a person's categories change; negative: to be taken back.

    Source: docs/RULES.md R-86.
    """
    rules: SubsidyRules = policy["subsidies"]
    more = total_fen(after) - total_fen(before)
    if more > 0:
        return more if rules.top_up else 0
    return more if rules.claw_back else 0


def counted_until(policy: Any) -> date | None:
    """The day from which on marks are recognised too late to be looked at; None: all are, because
    there is none, or because what people are charged goes by the day. Source: docs/RULES.md R-224.
    """
    asked = (condition.of("recognised_on") for condition in conditions_of(policy["fee"]))
    return None if any(asked) else policy["subsidies"].recognised_until


def total_fen(subsidy: Subsidy) -> int:
    return subsidy.on_behalf_fen + subsidy.deducted_fen + subsidy.reimbursed_fen


def _in_time(rules: SubsidyRules, facts: Facts) -> tuple[Facts, list[Reason]]:
    """The facts without marks recognised too late, and why those do not count (R-10)."""
    last = rules.recognised_until
    late = [m for m in facts.marks if last and m.recognised_on and m.recognised_on >= last]
    keys = {mark.category for mark in late}
    reasons = [
        Reason(rules.clause, f"{rule.name}：{rules.recognised_words}")
        for rule in rules.categories
        if rule.key in keys
    ]
    on_time = tuple(mark for mark in facts.marks if mark not in late)
    return facts.asked(marks=on_time), reasons


def _marks(rule: SubsidyRule, facts: Facts) -> list[Mark | None]:
    """The marks under which a category is asked, in an order that is always the same."""
    held = {mark for mark in facts.marks if mark.category == rule.key}
    ordered = sorted(held, key=lambda mark: (mark.grade, str(mark.recognised_on or "")))
    return [*ordered] or ([None] if rule.without_roster else [])


def _package(
    rules: SubsidyRules, rule: SubsidyRule, facts: Facts, fee_fen: int, fiscal_fen: int
) -> Package | None:
    chain = _chain(rules, rule, facts)
    if not chain:
        return None
    awards = [_award(rules, chain, facts, fee_fen, fiscal_fen)]
    for supplement in rules.supplements:
        meant = not supplement.to or rule.key in supplement.to
        holds = meant and supplement.when.holds(facts)
        if chain := _followed(rules, supplement.grant, facts) if holds else []:
            award = _award(rules, chain, facts, fee_fen, fiscal_fen)
            awards.append(replace(award, supplement=supplement.key))
    held = tuple(within(awards, fee_fen))
    return Package(rule, held, fen_of(held), facts.mark)


def _chain(rules: SubsidyRules, rule: SubsidyRule, facts: Facts) -> list[Grant]:
    """The first grant that holds, and through “as” those it leads to; empty: none holds."""
    return _lines_of(rules, rule, facts) if rule.when.holds(facts) else []


def _lines_of(rules: SubsidyRules, rule: SubsidyRule, facts: Facts) -> list[Grant]:
    """The same, whoever the category is for: “as” takes over its grants alone (R-232)."""
    first = _first_of(rule, facts)
    return _followed(rules, first, facts) if first else []


def _first_of(rule: SubsidyRule, facts: Facts) -> Grant | None:
    return next((grant for grant in rule.grants if grant.when.holds(facts)), None)


def _followed(rules: SubsidyRules, grant: Grant, facts: Facts) -> list[Grant]:
    if grant.grant != "as":
        return [grant]
    other = rules.of(grant.as_key)
    rest = _lines_of(rules, other, facts) if other else []
    return [grant, *rest] if rest else []


def _award(
    rules: SubsidyRules, chain: list[Grant], facts: Facts, fee_fen: int, fiscal_fen: int
) -> Award:
    """Amount from the chain's end; way, funders and reasons from the first that states them."""
    how = next((grant.how for grant in chain if grant.how), "")
    if how != "reimbursed" and any(grant.paid_already for grant in chain) and _has_paid(facts):
        how = "reimbursed"
    return Award(
        fen=grant_fen(rules, chain[-1], fee_fen, fiscal_fen),
        how=how,
        shares=next((grant.shares for grant in chain if grant.shares), ()),
        reasons=tuple(Reason(grant.clause, grant.words) for grant in chain),
    )


def _has_paid(facts: Facts) -> bool:
    """Whether the person paid without this category: before it was recognised, or elsewhere."""
    recognised = facts.recognised_on
    paid = None if facts.paid_assumed else facts.paid_on
    before = facts.paid_unmarked or bool(recognised and paid and paid < recognised)
    return bool(facts.enrolled_elsewhere or before)


def _rank(package: Package, fee_fen: int) -> tuple[bool, bool, int]:
    """Of several grades of one category: the whole fee, else what cannot be told, else the most."""
    return package.total >= fee_fen, package.open_for(fee_fen) is not None, package.total


def _picked(
    rules: SubsidyRules,
    facts: Facts,
    packages: list[Package],
    left_out: list[Reason],
    fee_fen: int,
) -> Subsidy:
    chosen = packages if rules.pick == "sum" else highest(packages, fee_fen)
    others = [package for package in packages if package not in chosen]
    wanted = once(chosen)
    awards = list(within(wanted, fee_fen))
    silent = next((reason for p in packages if (reason := p.open_for(fee_fen))), None)
    if silent and fen_of(awards) < fee_fen:
        raise NotStated(silent)
    because = [reason for award in awards for reason in award.reasons]
    because += _of_several(rules, packages, chosen)
    if fen_of(wanted) > fee_fen and any(package.rule.adds for package in chosen):
        because.append(_no_more_than(chosen[-1].rule, fee_fen))
    back = _sum(awards, "reimbursed")
    due, said = _pay_out(rules, facts, chosen) if back else (None, [])
    because += said
    if facts.enrolled_elsewhere and rules.elsewhere == "granted":
        because.append(Reason(rules.elsewhere_clause, rules.elsewhere_words))
    return Subsidy(
        category=leading(chosen).rule.key,
        name="、".join(package.rule.name for package in chosen),
        on_behalf_fen=_sum(awards, "on_behalf"),
        deducted_fen=_sum(awards, "deducted"),
        reimbursed_fen=back,
        because=tuple(dict.fromkeys(because)),
        not_applied=(*map(_not_best, others), *left_out),
        funders=_funders(awards),
        reimbursed_in=due,
    )


def _of_several(
    rules: SubsidyRules, packages: Sequence[Package], chosen: Sequence[Package]
) -> list[Reason]:
    """What the notice says of several categories, where it decided something."""
    decided = len(packages) > (1 if rules.pick == "sum" else len(chosen))
    said = decided and (rules.pick_clause or rules.pick_words)
    return [Reason(rules.pick_clause, rules.pick_words)] if said else []


def _no_more_than(rule: SubsidyRule, fee_fen: int) -> Reason:
    words = _("%(name)s is added; together no more than the fee of %(fee)s yuan")
    return Reason(rule.clause, words % {"name": rule.name, "fee": yuan(fee_fen)})


def _pay_out(
    rules: SubsidyRules, facts: Facts, chosen: list[Package]
) -> tuple[date | None, list[Reason]]:
    """By which month all that comes back has come, and what the notice says of it (R-191).

    None where the notice says nothing, or the day of payment is only assumed.
    """
    due, said = None, []
    for package in chosen:
        back = any(award.fen and award.how == "reimbursed" for award in package.awards)
        pay_out = pay_out_of(rules, package.rule.key) if back else None
        if pay_out is None:
            continue
        words = pay_out.words
        if facts.paid_on and not facts.paid_assumed:
            recognised_on = package.mark.recognised_on if package.mark else None
            month = reimbursed_in(pay_out, facts.paid_on, recognised_on)
            due = max(due or month, month)
            words = f"{words}（{month:%Y-%m}）"
        said.append(Reason(pay_out.clause, words))
    return due, said


def _sum(awards: list[Award], how: str) -> int:
    return sum(award.fen or 0 for award in awards if award.how == how)


def _not_held(rules: SubsidyRules, rule: SubsidyRule, facts: Facts) -> Reason:
    grades = {mark.grade for mark in facts.marks if mark.category == rule.key}
    told = {"name": rule.name, "known": "、".join(rule.grades)}
    first = _first_of(rule, facts) if rule.when.holds(facts) else None
    if rule.grades and not grades & set(rule.grades):
        words = _("%(name)s: the grade is missing; there are %(known)s")
    elif first and first.grant == "as" and (other := rules.of(first.as_key)):
        words = _("%(name)s: as %(other)s, but none of the grants there holds")
        told["other"] = other.name
    else:
        words = _("%(name)s: none of the conditions holds")
    return Reason(rule.clause, words % told)


def _not_best(package: Package) -> Reason:
    reason = package.awards[0].reasons[0]
    return Reason(reason.clause, f"{package.rule.name}：{reason.words}")


def _funders(awards: list[Award]) -> tuple[Funded, ...]:
    """What nobody is named for stands under no name, as soon as anybody is named."""
    if not any(award.shares for award in awards):
        return ()
    parts: list[Funded] = []
    for award in awards:
        fen = award.fen or 0
        parts += funded(award.shares, fen) if award.shares else [Funded("", fen)]
    return tuple(merged(parts))
