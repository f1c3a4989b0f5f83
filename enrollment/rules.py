"""Pure rules of the ground floor: who may enroll, when, and where they count."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enrollment.facts import Facts
from enrollment.notice import Policy
from enrollment.ports import Reason
from enrollment.sections import Eligibility, Window
from enrollment.sections.ages import day_for_ages
from enrollment.sections.windows import PAYMENT, REGISTRATION
from enrollment.untold import NotTold, to_tell

STUDENTS = ("1403", "1404")  # categories that only students have


@dataclass(frozen=True)
class Admission:
    """Whether a person may enroll, and by which clause. `kind` and `evidence`: as what."""

    admitted: bool
    because: tuple[Reason, ...] = ()
    kind: str | None = None
    evidence: tuple[str, ...] = ()


def with_what_follows(policy: Policy, facts: Facts) -> Facts:
    """The facts with what follows from them: a pupil is a student, who is of another category is
    none; the day on which [eligibility] tells ages; of payment and registration the one that is not
    told is at the same instant.

    Source: docs/RULES.md R-61, R-63.
    """
    student = facts.student
    if student is None and facts.category is not None:
        student = facts.category in STUDENTS
    facts = facts.asked(
        student=student,
        registered_at=facts.registered_at or facts.paid_at,
        paid_at=facts.paid_at or facts.registered_at,
        paid_assumed=facts.paid_at is None and facts.registered_at is not None,
    )
    return ages_told(policy, facts, policy["eligibility"].age_on)


def ages_told(policy: Policy, facts: Facts, age_on: str | date) -> Facts:
    """The facts with ages told as a section's `age_on` says."""
    campaign = policy["campaign"]
    start = campaign.coverage_from if campaign else None
    return facts.asked(age_on=day_for_ages(age_on, facts, start))


def admission(policy: Policy, facts: Facts, *, presume: bool = False) -> Admission:
    """Whether a person may enroll. `facts` as `with_what_follows` gives them.

    presume: where no kind is shown, whoever may still be one of those admitted is; a register does
    not hold the papers. Errors: NotTold where facts that everybody has are missing and decide.
    Source: docs/RULES.md R-60, R-62, R-220.
    """
    rules = policy["eligibility"]
    for exclusion in rules.exclusions:
        if exclusion.when.holds(facts):
            words = exclusion.words or _("%(name)s: excluded") % {"name": exclusion.name}
            return Admission(False, (Reason(exclusion.clause or rules.clause, words),))
    told = rules.kind(facts.kind) if facts.kind else None
    holding = next((k for k in rules.kinds if k.when.fields and k.when.holds(facts)), None)
    kind = told or holding
    if kind is None:
        possible = [k for k in rules.kinds if k.admit and not k.when.contradicted(facts)]
        admitted = rules.otherwise == "admit" or (presume and bool(possible))
        if not admitted and (missing := to_tell((k.when for k in possible), facts)):
            raise NotTold(rules.clause, missing)
        return Admission(admitted, _otherwise(rules, admitted))
    reason = Reason(kind.clause or rules.clause, kind.words or kind.name)
    if kind.admit and kind.when.contradicted(facts):
        said = _("%(name)s: something known speaks against it. %(words)s")
        reason = Reason(reason.clause, said % {"name": kind.name, "words": kind.words})
        return Admission(False, (reason,), kind.key)
    return Admission(kind.admit, (reason,), kind.key, kind.evidence)


def _otherwise(rules: Eligibility, admitted: bool) -> tuple[Reason, ...]:
    if rules.clause or rules.words:
        return (Reason(rules.clause, rules.words),)
    return () if admitted else (Reason("", _("The notice does not list such a person.")),)


def open_window(policy: Policy, at: datetime) -> Window | None:
    """The first window that takes registrations at the instant; one for everybody goes before
    those for some.

    Source: docs/RULES.md R-03.
    """
    found = [w for w in policy["windows"] if w.accepts(REGISTRATION, at)]
    return next((w for w in found if not w.when.fields), found[0] if found else None)


def registering_windows(policy: Policy) -> tuple[Window, ...]:
    """Those that take registrations."""
    return tuple(w for w in policy["windows"] if w.takes != PAYMENT)


def window_of(policy: Policy, what: str, at: datetime, facts: Facts) -> Window | None:
    """The first window that takes this person's registration, or payment, at the instant."""
    windows = policy["windows"]
    return next((w for w in windows if w.accepts(what, at) and w.when.holds(facts)), None)


def paying_window(policy: Policy, at: datetime, facts: Facts) -> Window | None:
    """The window a payment would belong to; its pay days are not asked."""
    for window in policy["windows"]:
        if window.takes != REGISTRATION and window.holds(at) and window.when.holds(facts):
            return window
    return None


def not_taken(policy: Policy, what: str, at: datetime) -> tuple[Reason, ...]:
    """Why no window takes it: each window with its clause. Source: docs/RULES.md R-63."""
    said = {
        REGISTRATION: _("registrations are only taken within %(window)s"),
        PAYMENT: _("payments are only taken within %(window)s"),
    }[what]
    windows = [w for w in policy["windows"] if w.takes in ("both", what)] or policy["windows"]
    return tuple(Reason(w.clause, said % {"window": window_in_words(w, what, at)}) for w in windows)


def window_in_words(window: Window, what: str = PAYMENT, at: datetime | None = None) -> str:
    """“征缴期 2022-10-15 – 2022-12-31 17:00, payments on days 1 to 25”."""
    parts = [f"{window.title} {window.start} – {window.last_day}"]
    if window.closes_at:
        parts[0] += f" {window.closes_at:%H:%M}"
    if window.takes != "both":
        only = _("registrations only") if window.takes == REGISTRATION else _("payments only")
        parts.append(only)
    if window.pay_days and what == PAYMENT:
        first, last = window.pay_days
        parts.append(_("payments on days %(f)s to %(l)s of a month") % {"f": first, "l": last})
    if at is not None and window.accepts(what, at):
        parts.append(_("not for this person"))
    return pgettext("list", ", ").join(parts)


def unit_of(policy: Policy, facts: Facts) -> tuple[str, Reason]:
    """To which of a person's places a registration counts: "village", "household" or "school".

    Where the person has no such place it counts to the village; who registers sees to that.
    `facts` as `with_what_follows` gives them. Source: docs/RULES.md R-05, R-67.
    """
    rules = policy["attribution"]
    if rules is None:
        return "village", Reason("", "")
    for rule in rules.rules:
        if rule.when.holds(facts):
            return rule.unit, Reason(rule.clause or rules.clause, rule.words or rules.words)
    return rules.unit, Reason(rules.clause, rules.words)


def counts_to_schools(policy: Policy) -> bool:
    """Whether anybody's registration may count to a school."""
    rules = policy["attribution"]
    return rules is not None and "school" in (rules.unit, *(rule.unit for rule in rules.rules))


def category_by_age(born_on: date | None, on: date) -> str | None:
    """The person category where age alone is certain; None for school ages.

    1401 newborn under one year, 1402 under 6, 1501 from 19, 1601 from 60 (common reading of
    registration forms; a school child is not told from a minor out of school by age).
    """
    if born_on is None:
        return None
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    if age < 1:
        return "1401"
    if age < 6:
        return "1402"
    if age >= 60:
        return "1601"
    return "1501" if age >= 19 else None
