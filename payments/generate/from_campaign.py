"""What a campaign means for the generator. The only module here that reads the database."""

from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.facts import day_start
from enrollment.generate import Plan, Unit, Village
from enrollment.models import Campaign, Region
from enrollment.regions import villages_of
from quotas.models import Target

from .charge import Charge


def target_sum(campaign: Campaign) -> int:
    """Persons of the notice's targets. Errors: Refused where it states none."""
    return sum(target.persons or 0 for target in _targets(campaign))


def plan_for(
    campaign: Campaign, *, people: int, seed: int, until: datetime | None = None, **shares: Any
) -> Plan:
    """A plan with the notice's units and windows; `shares` are further fields of Plan.

    Errors: Refused where the notice has no targets or windows, or the region no code.
    """
    windows = campaign.policy["windows"]
    if not windows:
        raise Refused(_("The notice states no window in which people register and pay."))
    if not campaign.region.code:
        raise Refused(
            _("%(region)s has no division code for identity numbers to begin with.")
            % {"region": campaign.region.name}
        )
    return Plan(
        units=tuple(unit(target.region, target.persons or 0) for target in _targets(campaign)),
        people=people,
        seed=seed,
        opens_at=day_start(min(window.start for window in windows)),
        closes_at=day_start(max(window.until for window in windows)),
        prefix=campaign.region.code[:6],
        until=until,
        **shares,
    )


def charge_for(campaign: Campaign, **how: Any) -> Charge:
    """The notice's fee for everyone; `how` are further fields of Charge.

    Errors: Refused where the notice states no fee.
    """
    fee = campaign.policy["fee"]
    if fee is None:
        raise Refused(_("The notice states no individual fee."))
    if fee.individual_fen is None or fee.rules:
        raise Refused(_("Payments can only be made up where everybody pays one fee."))
    return Charge(
        due_fen=fee.individual_fen,
        coverage_from=campaign.coverage_from,
        coverage_until=campaign.coverage_until,
        authority=f"国家税务总局{campaign.region.name}税务局",
        prefix=(campaign.region.code or "").ljust(6, "0")[:6],
        **how,
    )


def unit(region: Region, target: int) -> Unit:
    """A target's region with its villages; without any, it stands for its own village."""
    below = villages_of(region)
    prefetch_related_objects(below, "aliases", "parent__aliases")
    villages = tuple(_village(village) for village in below)
    own = Village(key=region.key, name="", township=region.name, township_code=region.code or "")
    county = region.code if region.code and region.level == Region.Level.COUNTY else ""
    return Unit(
        key=region.key,
        name=region.name,
        target=target,
        villages=villages or (own,),
        prefix=county[:6],
    )


def _village(region: Region) -> Village:
    township = region.parent
    assert township is not None  # villages lie below something
    return Village(
        key=region.key,
        name=region.name,
        township=township.name,
        code=region.code or "",
        aliases=tuple(alias.name for alias in region.aliases.all()),
        township_aliases=tuple(alias.name for alias in township.aliases.all()),
        township_code=township.code or "",
    )


def _targets(campaign: Campaign) -> list[Target]:
    targets = Target.objects.filter(
        target_set__campaign=campaign,
        target_set__slug="notice",
        region__parent=campaign.region,
        persons__isnull=False,
    )
    rows = list(targets.select_related("region").order_by("region__position", "region_id"))
    if not sum(target.persons or 0 for target in rows):
        raise Refused(_("The campaign has no targets to spread people by."))
    return rows
