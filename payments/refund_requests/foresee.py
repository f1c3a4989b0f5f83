"""What ending a registration comes to, before anything is kept. Source: docs/RULES.md R-389."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q, Sum
from django.utils.translation import pgettext

from enrollment import ports
from enrollment.covered import benefit_from
from enrollment.models import Campaign, NotEnrolling, Registration
from payments.models import Cause, Decision, Match, Part, Payment, Stop
from payments.refunds import Paid, refundable
from subsidies.models import Transfer

# Reasons of the notice's refunds → why the person is not enrolled from then on.
WHY_NOT = {
    "death": NotEnrolling.Reason.DEAD,
    "employee_insurance": NotEnrolling.Reason.EMPLOYEE,
    "other_area": NotEnrolling.Reason.ELSEWHERE,
    "duplicate_other_province": NotEnrolling.Reason.ELSEWHERE,
    "duplicate": NotEnrolling.Reason.ELSEWHERE,
    "abroad": NotEnrolling.Reason.ABROAD,
    "missing": NotEnrolling.Reason.NO_CONTACT,
}

LOST = (Cause.NOT_REGISTERED, Cause.WRONG_PLACE)  # why a match ends with its registration


@dataclass(frozen=True)
class Foreseen:
    """`own_fen` goes back to the person, `aid_fen` to who subsidised them; by `payment` how much of
    each payment. `paid_fen`: what settles the registration, both parts; `settled`: the own part is
    paid. `asks_use`: the notice asks whether benefits were used."""

    own_fen: int
    aid_fen: int
    paid_fen: int
    settled: bool
    asks_use: bool
    clause: str
    words: str
    by_payment: dict[int, int]

    @property
    def fen(self) -> int:
        return self.own_fen + self.aid_fen

    @property
    def stays(self) -> bool:
        """Paid, and nothing goes back: the registration stands as it is."""
        return self.settled and not self.fen


@dataclass(frozen=True)
class Basis:
    """What a registration was paid with. `matched`: (payment, part, fen), own parts first;
    `reimbursed_fen` came back to the person from a subsidy or is on its way; `too_much`: payment →
    fen that go back anyway. `own_back_fen`, `aid_back_fen` went back by earlier requests, `left`:
    payment → fen of it that nobody decided upon, of a registration that ended by them."""

    matched: tuple[tuple[int, str, int], ...]
    settled: bool
    reimbursed_fen: int = 0
    benefit_from: date | None = None
    too_much: Mapping[int, int] = field(default_factory=dict)
    own_back_fen: int = 0
    aid_back_fen: int = 0
    left: Mapping[int, int] | None = None

    def paid_fen(self, part: str) -> int:
        return sum(fen for _pk, of, fen in self.matched if of == part)


def reasons_of(campaign: Campaign) -> dict[str, str]:
    """Code → name: the notice's reasons for refunds, then why people are not enrolled."""
    stated = {rule.reason: rule.name for rule in campaign.policy["refunds"]}
    meant = {WHY_NOT[code] for code in stated if code in WHY_NOT}
    plain = {code: str(name) for code, name in NotEnrolling.Reason.choices if code not in meant}
    return {**stated, **plain}


def asks_use(campaign: Campaign, reason: str) -> bool:
    return any(r.forbidden_by_use for r in campaign.policy["refunds"] if r.reason == reason)


def foresee(
    campaign: Campaign,
    registration: Registration,
    reason: str,
    on: date,
    *,
    benefits_used: bool | None = None,
    earlier: Sequence[Stop] = (),
) -> Foreseen:
    """What comes back to whom when it ends for this reason, asked for on this day, and why.

    earlier: requests that were carried out, the first of which ended it: what comes back besides.
    """
    basis = rest_of(campaign, registration, earlier) if earlier else None
    basis = basis or bases_of(campaign, [registration])[registration.pk]
    return by_rule(campaign, basis, reason, on, benefits_used=benefits_used)


