"""manage.py import_targets CAMPAIGN FILE --set SLUG [--unit UNIT] [--title TEXT] [--level LEVEL]
[--counted HOW] [--insurance CODE] [--accept]"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from enrollment import commands
from enrollment.errors import Refused
from quotas import importing, services
from quotas.sections import COUNTED, INSURANCES, LEVELS


class Command(commands.Command):
    help = "Checks a table of targets against the places; with --accept takes it into a set."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV, XLSX or XLS")
        parser.add_argument("--set", required=True, metavar="SLUG", help="target set")
        parser.add_argument("--title", default="", help="of a new set (default: the table's)")
        parser.add_argument(
            "--unit", choices=list(importing.UNITS), default="", help="default: as the file says"
        )
        parser.add_argument("--level", choices=LEVELS, default="", help="of a new set: whose")
        parser.add_argument(
            "--counted", choices=COUNTED, default="", help="of a new set (default: registrations)"
        )
        parser.add_argument(
            "--insurance", choices=INSURANCES, default="", help="of a new set (default: campaign's)"
        )
        parser.add_argument("--accept", action="store_true", help="take it in, not only check")

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        path: Path = options["file"]
        if not path.is_file():
            raise Refused(_("There is no file %(path)s.") % {"path": path})
        there = self.campaign.target_sets.filter(slug=options["set"]).first()
        kind = services.SetKind(options["level"], options["counted"], options["insurance"])
        if there:
            kind.check(there)
        level = there.level if there else kind.facts(self.campaign)["level"]
        checked = importing.check(self.campaign, path, unit=options["unit"], level=level)
        if checked.problems:
            raise Refused(checked.problems)
        for note in checked.table.notes:
            self.say(note)
        version = None
        if options["accept"]:
            target_set = services.import_figures(
                campaign=self.campaign,
                slug=options["set"],
                title=options["title"] or checked.table.title,
                figures=checked.figures,
                by=self.by,
                now=self.now,
                why=options["why"],
                file=path.name,
                kind=kind,
            )
            latest = target_set.versions.first()
            version = latest.number if latest else None
        return {
            "set": options["set"],
            "read": len(checked.table.lines),
            "sum": checked.table.sum,
            "unit": checked.table.unit,
            "total": checked.table.total,
            "accepted": bool(options["accept"]),
            "version": version,
        }
