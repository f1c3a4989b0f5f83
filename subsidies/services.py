"""Every write of this app."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Registration, Resident, User
from subsidies.models import Entitlement
from subsidies.sections import SubsidyRule


@transaction.atomic
def mark_hardship(
    *,
    campaign: Campaign,
    resident: Resident,
    category: str,
    recognised_on: date,
    source: str,
    by: User,
    now: datetime,
    grade: str = "",
) -> Entitlement:
    """Mark a person, before they are registered, with a category of the notice.

    Errors: Refused for a category or a grade the notice does not have, for a category without a
    roster, or for someone registered already: their parts are fixed, and re-pricing them belongs
    to rosters. Source: docs/RULES.md R-87, R-88.
    """
    rule = campaign.policy["subsidies"].of(category)
    if rule is None:
        raise Refused(_("The notice has no hardship category “%(key)s”.") % {"key": category})
    _check_grade(rule, grade)
    if Registration.objects.standing().filter(campaign=campaign, resident=resident).exists():
        raise Refused(_("This person is registered already; the mark would come too late."))
    row, created = Entitlement.objects.get_or_create(
        campaign=campaign,
        resident=resident,
        category=category,
        ended_at=None,
        defaults={
            "grade": grade,
            "recognised_on": recognised_on,
            "source": source,
            "known_at": now,
            "marked_by": by,
        },
    )
    if created:
        AuditEntry.objects.create(
            at=now,
            by=by,
            action="mark_hardship",
            campaign=campaign,
            object_kind="resident",
            object_id=resident.pk,
            facts={"category": category, **({"grade": grade} if grade else {})},
        )
    return row


def _check_grade(rule: SubsidyRule, grade: str) -> None:
    if rule.without_roster:
        raise Refused(_("“%(name)s” needs no mark: it follows from facts.") % {"name": rule.name})
    if grade and not rule.grades:
        raise Refused(_("The notice gives “%(name)s” no grades.") % {"name": rule.name})
    if rule.grades and grade not in rule.grades:
        raise Refused(
            _("“%(name)s” has the grades %(known)s; “%(grade)s” is none of them.")
            % {"name": rule.name, "known": ", ".join(rule.grades), "grade": grade}
        )