def by_rule(
    campaign: Campaign, basis: Basis, reason: str, on: date, *, benefits_used: bool | None = None
) -> Foreseen:
    """What the notice gives back of it."""
    own, aid = basis.paid_fen(Part.OWN), basis.paid_fen(Part.ON_BEHALF)
    reimbursed = min(own, basis.reimbursed_fen)
    paid = Paid(own, aid, reimbursed, bool(benefits_used), basis.benefit_from)
    found = refundable(campaign.policy, reason, on, paid)
    clauses = dict.fromkeys(each.clause for each in found.because if each.clause)
    own_fen = max(0, found.own_fen - basis.own_back_fen)
    aid_fen = max(0, found.aid_fen - basis.aid_back_fen)
    if basis.left is not None:
        left = sum(min(fen, basis.left.get(pk, 0)) for pk, _part, fen in basis.matched)
        own_fen = min(own_fen, left)
        aid_fen = min(aid_fen, left - own_fen)
    join = pgettext("list", "; ")
    return Foreseen(
        own_fen=own_fen,
        aid_fen=aid_fen,
        paid_fen=own + aid,
        settled=basis.settled,
        asks_use=bool(basis.matched) and asks_use(campaign, reason),
        clause=pgettext("list", ", ").join(clauses),
        words=join.join(each.words for each in found.because if each.words),
        by_payment=shares(basis, own_fen + aid_fen),
    )


def bases_of(campaign: Campaign, registrations: Sequence[Registration]) -> dict[int, Basis]:
    """Registration id → what it stands paid with; a handful of statements, however many."""
    ids = [row.pk for row in registrations]
    rows = Match.objects.of_registrations(ids).filter(ended_at=None).order_by("at", "id")
    matches: dict[int, list[Match]] = defaultdict(list)
    for row in rows:
        matches[row.registration_id].append(row)
    too_much = dict(
        Payment.objects.filter(id__in=[row.payment_id for row in rows], refund_due_fen__gt=0)
        .values_list("id", "refund_due_fen")
    )  # fmt: skip
    reimbursed = _reimbursed(ids)
    states = ports.paid_states(campaign.pk, ids)
    begins = _benefits_begin(campaign)
    return {
        row.pk: Basis(
            matched=_own_first(matches[row.pk]),
            settled=states.get(row.pk) == "paid",
            reimbursed_fen=reimbursed.get(row.pk, 0),
            benefit_from=begins(row, _paid_at(matches[row.pk])),
            too_much=too_much,
        )
        for row in registrations
    }


def rest_of(campaign: Campaign, registration: Registration, earlier: Sequence[Stop]) -> Basis:
    """What a registration that `earlier` ended had been paid with, and what is left of it: what
    was decided to go back, and what lost its registration."""
    said = Decision.objects.filter(campaign=campaign, bulk__in=[stop.bulk for stop in earlier])
    found = Match.objects.of_registrations([registration.pk]).filter(
        Q(payment_id__in=said.values("payment_id")) | Q(ended_why__in=LOST), ended_at__isnull=False
    )
    last = {row.payment_id: row for row in found.order_by("id")}
    matches = sorted(last.values(), key=lambda row: (row.at, row.pk))
    left = Payment.objects.filter(id__in=[row.payment_id for row in matches])
    return Basis(
        matched=_own_first(matches),
        settled=False,
        reimbursed_fen=_reimbursed([registration.pk]).get(registration.pk, 0),
        benefit_from=_benefits_begin(campaign)(registration, _paid_at(matches)),
        own_back_fen=sum(stop.own_fen for stop in earlier),
        aid_back_fen=sum(stop.aid_fen for stop in earlier),
        left=dict(left.values_list("id", "open_fen")),
    )


def _own_first(matches: Iterable[Match]) -> tuple[tuple[int, str, int], ...]:
    found = [(row.payment_id, row.part, row.fen) for row in matches]
    return tuple(sorted(found, key=lambda row: row[1] != Part.OWN))


def _paid_at(matches: Iterable[Match]) -> datetime | None:
    return max((row.at for row in matches if row.part == Part.OWN), default=None)


def _benefits_begin(campaign: Campaign) -> Callable[[Registration, datetime | None], date | None]:
    """Asked for only where a refund of the notice goes by a person's own benefits."""
    if any(rule.before == "benefit_from" for rule in campaign.policy["refunds"]):
        return lambda row, paid_at: benefit_from(campaign, row, paid_at)
    return lambda _row, _paid_at: None


def _reimbursed(registration_ids: Sequence[int]) -> dict[int, int]:
    """Fen that came back to each from a subsidy already, or are on their way."""
    sent = Transfer.objects.filter(
        pay_out__registration__in=registration_ids, returned_at=None
    ).values_list("pay_out__registration")
    return dict(sent.annotate(fen=Sum("fen")).order_by())


def shares(basis: Basis, fen: int) -> dict[int, int]:
    """Fen over the payments, own parts first; with each what it paid too much."""
    found = {}
    for pk, _part, most in basis.matched:
        share = min(fen, most if basis.left is None else min(most, basis.left.get(pk, 0)))
        fen -= share
        if share:
            found[pk] = share + basis.too_much.get(pk, 0)
    return found
