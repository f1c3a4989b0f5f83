"""manage.py import_reported CAMPAIGN FILE --set SLUG --on DATE [--unit UNIT] [--dry-run]"""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from enrollment import commands
from enrollment.errors import Refused
from quotas import importing, reported_file, reporting


class Command(commands.Command):
    help = "Takes in what places report for a target set as of a day: all rows of the file or none."

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV, XLSX or XLS")
        parser.add_argument("--set", required=True, metavar="SLUG", help="target set")
        parser.add_argument(
            "--on", required=True, type=date.fromisoformat, metavar="DATE", help="as of this day"
        )
        parser.add_argument(
            "--unit", choices=list(importing.UNITS), default="", help="default: as the file says"
        )
        parser.add_argument("--dry-run", action="store_true", help="only check, save nothing")

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        path: Path = options["file"]
        if not path.is_file():
            raise Refused(_("There is no file %(path)s.") % {"path": path})
        target_set = self.campaign.target_sets.filter(slug=options["set"]).first()
        if target_set is None:
            raise Refused(_("There is no target set “%(set)s”.") % {"set": options["set"]})
        target_set.campaign = self.campaign
        reporting.check_takes_reports(target_set, options["on"], self.now)
        found = reported_file.read(target_set, path, options["unit"])
        for note in found.notes:
            self.say(note)
        taken = None
        if not options["dry_run"]:
            taken = reporting.report(
                target_set,
                found.persons,
                as_of=options["on"],
                by=self.by,
                now=self.now,
                why=options["why"] or path.name[-300:],
            )
        return {
            "set": target_set.slug,
            "on": options["on"].isoformat(),
            "read": found.rows,
            "reporting": len(found.persons),
            "sum": found.sum,
            "saved": taken is not None,
            "new": taken.new if taken else None,
            "corrected": taken.corrected if taken else None,
            "known": taken.known if taken else None,
        }
