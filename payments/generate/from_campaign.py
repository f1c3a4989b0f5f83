"""What a campaign means for the generator. The only module here that reads the database."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.generate import Plan, Unit, Village
from enrollment.models import Campaign, Region
from enrollment.regions import villages_of
from enrollment.sections import Window
from enrollment.sections.windows import PAYMENT
from quotas.models import Target

from .cases import LEAST
from .charge import Charge

NO_DIVISION = "999999"


def target_sum(campaign: Campaign) -> int:
    """Persons of the notice's targets. Errors: Refused with everything that is missing."""
    _check(campaign)
    return sum(target.persons or 0 for target in _targets(campaign))


def plan_for(
    campaign: Campaign, *, people: int, seed: int, until: datetime | None = None, **shares: Any
) -> Plan:
    """A plan with the notice's units and windows; `shares` are further fields of Plan.

    Left out: windows of some people only where there are windows for everybody, and units
    without a village, for nobody can be registered there.
    Errors: Refused with everything that the campaign is missing, by name.
    """
    _check(campaign)
    windows = _windows_at_large(campaign)
    return Plan(
        units=_units(campaign),
        people=people,
        seed=seed,
        opens_at=min(window.starts for window in windows),
        closes_at=max(window.ends for window in windows),
        taking=spans(window for window in windows if window.takes != PAYMENT),
        prefix=_division(campaign),
        until=until,
        **shares,
    )


def charge_for(campaign: Campaign, **how: Any) -> Charge:
    """What the notice says that people owe; `how` are further fields of Charge.

    Errors: Refused with everything that the campaign is missing, by name.
    """
    _check(campaign)
    fee = campaign.policy["fee"]
    stated = (fee.individual_fen, *(rule.individual_fen for rule in reversed(fee.rules)))
    return Charge(
        due_fen=next((fen for fen in stated if fen), LEAST),
        policy=campaign.policy,
        coverage_from=campaign.coverage_from,
        coverage_until=campaign.coverage_until,
        authority=f"国家税务总局{campaign.region.name}税务局",
        prefix=_division(campaign),
        **how,
    )


def spans(windows: Iterable[Window]) -> tuple[tuple[datetime, datetime], ...]:
    """When any of the windows is open: first instant and end, in order, apart from each other."""
    found: list[tuple[datetime, datetime]] = []
    for window in sorted(windows, key=lambda each: each.starts):
        if found and window.starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], window.ends))
        else:
            found.append((window.starts, window.ends))
    return tuple(found)


def _division(campaign: Campaign) -> str:
    """What most identity numbers begin with; no place's code where the region has none."""
    return (campaign.region.code or NO_DIVISION)[:6]


def _windows_at_large(campaign: Campaign) -> list[Window]:
    windows = list(campaign.policy["windows"])
    return [window for window in windows if not window.when.fields] or windows


def _check(campaign: Campaign) -> None:
    """Errors: Refused with a sentence for each thing that people cannot be made up without."""
    missing = []
    fee, windows = campaign.policy["fee"], campaign.policy["windows"]
    if fee is None:
        missing.append(_("The notice states no individual fee."))
    if not windows:
        missing.append(_("The notice states no window in which people register and pay."))
    elif all(window.takes == PAYMENT for window in windows):
        missing.append(_("The notice states no window in which people register."))
    if not sum(target.persons or 0 for target in _targets(campaign)):
        missing.append(_("The campaign has no targets to spread people by."))
    if not villages_of(campaign.region):
        missing.append(_("The campaign's region has no villages."))
    if missing:
        raise Refused(missing)


def _units(campaign: Campaign) -> tuple[Unit, ...]:
    """Each target's region that has villages."""
    found, words = [], _Words(campaign)
    for target in _targets(campaign):
        region, below = target.region, villages_of(target.region)
        prefetch_related_objects(below, "aliases", "parent__aliases")
        beside = _names(below)
        county = region.code if region.code and region.level == Region.Level.COUNTY else ""
        unit = Unit(
            key=region.key,
            name=region.name,
            target=target.persons or 0,
            villages=tuple(words.village(village, beside) for village in below),
            prefix=county[:6],
        )
        if below:
            found.append(unit)
    return tuple(found)


class _Words:
    """How places are written so that an import knows them again: never by what two are called."""

    def __init__(self, campaign: Campaign) -> None:
        below = Region.objects.within(campaign.region).prefetch_related("aliases")
        self._towns = Counter(
            word
            for town in below.filter(level=Region.Level.TOWNSHIP)
            for word in {town.name, *(alias.name for alias in town.aliases.all())}
        )

    def village(self, region: Region, beside: Counter[tuple[int | None, str]]) -> Village:
        """`beside`: how many villages of a township bear each name."""
        township = region.parent
        assert township is not None  # villages lie below something
        aliases = [alias.name for alias in region.aliases.all()]
        town_aliases = [alias.name for alias in township.aliases.all()]
        parent = region.parent_id
        return Village(
            key=region.key,
            name=region.name if beside[parent, region.name] < 2 else region.code or region.key,
            township=(
                township.name if self._towns[township.name] < 2 else township.code or township.key
            ),
            code=region.code or "",
            aliases=tuple(word for word in aliases if beside[parent, word] < 2),
            township_aliases=tuple(word for word in town_aliases if self._towns[word] < 2),
            township_code=township.code or "",
        )


def _names(villages: Iterable[Region]) -> Counter[tuple[int | None, str]]:
    return Counter(
        (village.parent_id, word)
        for village in villages
        for word in {village.name, *(alias.name for alias in village.aliases.all())}
    )


def _targets(campaign: Campaign) -> list[Target]:
    targets = Target.objects.filter(
        target_set__campaign=campaign,
        target_set__slug="notice",
        region__parent=campaign.region,
        persons__isnull=False,
    )
    return list(targets.select_related("region").order_by("region__position", "region_id"))
