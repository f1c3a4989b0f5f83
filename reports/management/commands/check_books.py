"""manage.py check_books [CAMPAIGN]"""

from argparse import ArgumentParser
from typing import Any

from enrollment import commands
from enrollment.models import Campaign
from reports.books import run_books
from reports.models import BooksRun


class Command(commands.Command):
    help = "Proves the ten invariants of the books; exit status 1 on a breach."
    takes_campaign = False
    writes = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", nargs="?", metavar="CAMPAIGN", help="default: all")

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        slug = options["campaign"]
        campaigns = [self._campaign(slug)] if slug else list(Campaign.objects.all())
        checks = []
        for campaign in campaigns:
            run = run_books(campaign, cause=BooksRun.Cause.COMMAND, by=self.by)
            for check in run.checks:
                checks.append({"campaign": campaign.slug, **check})
                if not check["ok"]:
                    self.say(f"{campaign.slug}: {check['name']}: {check['found']} found")
        return {"ok": all(check["ok"] for check in checks), "checks": checks}
