"""manage.py import_roster CAMPAIGN FILE --source S --as-of DATE"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from enrollment import bulk, commands, files
from enrollment.errors import Refused
from enrollment.models import Region, SourceFile
from subsidies.models import Roster
from subsidies.rosters import meanings, run
from subsidies.rosters.columns import SOURCES


class Command(commands.Command):
    help = "Checks a department's list of people and, with --accept, marks them."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV, XLSX or XLS")
        parser.add_argument("--source", required=True, choices=SOURCES, help="who sent it")
        parser.add_argument("--as-of", required=True, metavar="DATE", help="day of the list")
        parser.add_argument("--category", default="", help="of rows that name none")
        parser.add_argument("--full", action="store_true", help="absent people end in --region")
        parser.add_argument("--region", metavar="CODE", help="what a full list is complete for")
        parser.add_argument("--accept", action="store_true", help="apply it, not only check it")
        parser.add_argument("--confirm-ended", type=int, metavar="N", help="how many marks may end")

    @transaction.atomic
    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        if options["full"] != bool(options["region"]):
            raise CommandError("--full and --region go together", returncode=2)
        path: Path = options["file"]
        as_of = commands.instant(options["as_of"]).date()
        if as_of > timezone.localdate(self.now):
            raise Refused(_("The list's day, %(day)s, lies in the future.") % {"day": as_of})
        kind = SourceFile.Kind.ROSTER
        region = self._region(options["region"]) if options["region"] else None
        category = meanings.category_named(self.campaign, options["category"])
        file = files.take_in(self.campaign, kind, path.name, path, self.by, self.now)
        roster = Roster.objects.create(
            file=file,
            source=options["source"],
            category=category,
            as_of=as_of,
            full=options["full"],
            region=region,
        )
        return run.take_in(
            roster,
            path,
            by=self.by,
            now=self.now,
            progress=bulk.spoken(self.say),
            accepting=options["accept"],
            confirmed=options["confirm_ended"],
            why=options["why"],
        )

    def _region(self, code: str) -> Region:
        top = self.campaign.region
        region = Region.objects.within(top).filter(Q(code=code) | Q(key=code)).first()
        if region is None:
            raise Refused(
                _("There is no region %(code)s within %(top)s.") % {"code": code, "top": top.name}
            )
        return region
