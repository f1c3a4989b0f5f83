"""What the right side of the desk shows: the facts of one payment, and what may be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enrollment.access import top_region
from enrollment.models import Campaign, SourceFile, User
from payments import channels
from payments.cases import compare, queries, wording
from payments.cases.compare import Person
from payments.cases.scope import APPROVERS, PROPOSERS
from payments.cases.suggestions import DECIDED, FOUND, Suggestion, suggestions
from payments.models import Correction, Decision, Payment, Standing
from payments.queries import with_receipt

LABELS: dict[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "number": gettext_lazy("Number"),
    "person": gettext_lazy("Age, sex"),
    "place": gettext_lazy("Township, village"),
    "year": gettext_lazy("Coverage year"),
    "fen": gettext_lazy("Paid, due"),
    "registered": pgettext_lazy("case", "Registered"),
    "settled": gettext_lazy("Payment state"),
    "household": gettext_lazy("Same household"),
}
OTHERS_SHOWN = 6
_USUAL_MATCH: dict[str, str] = {"unknown_person": "wrong_number", "too_little": "together"}
DECIDABLE = (Standing.OPEN, Standing.MATCHED)  # a match that is wrong is decided anew


@dataclass(frozen=True)
class Option:
    """A way to decide, chosen by its digit. `why_not`: why it cannot be chosen."""

    value: str
    label: str
    many: str  # the same for many payments at once; "" where it is not for many
    why_not: str = ""
    usual: bool = False


def case_of(
    campaign: Campaign,
    payment: Payment,
    user: User,
    now: datetime,
    suggested: Sequence[Suggestion] | None = None,
    *,
    in_full: bool = False,
    found: int = 0,
) -> dict[str, Any]:
    """For payments/case.html. `suggested`: where the page has asked already. `found`: somebody
    whom the user has looked for (people.py)."""
    today = timezone.localdate(now)
    if suggested is None:
        suggested = suggestions(campaign, [payment], top_region(user, campaign)).get(payment.pk, [])
    decision = queries.live_decisions([payment.pk]).get(payment.pk)
    chosen = Suggestion(found, FOUND) if found else None
    if decision and decision.resident_id and not found:
        chosen = Suggestion(decision.resident_id, DECIDED)
    people = compare.people(campaign, payment, suggested, today, chosen)
    first = next((at for at, person in enumerate(people) if person.resident.pk == found), 0)
    own = compare.own_cells(campaign, payment, today)
    rows = [
        {"label": LABELS[key], "own": own[at], "cells": [person.cells[at] for person in people]}
        for at, key in enumerate(compare.ROWS)
    ]
    acts = _acts(campaign, payment, people, decision, user, first if found else None)
    others = with_receipt(campaign.pk, payment.receipt).exclude(pk=payment.pk)
    return {
        "payment": payment,
        "days": queries.days(payment.paid_at, now),
        "channel": channels.called(campaign.policy, payment.channel),
        "file": SourceFile.objects.filter(pk=payment.file_id).first(),
        "people": people,
        "first": first,
        "case_rows": rows,
        "numbers": compare.numbers_in_full(payment, people) if in_full else None,
        "corrections": Correction.objects.filter(payment_id=payment.pk).order_by("paid_at"),
        "same_receipt": others[:OTHERS_SHOWN] if payment.receipt else [],
        "decision": decision,
        "found_why_not": acts["options"][first].why_not if found and acts["options"] else "",
        **acts,
    }


def _acts(
    campaign: Campaign,
    payment: Payment,
    people: Sequence[Person],
    decision: Decision | None,
    user: User,
    found: int | None,
) -> dict[str, Any]:
    """What this person may do with it now. `found`: which of the people was looked for."""
    state = decision.state if decision else ""
    mine = decision is not None and decision.proposed_by_id == user.pk
    undecided = state in ("", "told") and payment.standing in DECIDABLE
    proposes = user.role in PROPOSERS and undecided
    kind = decision.kind if decision else ""
    return {
        "decision_state": state,
        "decision_kind": wording.kind_label(kind) if kind else "",
        "decision_reason": wording.reason_label(campaign, kind, decision.reason)
        if decision
        else "",
        "mine": mine,
        "may_propose": proposes,
        "may_answer": user.role in PROPOSERS and state == "told",
        "may_approve": user.role in APPROVERS and state == "waiting" and not mine,
        "may_withdraw": state == "waiting" and mine,
        "may_undo": user.role in APPROVERS and state == "standing",
        "options": _options(campaign, payment, people, found) if proposes else [],
        "reasons": _reasons(campaign, payment) if proposes else [],
    }


def _options(
    campaign: Campaign, payment: Payment, people: Sequence[Person], found: int | None
) -> list[Option]:
    usual = wording.USUAL.get(payment.cause or "", wording.VERIFY)
    if found is not None:
        usual = (wording.ONE, wording.TWO)[found]
    labels = dict(wording.CHOICES)
    for choice, person in zip((wording.ONE, wording.TWO), people, strict=False):
        if person.chosen:
            labels[choice] = _("Match to %(name)s") % {"name": person.resident.name}
    nobody = _("nobody is suggested")
    why_not = {
        wording.ONE: _why_not(campaign, payment, people[0]) if people else nobody,
        wording.TWO: _why_not(campaign, payment, people[1]) if len(people) > 1 else nobody,
    }
    if why_not.get(usual):
        usual = wording.VERIFY
    return [
        Option(
            value,
            str(label),
            "" if value == wording.TWO else str(wording.FOR_MANY[value]),
            why_not.get(value, ""),
            value == usual,
        )
        for value, label in labels.items()
    ]


def _why_not(campaign: Campaign, payment: Payment, person: Person) -> str:
    if payment.year != campaign.coverage_from.year:
        return _("paid for another year")
    if person.registration is None:
        return _("not registered this year")
    if person.state == "paid":
        return _("has paid already")
    if person.state == "exempt":
        return _("owes nothing")
    return ""


def _reasons(
    campaign: Campaign, payment: Payment
) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """Kind, its name, what may be chosen and whether it stands chosen at first; the page shows
    those of the chosen kind."""
    usual = {"match": _USUAL_MATCH.get(payment.cause or "", "same_person")}
    return [
        (
            kind.value,
            str(kind.label),
            [
                (code, label, code == usual.get(kind, payment.cause))
                for code, label in wording.reasons(campaign, kind)
            ],
        )
        for kind in Decision.Kind
    ]
