"""Denominators: a place's figure less its exclusions, each a row with its reason (R-108, R-180)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from enrollment import ports
from enrollment.errors import Refused
from enrollment.models import AuditEntry, Campaign, Region, User
from quotas.models import DenominatorFigure, Exclusion
from quotas.rules import rate_bp
from quotas.sections import Denominator


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


@dataclass(frozen=True)
class Share:
    """A place by a denominator. `known`, `enrolled`: None where that is not known.

    `from_register`: nobody entered a figure; the people known one by one are counted (R-180).
    """

    region: Region
    known: int | None
    less: int
    enrolled: int | None
    from_register: bool
    threshold_bp: int | None

    @property
    def persons(self) -> int | None:
        """Who counts: the figure less its exclusions."""
        return None if self.known is None else self.known - self.less

    @property
    def rate_bp(self) -> int | None:
        return rate_bp(self.enrolled, self.persons)

    @property
    def missing(self) -> int | None:
        """How many more must be enrolled to reach the threshold; 0: it is reached."""
        if None in (self.persons, self.enrolled, self.threshold_bp):
            return None
        wanted = -(-(self.persons or 0) * (self.threshold_bp or 0) // 10_000)
        return max(0, wanted - (self.enrolled or 0))


def shares(
    campaign: Campaign, rule: Denominator, places: Sequence[Region], now: datetime
) -> list[Share]:
    """Each place by the denominator, in their order.

    Of people known one by one those enrolled are counted among them; of a mere figure everybody
    who is enrolled in the place. Source: docs/RULES.md R-108, R-180.
    """
    ids = [place.pk for place in places]
    entered, less = figures(campaign, rule.key, ids), excluded(campaign, rule.key, ids)
    counted = _counted(campaign, rule, places, now)
    if rule.is_counted:
        reached = {pk: group.enrolled for pk, group in counted.items()}
    else:
        inside = [place for place in places if campaign.region.contains(place)]
        units = ports.unit_counts(campaign, inside, now)
        reached = {each.region_id: each.enrolled for each in units}
    return [
        Share(
            region=place,
            known=entered.get(place.pk, counted[place.pk].known if place.pk in counted else None),
            less=less.get(place.pk, 0),
            enrolled=reached.get(place.pk),
            from_register=rule.is_counted and place.pk not in entered,
            threshold_bp=rule.threshold_bp,
        )
        for place in places
    ]


def _counted(
    campaign: Campaign, rule: Denominator, places: Sequence[Region], now: datetime
) -> dict[int, ports.GroupCount]:
    if not rule.is_counted:
        return {}
    born_from = rule.born_from or campaign.coverage_from
    return ports.group_counts(campaign, places, rule.of, born_from, now)


def _known(campaign: Campaign, key: str, region: Region, now: datetime) -> int | None:
    """The figure entered for a place, else the people the register knows there."""
    entered = figures(campaign, key, [region.pk]).get(region.pk)
    rule = next(each for each in campaign.policy["denominators"] if each.key == key)
    if entered is not None or not rule.is_counted:
        return entered
    return _counted(campaign, rule, [region], now)[region.pk].known


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
    figure = _known(campaign, key, region, now)
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
