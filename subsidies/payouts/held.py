"""Whose amounts are held back until somebody decides: what lists and the notice say.

Source: docs/RULES.md R-290.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from enrollment.facts import Facts
from enrollment.models import Campaign
from enrollment.notice import Policy
from enrollment.ports import Reason
from subsidies.models import ListDecision, Listing, PayOut

DEAD, ELSEWHERE = "dead", "elsewhere"
# Lists that are facts which a notice may refuse people for.
_FACTS = {"employee": Facts(employee_insured=True), ELSEWHERE: Facts(enrolled_elsewhere=True)}


def reasons(policy: Policy) -> dict[str, Reason]:
    """List → the clause by which it holds back what comes back to a person.

    The dead always, without a clause; whom the notice lets not enroll, or grants nothing; and the
    lists that it names itself.
    """
    found = {DEAD: Reason("", "")}
    eligibility, subsidies = policy["eligibility"], policy["subsidies"]
    refusals = [*eligibility.exclusions, *(kind for kind in eligibility.kinds if not kind.admit)]
    for key, facts in _FACTS.items():
        for rule in refusals:
            if key not in found and rule.when.fields and rule.when.holds(facts):
                found[key] = Reason(rule.clause, rule.words or rule.name)
    if subsidies.elsewhere == "none":
        found[ELSEWHERE] = Reason(subsidies.elsewhere_clause, subsidies.elsewhere_words)
    for rule in subsidies.held_back:
        found.update(dict.fromkeys(rule.lists, Reason(rule.clause, rule.words)))
    return found


def standing(campaign: Campaign) -> QuerySet[Listing]:
    """What holds back the person of the outer row's `resident_id`, the gravest first."""
    gravest = Case(When(kind=DEAD, then=Value(0)), When(kind=ELSEWHERE, then=Value(2)), default=1)
    lists = _lists(campaign).filter(resident=OuterRef("resident_id"))
    return lists.order_by(gravest, "since", "pk")


def _lists(campaign: Campaign) -> QuerySet[Listing]:
    """Entries that hold money back; not those of which somebody decided that they do not hold."""
    overruled = ListDecision.objects.filter(
        listing=OuterRef("pk"), decision=ListDecision.Decision.STAYS, withdrawn_at=None
    )
    kinds = list(reasons(campaign.policy))
    lists = Listing.objects.filter(campaign=campaign, ended_at=None, kind__in=kinds)
    return lists.exclude(Exists(overruled))


def with_held(campaign: Campaign, rows: QuerySet[PayOut]) -> QuerySet[Any]:
    """`held`: the list that holds an amount back; None also for what comes back to people because
    they are enrolled elsewhere."""
    found = Subquery(standing(campaign).values("kind")[:1])
    return rows.annotate(listed=found).annotate(
        held=Case(When(Q(kind=ELSEWHERE, listed=ELSEWHERE), then=None), default="listed")
    )


def told(campaign: Campaign, resident_ids: Sequence[int]) -> dict[int, Listing]:
    """What holds back each of these people: the list's row."""
    rows = _lists(campaign).filter(resident__in=resident_ids)
    found: dict[int, Listing] = {}
    for row in rows.order_by("since", "pk"):
        before = found.get(row.resident_id)
        if before is None or (row.kind == DEAD and before.kind != DEAD):
            found[row.resident_id] = row
    return found
