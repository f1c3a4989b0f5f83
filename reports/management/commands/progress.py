"""manage.py progress CAMPAIGN [--region CODE] [--set SET] [--as-of T]"""

from argparse import ArgumentParser
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment import changes, commands
from enrollment.errors import Refused
from enrollment.facts import ZONE
from enrollment.models import Region
from quotas.models import Target, TargetSet
from reports.progress import places, queries, rollups


class Command(commands.Command):
    help = "How far the places directly below a region have come against their targets."
    writes = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--region", metavar="CODE", help="default: the campaign's region")
        parser.add_argument("--set", default="notice", help="target set (default: the notice's)")
        parser.add_argument(
            "--as-of", metavar="T", help="business time, inclusive (default: the campaign's clock)"
        )

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        region = self._region(options["region"])
        target_set = self._target_set(options["set"])
        targets = Target.objects.filter(
            target_set=target_set, region__parent=region, persons__isnull=False
        ).select_related("region")
        persons = {row.region_id: row.persons or 0 for row in targets}
        base = places.Base(options["set"], "", "", persons)
        children = [row.region for row in targets]
        changes.consume()
        at = commands.instant(options["as_of"]) if options["as_of"] else self.now
        counts: dict[int, places.Counted]
        if options["as_of"] or target_set.is_reported:
            counts = {**queries.counts_for_set(self.campaign, target_set, children, at)}
        else:
            rollups.refresh(self.campaign, as_of=at)
            counts = {**queries.standings(self.campaign, list(base.persons))[1]}
        requirement = places.read_requirement(self.campaign, timezone.localdate(at))
        rows = places.ranked(children, counts, base, requirement)
        return {
            "as_of": at.astimezone(ZONE).isoformat(),
            "required_bp": requirement.required_bp,
            "rows": [_row(row) for row in sorted(rows, key=_position)],
        }

    def _target_set(self, slug: str) -> TargetSet:
        found = self.campaign.target_sets.filter(slug=slug).first()
        if found is None:
            raise Refused(_("There is no target set “%(set)s”.") % {"set": slug})
        return found

    def _region(self, code: str | None) -> Region:
        top = self.campaign.region
        if code is None:
            return top
        found = Region.objects.within(top).filter(Q(key=code) | Q(code=code)).first()
        if found is None:
            raise Refused(_("There is no region %(key)s in this campaign.") % {"key": code})
        return found


def _position(place: places.Place) -> tuple[int, int]:
    assert place.region is not None  # only the total row has none
    return (place.region.position, place.region.pk)


def _row(place: places.Place) -> dict[str, Any]:
    assert place.region is not None
    return {
        "region": place.region.code or place.region.key,
        "name": place.name,
        "target": place.base,
        "registered": place.registered,
        "enrolled": place.enrolled,
        "rate_bp": place.rate_bp,
        "gap": place.gap,
    }
