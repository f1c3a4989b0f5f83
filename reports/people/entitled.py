"""Which categories a person stands in, which of them applies, and why the others do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from enrollment import places, ports
from enrollment.facts import Facts
from enrollment.models import Campaign, Registration, Resident
from enrollment.ports import Reason
from enrollment.pricing import fee_of
from enrollment.rules import with_what_follows
from subsidies.models import Entitlement

NOTHING = Reason("", "")


@dataclass(frozen=True)
class Held:
    """A standing mark. state: applies, not_applied, late; `why` the clause that leaves it out."""

    name: str
    grade: str
    recognised_on: date
    source: str
    state: str
    why: Reason = NOTHING


def entitled(
    campaign: Campaign, resident: Resident, registration: Registration | None, now: datetime
) -> Sequence[Held]:
    """The one that applies first; by the marks of now, whatever was decided before.

    Source: docs/RULES.md R-10 to R-13.
    """
    rules = campaign.policy["subsidies"]
    marks = ports.marks_of(campaign, [resident.pk]).get(resident.pk, [])
    subsidy = _subsidy(campaign, resident, registration, marks, now) if marks else None
    found = []
    for mark in marks:
        why = NOTHING
        applies = subsidy is not None and mark.name in subsidy.name.split("、")
        if subsidy is not None and not applies:
            why = next((r for r in subsidy.not_applied if r.words.startswith(mark.name)), NOTHING)
        state = "applies" if applies else "not_applied"
        late = rules.recognised_until and mark.recognised_on >= rules.recognised_until
        found.append(
            Held(mark.name, mark.grade, mark.recognised_on, mark.source,
                 "late" if late else state, why)
        )  # fmt: skip
    found.sort(key=lambda held: held.state != "applies")
    return found + _late(campaign, resident, {mark.category for mark in marks})


def _subsidy(
    campaign: Campaign,
    resident: Resident,
    registration: Registration | None,
    marks: Sequence[ports.Marked],
    now: datetime,
) -> ports.Subsidy | None:
    """None where the notice does not say how much."""
    policy, standing = campaign.policy, registration if registration else None
    facts = with_what_follows(
        policy,
        Facts(
            born_on=resident.born_on,
            category=standing.category if standing else resident.category,
            marks=tuple(mark.mark for mark in marks),
            registered_at=standing.registered_at if standing else now,
            tier=(standing.tier or None) if standing else None,
            residence=resident.residence or None,
            **places.facts_of(policy, resident, resident.village),
        ),
    )
    if policy["fee"] is None:
        return None
    try:
        fee_fen, fiscal_fen, _rule, _because = fee_of(policy, facts)
        return ports.subsidy(policy, facts, fee_fen, fiscal_fen)
    except ports.NotStated:
        return None


def _late(campaign: Campaign, resident: Resident, counted: set[str]) -> list[Held]:
    """Marks that stand, and were recognised too late to count."""
    rules = campaign.policy["subsidies"]
    rows = Entitlement.objects.filter(campaign=campaign, resident=resident, ended_at=None)
    why = Reason(rules.clause, rules.recognised_words)
    found = []
    for row in rows.exclude(category__in=counted).order_by("recognised_on", "pk"):
        rule = rules.of(row.category)
        name = rule.name if rule else row.category
        found.append(Held(name, row.grade, row.recognised_on, row.source, "late", why))
    return found
