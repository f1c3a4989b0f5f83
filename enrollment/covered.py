"""From when a registration covers its person, as the notice's [benefit] says of them."""

from datetime import date, datetime

from enrollment import asked, benefits, places, ports, rules
from enrollment.facts import Facts
from enrollment.models import Campaign, Registration


def benefit_from(
    campaign: Campaign, registration: Registration, paid_at: datetime | None
) -> date | None:
    """The first day of the person's benefits; None where it is not known or never comes.

    By the facts of the registration: a list that came since changes nothing of what was begun.
    Source: docs/RULES.md R-90 to R-95, R-425.
    """
    resident, policy = registration.resident, campaign.policy
    marks = ports.marks_of(campaign, [resident.pk]).get(resident.pk, [])
    facts = Facts(
        born_on=resident.born_on,
        category=registration.category,
        marks=tuple(each.mark for each in marks),
        registered_at=registration.registered_at,
        paid_at=paid_at,
        tier=registration.tier or None,
        residence=resident.residence or None,
        **asked.facts_of(campaign),
        **places.facts_of(policy, resident, registration.village),
    )
    known = rules.with_what_follows(policy, facts)
    known = known.asked(kind=known.kind or rules.admission(policy, known, presume=True).kind)
    if paid_at is not None:
        window = rules.paying_window(policy, paid_at, known)
        known = known.asked(window=window.key if window else None)
    return benefits.benefit(policy, known).begins
