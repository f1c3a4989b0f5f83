"""From when to when a person is covered, how long they wait, what loyalty brings.

Values in, values out; the terms are the notice's [benefit]. Source: docs/RULES.md R-90 to R-97.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from enrollment.facts import Facts
from enrollment.notice import Policy
from enrollment.ports import Reason
from enrollment.sections.ages import day_for_ages
from enrollment.sections.benefit import BenefitRule, BenefitRules, IncentiveRules, WaitingRules


@dataclass(frozen=True)
class Waiting:
    """How long somebody waits; 0: not at all."""

    length: int = 0
    unit: str = "months"
    because: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Benefit:
    """`begins` None: not known yet, or never in this period. `until`: the last covered day."""

    begins: date | None
    until: date | None
    because: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Incentive:
    """Fen added to the upper limit."""

    fen: int
    because: tuple[Reason, ...] = ()


def benefit(policy: Policy, facts: Facts) -> Benefit:
    """When a person's benefits begin and end, and the clauses why.

    Where only the day of payment or of registration is known, it stands for both. A policy
    without a campaign covers nobody. Source: docs/RULES.md R-90 to R-95.
    """
    coverage, terms = policy["campaign"], policy["benefit"]
    if coverage is None:
        return Benefit(None, None)
    facts = facts.asked(
        paid_at=facts.paid_at or facts.registered_at,
        registered_at=facts.registered_at or facts.paid_at,
    )
    days = {
        "coverage_from": coverage.coverage_from,
        "paid_on": facts.paid_on,
        "registered_on": facts.registered_on,
        "birth": facts.born_on,
    }
    facts = facts.asked(age_on=day_for_ages(terms.age_on, facts, coverage.coverage_from))
    rule = next((rule for rule in terms.rules if rule.when.holds(facts)), None)
    because = [Reason(rule.clause, rule.words)] if rule else _own(terms)
    rule = rule or BenefitRule()
    earliest = coverage.coverage_from if rule.not_before_coverage else date.min
    if facts.born_on is not None:
        earliest = max(earliest, facts.born_on)
    begins = start = rule.begins if isinstance(rule.begins, date) else days[rule.begins]
    if begins is not None:
        start = max(begins, earliest)
        begins = max(later_by(begins, rule.after_months, rule.after_days), earliest)

    waits = waiting(policy, facts)
    because += waits.because
    if waits.length and begins is not None:
        over = _waited(terms.waiting, waits, days)
        begins = max(begins, over) if over else None

    until = _last_day(rule, start or coverage.coverage_from, coverage.coverage_until)
    if begins is not None and begins > until:
        said = _("would begin on %(day)s, after the last covered day") % {"day": begins}
        return Benefit(None, until, (*because, Reason(because[-1].clause if because else "", said)))
    return Benefit(begins, until, tuple(because))


def waiting(policy: Policy, facts: Facts) -> Waiting:
    """How long late or broken enrollment waits, what is paid up taken off.

    Missed years that are not known count as none. Source: docs/RULES.md R-93, R-94.
    """
    terms: WaitingRules | None = policy["benefit"].waiting
    if terms is None:
        return Waiting()
    missed = facts.missed_years or 0
    if not missed and not (terms.late and terms.late.holds(facts)):
        return Waiting(0, terms.unit)
    for exempt in terms.exempt:
        if exempt.when.holds(facts):
            return Waiting(0, terms.unit, (Reason(exempt.clause or terms.clause, exempt.words),))
    counted = missed if terms.first_missed_counts else max(0, missed - 1)
    varies = counted * terms.per_missed_year
    off = min(facts.paid_missed_years or 0, missed) * terms.per_repaid_year
    if terms.fixed_is_kept:
        off = min(off, varies)
    length = max(0, terms.fixed + varies - off)
    floor = terms.floor if terms.floor_from_years and missed >= terms.floor_from_years else 0
    said = _(
        "%(fixed)s fixed + %(varies)s for missed years − %(off)s paid up = %(sum)s %(unit)s"
    ) % {
        "fixed": terms.fixed,
        "varies": varies,
        "off": off,
        "sum": length,
        "unit": _unit(terms.unit),
    }
    because = [Reason(terms.clause, terms.words), Reason(terms.clause, said)]
    if floor > length:
        least = _("at least %(floor)s %(unit)s") % {"floor": floor, "unit": _unit(terms.unit)}
        because.append(Reason(terms.clause, least))
    return Waiting(max(length, floor), terms.unit, tuple(because))


def incentive(policy: Policy, continuous_years: int, unused_years: int = 0) -> Incentive:
    """What years without a gap, and years without a claim, add to the upper limit; fen.

    `continuous_years` and `unused_years` count since the last reset. Source: docs/RULES.md R-96.
    """
    terms: IncentiveRules | None = policy["benefit"].incentives
    if terms is None:
        return Incentive(0)
    past = continuous_years - terms.from_years + (1 if terms.from_year_counts else 0)
    fen = max(0, past) * terms.per_year_fen + unused_years * terms.unused_year_fen
    if terms.limit_fen is not None:
        fen = min(fen, terms.limit_fen)
    return Incentive(fen, (Reason(terms.clause, terms.words),) if fen else ())


def later_by(day: date, months: int, days: int = 0) -> date:
    """The day on which so many months are over: the day of that number, and where the month has
    none the first of the next. Source: docs/RULES.md R-97 (Civil Code, article 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day > monthrange(year, month + 1)[1]:
        year, month = divmod(year * 12 + month + 1, 12)
        return date(year, month + 1, 1) + timedelta(days=days)
    return date(year, month + 1, day.day) + timedelta(days=days)


def _own(terms: BenefitRules) -> list[Reason]:
    return [Reason(terms.clause, terms.words)] if terms.clause or terms.words else []


def _waited(terms: WaitingRules, waits: Waiting, days: dict[str, date | None]) -> date | None:
    """The first day after the waiting; None where the day counted from is not known."""
    if terms.counts_from == "later":
        start = max(day for day in (days["coverage_from"], days["paid_on"]) if day)
    elif (known := days[terms.counts_from]) is not None:
        start = known
    else:
        return None
    start += timedelta(days=terms.after_days)
    return (
        later_by(start, waits.length)
        if waits.unit == "months"
        else later_by(start, 0, waits.length)
    )


def _last_day(rule: BenefitRule, start: date, until: date) -> date:
    if isinstance(rule.ends, date):
        return rule.ends
    if rule.ends == "year_end":
        return date(start.year, 12, 31)
    return until - timedelta(days=1)


def _unit(unit: str) -> str:
    return {"months": _("months"), "days": _("days")}[unit]
