"""Everything that became of one payment, newest first, each with who, when and why."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from enrollment.models import AuditEntry, Campaign, Resident, SourceFile, User
from payments import match_words
from payments.cases import voided, wording
from payments.claim_models import ClaimEnd
from payments.models import Correction, Decision, Match, Part, Payment, VoidedLine
from payments.refunds import RefundRule

AUDITED: dict[str, str | Promise] = {
    "show_payment_number": gettext_lazy("Numbers shown in full"),
}
PROPOSED = pgettext_lazy("payment history", "Proposed")


@dataclass(frozen=True)
class Event:
    """`shape` of config.shapes; `decided`: a person's act. `evidence`: a decision with a file."""

    at: datetime
    what: str
    text: str = ""
    fen: int | None = None
    who: str = ""
    shape: str = "ring"
    decided: bool = False
    evidence: int = 0
    person: int = 0


def events(campaign: Campaign, payment: Payment | VoidedLine) -> list[Event]:
    """Newest first. A handful of queries, each by an index of the payment."""
    pk = payment.row_id if isinstance(payment, VoidedLine) else payment.pk
    found = [
        *_taken_in(payment),
        *_decisions(campaign, pk),
        *_matches(pk),
        *_corrections(pk),
        *_shown(pk),
        *_claimed(pk),
        *_voided(pk),
    ]
    # Of one instant (a practice clock stands still) what came later stands first.
    return sorted(reversed(found), key=lambda event: event.at, reverse=True)


def clauses(campaign: Campaign, payment: Payment) -> list[RefundRule]:
    """What the notice says of the refunds that are decided of this payment."""
    rows = Decision.objects.live().filter(payment_id=payment.pk, kind=Decision.Kind.REFUND)
    reasons = set(rows.values_list("reason", flat=True))
    return [rule for rule in campaign.policy["refunds"] if rule.reason in reasons]


def _voided(payment_id: int) -> list[Event]:
    found = []
    for line, voiding in voided.of_payment(payment_id):
        said = {"file": voiding.file.name, "line": line.line, "why": voiding.why}
        text = _("%(file)s, line %(line)s: %(why)s") % said
        if line.handed_to:
            text += _("; file %(n)s reports it too") % {"n": line.handed_to}
        what = _("File undone")
        found.append(Event(voiding.at, what, text, line.fen, str(voiding.by), "cross", True))
    return found


def _claimed(payment_id: int) -> list[Event]:
    ends = ClaimEnd.objects.live().filter(payment_id=payment_id)
    end = ends.select_related("claim", "by").first()
    if end is None:
        return []
    told = _("told on %(day)s") % {"day": f"{end.claim.entered_at:%Y-%m-%d}"}
    return [
        Event(
            at=end.at,
            what=_("Closed a claim of payment"),
            text=told,
            fen=end.claim.fen,
            who=str(end.by),
            person=end.claim.resident_id,
        )
    ]


def _taken_in(payment: Payment | VoidedLine) -> list[Event]:
    file = SourceFile.objects.select_related("taken_by").filter(pk=payment.file_id).first()
    if file is None:
        return []
    text = _("%(file)s, line %(line)s") % {"file": file.name, "line": payment.line}
    what = pgettext("payment history", "Taken in")
    at = file.posted_at if isinstance(payment, VoidedLine) else payment.known_at
    return [Event(at, what, text, payment.fen, str(file.taken_by), "ring")] if at else []


def _matches(payment_id: int) -> list[Event]:
    rows = list(Match.objects.of_payment(payment_id).order_by("id"))
    people = _people([row.by_id for row in rows] + [row.ended_by_id for row in rows])
    residents = Resident.objects.in_bulk({row.resident_id for row in rows})
    found = []
    for row in rows:
        name = residents[row.resident_id].name if row.resident_id in residents else "–"
        rule = match_words.rule(row.rule)
        part = Part(row.part).label
        text = _("%(name)s, %(part)s, %(rule)s") % {"name": name, "part": part, "rule": rule}
        who = people.get(row.by_id, "")
        found.append(
            Event(row.known_at, _("Matched"), text, row.fen, who, "dot", person=row.resident_id)
        )
        if row.ended_at:
            why = match_words.end(row.ended_why or "")
            by = people.get(row.ended_by_id or 0, "")
            what = _("Match ended")
            found.append(Event(row.ended_at, what, f"{name}: {why}", row.fen, by, "cross"))
    return found


def _corrections(payment_id: int) -> list[Event]:
    rows = list(Correction.objects.filter(payment_id=payment_id))
    files = SourceFile.objects.in_bulk({row.file_id for row in rows})
    found = []
    for row in rows:
        file = files.get(row.file_id)
        text = _("%(file)s, line %(line)s") % {"file": file.name if file else "–", "line": row.line}
        shape = "cross" if row.kind == Correction.Kind.REVERSAL else "diamond-open"
        found.append(Event(row.known_at, row.get_kind_display(), text, -row.fen, "", shape))
    return found


def _decisions(campaign: Campaign, payment_id: int) -> list[Event]:
    rows = Decision.objects.filter(payment_id=payment_id).select_related(
        "proposed_by", "approved_by", "refused_by", "ended_by", "resident"
    )
    found = []
    for row in rows.order_by("id"):
        kind = wording.kind_label(row.kind)
        reason = wording.reason_label(campaign, row.kind, row.reason)
        said = [kind, row.resident.name if row.resident else "", reason, row.evidence]
        found.append(
            Event(
                row.proposed_at,
                str(PROPOSED) if row.kind in Decision.TWO_PEOPLE else kind,
                _("; ").join(filter(None, said[0 if row.kind in Decision.TWO_PEOPLE else 1 :])),
                row.fen or None,
                str(row.proposed_by),
                "half",
                True,
                row.pk if row.evidence_file_id else 0,
                row.resident_id or 0,
            )
        )
        for at, by, what, why, shape in (
            (row.approved_at, row.approved_by, _("Approved"), "", "dot"),
            (row.refused_at, row.refused_by, _("Refused"), row.refused_why, "cross"),
            (row.ended_at, row.ended_by, _ended(row), row.ended_why, "dash"),
        ):
            if at:
                text = _("; ").join(filter(None, (kind, match_words.end(why))))
                found.append(Event(at, what, text, row.fen or None, str(by), shape, True))
    return found


def _ended(row: Decision) -> str:
    if row.state == "undone":
        return _("Undone")
    taken_back = row.kind in Decision.TWO_PEOPLE or row.ended_why == "withdrawn"
    return _("Withdrawn") if taken_back else _("Answered")


def _shown(payment_id: int) -> list[Event]:
    rows = AuditEntry.objects.filter(object_kind="payment", object_id=payment_id)
    return [
        Event(row.at, str(AUDITED.get(row.action, row.action)), row.why, None, str(row.by), "idle")
        for row in rows.select_related("by")
    ]


def _people(ids: list[int | None]) -> dict[int, str]:
    return {user.pk: str(user) for user in User.objects.filter(pk__in={pk for pk in ids if pk})}
