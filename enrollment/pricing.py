"""What one person owes under a notice, from when to when it covers them, and the clauses why."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enrollment import benefits, ports, rules
from enrollment.facts import Facts
from enrollment.notice import Policy
from enrollment.ports import NotStated, Reason
from enrollment.sections import Fee, FeeRule, Fiscal, Window
from enrollment.sections.windows import PAYMENT, REGISTRATION
from enrollment.untold import NotTold, called, looked_at, to_tell

NOTHING = Reason("", "")


@dataclass(frozen=True)
class Price:
    """What one person, or one profile, owes. Fen; fee = own + on_behalf + deducted.

    `fee_fen` holds `fiscal_fen`, the fiscal part where it is charged as well; `treasury_fen` is
    what the treasuries still add, and nobody pays; `repair_fen` what paying up missed years costs,
    beside the fee. reimbursed ≤ own. Not eligible: all zero, no
    benefit, and `because` has the clause that refuses. `benefit_until` is the last covered day.
    """

    fee_fen: int = 0
    own_fen: int = 0
    on_behalf_fen: int = 0
    deducted_fen: int = 0
    reimbursed_fen: int = 0
    fiscal_fen: int = 0
    treasury_fen: int = 0
    repair_fen: int = 0
    hardship: str = ""
    eligible: bool = True
    kind: str = ""
    tier: str = ""
    window: str = ""
    unit: str = "village"  # to which of the person's places a registration counts, see unit_of
    benefit_from: date | None = None
    benefit_until: date | None = None
    because: tuple[Reason, ...] = ()  # all reasons, in the order in which the rules were asked
    unit_because: Reason = NOTHING
    fee_because: Reason = NOTHING
    treasury_because: Reason = NOTHING
    subsidy_because: tuple[Reason, ...] = ()
    not_applied: tuple[Reason, ...] = ()
    funders: tuple[ports.Funded, ...] = ()
    reimbursed_in: date | None = None  # first day of the month in which that falls due

    @property
    def refusal(self) -> str:
        """Clause and words of a refusal, as one sentence."""
        return in_words(self.because)


class NoFee(NotStated):
    """The notice states no fee; nobody can be priced under it."""

    def __init__(self) -> None:
        super().__init__(Reason("", _("The notice states no fee.")))


def price(policy: Policy, facts: Facts, *, presume: bool = False) -> Price:
    """Price one person: eligibility, windows, fee, subsidy, benefit, counting unit.

    Of the dates of registration and payment only those told are tested against the windows.
    presume: see `rules.admission`; for people whom a register knows.
    Errors: NoFee, NotStated with the clause, NotTold where a fact that was not told decides.
    Source: docs/RULES.md R-04, R-60 to R-65, R-220.
    """
    if policy["fee"] is None:
        raise NoFee
    known = rules.with_what_follows(policy, facts)
    admission = rules.admission(policy, known, presume=presume)
    kind = admission.kind or ""
    if not admission.admitted:
        return Price(eligible=False, kind=kind, because=_told(admission.because))
    known = known.asked(kind=known.kind or admission.kind)
    refused = _dates_refused(policy, facts, known)
    if refused:
        return Price(eligible=False, kind=kind, because=refused)
    window = _window(policy, facts, known)
    known = known.asked(window=window.key if window else None)
    fee_fen, fiscal_fen, rule, fee_because = fee_of(policy, known)
    subsidy = ports.subsidy(policy, known, fee_fen, fiscal_fen)
    of_age = rules.ages_told(policy, known, policy["fee"].age_on)
    treasury_fen, treasury_because = fiscal_of(policy, of_age)
    benefit = benefits.benefit(policy, known)
    unit, unit_because = rules.unit_of(policy, known)
    when = (Reason(window.clause, window.words or window.title),) if window else ()
    return Price(
        fee_fen=fee_fen,
        own_fen=fee_fen - subsidy.on_behalf_fen - subsidy.deducted_fen,
        on_behalf_fen=subsidy.on_behalf_fen,
        deducted_fen=subsidy.deducted_fen,
        reimbursed_fen=subsidy.reimbursed_fen,
        fiscal_fen=fiscal_fen,
        treasury_fen=max(0, (treasury_fen or 0) - fiscal_fen),
        repair_fen=_repair(policy, known, fee_fen - fiscal_fen, treasury_fen or 0),
        hardship=subsidy.category,
        kind=kind,
        tier=(rule.benefit_tier if rule else "") or known.tier or "",
        window=window.key if window else "",
        unit=unit,
        unit_because=unit_because,
        benefit_from=benefit.begins,
        benefit_until=benefit.until,
        because=_told((*admission.because, *when, fee_because, *subsidy.because, *benefit.because)),
        fee_because=fee_because,
        treasury_because=treasury_because,
        subsidy_because=subsidy.because,
        not_applied=subsidy.not_applied,
        funders=subsidy.funders,
        reimbursed_in=subsidy.reimbursed_in,
    )


def _dates_refused(policy: Policy, facts: Facts, known: Facts) -> tuple[Reason, ...]:
    """Why a date that was told is not accepted; empty where it is, or without any windows.

    Errors: NotTold where a window takes it for some, and it is not told whether they are of them.
    """
    if not policy["windows"]:
        return ()
    for what, at in ((REGISTRATION, facts.registered_at), (PAYMENT, facts.paid_at)):
        if at is not None and rules.window_of(policy, what, at, known) is None:
            for_some = [w for w in policy["windows"] if w.accepts(what, at)]
            if missing := to_tell((w.when for w in for_some), known):
                raise NotTold(for_some[0].clause, missing)
            return rules.not_taken(policy, what, at)
    return ()


def _window(policy: Policy, facts: Facts, known: Facts) -> Window | None:
    """The window in which the person pays, else registers; None where no date is known."""
    if known.paid_at is None:
        return None
    found = None
    if facts.paid_at is not None:
        found = rules.window_of(policy, PAYMENT, facts.paid_at, known)
    found = found or rules.paying_window(policy, known.paid_at, known)
    if found or facts.registered_at is None:
        return found
    return rules.window_of(policy, REGISTRATION, facts.registered_at, known)


def fee_of(policy: Policy, facts: Facts) -> tuple[int, int, FeeRule | None, Reason]:
    """The fee with its fiscal part, the fiscal part, the rule that says so, and the reason. Fen.

    Errors: NotStated where neither a rule holds nor the notice states a fee for everybody; NotTold
    where a rule might hold if more were told. Source: docs/RULES.md R-04, R-64, R-221.
    """
    fee: Fee = policy["fee"]
    facts = rules.ages_told(policy, facts, fee.age_on)
    for rule in fee.rules:
        if not rule.when.holds(facts):
            continue
        individual = rule.individual_fen
        if individual is None:
            individual = fee.individual_fen or 0  # the reader saw that one of the two is there
        fiscal = rule.fiscal_fen or 0
        if rule.with_fiscal:
            whole, reason = fiscal_of(policy, facts)
            if whole is None:
                raise NotStated(reason)
            fiscal = whole
        words = rule.words or fee.words
        if not words.startswith(rule.name):
            words = pgettext("list", ": ").join((rule.name, words))
        return individual + fiscal, fiscal, rule, Reason(rule.clause or fee.clause, words)
    if fee.individual_fen is None:
        conditions = [rule.when for rule in fee.rules]
        if missing := to_tell(conditions, facts):
            raise NotTold(fee.clause, missing)
        said = _("None of the notice's fees is for such a person; they go by: %(facts)s.")
        raise NotStated(Reason(fee.clause, said % {"facts": called(looked_at(conditions))}))
    return fee.individual_fen, 0, None, Reason(fee.clause, fee.words)


def _repair(policy: Policy, facts: Facts, individual_fen: int, treasury_fen: int) -> int:
    """What the missed years that are paid up cost, each at this period's figures; fen.

    Source: docs/RULES.md R-98.
    """
    waiting = policy["benefit"].waiting
    years = min(facts.paid_missed_years or 0, facts.missed_years or 0)
    if waiting is None or not waiting.repaid_year:
        return 0
    return years * (individual_fen + (treasury_fen if waiting.repaid_year == "with_fiscal" else 0))


def fiscal_of(policy: Policy, facts: Facts) -> tuple[int | None, Reason]:
    """The fiscal subsidy of a person, whoever is charged it; fen. None: not stated.

    `facts`: their ages are told as [fee] says. Source: docs/RULES.md R-06.
    """
    fiscal: Fiscal | None = policy["fiscal"]
    if fiscal is None:
        return None, NOTHING
    for rule in fiscal.rules:
        if rule.when.holds(facts):
            return rule.per_person_fen, Reason(
                rule.clause or fiscal.clause, rule.words or rule.name
            )
    if fiscal.per_person_fen is None:
        said = _("The notice states no fiscal subsidy for such a person.")
        return None, Reason(fiscal.clause, said)
    return fiscal.per_person_fen, Reason(fiscal.clause, fiscal.words)


def in_words(because: tuple[Reason, ...]) -> str:
    """“words (clause); words (clause)”."""
    said = [
        _("%(words)s (clause %(clause)s)") % {"words": r.words, "clause": r.clause}
        if r.clause
        else r.words
        for r in because
    ]
    return pgettext("list", "; ").join(said)


def _told(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Each reason once, empty ones left out."""
    return tuple(dict.fromkeys(r for r in reasons if r.words or r.clause))
