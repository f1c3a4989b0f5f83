"""Deciding about people who stand on a list and are registered all the same.

A list never undoes a registration: somebody decides. Source: docs/RULES.md R-299.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Registration, SourceFile, User
from enrollment.services import ending
from subsidies.models import ListDecision, Listing

Decision = ListDecision.Decision
NEGATIVE = ("dead", "employee", "elsewhere", "army", "prison")  # the gravest first
OF_UNPAID = (Decision.TAKEN_BACK, Decision.STAYS)
OF_PAID = (Decision.REFUND, Decision.NO_REFUND, Decision.STAYS)


@dataclass(frozen=True)
class Case:
    """An entry of a list and a standing registration; what goes back of what is paid."""

    listing_id: int
    registration_id: int
    paid: bool
    back_fen: int = 0
    clause: str = ""
    words: str = ""


@transaction.atomic
def decide(
    campaign: Campaign,
    cases: Sequence[Case],
    decision: str,
    *,
    by: User,
    now: datetime,
    why: str,
) -> int:
    """One decision about all of these; how many they are. All or nothing.

    Errors: Refused without a reason, for a decision that does not fit all of them, or where
    somebody else was quicker.
    """
    why = why.strip()[:200]
    if len(why) < 2:
        raise Refused(_("Say why this is decided."))
    if not cases:
        raise Refused(_("Choose at least one person."))
    _check_fits(cases, decision)
    listings = [case.listing_id for case in cases]
    if Listing.objects.filter(pk__in=listings, ended_at=None).count() != len(set(listings)):
        raise Refused(_("A list has changed meanwhile; look again."))
    if decision == Decision.TAKEN_BACK:
        registrations = {case.registration_id for case in cases}
        ending.end_registrations(campaign, registrations, by=by, now=now, why=why)
    elif Registration.objects.standing().filter(
        pk__in={case.registration_id for case in cases}
    ).count() != len({case.registration_id for case in cases}):
        raise Refused(_("A registration was taken back meanwhile; look again."))
    try:
        with transaction.atomic():
            ListDecision.objects.bulk_create(
                _row(campaign, case, decision, by, now, why) for case in cases
            )
    except IntegrityError:
        raise Refused(_("Somebody has just decided about one of them; look again.")) from None
    AuditEntry.objects.create(
        at=now,
        by=by,
        action="decide_on_list",
        campaign=campaign,
        why=why,
        facts={"decision": str(decision), "people": len(cases)},
    )
    return len(cases)


def _row(
    campaign: Campaign, case: Case, decision: str, by: User, now: datetime, why: str
) -> ListDecision:
    told: Mapping[str, object] = {}
    if decision in (Decision.REFUND, Decision.NO_REFUND):
        fen = case.back_fen if decision == Decision.REFUND else 0
        told = {"fen": fen, "clause": case.clause[:80], "words": case.words[:400]}
    return ListDecision(
        campaign=campaign,
        listing_id=case.listing_id,
        registration_id=case.registration_id,
        decision=decision,
        why=why,
        at=now,
        by=by,
        **told,
    )


def _check_fits(cases: Sequence[Case], decision: str) -> None:
    if decision not in Decision.values:
        raise Refused(_("Choose what is decided."))
    paid = sum(case.paid for case in cases)
    if decision == Decision.TAKEN_BACK and paid:
        raise Refused(
            _("%(count)s of them have paid: their registration is not taken back here.")
            % {"count": paid}
        )
    if decision in (Decision.REFUND, Decision.NO_REFUND) and paid < len(cases):
        raise Refused(_("Of some of them nothing is paid, so there is nothing to refund."))
    if decision == Decision.REFUND and not all(case.back_fen for case in cases):
        raise Refused(_("The notice gives some of them nothing back, see the clause beside them."))


def withdraw_decisions(file: SourceFile, *, now: datetime) -> int:
    """The list is undone: what was decided by it stands no longer; how many there were.

    What was taken back stays taken back, and its decision stands, so that somebody registers these
    people again: a list neither ends nor makes a registration.
    """
    rows = ListDecision.objects.filter(listing__file=file, withdrawn_at=None)
    return rows.exclude(decision=Decision.TAKEN_BACK).update(withdrawn_at=now)
