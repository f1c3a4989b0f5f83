"""Every write of this app."""

from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from enrollment import changes
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Registration, Resident, User
from subsidies import repricing
from subsidies.models import Entitlement, Repricing
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
    """Mark a person with a category of the notice; who is registered already is priced again, and
    the members of the household with them where the category entitles those.

    Errors: Refused for a category or a grade the notice does not have, or for a category without a
    roster. Source: docs/RULES.md R-87, R-88, R-250 to R-254.
    """
    rule = campaign.policy["subsidies"].of(category)
    if rule is None:
        raise Refused(_("The notice has no hardship category “%(key)s”.") % {"key": category})
    _check_grade(rule, grade)
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
        _price_again(campaign, resident, by=by, now=now, why=source)
    return row


@transaction.atomic
def correct_category(
    *, campaign: Campaign, resident: Resident, category: str, by: User, now: datetime, why: str
) -> Repricing | None:
    """The category of a person, and of their standing registration, which is priced again; what
    came of that, or None where nobody is registered.

    Who had paid keeps what was paid; what a subsidy grants more or less follows as for changed
    marks. Source: docs/RULES.md R-424, R-250 to R-254.
    """
    resident.category = category
    resident.save(update_fields=["category"])
    rows = Registration.objects.standing().filter(campaign=campaign, resident=resident)
    row = rows.select_for_update(of=("self",), no_key=True).first()
    if row is None or row.category == category:
        return None
    was, row.category = row.category, category
    row.save(update_fields=["category"])
    AuditEntry.objects.create(
        at=now, by=by, action="correct_category", campaign=campaign, object_kind="registration",
        object_id=row.pk, why=why[:300], facts={"was": was, "category": category},
    )  # fmt: skip
    with connection.cursor() as cursor:
        repricing.stage_residents(cursor, [resident.pk])
        repricing.reprice(cursor, campaign, by=by, now=now, why=why)
    changes.append(changes.MARKS_CHANGED, campaign_id=campaign.pk, at=now, resident_id=resident.pk)
    return Repricing.objects.filter(registration_id=row.pk).latest("pk")


def _price_again(
    campaign: Campaign, resident: Resident, *, by: User, now: datetime, why: str
) -> None:
    with connection.cursor() as cursor:
        repricing.stage_people(cursor, campaign, resident_ids=[resident.pk])
        repricing.reprice(cursor, campaign, by=by, now=now, why=why)
        cursor.execute("select resident_id from reprice_people")
        touched = [resident_id for (resident_id,) in cursor.fetchall()]
    for resident_id in touched:
        changes.append(
            changes.MARKS_CHANGED, campaign_id=campaign.pk, at=now, resident_id=resident_id
        )


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
