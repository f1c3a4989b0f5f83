"""manage.py check_books [CAMPAIGN]"""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from enrollment import commands
from enrollment.models import Campaign
from reports.books import check_books


class Command(commands.Command):
    help = "Proves the nine invariants of the books; exit status 1 on a breach."
    takes_campaign = False
    writes = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", nargs="?", metavar="CAMPAIGN", help="default: all")

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        slug = options["campaign"]
        campaigns = [self._campaign(slug)] if slug else list(Campaign.objects.all())
        checks = []
        for campaign in campaigns:
            for check in check_books(campaign):
                checks.append({"campaign": campaign.slug, **asdict(check)})
                if not check.ok:
                    self.say(f"{campaign.slug}: {check.name}: {check.found} found")
        return {"ok": all(check["ok"] for check in checks), "checks": checks}
