"""What is decided about people on lists, and the refunds that it asks for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import Campaign, Registration, User
from payments.refund_requests import services
from reports.listed.queries import Found, refund_reason, to_decide
from subsidies import list_decisions
from subsidies.list_decisions import Decision


@dataclass
class Decided:
    """`people` decided about; of refunds, `asked` requests that wait for another person, and why
    there is none of the others, `not_asked`: (name, why)."""

    people: int
    asked: int = 0
    not_asked: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def decide(
    campaign: Campaign, found: Sequence[Found], decision: str, *, by: User, now: datetime, why: str
) -> Decided:
    """As list_decisions.decide; a refund is asked for at once, by who decides, with the list as
    evidence. Where the notice asks what no list tells, whether benefits were used, it stays to be
    asked for on the person's form. Source: docs/RULES.md R-299, R-423."""
    cases = list(to_decide(campaign, found, now))
    done = Decided(list_decisions.decide(campaign, cases, decision, by=by, now=now, why=why))
    if decision != Decision.REFUND:
        return done
    rows = Registration.objects.in_bulk([each.registration_id for each in found])
    first: dict[int, Found] = {}  # of several lists the gravest
    for each in found:
        first.setdefault(each.registration_id, each)
    for each in first.values():
        reason = refund_reason(campaign.policy, each.kind)
        try:
            services.propose(
                campaign, rows[each.registration_id], reason=reason or "",
                evidence=evidence_of(each, why), by=by, now=now,
            )  # fmt: skip
        except Refused as refusal:
            done.not_asked.append((each.name, " ".join(map(str, refusal.messages))))
        else:
            done.asked += 1
    return done


def evidence_of(found: Found, why: str) -> str:
    """The list that says it, since when, and why it was decided so."""
    return _("%(list)s, since %(day)s; %(why)s") % {
        "list": found.source, "day": found.since, "why": why.strip(),
    }  # fmt: skip
