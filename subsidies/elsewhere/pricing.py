"""What approved proofs come to, decided anew whenever marks, lists or the notice may have changed.

A decision is a row of Repricing that names the proof; it is written only where it says something
else than the last one. What it owes becomes a pay-out (payouts/due.py).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from enrollment import places, ports
from enrollment.facts import Facts, day_start
from enrollment.models import Campaign, User
from subsidies.elsewhere.rules import Beside, decide_elsewhere
from subsidies.models import ElsewhereProof, Entitlement, Repricing
from subsidies.outcomes import Outcome
from subsidies.repricing_rules import Decision

PROOFS_LOCK = 390_002  # first half of the advisory lock; the second is the campaign


def price_proofs(cursor: Any, campaign: Campaign, *, now: datetime) -> int:
    """Decide for every approved proof, and withdraw what others owe; how many decisions are new.

    In:     the caller's transaction; who does the same for the campaign waits until it ends.
    Source: docs/RULES.md R-280 to R-283.
    """
    if not ElsewhereProof.objects.filter(campaign=campaign).exists():
        return 0
    cursor.execute("select pg_advisory_xact_lock(%s, %s)", [PROOFS_LOCK, campaign.pk])
    of_proofs = Repricing.objects.filter(campaign=campaign, proof__isnull=False, withdrawn_at=None)
    approved = ElsewhereProof.State.APPROVED
    of_proofs.exclude(proof__state=approved).update(withdrawn_at=now)
    proofs = list(
        ElsewhereProof.objects.filter(campaign=campaign, state=approved)
        .select_related("resident__village")
        .order_by("pk")
    )
    before: dict[int, list[Repricing]] = defaultdict(list)
    for each in of_proofs.order_by("pk"):
        before[each.proof_id or 0].append(each)
    told = _told(campaign, [proof.resident_id for proof in proofs])
    by = User.system()
    rows = [
        row
        for proof in proofs
        if (row := _decided(campaign, proof, before[proof.pk], told, by=by, now=now))
    ]
    Repricing.objects.bulk_create(rows)
    return len(rows)


class _Told:
    """Marks that count, who is on a list of the dead, whose mark was recognised too late."""

    def __init__(self) -> None:
        self.marks: dict[int, list[ports.Marked]] = {}
        self.dead: set[int] = set()
        self.late: set[int] = set()
        self.files: dict[tuple[int, str], int | None] = {}  # of marks that stand or stood


def _told(campaign: Campaign, resident_ids: Sequence[int]) -> _Told:
    found = _Told()
    found.marks = ports.marks_of(campaign, resident_ids)
    listed = ports.listed(campaign, resident_ids)
    found.dead = {pk for pk, rows in listed.items() if any(row.kind == "dead" for row in rows)}
    until = campaign.policy["subsidies"].recognised_until
    marks = Entitlement.objects.filter(campaign=campaign, resident_id__in=resident_ids)
    for row in marks.order_by("pk"):
        ending = row.ended_at is not None
        key = (row.resident_id, row.category)
        found.files[key] = row.ended_by_file_id or row.file_id if ending else row.file_id
        if until and not ending and row.recognised_on >= until:
            found.late.add(row.resident_id)
    return found


def foresee(proof: ElsewhereProof) -> Decision:
    """What approving a proof would come to now."""
    campaign = proof.campaign
    return _decide(campaign, proof, (), _told(campaign, [proof.resident_id]))


def _decide(
    campaign: Campaign, proof: ElsewhereProof, before: Sequence[Repricing], told: _Told
) -> Decision:
    resident = proof.resident
    facts = Facts(
        born_on=resident.born_on,
        category=resident.category,
        marks=tuple(mark.mark for mark in told.marks.get(resident.pk, [])),
        paid_at=day_start(proof.paid_on),
        tier=proof.tier or None,
        residence=resident.residence or "registered",
        **places.facts_of(campaign.policy, resident, resident.village),
    )
    beside = Beside(
        paid_fen=proof.fen,
        owed_fen=sum(row.fen for row in before),
        hardship=before[-1].hardship if before else "",
        dead=resident.pk in told.dead,
        late=resident.pk in told.late,
    )
    return decide_elsewhere(campaign.policy, beside, facts)


def _decided(
    campaign: Campaign,
    proof: ElsewhereProof,
    before: Sequence[Repricing],
    told: _Told,
    *,
    by: User,
    now: datetime,
) -> Repricing | None:
    """The decision, unless nothing changes or the last one said the same."""
    last = before[-1] if before else None
    decision = _decide(campaign, proof, before, told)
    if decision.outcome == Outcome.SAME or (last and _same(last, decision)):
        return None
    hardship = decision.price.hardship
    was = last.hardship if last else ""
    return Repricing(
        campaign=campaign,
        proof=proof,
        resident=proof.resident,
        file_id=told.files.get((proof.resident_id, hardship or was)),
        at=now,
        by=by,
        outcome=decision.outcome,
        kind=decision.kind,
        hardship=hardship,
        was=was,
        was_fen=sum(row.fen for row in before),
        granted_fen=_granted_fen(decision),
        fen=decision.fen,
        funders=[[each.funder, each.fen] for each in decision.funders],
        clause=decision.clause,
        words=decision.words,
        policy_version=campaign.policy_version,
    )


def _granted_fen(decision: Decision) -> int:
    price = decision.price
    return price.on_behalf_fen + price.deducted_fen + price.reimbursed_fen


def _same(last: Repricing, decision: Decision) -> bool:
    said = (decision.outcome, decision.price.hardship, _granted_fen(decision))
    return not decision.fen and (last.outcome, last.hardship, last.granted_fen) == said
