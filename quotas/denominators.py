"""Denominators: a place's figure less its exclusions, each a row with its reason (R-108)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Region, User
from quotas.models import DenominatorFigure, Exclusion


def figures(campaign: Campaign, key: str, region_ids: Sequence[int]) -> dict[int, int]:
    """Region → its newest figure, before exclusions; the campaign's own may stand in the notice."""
    rows = (
        DenominatorFigure.objects.filter(campaign=campaign, key=key, region_id__in=region_ids)
        .order_by("region_id", "-id")
        .distinct("region_id")
    )
    found = dict(rows.values_list("region_id", "persons"))
    rule = next((each for each in campaign.policy["denominators"] if each.key == key), None)
    if rule and rule.persons is not None and campaign.region_id in region_ids:
        found.setdefault(campaign.region_id, rule.persons)
    return found


def excluded(campaign: Campaign, key: str, region_ids: Sequence[int]) -> dict[int, int]:
    rows = Exclusion.objects.filter(campaign=campaign, key=key, region_id__in=region_ids)
    return dict(rows.order_by().values_list("region_id").annotate(Sum("persons")))


def persons_of(campaign: Campaign, key: str, region_ids: Sequence[int]) -> dict[int, int]:
    """Region → persons that count; a place without a figure is left out."""
    less = excluded(campaign, key, region_ids)
    return {
        pk: persons - less.get(pk, 0) for pk, persons in figures(campaign, key, region_ids).items()
    }


@transaction.atomic
def set_figure(
    *, campaign: Campaign, key: str, region: Region, persons: int, by: User, now: datetime, why: str
) -> None:
    """A place's figure from now on. Errors: Refused where it is less than what is excluded."""
    _lock(campaign, key)
    less = excluded(campaign, key, [region.pk]).get(region.pk, 0)
    if persons < less:
        raise Refused(
            _("%(n)s people of %(region)s are excluded already.") % {"n": less, "region": region}
        )
    had = figures(campaign, key, [region.pk]).get(region.pk)
    if had == persons:
        return
    DenominatorFigure.objects.create(
        campaign=campaign, key=key, region=region, persons=persons, at=now, by=by, why=why
    )
    _audit(campaign, region, "denominator_figure", by, now, why, key=key, persons=persons, was=had)


@transaction.atomic
def exclude(
    *,
    campaign: Campaign,
    key: str,
    region: Region,
    reason: str,
    persons: int,
    by: User,
    now: datetime,
    why: str,
) -> None:
    """Take people out of a place's denominator; below zero: put back what was taken out.

    Errors: Refused without a figure, and for more people than there are or than were excluded.
    """
    _lock(campaign, key)
    figure = figures(campaign, key, [region.pk]).get(region.pk)
    if figure is None:
        raise Refused(_("%(region)s has no figure yet to exclude from.") % {"region": region})
    less = excluded(campaign, key, [region.pk]).get(region.pk, 0) + persons
    if persons == 0 or not 0 <= less <= figure:
        raise Refused(
            _("%(region)s: of %(figure)s people, %(n)s would be excluded.")
            % {"region": region, "figure": figure, "n": less}
        )
    Exclusion.objects.create(
        campaign=campaign, key=key, region=region, reason=reason, persons=persons,
        at=now, by=by, why=why,
    )  # fmt: skip
    _audit(campaign, region, "exclude", by, now, why, key=key, persons=persons, reason=reason)


def _lock(campaign: Campaign, key: str) -> None:
    """One at a time for each campaign. Errors: Refused for a denominator the notice lacks."""
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    if key not in [rule.key for rule in campaign.policy["denominators"]]:
        raise Refused(_("The notice has no denominator “%(key)s”.") % {"key": key})


def _audit(
    campaign: Campaign,
    region: Region,
    action: str,
    by: User,
    now: datetime,
    why: str,
    **facts: str | int | None,
) -> None:
    AuditEntry.objects.create(
        at=now,
        by=by,
        action=action,
        campaign=campaign,
        object_kind="region",
        object_id=region.pk,
        why=why,
        facts=facts,
    )
