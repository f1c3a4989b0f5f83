"""manage.py publish_ranking CAMPAIGN --as-of T"""

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from enrollment import changes, commands
from enrollment.errors import Refused
from enrollment.facts import ZONE
from enrollment.models import Region
from reports.rankings import services


class Command(commands.Command):
    help = "Freezes and publishes a ranking of the units that `progress` shows."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", required=True, metavar="T", help="the cut-off")
        parser.add_argument("--kind", default="weekly", help="key of a ranking of the notice")
        parser.add_argument("--set", default="notice", help="target set (default: the notice's)")
        parser.add_argument("--region", metavar="CODE", help="rank the children of this region")

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        as_of = commands.instant(options["as_of"])
        if as_of > self.now and not self.campaign.practice:
            raise Refused(_("The cut-off lies in the future; a ranking freezes what is known."))
        target_set = self.campaign.target_sets.filter(slug=options["set"]).first()
        if target_set is None:
            raise Refused(_("There is no target set “%(set)s”.") % {"set": options["set"]})
        region = self.campaign.region
        if options["region"]:
            found = Region.objects.within(region).filter(key=options["region"]).first()
            found = found or Region.objects.within(region).filter(code=options["region"]).first()
            if found is None:
                raise Refused(
                    _("There is no region %(key)s in this campaign.") % {"key": options["region"]}
                )
            region = found
        changes.consume()
        ranking = services.publish_new_ranking(
            campaign=self.campaign,
            kind=options["kind"],
            as_of=as_of,
            target_set=target_set,
            region=region,
            by=self.by,
            now=self.now,
        )
        return {
            "ranking": ranking.pk,
            "number": ranking.number,
            "as_of": ranking.as_of.astimezone(ZONE).isoformat(),
            "published": ranking.published_at is not None,
            "rows": [
                {
                    "region": row.region.code or row.region.key,
                    "name": row.name,
                    "target": row.target,
                    "registered": row.registered,
                    "counted": row.counted,
                    "rate_bp": row.rate_bp,
                    "rank": row.rank,
                    "previous_rank": row.previous_rank,
                    "consequences": row.consequences,
                }
                for row in ranking.rows.select_related("region")
            ],
        }
