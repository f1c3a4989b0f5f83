"""What ending a registration comes to, before anything is kept. Source: docs/RULES.md R-389."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum
from django.utils.translation import pgettext

from enrollment import ports
from enrollment.models import Campaign, NotEnrolling, Registration
from payments.models import Match, Part, Payment
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
) -> Foreseen:
    """What comes back to whom when it ends for this reason, asked for on this day, and why."""
    matched = list(
        Match.objects.of_registrations([registration.pk])
        .filter(ended_at=None)
        .order_by("at", "id")
        .values_list("payment_id", "part", "fen")
    )
    own = sum(fen for _id, part, fen in matched if part == Part.OWN)
    aid = sum(fen for _id, part, fen in matched if part == Part.ON_BEHALF)
    paid = Paid(own, aid, min(own, _reimbursed(registration)), bool(benefits_used))
    found = refundable(campaign.policy, reason, on, paid)
    clauses = dict.fromkeys(each.clause for each in found.because if each.clause)
    join = pgettext("list", "; ")
    states = ports.paid_states(campaign.pk, [registration.pk])
    return Foreseen(
        own_fen=found.own_fen,
        aid_fen=found.aid_fen,
        paid_fen=own + aid,
        settled=states.get(registration.pk) == "paid",
        asks_use=bool(matched) and asks_use(campaign, reason),
        clause=pgettext("list", ", ").join(clauses),
        words=join.join(each.words for each in found.because if each.words),
        by_payment=_shares(matched, found.fen),
    )


def _reimbursed(registration: Registration) -> int:
    """Fen that came back to the person from a subsidy already, or are on their way."""
    sent = Transfer.objects.filter(pay_out__registration=registration, returned_at=None)
    return sent.aggregate(fen=Sum("fen"))["fen"] or 0


def _shares(matched: list[tuple[int, str, int]], fen: int) -> dict[int, int]:
    """Fen over the payments, own parts first; with each what it paid too much."""
    too_much = dict(
        Payment.objects.filter(id__in=[pk for pk, _part, _fen in matched]).values_list(
            "id", "refund_due_fen"
        )
    )
    shares = {}
    for pk, _part, most in sorted(matched, key=lambda row: row[1] != Part.OWN):
        share = min(fen, most)
        fen -= share
        if share:
            shares[pk] = share + too_much.get(pk, 0)
    return shares
